import * as z from 'zod';

/** `1` and `true` are true. */
const flag = z.enum(['0', '1', 'true', 'false']).transform((s) => s === '1' || s === 'true');
const count = z.coerce.number().int();

const environment = z.object({
  AVOW_PUBLIC_URL: z.url({ protocol: /^https?$/ }).optional(),
  AVOW_DATA: z.string().min(1).default('./data'),
  AVOW_HOST: z.string().default('127.0.0.1'),
  AVOW_PORT: count.min(0).max(65535).default(8787),
  AVOW_VAULTS: count
    .default(1)
    .refine((n) => n >= 1 && n <= 1024 && (n & (n - 1)) === 0, 'must be a power of two up to 1024'),
  AVOW_ZONE: z
    .string()
    .regex(/^[a-z]{2}$/, 'must be two small letters')
    .default('eu'),
  AVOW_SMTP_URL: z.url({ protocol: /^smtps?$/ }).optional(),
  AVOW_MAIL_FROM: z.email().default('privacy@localhost.example'),
  AVOW_REGION_HEADER: z
    .string()
    .regex(/^[a-z0-9-]+$/i)
    .optional(),
  AVOW_TRUSTED_PROXIES: count.min(0).max(10).default(0),
  AVOW_DECISION_DAYS: count.min(1).max(3650).default(396),
  AVOW_DEV: flag.default(false),
  AVOW_LOG: z.enum(['info', 'warn', 'error', 'none']).default('info'),
});

/** The configuration, read once. Names of the variables: `AVOW_` and the member in capitals. */
export type Config = {
  publicUrl: string;
  dataDir: string;
  host: string;
  port: number;
  vaults: number;
  zone: string;
  smtpUrl: string | undefined;
  mailFrom: string;
  /** A header that a trusted proxy sets to the visitor's ISO 3166 region; without it the region is unknown. */
  regionHeader: string | undefined;
  /** How many proxies stand before us: so many entries of X-Forwarded-For are believed. */
  trustedProxies: number;
  /** How long the decision log is kept. */
  decisionDays: number;
  /** Allows origins and webhooks on the loopback address. */
  dev: boolean;
  logLevel: 'info' | 'warn' | 'error' | 'none';
};

/** Reads the configuration and dies of everything that is wrong at once, with the repair in the message. */
export function readConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const parsed = environment.safeParse(env);
  const problems = parsed.success
    ? contradictions(parsed.data)
    : parsed.error.issues.map((i) => `${i.path.join('.')}: ${i.message}`);
  problems.push(...unknownNames(env));
  if (!parsed.success || problems.length > 0) throw new ConfigError(problems);
  const e = parsed.data;
  return {
    publicUrl: (e.AVOW_PUBLIC_URL ?? `http://${e.AVOW_HOST}:${e.AVOW_PORT}`).replace(/\/$/, ''),
    dataDir: e.AVOW_DATA,
    host: e.AVOW_HOST,
    port: e.AVOW_PORT,
    vaults: e.AVOW_VAULTS,
    zone: e.AVOW_ZONE,
    smtpUrl: e.AVOW_SMTP_URL,
    mailFrom: e.AVOW_MAIL_FROM,
    regionHeader: e.AVOW_REGION_HEADER?.toLowerCase(),
    trustedProxies: e.AVOW_TRUSTED_PROXIES,
    decisionDays: e.AVOW_DECISION_DAYS,
    dev: e.AVOW_DEV,
    logLevel: e.AVOW_LOG,
  };
}

export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  constructor(readonly problems: readonly string[]) {
    super(`the configuration has ${problems.length} problem(s):\n${problems.map((p) => `  - ${p}`).join('\n')}`);
  }
}

const isLoopback = (host: string): boolean => host === 'localhost' || host === '::1' || host.startsWith('127.');

function contradictions(e: z.infer<typeof environment>): string[] {
  const out: string[] = [];
  const url = e.AVOW_PUBLIC_URL && new URL(e.AVOW_PUBLIC_URL);
  if (url && url.protocol === 'http:' && !isLoopback(url.hostname)) {
    out.push('AVOW_PUBLIC_URL: must start with https:// (links in mails and cookies depend on it)');
  }
  if (url && (url.pathname !== '/' || url.search || url.hash))
    out.push('AVOW_PUBLIC_URL: must be an origin without a path');
  if (!isLoopback(e.AVOW_HOST) && !e.AVOW_PUBLIC_URL) {
    out.push('AVOW_HOST listens beyond this machine: set AVOW_PUBLIC_URL to the https address that people use');
  }
  if (e.AVOW_DEV && url && !isLoopback(url.hostname))
    out.push('AVOW_DEV: is for the loopback address only; unset it or AVOW_PUBLIC_URL');
  if (e.AVOW_REGION_HEADER && e.AVOW_TRUSTED_PROXIES === 0) {
    out.push(
      'AVOW_REGION_HEADER: anybody could set it; also set AVOW_TRUSTED_PROXIES to the number of proxies before this server',
    );
  }
  return out;
}

/** `AVOW_SECRETS` is read by the entries. A name that nobody reads is a typing error. */
const unknownNames = (env: Readonly<Record<string, string | undefined>>): string[] =>
  Object.keys(env)
    .filter((k) => k.startsWith('AVOW_') && k !== 'AVOW_SECRETS' && !(k in environment.shape))
    .map((k) => `${k}: there is no such setting`);

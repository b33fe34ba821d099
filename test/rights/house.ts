import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Mail } from '../../src/delivery';
import { openNode } from '../../src/node';
import {
  type CallContext,
  fixedClock,
  generateSecrets,
  type Logger,
  need,
  readConfig,
  type Secrets,
  type Wire,
} from '../../src/platform';
import type { RightsSystem } from '../../src/rights';

/** What the answers of the routes that these tests call hold, between them. */
export type Body = {
  id: string;
  state: string;
  person: string;
  allowed: boolean;
  due_at: string;
  due_because: string;
  certificate: string;
  package: { token: string; expires_at: string };
  data: { id: string; right: string; state: string }[];
  events: { event: string; detail: Record<string, unknown> }[];
  tasks: { system: string; state: string; result: Record<string, unknown> }[];
  [more: string]: unknown;
};
export type Answer = { status: number; body: Body; bytes: Uint8Array; text: string; headers: Headers };

export const START = Date.parse('2026-01-31T10:00:00Z');
export const system: CallContext = { actor: { type: 'system', id: 'test' } };

export type House = Awaited<ReturnType<typeof openHouse>>;

const definitions: { kind: string; key: string; body: Wire }[] = [
  { kind: 'controller', key: 'main', body: { name: 'Otter', contact: 'privacy@otter.example' } },
  { kind: 'units', key: 'shop', body: { name: 'Shop', legal_entity: 'Otter Ltd' } },
  {
    kind: 'purposes',
    key: 'newsletter',
    body: {
      name: { en: 'Newsletter' },
      text: { en: 'We write to you' },
      basis: 'consent',
      direct_marketing: true,
      channels: ['email'],
      categories: ['user.contact'],
    },
  },
  {
    kind: 'purposes',
    key: 'ads',
    body: { name: { en: 'Ads' }, text: { en: 'We sell' }, basis: 'consent', device: 'sale' },
  },
  { kind: 'notices', key: 'main', body: { texts: { en: { title: 'T', text: 'Text' } }, needs_new_consent: false } },
  {
    kind: 'sites',
    key: 'pk_shop',
    body: {
      name: 'Shop',
      origins: ['https://shop.example'],
      unit: 'shop',
      notice: 'main',
      languages: ['en'],
      purposes: ['newsletter', 'ads'],
    },
  },
];

const evidence = { when: '2026-01-05T10:00:00Z', how: 'paper form', wording: 'Yes please', by: 'Desk 1' };

/** A whole server in this process, with a mailbox and a clock that stands still. */
export async function openHouse(
  vaults: number,
  options: {
    rules?: Record<string, Wire>;
    dir?: string;
    secrets?: Secrets;
    now?: number;
    systems?: readonly RightsSystem[];
  } = {},
) {
  const dir = options.dir ?? mkdtempSync(join(tmpdir(), 'avow-rights-'));
  const fixed = fixedClock(options.now ?? START);
  const bomb = { left: 0 };
  const clock = {
    ...fixed,
    /** Every operation asks for the time, so here any of them can be made to die. */
    now: () => {
      if (bomb.left > 0 && --bomb.left === 0) throw new Error('died');
      return fixed.now();
    },
  };
  const secrets = options.secrets ?? generateSecrets();
  const mails: Mail[] = [];
  const errors: string[] = [];
  const log: Logger = (level, event, facts) => {
    if (level === 'error') errors.push(`${event} ${JSON.stringify(facts)}`);
  };
  const server = await openNode({
    config: readConfig({ AVOW_DATA: dir, AVOW_VAULTS: String(vaults) }),
    secrets,
    clock,
    log,
    delivery: { mail: { send: async (m) => void mails.push(m) }, post: async () => ({ status: 200 }) },
    widgetDir: 'dist/widget',
    background: false,
    systems: options.systems,
  });
  const rules = { kind: 'request_rules', key: 'main', body: options.rules ?? {} };
  need(await server.backend.registry.run('definitions.put', { entries: [...definitions, rules] }, system));
  const scopes = ['check', 'consent', 'people', 'rights', 'admin', 'audit'] as const;
  const made = async (name: string) =>
    need(await server.backend.registry.run('client.create', { name, scopes: [...scopes] }, system)).key;
  const keys = { officer: await made('officer'), second: await made('second') };
  await server.edge.published();

  const send = async (
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer> => {
    const answer = await server.app.request(path, {
      method,
      headers: { 'content-type': 'application/json', ...headers },
      body: body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body),
    });
    const bytes = new Uint8Array(await answer.arrayBuffer());
    const text = new TextDecoder().decode(bytes);
    const isJson = /json/.test(answer.headers.get('content-type') ?? '');
    return {
      status: answer.status,
      body: (isJson ? JSON.parse(text) : {}) as Body,
      bytes,
      text,
      headers: answer.headers,
    };
  };
  const as = (who: keyof typeof keys) => (method: string, path: string, body?: unknown) =>
    send(method, path, body, { authorization: `Bearer ${keys[who]}` });
  const officer = as('officer');
  /** Until nothing is left to do. */
  const settle = async () => {
    for (let i = 0; i < 6; i++) await server.tick();
  };
  return {
    dir,
    /** `left` = n: the n-th look at the clock from now on dies. */
    bomb,
    clock,
    secrets,
    server,
    mails,
    errors,
    send,
    officer,
    second: as('second'),
    settle,
    /** A person with this address as a stored contact point, who has agreed to the newsletter. */
    async know(email: string, more: Record<string, unknown> = {}) {
      const put = await officer('PUT', `/v1/people/external:${encodeURIComponent(email.replace('@', '_at_'))}`, {
        identifiers: [{ type: 'email', id: email }],
        verified: ['email'],
        ...more,
      });
      if (put.status >= 300) throw new Error(`know: ${put.text}`);
      const subject = { type: 'email', id: email };
      const granted = await officer('POST', '/v1/consents', {
        subject,
        choices: { newsletter: 'granted', ads: 'granted' },
        method: 'api',
        evidence,
      });
      if (granted.status >= 300) throw new Error(`know: ${granted.text}`);
      return granted.body.person;
    },
    /** Asks, and lets everything that follows from it happen. */
    async ask(right: string, email: string, more: Record<string, unknown> = {}) {
      const answer = await send('POST', '/v1/requests', { right, subject: { type: 'email', id: email }, ...more });
      await settle();
      return answer;
    },
    check: (email: string, purpose = 'newsletter') =>
      officer('POST', '/v1/check', { subject: { type: 'email', id: email }, purpose }),
    async close(keep = false) {
      await server.close();
      if (!keep) rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** The link of a mail, as id and token. */
export function linkOf(mail: Mail | undefined): { url: string; path: string; id: string; token: string } {
  const url = /https?:\/\/\S+/.exec(mail?.text ?? '')?.[0];
  if (!url) throw new Error(`there is no link in ${JSON.stringify(mail)}`);
  const u = new URL(url);
  return { url, path: u.pathname, id: u.pathname.split('/')[3]!, token: u.searchParams.get('token')! };
}

export const codeOf = (mail: Mail | undefined): string => /\b(\d{8})\b/.exec(mail?.text ?? '')![1]!;

/** Every file below a folder that contains one of these texts, in UTF-8 or UTF-16. */
export function filesWith(dir: string, needles: readonly string[]): string[] {
  const found: string[] = [];
  for (const entry of readdirSync(dir, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile()) continue;
    const file = join(entry.parentPath, entry.name);
    const bytes = readFileSync(file);
    for (const needle of needles)
      if (bytes.includes(Buffer.from(needle)) || bytes.includes(Buffer.from(needle, 'utf16le')))
        found.push(`${entry.name}: ${needle}`);
  }
  return found;
}

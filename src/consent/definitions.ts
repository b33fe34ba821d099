import * as z from 'zod';
import { CHANNELS, DEVICE_CLASSES } from './policy';

/**
 * What an organisation declares. Each kind has a schema here or is contributed by another room in `wiring.ts`; every
 * change makes a new version, and a new rulebook.
 */
export type Kind = {
  /** Plural, as in the path: `purposes`. */
  readonly name: string;
  readonly schema: z.ZodType<Record<string, unknown>>;
  /** True: the body goes into `rulebook.parts[name]`. */
  readonly part?: boolean;
};

export const slug = z.string().regex(/^[a-z][a-z0-9_]{0,62}$/, 'must be small letters, digits and _ (at most 63)');
const language = z.string().regex(/^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/, 'must be a language tag');
export const texts = z
  .record(language, z.string().min(1).max(4000))
  .refine((t) => Object.keys(t).length > 0, 'needs at least one language');
const category = z
  .string()
  .regex(/^user(\.[a-z0-9_]+)*$/, 'must be a fideslang data category, such as user.contact.email');
const httpsUrl = z.url({ protocol: /^https?$/ });
const days = z.int().min(1).max(36500).nullable();

const basis = z.enum([
  'consent',
  'contract',
  'legal_obligation',
  'vital_interests',
  'public_interest',
  'legitimate_interests',
]);

const purpose = z
  .strictObject({
    name: texts,
    text: texts,
    basis,
    special_basis: z.enum(['employment', 'vital', 'public', 'claims', 'health', 'research']).nullish(),
    categories: z.array(category).default([]),
    recipients: z.array(z.string().min(1).max(200)).default([]),
    services: z.array(slug).default([]),
    device: z
      .enum([...(DEVICE_CLASSES as [string, ...string[]]), 'necessary'])
      .nullable()
      .default(null),
    exemption: z.enum(['first_party_statistics', 'appearance']).nullish(),
    direct_marketing: z.boolean().default(false),
    channels: z.array(z.enum(CHANNELS as [string, ...string[]])).default([]),
    similar_products: z.boolean().default(false),
    retention_days: days.default(null),
    valid_days: days.default(null),
    double_opt_in: z.boolean().default(false),
    special_category: z.boolean().default(false),
    units: z.enum(['group', 'own']).default('group'),
    signals: z.array(z.string().max(64)).default([]),
    archived: z.boolean().optional(),
  })
  .superRefine((p, c) => {
    if (p.direct_marketing && p.channels.length === 0)
      c.addIssue({ code: 'custom', path: ['channels'], message: 'direct marketing needs the channels that it uses' });
    if (p.special_category && p.basis !== 'consent' && !p.special_basis) {
      c.addIssue({
        code: 'custom',
        path: ['special_basis'],
        message: 'a special category needs explicit consent or a condition of Art. 9(2)',
      });
    }
  });

const storage = z.strictObject({
  kind: z.enum(['cookie', 'local_storage', 'session_storage']),
  name: z.string().min(1).max(128),
  lifetime: z.int().min(0),
  domain: z.string().max(253).optional(),
});

const service = z.strictObject({
  name: z.string().min(1).max(200),
  vendor: z.string().min(1).max(200),
  country: z.string().regex(/^[A-Z]{2}$/, 'must be an ISO 3166 country'),
  privacy_url: httpsUrl.optional(),
  hosts: z.array(z.string().max(253)).default([]),
  storage: z.array(storage).default([]),
  archived: z.boolean().optional(),
});

const unit = z.strictObject({ name: z.string().min(1).max(200), legal_entity: z.string().min(1).max(200) });

/** Scheme, host and port, exactly as a browser sends them. */
export const origin = z.string().refine((o) => {
  try {
    const url = new URL(o);
    return url.origin === o && (url.protocol === 'https:' || url.protocol === 'http:');
  } catch {
    return false;
  }
}, 'must be an origin such as https://www.example.com');

const site = z.strictObject({
  name: z.string().min(1).max(200),
  origins: z.array(origin).min(1),
  unit: slug,
  notice: slug,
  languages: z.array(language).min(1),
  purposes: z.array(slug).min(1),
  cookie_domain: z.string().max(253).nullish(),
  dnt: z.enum(['ignored', 'as_gpc']).optional(),
  archived: z.boolean().optional(),
});

const controller = z.strictObject({
  name: z.string().min(1).max(200),
  contact: z.string().min(1).max(400),
  address: z.string().max(400).optional(),
  privacy_url: httpsUrl.optional(),
  mspa_signed: z.boolean().optional(),
});

const notice = z.strictObject({
  texts: z.record(language, z.strictObject({ title: z.string().min(1).max(200), text: z.string().min(1).max(20_000) })),
  /** The officer's decision: must grants under earlier versions be given anew? */
  needs_new_consent: z.boolean(),
  reason: z.string().max(2000).default(''),
});

const kind = (name: string, schema: z.ZodType): Kind => ({ name, schema: schema as Kind['schema'] });

export const consentKinds: readonly Kind[] = [
  kind('controller', controller),
  kind('units', unit),
  kind('services', service),
  kind('purposes', purpose),
  kind('notices', notice),
  kind('sites', site),
];

export type PurposeBody = z.input<typeof purpose>;
export type NoticeBody = z.infer<typeof notice>;
export type SiteBody = z.infer<typeof site>;
export type ServiceBody = z.input<typeof service>;

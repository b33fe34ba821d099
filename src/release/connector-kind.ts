import * as z from 'zod';
import type { ForeignRecord, Wire } from '../platform';

const slug = z.string().regex(/^[a-z][a-z0-9_]{0,62}$/, 'must be small letters, digits and _');
const property = z.string().regex(/^[A-Za-z][A-Za-z0-9_]{0,127}$/, 'must be the name of a property');
const url = z.url({ protocol: /^https?$/ }).refine((u) => !new URL(u).username, 'must not carry a password');

/** Where in a foreign record it is written that it may not be used for a purpose. */
const use = z.strictObject({
  channel: z.enum(['email', 'sms', 'phone', 'post', 'push', 'messaging']).optional(),
  /** A property that reads `restricted` when the record is not used for this purpose. */
  property,
  restricted: z.union([z.string().max(100), z.boolean()]),
  /** HubSpot: the subscription type that is ended (its property is `hs_email_optout_<id>`, which nobody may write). */
  subscription: z.string().max(40).optional(),
});
export type Use = z.infer<typeof use>;

/** Which of their properties identify a person. */
const identifiers = z
  .partialRecord(z.enum(['email', 'phone', 'customer', 'external']), property)
  .refine((i) => Object.keys(i).length > 0, 'needs at least one');

const common = {
  name: z.string().min(1).max(200),
  /** As the purposes name it: who gets what is pushed. A unit of ours is no third party. */
  recipient: z.string().min(1).max(200),
  unit: slug.nullable().default(null),
  /** Purpose → where the foreign record says no to it. */
  uses: z.record(slug, use).default({}),
  /** Their property → our column, for what is pushed. */
  columns: z.record(property, z.string().min(1).max(64)).default({}),
  /** Restrict there, within seconds, whatever is withdrawn here. */
  live: z.boolean().default(true),
};

const hubspot = z.strictObject({
  ...common,
  kind: z.literal('hubspot'),
  base_url: url.default('https://api.hubapi.com'),
  token: z.string().min(1).max(4000),
  identifiers: identifiers.default({ email: 'email', phone: 'phone' } as never),
});

const salesforce = z.strictObject({
  ...common,
  kind: z.literal('salesforce'),
  base_url: url,
  client_id: z.string().min(1).max(4000),
  client_secret: z.string().min(1).max(4000),
  version: z
    .string()
    .regex(/^v\d{2}\.0$/, 'must be such as v62.0')
    .default('v62.0'),
  object: z.enum(['Contact', 'Lead']).default('Contact'),
  /** The external-id field that takes our pseudonym, for what is pushed. */
  key: property.default('Avow_Person__c'),
  identifiers: identifiers.default({ email: 'Email', phone: 'Phone' } as never),
});

const webhook = z.strictObject({
  ...common,
  kind: z.literal('webhook'),
  url,
  secret: z.string().regex(/^whsec_[A-Za-z0-9+/]{32,88}={0,2}$/, 'must be whsec_ and 24 to 64 bytes in base64'),
});

/** Their list as a file: read for reconciling only; what goes there is downloaded as an export. */
const csv = z.strictObject({ ...common, kind: z.literal('csv'), id: property.default('id'), identifiers });

/** What an administrator declares. Tokens and secrets are sealed at once and never shown again. */
export const connectorSchema = z.discriminatedUnion('kind', [hubspot, salesforce, webhook, csv]);
export type ConnectorBody = z.infer<typeof connectorSchema>;
export type HubspotBody = z.infer<typeof hubspot>;
export type SalesforceBody = z.infer<typeof salesforce>;
export type WebhookBody = z.infer<typeof webhook>;
export type CsvBody = z.infer<typeof csv>;

export const SECRETS = ['token', 'client_secret', 'secret'] as const;

/** Without its secrets. */
export function masked(body: ConnectorBody): Wire {
  return Object.fromEntries(
    Object.entries(body).map(([k, v]) => [k, (SECRETS as readonly string[]).includes(k) ? '********' : (v as Wire)]),
  );
}

type Mapped = Pick<HubspotBody, 'uses' | 'identifiers'>;

/** Everything of theirs that we have to read: identifiers and restrictions. */
export const propertiesOf = (body: Mapped): string[] => [
  ...new Set([...Object.values(body.identifiers), ...Object.values(body.uses).map((u) => u.property)]),
];

/** One of their records in our terms. Whatever isn't the word for "restricted" counts as being used. */
export function foreignRecord(body: Mapped, id: string, read: (property: string) => Wire | undefined): ForeignRecord {
  const subjects = Object.entries(body.identifiers).flatMap(([type, name]) => {
    const value = read(name);
    return typeof value === 'string' && value.trim() !== '' ? [{ type: type as 'email', id: value }] : [];
  });
  const uses = Object.entries(body.uses).map(([purpose, u]) => [
    purpose,
    String(read(u.property)) !== String(u.restricted),
  ]);
  return { id, subjects, uses: Object.fromEntries(uses) as Record<string, boolean> };
}

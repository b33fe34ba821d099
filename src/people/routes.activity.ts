import * as z from 'zod';
import { homeOf } from '../consent';
import { answered, type Routes, route, schemas } from '../http';
import { type CallContext, Refusal, rfc3339, type Wire } from '../platform';
import { claimPerson } from './claim';
import type { PeoplePorts } from './routes.ports';

const tag = 'The gates';
const auth = { kind: 'scope', scope: 'people' } as const;

/** A short word that a caller chooses. */
export const label = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9_.:-]{0,63}$/, 'must be letters, digits and _ . : - (at most 64)');
/** Any JSON value; what it may be is the field register's word. */
export const wire = z.custom<Wire>((x) => x !== undefined);
const fieldKey = z.string().min(1).max(64);

/** Orders and interactions. */
export const activityRoutes = (ports: PeoplePorts): Routes => [postOrder(ports), postInteraction(ports)];

const line = z.strictObject({
  product: z.string().min(1).max(64),
  quantity: z.int().min(1).max(1_000_000),
  price: z.int().min(0),
  margin: z.int().optional(),
});

const orderBody = z.strictObject({
  subject: schemas.subject,
  unit: schemas.slug,
  number: z.string().min(1).max(128),
  at: schemas.time,
  channel: label.default('web'),
  currency: z.string().regex(/^[A-Z]{3}$/, 'must be an ISO 4217 currency'),
  status: z.enum(['paid', 'returned', 'cancelled']).default('paid'),
  lines: z.array(line).min(1).max(500),
  handling: z.int().default(0),
  purpose: z.string().min(1).max(64),
  source: label.optional(),
  opt_out_offered: z.boolean().optional(),
  contact_point: schemas.subject.optional(),
});

const postOrder = (ports: PeoplePorts) =>
  route({
    method: 'post',
    path: '/v1/orders',
    tag,
    summary: 'Store an order, or its return',
    description:
      'Money is whole minor units. The same unit and number again overwrite. A paid order is a fact for soft opt-in: say with `opt_out_offered` whether a way to refuse was offered when the address (`contact_point`) was collected.',
    auth,
    body: orderBody,
    limit: 256 * 1024,
    example: {
      subject: { type: 'customer', id: 'shop~1001' },
      unit: 'shop',
      number: 'S-2026-1',
      at: '2026-11-20T10:00:00Z',
      currency: 'EUR',
      purpose: 'essential',
      lines: [{ product: 'bk_night', quantity: 1, price: 1800 }],
    },
    answers: [{ status: 201, description: 'Stored, or not stored and why' }],
    errors: ['gone', 'not_found'],
    handler: async ({ body, context, caller, now }) => {
      refuseFuture(body.at, now);
      const { subject, contact_point, at, source, ...order } = body;
      const who = { subject, others: contact_point ? [contact_point] : [], create: true };
      const person = await personOf(ports, who, source ?? sourceOf(caller), context());
      const cp = contact_point && ports.lookup.ident(contact_point).hashes[0];
      const result = await homeOf(ports.vaults, person).run(
        'people.order',
        { ...order, person, at: Date.parse(at), source: source ?? sourceOf(caller), contact_point: cp },
        context(),
      );
      return answered(result, 201, (v) => ({ ...v, person, ...expiryOf(v) }));
    },
  });

/** Who sent it, where the caller doesn't say. */
export const sourceOf = (caller: { kind: string; id?: string }): string =>
  caller.kind === 'client' && caller.id ? caller.id : 'api';

const expiryOf = (v: { stored: boolean; expires_at?: number }): { expires_at?: string } =>
  v.expires_at === undefined ? {} : { expires_at: rfc3339(v.expires_at) };

function refuseFuture(at: string, now: number): void {
  const FIVE_MINUTES = 300_000;
  if (Date.parse(at) > now + FIVE_MINUTES)
    throw new Refusal('invalid', 'this has not happened yet', [{ path: '/body/at', message: 'lies in the future' }]);
}

/** Finds or makes the person, and notes the direct identifiers beside them. */
async function personOf(
  ports: PeoplePorts,
  who: Parameters<typeof claimPerson>[1],
  source: string,
  context: CallContext,
): Promise<string> {
  const claimed = await claimPerson(ports, who, context);
  if (!claimed) throw new Refusal('not_found', 'nobody has this id');
  const fresh = claimed.identifiers.some((i) => i.status === 'claimed');
  if (fresh && claimed.points.length > 0) {
    const points = claimed.points.map((ident) => ({ ident, verified: false }));
    const input = { person: claimed.person, source, attributes: [], points };
    const quiet = { ...context, command: undefined, fingerprint: undefined };
    const result = await homeOf(ports.vaults, claimed.person).run('people.write', input, quiet);
    if (!result.ok) answered(result);
  }
  return claimed.person;
}

const interactionBody = z.strictObject({
  subject: schemas.subject,
  unit: schemas.slug,
  channel: label,
  kind: label,
  at: schemas.time,
  purpose: z.string().min(1).max(64),
  category: z.string().max(200).optional(),
  source: label.optional(),
  product: z.string().max(64).optional(),
  detail: z.record(fieldKey, wire).optional(),
  summary: z.string().min(1).max(4000).optional(),
  id: z.string().min(1).max(128).optional(),
});

const postInteraction = (ports: PeoplePorts) =>
  route({
    method: 'post',
    path: '/v1/interactions',
    tag,
    summary: 'Store that something happened between a person and a unit',
    description:
      'Its purpose is decided at the moment of writing. `detail` names declared fields; `summary` is free text and sealed. The same `id` from the same source again changes nothing.',
    auth,
    body: interactionBody,
    example: {
      subject: { type: 'customer', id: 'shop~1001' },
      unit: 'shop',
      channel: 'phone',
      kind: 'question',
      at: '2026-11-20T10:00:00Z',
      purpose: 'essential',
      summary: 'Asked whether the order can be picked up on Saturday.',
    },
    answers: [{ status: 201, description: 'Stored, or not stored and why' }],
    errors: ['undeclared_attribute', 'gone', 'not_found'],
    handler: async ({ body, context, caller, now }) => {
      refuseFuture(body.at, now);
      const { subject, at, id, source, ...rest } = body;
      const from = source ?? sourceOf(caller);
      const person = await personOf(ports, { subject, others: [], create: true }, from, context());
      const input = { ...rest, person, at: Date.parse(at), source: from, message: id };
      const result = await homeOf(ports.vaults, person).run('people.interaction', input, context());
      return answered(result, 201, (v) => ({ ...v, person, ...expiryOf(v) }));
    },
  });

import { randomBytes } from 'node:crypto';
import * as z from 'zod';
import { findPerson, followMerges, homeOf } from '../consent';
import { answered, json, type Routes, route, schemas } from '../http';
import { type CallContext, isObject, need, Refusal, type Result, runSaga, vaultOfBits } from '../platform';
import type { CardView, Entry } from './loyalty-operations';
import { loyaltySaga } from './loyalty-saga';
import type { EngagePorts } from './routes.ports';

const cardId = z.string().regex(/^card_[a-z]{2}[0-9a-f]{4}[0-9a-z]{20}$/, 'must be card_…');
const cardParam = z.object({ card: cardId });
const receipt = z.string().min(1).max(128);
const people = { kind: 'scope', scope: 'people' } as const;
const subjectAuth = { kind: 'subject' } as const;

export const loyaltyRoutes = (ports: EngagePorts): Routes => [...cardRoutes(ports), ...eventRoutes(ports)];

type Home = ReturnType<EngagePorts['vaults']['at']>;

/** Runs at the card's home and follows the signpost that a joined card has left. */
async function atCard<T>(
  ports: EngagePorts,
  card: string,
  run: (home: Home, card: string) => Promise<Result<T>>,
): Promise<Result<T>> {
  let at = card;
  for (let hop = 0; hop < 5; hop++) {
    const result = await run(homeOf(ports.vaults, at), at);
    const fields = result.ok ? undefined : result.error.fields;
    const into = isObject(fields) ? fields.into : undefined;
    if (result.ok || result.error.code !== 'moved' || typeof into !== 'string') return result;
    at = into;
  }
  return { ok: false, error: { code: 'unavailable', message: 'this card is being joined to another: try again' } };
}

async function personOf(ports: EngagePorts, subject: z.infer<typeof schemas.subject>, context: CallContext) {
  const person = await findPerson(ports.vaults, ports.lookup, subject, context);
  if (!person) throw new Refusal('not_found', 'nobody is known by this');
  return person;
}

function cardRoutes(ports: EngagePorts): Routes {
  return [
    route({
      method: 'post',
      path: '/v1/loyalty/{programme}/cards',
      tag: 'Loyalty',
      summary: 'Hand out a card: to a person on contract basis, or to nobody by its number alone',
      description:
        'A person has one card in a programme; asking again answers it. Nothing else is allowed by having one.',
      auth: people,
      params: z.object({ programme: schemas.slug }),
      body: z.strictObject({
        subject: schemas.subject.optional(),
        /** California: the notice of financial incentive was shown and accepted. */
        notice_accepted: z.boolean().default(false),
      }),
      example: { subject: { type: 'customer', id: 'cafe~1001' } },
      answers: [{ status: 201, description: 'The card' }],
      errors: ['not_found', 'forbidden', 'precondition_failed'],
      handler: async ({ params, body, context }) => {
        const person = body.subject ? await personOf(ports, body.subject, context({ command: undefined })) : null;
        const bits = randomBytes(2).readUInt16BE(0);
        const home = person === null ? vaultOfBits(ports.vaults, bits) : homeOf(ports.vaults, person);
        const input = { programme: params.programme, person, bits, accepted: body.notice_accepted };
        return answered(await home.run('loyalty.open', input, context()), 201);
      },
    }),
    route({
      method: 'get',
      path: '/v1/loyalty/cards/{card}',
      tag: 'Loyalty',
      summary: 'What is on a card',
      auth: people,
      params: cardParam,
      answers: [{ status: 200, description: 'Stamps and rewards' }],
      errors: ['not_found'],
      handler: async ({ params, context }) =>
        answered(await atCard(ports, params.card, (home, card) => home.run('loyalty.card', { card }, context()))),
    }),
    route({
      method: 'get',
      path: '/v1/loyalty/me',
      tag: 'Loyalty',
      summary: 'The caller’s own cards',
      auth: subjectAuth,
      cors: true,
      answers: [{ status: 200, description: 'Cards with stamps and rewards' }],
      handler: async ({ caller, context }) => {
        const person = caller.kind === 'subject' ? await followMerges(ports.vaults, caller.person, context()) : null;
        if (!person) throw new Refusal('not_found', 'nothing is recorded under this token');
        return json({ data: need(await homeOf(ports.vaults, person).run('loyalty.cards', { person }, context())) });
      },
    }),
    ...joinRoutes(ports),
  ];
}

function joinRoutes(ports: EngagePorts): Routes {
  return [
    route({
      method: 'post',
      path: '/v1/loyalty/cards/{card}/join',
      tag: 'Loyalty',
      summary: 'Put everything on this card onto another one, or onto the card of a person',
      auth: people,
      params: cardParam,
      body: z
        .strictObject({
          into: cardId.optional(),
          subject: schemas.subject.optional(),
          notice_accepted: z.boolean().default(false),
        })
        .refine((b) => (b.into === undefined) !== (b.subject === undefined), 'names either a card or a person'),
      example: { subject: { type: 'customer', id: 'cafe~1001' } },
      answers: [{ status: 200, description: 'The card that holds everything now' }],
      errors: ['not_found', 'conflict', 'forbidden'],
      handler: async ({ params, body, context }) => {
        const secondary = context({ command: undefined });
        const from = need(
          await atCard(ports, params.card, (home, card) => home.run('loyalty.card', { card }, secondary)),
        );
        const to = await target(ports, from, body, secondary);
        if (to !== from.card) await joinCards(ports, from, to);
        return answered(await atCard(ports, to, (home, card) => home.run('loyalty.card', { card }, secondary)));
      },
    }),
  ];
}

type JoinBody = { into?: string; subject?: z.infer<typeof schemas.subject>; notice_accepted: boolean };

async function target(ports: EngagePorts, from: CardView, body: JoinBody, context: CallContext): Promise<string> {
  if (body.into !== undefined) {
    const into = need(await atCard(ports, body.into, (home, card) => home.run('loyalty.card', { card }, context)));
    if (into.programme !== from.programme) throw new Refusal('conflict', 'these are cards of different programmes');
    return into.card;
  }
  const person = await personOf(ports, body.subject!, context);
  const input = { programme: from.programme, person, bits: 0, accepted: body.notice_accepted };
  return need(await homeOf(ports.vaults, person).run('loyalty.open', input, context)).card;
}

/** One saga per pair of cards: a retry goes on where the first try stopped. */
async function joinCards(ports: EngagePorts, from: CardView, to: string): Promise<void> {
  const state = { from: from.card, to, programme: from.programme, entries: null };
  await runSaga(homeOf(ports.vaults, from.card), loyaltySaga(ports.vaults), `join.${from.card}.${to}`, state);
}

function eventRoutes(ports: EngagePorts): Routes {
  const event = <B extends Record<string, unknown>>(
    of: { name: string; summary: string; body: z.ZodType<B>; example: B },
    entryOf: (body: B) => Entry,
  ) =>
    route({
      method: 'post',
      path: `/v1/loyalty/cards/{card}/${of.name}`,
      tag: 'Loyalty',
      summary: of.summary,
      description: 'The same `id` again is the same event and changes nothing.',
      auth: people,
      params: cardParam,
      body: of.body,
      example: of.example,
      answers: [{ status: 200, description: 'The card, and which rewards this earned or revoked' }],
      errors: ['not_found', 'conflict'],
      handler: async ({ params, body, context }) => {
        const entry = entryOf(body);
        return answered(
          await atCard(ports, params.card, (home, card) => home.run('loyalty.enter', { card, entry }, context())),
        );
      },
    });
  return [
    event(
      {
        name: 'purchases',
        summary: 'A purchase, by its order or till receipt; amounts in minor units',
        body: z.strictObject({ id: receipt, amount: z.int().min(0) }),
        example: { id: 'till-7/4711', amount: 350 },
      },
      ({ id, amount }) => ({ kind: 'purchase', id, amount }),
    ),
    event(
      {
        name: 'reversals',
        summary: 'A refund: the purchase counts no more, and a reward that it earned is revoked',
        body: z.strictObject({ id: receipt, of: receipt }),
        example: { id: 'refund-12', of: 'till-7/4711' },
      },
      ({ id, of }) => ({ kind: 'reversal', id, of }),
    ),
    event(
      {
        name: 'redemptions',
        summary: 'A reward is taken',
        body: z.strictObject({ id: receipt }),
        example: { id: 'till-7/4720' },
      },
      ({ id }) => ({ kind: 'redemption', id }),
    ),
  ];
}

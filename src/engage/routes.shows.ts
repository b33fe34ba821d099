import * as z from 'zod';
import { findPerson, followMerges, homeOf, type Rulebook, subjectOfRef } from '../consent';
import { answered, json, type Routes, route, schemas } from '../http';
import { type CallContext, need, Refusal } from '../platform';
import { offerBodies, offersIn, recommendationsIn } from './kinds';
import type { SegmentRule } from './membership';
import { buildNeighbours, segmentRule } from './pump';
import { createRecommender, type Recommender } from './recommender';
import type { EngagePorts } from './routes.ports';
import { contextualOffer } from './show-operations';

const product = z.string().min(1).max(64);
const many = z.coerce.number().int().min(1).max(20).default(6);
const release = { kind: 'scope', scope: 'release' } as const;

export function showRoutes(ports: EngagePorts): Routes {
  const recommender = createRecommender(ports.registry, ports.clock);
  return [
    ...siteRoutes(ports, recommender),
    ...serverRoutes(ports, recommender),
    ...surveyRoutes(ports),
    ...touchRoutes(ports),
  ];
}

/** Segments that offers name, as vaults take them. */
async function segmentsOf(ports: EngagePorts, book: Rulebook, context: CallContext): Promise<SegmentRule[]> {
  const named = [...new Set(offersIn(book).flatMap(({ segments }) => segments))];
  const found = await Promise.all(named.map((id) => segmentRule(ports.registry, id, context)));
  return found.filter((s) => s !== null);
}

/** The active person behind a subject token of this site, or null: then nothing of anybody is used. */
async function visitor(ports: EngagePorts, site: string, token: string | undefined, context: CallContext) {
  const read = token === undefined ? undefined : ports.tokens.readSubject(token);
  return read?.site === site ? followMerges(ports.vaults, read.person, context) : null;
}

async function profileOf(ports: EngagePorts, person: string | null, context: CallContext): Promise<string[] | null> {
  if (person === null) return null;
  return need(await homeOf(ports.vaults, person).run('recommend.profile', { person }, context)).products;
}

function siteRoutes(ports: EngagePorts, recommender: Recommender): Routes {
  return [
    route({
      method: 'post',
      path: '/v1/sites/{siteKey}/offers',
      tag: 'Offers',
      summary: 'What to show on this page: an offer and recommendations',
      description:
        'Without a subject token, or where the profile may not be used, the answer follows from the page alone and nothing of the person is used or stored.',
      auth: { kind: 'site' },
      cors: true,
      params: z.object({ siteKey: z.string().max(64) }),
      body: z.strictObject({
        subject_token: z.string().max(1024).optional(),
        product: product.nullable().default(null),
        space: product.nullable().default(null),
        limit: many,
      }),
      example: { product: 'doll', limit: 4 },
      answers: [{ status: 200, description: 'Offer, recommendations, and whether a profile was used' }],
      handler: async ({ params, body, region, context, now }) => {
        const { book } = await ports.snapshot();
        const site = book.sites[params.siteKey]!;
        const person = await visitor(ports, site.key, body.subject_token, context());
        const place = { unit: site.unit, channel: 'web', region: region === 'unknown' ? null : region };
        const shown = person
          ? need(
              await homeOf(ports.vaults, person).run(
                'offer.show',
                { ...place, person, segments: await segmentsOf(ports, book, context()) },
                context({ command: undefined }),
              ),
            )
          : { offer: contextualOffer(book, place, now).offer?.id ?? null, personal: false };
        const profile = await profileOf(ports, person, context());
        const asked = { context: { product: body.product, space: body.space }, profile, limit: body.limit };
        const recommendations = await recommender.recommend(book, asked);
        return json({ offer: offerView(book, shown.offer), personal: shown.personal, ...recommendations });
      },
    }),
    route({
      method: 'post',
      path: '/v1/offers/{key}/accept',
      tag: 'Offers',
      summary: 'The caller takes an offer that was shown to them',
      auth: { kind: 'subject' },
      cors: true,
      params: z.object({ key: schemas.slug }),
      body: z.strictObject({ subject_token: z.string().max(1024).optional() }),
      answers: [{ status: 200, description: 'Accepted' }],
      errors: ['not_found'],
      handler: async ({ params, caller, context }) => {
        const person = caller.kind === 'subject' ? await followMerges(ports.vaults, caller.person, context()) : null;
        if (!person) throw new Refusal('not_found', 'nothing is recorded under this token');
        return answered(
          await homeOf(ports.vaults, person).run('offer.accept', { person, offer: params.key }, context()),
        );
      },
    }),
  ];
}

function offerView(book: Rulebook, id: string | null) {
  const body = id === null ? undefined : offerBodies(book)[id];
  return body ? { id: body.key, title: body.title, text: body.text, url: body.url, until: body.until } : null;
}

function serverRoutes(ports: EngagePorts, recommender: Recommender): Routes {
  return [
    route({
      method: 'get',
      path: '/v1/recommendations',
      tag: 'Offers',
      summary: 'Recommendations for a page, and for a person where their profile may be used',
      auth: { kind: 'scope', scope: 'check' },
      query: z.strictObject({
        person: schemas.personRef.optional(),
        product: product.optional(),
        space: product.optional(),
        limit: many,
      }),
      answers: [{ status: 200, description: '`mode` says whether a profile was used; each item says why it is there' }],
      handler: async ({ query, context }) => {
        const { book } = await ports.snapshot();
        const person = query.person
          ? await findPerson(ports.vaults, ports.lookup, subjectOfRef(query.person), context())
          : null;
        const profile = await profileOf(ports, person, context());
        const page = { product: query.product ?? null, space: query.space ?? null };
        return json(await recommender.recommend(book, { context: page, profile, limit: query.limit }));
      },
    }),
    route({
      method: 'post',
      path: '/v1/recommendations/rebuild',
      tag: 'Offers',
      summary: 'Count anew what consenting buyers bought together',
      description: 'Happens by itself when somebody leaves. A pair that fewer than k people bought does not exist.',
      auth: release,
      body: z.strictObject({}),
      answers: [{ status: 201, description: 'The model, and of how many buyers' }],
      handler: async ({ context }) => {
        const { book } = await ports.snapshot();
        const made = await buildNeighbours(ports, recommendationsIn(book).k, context());
        recommender.drop();
        return json(made, 201);
      },
    }),
    ...explainRoutes(ports),
  ];
}

function explainRoutes(ports: EngagePorts): Routes {
  return [
    route({
      method: 'post',
      path: '/v1/offers/explain',
      tag: 'Offers',
      summary: 'Why this offer for this person, and why none of the others',
      auth: release,
      body: z.strictObject({
        subject: schemas.subject,
        unit: schemas.slug,
        channel: z.string().max(20).default('web'),
        region: schemas.region.nullable().default(null),
      }),
      example: { subject: { type: 'customer', id: 'shop~1001' }, unit: 'shop' },
      answers: [{ status: 200, description: 'The offer, and the reasons of all others' }],
      errors: ['not_found'],
      handler: async ({ body, context }) => {
        const { book } = await ports.snapshot();
        const { subject, ...place } = body;
        const person = await findPerson(ports.vaults, ports.lookup, subject, context());
        if (!person) throw new Refusal('not_found', 'nobody is known by this');
        const segments = await segmentsOf(ports, book, context());
        return answered(
          await homeOf(ports.vaults, person).run('offer.explain', { ...place, person, segments }, context()),
        );
      },
    }),
  ];
}

function surveyRoutes(ports: EngagePorts): Routes {
  return [
    route({
      method: 'post',
      path: '/v1/surveys/{key}/answers',
      tag: 'Surveys',
      summary: 'The caller’s own answer, under the survey’s own purpose',
      auth: { kind: 'subject' },
      cors: true,
      params: z.object({ key: schemas.slug }),
      body: z.strictObject({ subject_token: z.string().max(1024).optional(), score: z.int().min(0).max(100) }),
      example: { score: 9 },
      answers: [{ status: 201, description: 'Stored' }],
      errors: ['not_found', 'forbidden', 'invalid'],
      handler: async ({ params, body, caller, context }) => {
        const person =
          caller.kind === 'subject'
            ? await followMerges(ports.vaults, caller.person, context({ command: undefined }))
            : null;
        if (!person) throw new Refusal('not_found', 'nothing is recorded under this token');
        const input = { survey: params.key, person, score: body.score };
        return answered(await homeOf(ports.vaults, person).run('survey.answer', input, context()), 201);
      },
    }),
  ];
}

const touchBody = z.strictObject({
  subject: schemas.subject,
  purpose: schemas.slug,
  unit: schemas.slug,
  channel: z.enum(['email', 'sms', 'phone', 'post', 'push', 'messaging']),
  kind: z.enum(['marketing', 'transactional']).default('marketing'),
  goal: z.enum(['retention', 'acquisition']).default('retention'),
  contact_point: schemas.subject.optional(),
  /** True: it takes place now; false: it is only planned. */
  sent: z.boolean().default(false),
});
const touchParam = z.object({ touch: z.string().regex(/^tch_[a-z]{2}[0-9a-f]{4}[0-9a-z]{20}$/, 'must be tch_…') });

function touchRoutes(ports: EngagePorts): Routes {
  return [
    route({
      method: 'post',
      path: '/v1/contacts',
      tag: 'Contact pressure',
      summary: 'May this unit contact this person now? If so, it is reserved',
      description:
        'For tools of your own: permission and contact pressure over all units and addresses are decided in the transaction that reserves. The answer says that and when others were in touch, never what about.',
      auth: release,
      body: touchBody,
      example: {
        subject: { type: 'customer', id: 'shop~1001' },
        purpose: 'newsletter',
        unit: 'shop',
        channel: 'email',
      },
      answers: [{ status: 200, description: '`reserved` is null where it may not be' }],
      errors: ['not_found'],
      handler: async ({ body, context }) => {
        const { subject, contact_point, ...contact } = body;
        const person = await findPerson(ports.vaults, ports.lookup, subject, context({ command: undefined }));
        if (!person) throw new Refusal('not_found', 'nobody is known by this');
        const point = contact_point && ports.lookup.ident(contact_point).hashes[0];
        return answered(
          await homeOf(ports.vaults, person).run(
            'touch.reserve',
            { ...contact, person, contact_point: point },
            context(),
          ),
        );
      },
    }),
    ...(['sent', 'released'] as const).map((what) =>
      route({
        method: 'post',
        path: `/v1/contacts/{touch}/${what}`,
        tag: 'Contact pressure',
        summary: what === 'sent' ? 'A reserved contact has taken place' : 'A reserved contact will not take place',
        auth: release,
        params: touchParam,
        body: z.strictObject({}),
        answers: [{ status: 200, description: 'Its state' }],
        errors: ['not_found', 'conflict'],
        handler: async ({ params, context }) =>
          answered(
            await homeOf(ports.vaults, params.touch).run(
              'touch.close',
              { touch: params.touch, sent: what === 'sent' },
              context(),
            ),
          ),
      }),
    ),
    ...seenRoutes(ports),
  ];
}

function seenRoutes(ports: EngagePorts): Routes {
  return [
    route({
      method: 'get',
      path: '/v1/people/{ref}/contacts',
      tag: 'Contact pressure',
      summary: 'That and when units were in touch with a person, as one unit may see it',
      auth: release,
      params: z.object({ ref: schemas.personRef }),
      query: z.strictObject({ unit: schemas.slug }),
      answers: [{ status: 200, description: 'Unit, channel and time; never the content' }],
      errors: ['not_found'],
      handler: async ({ params, query, context }) => {
        const person = await findPerson(ports.vaults, ports.lookup, subjectOfRef(params.ref), context());
        if (!person) throw new Refusal('not_found', 'nobody is known by this reference');
        return answered(await homeOf(ports.vaults, person).run('touch.seen', { person, unit: query.unit }, context()));
      },
    }),
  ];
}

import * as z from 'zod';
import type { Snapshot } from '../access';
import { answered, json, networkOf, type Routes, route, schemas } from '../http';
import { type CallContext, need, Refusal, rfc3339, runSaga, vaultOfBits } from '../platform';
import { atHome, findPerson, followMerges, homeOf, type Located } from './home';
import { linkSaga } from './link-saga';
import type { RecordInput } from './operations';
import { publicJwk, signCookie, signReceipt, verifyReceipt } from './receipt';
import { type RecordView, receiptOf } from './receipt-view';
import { confirmRoutes } from './routes.confirm';
import type { ConsentPorts } from './routes.ports';
import type { Rulebook, Site } from './rulebook';
import { interfaceTexts } from './texts';
import { etagOf, type NoticeText, policyOf, siteConfig } from './view';
import type { Method } from './wire';

const choice = z.enum(['granted', 'refused', 'withdrawn']);
const siteMethods = ['accept_all', 'reject_all', 'custom', 'gpc', 'dnt'] as const;

const consentBody = z.strictObject({
  site: z.string().max(64).optional(),
  visitor: z.string().max(64).optional(),
  key: z.string().min(1).max(255).optional(),
  subject_token: z.string().max(1024).optional(),
  page_token: z.string().max(1024).optional(),
  notice: z.strictObject({ id: z.string().max(64), version: z.int().min(1), language: z.string().max(35) }).optional(),
  choices: z
    .record(schemas.slug, choice)
    .refine((c) => Object.keys(c).length >= 1 && Object.keys(c).length <= 100, 'must name 1 to 100 purposes'),
  method: z.enum([...siteMethods, 'api', 'import', 'staff']),
  subject: schemas.subject.optional(),
  queued_seconds: z
    .int()
    .min(0)
    .max(366 * 86_400)
    .optional(),
  region: schemas.region.optional(),
  signals: z.strictObject({ gpc: z.boolean().optional(), dnt: z.boolean().optional() }).optional(),
  evidence: z
    .strictObject({
      when: schemas.time,
      how: z.string().min(1).max(500),
      wording: z.string().min(1).max(5000),
      by: z.string().min(1).max(200),
    })
    .optional(),
  channel: z.enum(['email', 'sms', 'phone', 'post', 'push', 'messaging']).optional(),
  contact_point: schemas.subject.optional(),
  unit: schemas.slug.optional(),
  explicit: z.boolean().optional(),
});
type ConsentBody = z.infer<typeof consentBody>;

const consentAnswer = z.object({
  person: z.string(),
  record: z.string(),
  revision: z.string(),
  state: z.record(z.string(), z.object({ status: z.string(), valid_until: z.string().nullable() })),
  receipt: z.string(),
  subject_token: z.string().optional(),
});

/** Acts of visitors: limited per site and network; a grant without a page token costs more. */
const ACTS = { burst: 120, everyMs: 500 };
const SITE_ACTS = { burst: 20_000, everyMs: 1 };

/** Exactly `1` counts, in any of several headers (W3C GPC). */
export const hasGpc = (header: string | undefined): boolean =>
  header?.split(',').some((p) => p.trim() === '1') === true;

export function visitorRoutes(ports: ConsentPorts): Routes {
  const siteOf = (s: Snapshot<Rulebook>, key: string): Site => s.book.sites[key]!;
  const noticeText = noticeReader(ports);
  return [
    route({
      method: 'get',
      path: '/v1/sites/{siteKey}/config',
      tag: 'Consent',
      summary: 'All that the widget needs',
      auth: { kind: 'site' },
      cors: true,
      params: z.object({ siteKey: z.string().max(64) }),
      query: z.strictObject({ lang: z.string().max(200).optional(), region: schemas.region.optional() }),
      answers: [
        { status: 200, description: 'The configuration' },
        { status: 304, description: 'Unchanged' },
      ],
      handler: async ({ c, params, query, region, now, context }) => {
        const snapshot = await ports.snapshot();
        const site = siteOf(snapshot, params.siteKey);
        const { language } = interfaceTexts(query.lang ?? c.req.header('accept-language') ?? '', site.languages);
        const notice = await noticeText(snapshot.book, site, languageOf(site, language), context());
        const config = siteConfig({
          book: snapshot.book,
          site,
          language: notice.language,
          notice: notice.text,
          policy: policyOf(region, query.region?.toUpperCase(), now),
          now,
        });
        const etag = etagOf(config);
        const cache = region === 'unknown' || query.region ? 'private, max-age=60' : 'private, max-age=300';
        const headers = { etag, 'cache-control': cache, vary: 'Accept-Language, Origin' };
        if (c.req.header('if-none-match') === etag) return new Response(null, { status: 304, headers });
        return json(config, 200, headers);
      },
    }),
    route({
      method: 'get',
      path: '/v1/sites/{siteKey}/services',
      tag: 'Consent',
      summary: 'Public declaration of services and cookies',
      auth: { kind: 'site' },
      cors: true,
      params: z.object({ siteKey: z.string().max(64) }),
      answers: [{ status: 200, description: 'Services by purpose' }],
      handler: async ({ params }) => {
        const { book } = await ports.snapshot();
        const site = book.sites[params.siteKey]!;
        const purposes = site.purposes
          .map((k) => book.purposes[k]!)
          .map((p) => ({ purpose: p.key, services: p.services.map((s) => book.services[s]) }));
        return json({ site: site.name, purposes }, 200, { 'cache-control': 'public, max-age=300' });
      },
    }),
    route({
      method: 'post',
      path: '/v1/sites/{siteKey}/page-token',
      tag: 'Consent',
      summary: 'A single-use token that shows that a page was open a moment ago',
      auth: { kind: 'site' },
      cors: true,
      params: z.object({ siteKey: z.string().max(64) }),
      answers: [
        { status: 201, description: 'The token', schema: z.object({ page_token: z.string(), expires_at: z.string() }) },
      ],
      handler: ({ params, caller, address, now }) => {
        ports.limiter.take(`page:${params.siteKey}:${networkOf(address)}`, ACTS, now);
        const origin = caller.kind === 'site' ? (caller.origin ?? '') : '';
        const { token, expiresAt } = ports.tokens.page(params.siteKey, origin, now);
        return json({ page_token: token, expires_at: rfc3339(expiresAt) }, 201);
      },
    }),
    route({
      method: 'post',
      path: '/v1/consents',
      tag: 'Consent',
      summary: 'Record what a person allows, refuses or withdraws',
      description:
        'With a site key (from a page) or a secret key with scope `consent`. The server derives the verdict; its time is the record’s time.',
      auth: { kind: 'site_or_scope', scope: 'consent' },
      cors: true,
      body: consentBody,
      example: {
        subject: { type: 'email', id: 'jane@customers.example' },
        choices: { marketing_email: 'granted' },
        method: 'api',
        evidence: {
          when: '2026-01-05T10:00:00Z',
          how: 'paper form',
          wording: 'Yes, send me the newsletter',
          by: 'Shop Uppsala',
        },
      },
      answers: [{ status: 201, description: 'Recorded; with a signed receipt', schema: consentAnswer }],
      errors: ['unknown_purpose', 'unknown_notice', 'evidence_required', 'rate_limited', 'origin_refused'],
      handler: async (call) => {
        const snapshot = await ports.snapshot();
        const { body, caller, now } = call;
        refuseMisplaced(body, caller.kind === 'site');
        const site = caller.kind === 'site' ? siteOf(snapshot, caller.site) : undefined;
        if (site) limitActs(ports, site, body, networkOf(call.address), now);
        const context = call.context();
        const first = await actor(ports, body, site, context);
        const input = actInput(ports, body, site, {
          gpcHeader: hasGpc(call.c.req.header('sec-gpc')),
          region: call.region,
          now,
        });
        if (input.token && (await spentElsewhere(ports, first, input.token, context))) input.token = undefined;
        const result = await atHome(ports.vaults, first, (vault, who) =>
          vault.run('consent.record', { ...input, ...who }, context),
        );
        const done = need(result);
        return answered(result, 201, () => ({
          person: done.person,
          record: done.record,
          state: done.state,
          receipt: signReceipt(
            receiptOf(snapshot.book, done.person, recordOf(snapshot.book, input, done), ports.publicUrl),
            ports.receiptKeys[0]!,
          ),
          subject_token: tokenFor(ports, body, done, site?.key ?? ''),
          cookie: site?.cookie_domain ? cookieOf(ports, site.key, done) : undefined,
        }));
      },
    }),
    route({
      method: 'get',
      path: '/v1/consents/me',
      tag: 'Consent',
      summary: 'A visitor’s own state and history',
      auth: { kind: 'subject' },
      cors: true,
      answers: [{ status: 200, description: 'State by purpose, and every act' }],
      handler: async ({ caller, context }) => {
        const own = caller.kind === 'subject' ? await followMerges(ports.vaults, caller.person, context()) : null;
        if (!own) throw new Refusal('not_found', 'nothing is recorded under this token');
        return answered(await homeOf(ports.vaults, own).run('consent.mine', { person: own }, context()), 200, (v) => ({
          person: own,
          ...(v as object),
        }));
      },
    }),
    route({
      method: 'post',
      path: '/v1/links',
      tag: 'Consent',
      summary: 'Tie a visitor to a known person, with two proofs',
      description:
        'The first proof is the visitor’s own subject token, the second the caller’s secret key with scope `consent`. Only that visitor’s own acts are carried; nothing is widened.',
      auth: { kind: 'scope', scope: 'consent' },
      body: z.strictObject({ subject_token: z.string().max(1024), subject: schemas.subject }),
      example: { subject_token: 'st_…', subject: { type: 'customer', id: 'shop~1001' } },
      answers: [{ status: 200, description: 'Linked', schema: z.object({ person: z.string(), linked: z.boolean() }) }],
      errors: ['not_found', 'conflict'],
      handler: async ({ body, context }) => {
        const token = ports.tokens.readSubject(body.subject_token);
        if (!token)
          throw new Refusal('invalid', 'this is no subject token of ours', [
            { path: '/body/subject_token', message: 'is not valid' },
          ]);
        const visitor = await followMerges(ports.vaults, token.person, context());
        const known = await findPerson(ports.vaults, ports.lookup, body.subject, context());
        if (!visitor || !known)
          throw new Refusal('not_found', 'no person is known by this subject', [
            { path: visitor ? '/body/subject' : '/body/subject_token', message: 'leads to nobody' },
          ]);
        if (visitor !== known) await linkVisitor(ports, token.person, visitor, known, context());
        return json({ person: known, linked: true });
      },
    }),
    ...receiptRoutes(ports),
    ...confirmRoutes(ports),
  ];
}

/** Ties a visitor to a person. Who is somebody already, by an earlier link or an identifier, is no visitor any more. */
async function linkVisitor(
  ports: ConsentPorts,
  named: string,
  from: string,
  into: string,
  context: CallContext,
): Promise<void> {
  const home = homeOf(ports.vaults, from);
  const row = need(await home.run('identity.person', { person: from }, context));
  if (named !== from || row?.known)
    throw new Refusal('conflict', 'this token belongs to a known person: two persons are joined by merging');
  const done = await runSaga(home as never, linkSaga(ports.vaults), `lnk_${from}`, { from, into, moved: null });
  if (done.into !== into) throw new Refusal('conflict', 'this visitor is being tied to another person');
}

function receiptRoutes(ports: ConsentPorts): Routes {
  return [
    route({
      method: 'get',
      path: '/v1/receipts/{id}',
      tag: 'Consent',
      summary: 'The receipt of one act, with its place in the log once that is published',
      auth: { kind: 'subject' },
      cors: true,
      params: z.object({
        id: z.string().regex(/^(rec|rcp)_[a-z]{2}[0-9a-f]{4}[0-9a-z]{20}$/, 'must be rec_… or rcp_…'),
      }),
      answers: [{ status: 200, description: 'JWS, JSON-LD and inclusion proof' }],
      errors: ['not_found'],
      handler: async ({ params, caller, context }) => {
        const record = params.id.replace(/^rcp_/, 'rec_');
        const own = caller.kind === 'subject' ? await followMerges(ports.vaults, caller.person, context()) : null;
        const home = own ? homeOf(ports.vaults, own) : undefined;
        const found = own && home ? need(await home.run('consent.receipt', { record, person: own }, context())) : null;
        if (!own || !home || !found) throw new Refusal('not_found', 'there is no such receipt under this token');
        const view = found.record as unknown as RecordView;
        const proof = need(await home.run('log.proof', { seq: view.log_seq }, context()));
        const { book } = await ports.snapshot();
        const receipt = receiptOf(book, own, view, ports.publicUrl);
        return json({
          jws: signReceipt(receipt, ports.receiptKeys[0]!),
          receipt,
          log: proof ? { state: 'published', ...proof } : { state: 'sequenced', index: view.log_seq },
        });
      },
    }),
    route({
      method: 'post',
      path: '/v1/receipts/verify',
      tag: 'Consent',
      summary: 'Check a receipt’s signature',
      auth: { kind: 'public', because: 'whoever holds a receipt may check it' },
      cors: true,
      body: z.strictObject({ receipt: z.string().min(10).max(60_000) }),
      answers: [{ status: 200, description: 'Whether it is ours and unchanged' }],
      handler: ({ body }) => {
        const checked = verifyReceipt(body.receipt, ports.receiptKeys.map(publicJwk));
        return json(
          checked.ok
            ? { valid: true, kid: checked.kid, receipt: checked.receipt }
            : { valid: false, reason: checked.error },
        );
      },
    }),
    route({
      method: 'get',
      path: '/.well-known/jwks.json',
      tag: 'Consent',
      summary: 'Public keys of the receipts, with history',
      auth: { kind: 'public', because: 'public keys' },
      cors: true,
      answers: [{ status: 200, description: 'JWK set' }],
      handler: () => json({ keys: ports.receiptKeys.map(publicJwk) }, 200, { 'cache-control': 'public, max-age=300' }),
    }),
    route({
      method: 'get',
      path: '/.well-known/gpc.json',
      tag: 'Consent',
      summary: 'We honour Global Privacy Control',
      auth: { kind: 'public', because: 'the GPC specification asks for it' },
      answers: [{ status: 200, description: 'Support of GPC' }],
      handler: async () =>
        json({ gpc: true, lastUpdate: (await ports.snapshot()).book.compiled_at.slice(0, 10) }, 200, {
          'cache-control': 'public, max-age=3600',
        }),
    }),
  ];
}

/** Texts of notices, read once per version and language. */
function noticeReader(ports: ConsentPorts) {
  const held = new Map<string, { texts: Record<string, NoticeText> }>();
  return async (
    book: Rulebook,
    site: Site,
    language: string,
    context: CallContext,
  ): Promise<{ language: string; text: NoticeText }> => {
    const { version } = book.notices[site.notice]!;
    const name = `${site.notice}@${version}`;
    let notice = held.get(name);
    if (!notice) {
      const row = need(
        await ports.registry.run('definitions.get', { kind: 'notices', key: site.notice, version }, context),
      );
      notice = { texts: (row?.body.texts ?? {}) as unknown as Record<string, NoticeText> };
      held.set(name, notice);
    }
    const found = notice.texts[language]
      ? language
      : (site.languages.find((l) => notice.texts[l]) ?? Object.keys(notice.texts)[0]!);
    return { language: found, text: notice.texts[found]! };
  };
}

const languageOf = (site: Site, wanted: string): string =>
  site.languages.find((l) => l.toLowerCase() === wanted.toLowerCase()) ?? site.languages[0]!;

/** With a site key nobody else can be named, and nothing can be reported. */
function refuseMisplaced(body: ConsentBody, bySite: boolean): void {
  const wrong: { path: string; message: string }[] = [];
  const refuse = (bad: boolean, path: string, message: string) => {
    if (bad) wrong.push({ path, message });
  };
  if (bySite) {
    refuse(body.subject !== undefined, '/body/subject', 'a page can only speak for its own visitor');
    refuse(!siteMethods.includes(body.method as 'custom'), '/body/method', 'needs a secret key');
    refuse(body.evidence !== undefined, '/body/evidence', 'needs a secret key');
    refuse(
      body.visitor === undefined && body.subject_token === undefined,
      '/body/visitor',
      'send the visitor, or the subject token',
    );
    refuse(body.notice === undefined, '/body/notice', 'say which notice was shown');
  } else {
    refuse(body.subject === undefined, '/body/subject', 'say whose choice it is');
    refuse(siteMethods.includes(body.method as 'custom'), '/body/method', 'a secret key reports: api, import or staff');
    refuse(body.page_token !== undefined || body.visitor !== undefined, '/body/visitor', 'is for pages');
  }
  if (wrong.length > 0) throw new Refusal('invalid', 'these members do not go together', wrong);
}

function limitActs(ports: ConsentPorts, site: Site, body: ConsentBody, network: string, now: number): void {
  const grants = Object.values(body.choices).includes('granted');
  ports.limiter.take(`acts:${site.key}:${network}`, ACTS, now, grants && !body.page_token ? 4 : 1);
  ports.limiter.take(`acts:${site.key}`, SITE_ACTS, now);
}

/** Whose act it is: the token's person, the visitor, or the subject that a service names. */
async function actor(
  ports: ConsentPorts,
  body: ConsentBody,
  site: Site | undefined,
  context: CallContext,
): Promise<Located> {
  if (site) {
    const token = body.subject_token ? ports.tokens.readSubject(body.subject_token) : undefined;
    if (body.subject_token && !token && body.visitor === undefined)
      throw new Refusal('unauthenticated', 'this subject token is not valid');
    if (token) return { vault: homeOf(ports.vaults, token.person), person: token.person };
    const ident = ports.lookup.ident({ type: 'visitor', id: body.visitor! });
    return { vault: vaultOfBits(ports.vaults, ident.bits), ident };
  }
  const known = await findPerson(ports.vaults, ports.lookup, body.subject!, context);
  if (known) return { vault: homeOf(ports.vaults, known), person: known };
  if (body.subject!.type === 'person' || body.subject!.type === 'email_sha256')
    throw new Refusal('not_found', 'nobody is known by this subject', [
      { path: '/body/subject', message: 'leads to nobody' },
    ]);
  const ident = ports.lookup.ident(body.subject!);
  return { vault: vaultOfBits(ports.vaults, ident.bits), ident };
}

/** A page token is spent in the vault of its own bits; where that is the person's, within the act's transaction. */
async function spentElsewhere(
  ports: ConsentPorts,
  first: Located,
  token: { id: string; expires_at: number },
  context: CallContext,
): Promise<boolean> {
  const home = vaultOfBits(ports.vaults, Buffer.from(token.id, 'base64url').readUInt16BE(0));
  if (home === first.vault) return false;
  const command = context.command ? `${context.command}:token` : undefined;
  need(await home.run('token.spend', token, { ...context, command }));
  return true;
}

/**
 * A visitor's own token. Once the visitor is tied to a person, the visitor's id (which tags and logs may know) proves
 * nothing any more: then only who shows a token keeps one.
 */
function tokenFor(
  ports: ConsentPorts,
  body: ConsentBody,
  done: { person: string; keyed: boolean },
  site: string,
): string | undefined {
  const proved = body.subject_token !== undefined && ports.tokens.readSubject(body.subject_token) !== undefined;
  return !done.keyed || proved || site === '' ? ports.tokens.subject(done.person, site) : undefined;
}

/** Only sites that span subdomains ask for it: a signature costs more than the act itself. */
const cookieOf = (
  ports: ConsentPorts,
  site: string,
  done: { at: number; state: Record<string, { status: string }> },
): string => {
  const granted = Object.entries(done.state).flatMap(([p, s]) => (s.status === 'granted' ? [p] : []));
  return signCookie({ site, granted, at: done.at }, ports.receiptKeys[0]!);
};

type Seen = { gpcHeader: boolean; region: string; now: number };

function actInput(
  ports: ConsentPorts,
  body: ConsentBody,
  site: Site | undefined,
  seen: Seen,
): Omit<RecordInput, 'person' | 'ident'> {
  const gpc = seen.gpcHeader || body.signals?.gpc === true;
  const page = body.page_token ? ports.tokens.readPage(body.page_token, seen.now) : undefined;
  const grants = Object.values(body.choices).includes('granted');
  const live = page !== undefined && !page.expired && page.site === site?.key;
  const when = body.evidence ? Date.parse(body.evidence.when) : undefined;
  return {
    method: body.method as Method,
    site: site?.key,
    unit: body.unit ?? site?.unit,
    notice: body.notice
      ? { key: body.notice.id, version: body.notice.version, language: body.notice.language }
      : undefined,
    choices: body.choices,
    detail: {
      channel: body.channel,
      contact_point: body.contact_point ? ports.lookup.ident(body.contact_point).hashes[0] : undefined,
      unit: body.unit,
      // A page may not loosen what the server found, and `unknown` is the strictest of all; a service is believed.
      region: seen.region !== 'unknown' ? seen.region : site ? undefined : body.region?.toUpperCase(),
      signals: gpc || body.signals?.dnt ? { gpc: gpc || undefined, dnt: body.signals?.dnt } : undefined,
      explicit: body.explicit,
      told: gpc && body.method === 'custom' ? true : undefined,
      no_page_token: site && grants && !live ? true : undefined,
      queued_seconds: body.queued_seconds,
      reported: site ? undefined : (when ?? seen.now),
    },
    evidence: body.evidence,
    token: live && grants ? { id: page.id, expires_at: page.expiresAt } : undefined,
  };
}

type Done = {
  record: string;
  seq: number;
  log_seq: number;
  at: number;
  state: Record<string, { valid_until: string | null }>;
};

const recordOf = (book: Rulebook, input: Omit<RecordInput, 'person' | 'ident'>, done: Done): RecordView => ({
  id: done.record,
  seq: done.seq,
  at: rfc3339(done.at),
  method: input.method,
  site: input.site ?? null,
  notice: input.notice ? `${input.notice.key}@${input.notice.version}` : null,
  language: input.notice?.language ?? null,
  notice_hash: input.notice
    ? (book.notices[input.notice.key]?.hashes[input.notice.version]?.[input.notice.language] ?? null)
    : null,
  choices: input.choices as Record<string, string>,
  detail: { region: input.detail.region, until: untilOf(done.state) },
  log_seq: done.log_seq,
});

const untilOf = (state: Done['state']): Record<string, number> =>
  Object.fromEntries(
    Object.entries(state).flatMap(([p, s]) => (s.valid_until ? [[p, Date.parse(s.valid_until)]] : [])),
  );

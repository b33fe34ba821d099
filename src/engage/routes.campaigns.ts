import * as z from 'zod';
import { findPerson, homeOf, subjectOfRef } from '../consent';
import { answered, json, type Routes, route, schemas } from '../http';
import type { Subject } from '../identity';
import { askAll, type CallContext, everyVault, need, Refusal, vaultOfBits } from '../platform';
import type { Planned } from './campaign-operations';
import type { Measured } from './campaign-outcome';
import { campaignResult, mergeOutcomes } from './experiment';
import { type Campaign, campaignIn } from './kinds';
import { segmentRule, suppressedPoints } from './pump';
import type { EngagePorts } from './routes.ports';

const keyParam = z.object({ key: schemas.slug });
const runParam = z.object({ run: z.string().regex(/^run_[0-9a-z]{20}$/, 'must be run_…') });
const DAY = 86_400_000;

const sendBody = z.strictObject({
  /** Only these; nobody named: everybody whom the segment means. */
  people: z.array(schemas.personRef).min(1).max(1000).optional(),
});

export function campaignRoutes(ports: EngagePorts): Routes {
  return [...sendRoutes(ports), ...runRoutes(ports), ...deliveryRoutes(ports)];
}

async function campaignOf(ports: EngagePorts, key: string): Promise<Campaign> {
  const { book } = await ports.snapshot();
  const found = campaignIn(book, key);
  if (!found) throw new Refusal('not_found', `there is no campaign ${key}`);
  const problems = [];
  if (!book.purposes[found.purpose])
    problems.push({ path: '/purpose', message: `there is no purpose ${found.purpose}` });
  if (found.kind === 'marketing' && !book.purposes[found.purpose]?.direct_marketing)
    problems.push({ path: '/kind', message: 'marketing needs a purpose of direct marketing' });
  if (!book.units[found.unit]) problems.push({ path: '/unit', message: `there is no unit ${found.unit}` });
  if (problems.length > 0) throw new Refusal('invalid', `the campaign ${key} does not fit the rulebook`, problems);
  return found;
}

/** Resolves references to active persons; all that lead to nobody are named at once. */
async function personsOf(ports: EngagePorts, refs: readonly string[], context: CallContext): Promise<string[]> {
  const found = await Promise.all(
    refs.map((ref) => findPerson(ports.vaults, ports.lookup, subjectOfRef(ref), context)),
  );
  const wrong = found.flatMap((p, i) =>
    p === null ? [{ path: `/body/people/${i}`, message: 'leads to nobody' }] : [],
  );
  if (wrong.length > 0) throw new Refusal('not_found', 'some of these people are not known', wrong);
  return [...new Set(found as string[])];
}

/** Plans a run over all vaults, a slice at a time: decides of everybody, reserves contacts, queues messages. */
async function planRun(
  ports: EngagePorts,
  c: Campaign,
  run: string,
  people: string[] | undefined,
  context: CallContext,
) {
  const segment = await segmentRule(ports.registry, c.segment, context);
  const counts: Record<string, number> = {};
  for (const vault of everyVault(ports.vaults)) {
    const own = people?.filter((p) => homeOf(ports.vaults, p) === vault);
    if (own?.length === 0) continue;
    for (let after: string | null = ''; after !== null; ) {
      const page: Planned = need(
        await vault.run('campaign.plan', { run, campaign: c.key, segment, after, people: own }, context),
      );
      for (const [state, n] of Object.entries(page.counts)) counts[state] = (counts[state] ?? 0) + n;
      after = page.after;
    }
  }
  need(await ports.registry.run('run.planned', { run }, context));
  return counts;
}

function sendRoutes(ports: EngagePorts): Routes {
  return [
    route({
      method: 'post',
      path: '/v1/campaigns/{key}/send',
      tag: 'Campaigns',
      summary: 'Decide of everybody whom a campaign means, reserve the contacts, and queue the mails',
      description:
        'Each person is decided here and again at the moment of sending, in their own vault, together with the contact pressure over all units and addresses. Nothing is sent that was withdrawn meanwhile.',
      auth: { kind: 'scope', scope: 'release' },
      params: keyParam,
      body: sendBody,
      limit: 512 * 1024,
      example: { people: ['customer:shop~1001'] },
      answers: [{ status: 202, description: 'The run, and how many are planned, held out and skipped' }],
      errors: ['not_found', 'invalid'],
      handler: async ({ params, body, context }) => {
        const c = await campaignOf(ports, params.key);
        const secondary = context({ command: undefined });
        const people = body.people && (await personsOf(ports, body.people, secondary));
        const started = need(await ports.registry.run('run.start', { campaign: c.key, version: c.version }, context()));
        const counts = await planRun(ports, c, started.run, people, secondary);
        return json({ run: started.run, campaign: c.key, version: c.version, counts }, 202);
      },
    }),
    route({
      method: 'post',
      path: '/v1/campaigns/{key}/explain',
      tag: 'Campaigns',
      summary: 'Why this person, or why not',
      auth: { kind: 'scope', scope: 'release' },
      params: keyParam,
      body: z.strictObject({ subject: schemas.subject }),
      example: { subject: { type: 'customer', id: 'shop~1001' } },
      answers: [{ status: 200, description: 'The decision, each address, and the contact pressure' }],
      errors: ['not_found'],
      handler: async ({ params, body, context }) => {
        const c = await campaignOf(ports, params.key);
        const person = await findPerson(ports.vaults, ports.lookup, body.subject, context());
        if (!person) throw new Refusal('not_found', 'nobody is known by this');
        const home = homeOf(ports.vaults, person);
        const points = need(await home.run('campaign.points', { person }, context()));
        const suppressed = await suppressedPoints(ports.vaults, points, c.purpose);
        const segment = await segmentRule(ports.registry, c.segment, context());
        return answered(
          await home.run('campaign.explain', { campaign: c.key, segment, person, suppressed }, context()),
        );
      },
    }),
  ];
}

function runRoutes(ports: EngagePorts): Routes {
  const auth = { kind: 'scope', scope: 'release' } as const;
  const runOf = async (run: string, context: CallContext) => {
    const row = need(await ports.registry.run('run.get', { run }, context));
    if (!row) throw new Refusal('not_found', 'there is no such run');
    return row;
  };
  return [
    route({
      method: 'get',
      path: '/v1/campaigns/{key}/runs',
      tag: 'Campaigns',
      summary: 'Sendings of a campaign, newest first',
      auth,
      params: keyParam,
      answers: [{ status: 200, description: 'The runs' }],
      handler: async ({ params, context }) =>
        json({ data: need(await ports.registry.run('run.list', { campaign: params.key }, context())) }),
    }),
    route({
      method: 'get',
      path: '/v1/campaign-runs/{run}',
      tag: 'Campaigns',
      summary: 'What became of a run: counts by state and reason, and the uncertain ones',
      auth,
      params: runParam,
      answers: [{ status: 200, description: 'Counts that add up, and pseudonyms of those who may have got a mail' }],
      errors: ['not_found'],
      handler: async ({ params, context }) => {
        const row = await runOf(params.run, context());
        const { values } = await askAll(ports.vaults, 'campaign.counts', { run: params.run }, context());
        const listed = { run: params.run, state: 'uncertain' as const, after: '', limit: 200 };
        const uncertain = (await askAll(ports.vaults, 'campaign.listed', listed, context())).values.flat();
        return json({ ...row, counts: added(values.flat()), uncertain });
      },
    }),
    route({
      method: 'post',
      path: '/v1/campaign-runs/{run}/stop',
      tag: 'Campaigns',
      summary: 'Send nothing more of this run',
      auth,
      params: runParam,
      body: z.strictObject({}),
      answers: [{ status: 200, description: 'Stopped; what was handed over before stays so' }],
      errors: ['not_found'],
      handler: async ({ params, context }) =>
        answered(await ports.registry.run('run.stop', { run: params.run }, context())),
    }),
    ...resultRoutes(ports),
  ];
}

function resultRoutes(ports: EngagePorts): Routes {
  const auth = { kind: 'scope', scope: 'release' } as const;
  const runOf = async (run: string, context: CallContext) => {
    const row = need(await ports.registry.run('run.get', { run }, context));
    if (!row) throw new Refusal('not_found', 'there is no such run');
    return row;
  };
  return [
    route({
      method: 'get',
      path: '/v1/campaign-runs/{run}/result',
      tag: 'Campaigns',
      summary: 'What the campaign caused, against its control group; without one: attributed only',
      auth,
      params: runParam,
      answers: [{ status: 200, description: 'Incremental margin with its interval, or attributed margin' }],
      errors: ['not_found', 'precondition_failed'],
      handler: async ({ params, context, now }) => {
        const row = await runOf(params.run, context());
        const c = await campaignOf(ports, row.campaign);
        if (!c.measure) throw new Refusal('precondition_failed', 'this campaign names no purpose for measuring');
        const until = Math.min(now, row.started_at + c.measure.days * DAY);
        const parts = await outcomes(ports, { run: row.id, campaign: c.key, from: row.started_at, until }, context());
        const result = campaignResult({ ...parts, share: c.holdout, cost: c.cost });
        return json({ run: row.id, campaign: c.key, measured_until: new Date(until).toISOString(), result });
      },
    }),
  ];
}

async function outcomes(
  ports: EngagePorts,
  of: { run: string; campaign: string; from: number; until: number },
  context: CallContext,
) {
  const parts = [];
  for (const vault of everyVault(ports.vaults)) {
    for (let after: string | null = ''; after !== null; ) {
      const page: Measured = need(await vault.run('campaign.outcome', { ...of, after, limit: 200 }, context));
      parts.push(page);
      after = page.after;
    }
  }
  return { treated: mergeOutcomes(parts.map((p) => p.treated)), control: mergeOutcomes(parts.map((p) => p.control)) };
}

/** The counts of all vaults as one. */
function added(rows: readonly { state: string; reason: string | null; n: number }[]) {
  const sums = new Map<string, { state: string; reason: string | null; n: number }>();
  for (const row of rows) {
    const key = `${row.state}/${row.reason ?? ''}`;
    const known = sums.get(key);
    sums.set(key, known ? { ...known, n: known.n + row.n } : { ...row });
  }
  return [...sums.values()].sort((p, q) => q.n - p.n || (p.state < q.state ? -1 : 1));
}

const reported = z.strictObject({
  address: schemas.subject.refine((s) => s.type === 'email' || s.type === 'email_sha256', 'must be an e-mail address'),
  event: z.enum(['hard_bounce', 'complaint']),
});

/** What mail servers report: a hard bounce closes the address for everything, a complaint for marketing. */
function deliveryRoutes(ports: EngagePorts): Routes {
  return [
    route({
      method: 'post',
      path: '/v1/deliveries',
      tag: 'Campaigns',
      summary: 'Report a bounce or a complaint',
      description:
        'A hard bounce suppresses the address for every purpose, transactional mail included. A complaint suppresses it for all direct marketing and is an objection of the person.',
      auth: { kind: 'scope', scope: 'release' },
      body: reported,
      example: { address: { type: 'email', id: 'gone@customers.example' }, event: 'hard_bounce' },
      answers: [{ status: 200, description: 'What is suppressed now' }],
      handler: async ({ body, context }) => {
        const { book } = await ports.snapshot();
        const ident = ports.lookup.ident(body.address);
        const marketing = Object.values(book.purposes).filter((p) => p.direct_marketing);
        const scopes = body.event === 'hard_bounce' ? ['*'] : marketing.map((p) => p.key);
        const reason = body.event === 'hard_bounce' ? ('bounced' as const) : ('complaint' as const);
        const home = vaultOfBits(ports.vaults, ident.bits);
        const secondary = context({ command: undefined });
        for (const scope of scopes)
          need(await home.run('identity.suppress', { hashes: ident.exact, scope, reason }, secondary));
        if (body.event === 'complaint') await objectFor(ports, body.address, secondary);
        return json({ suppressed: scopes });
      },
    }),
  ];
}

async function objectFor(ports: EngagePorts, address: Subject, context: CallContext): Promise<void> {
  const person = await findPerson(ports.vaults, ports.lookup, address, context);
  if (!person) return;
  const input = { person, narrowing: { what: 'all_marketing' as const }, source: 'complaint' };
  need(await homeOf(ports.vaults, person).run('preference.narrow', input, context));
}

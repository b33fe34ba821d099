import * as z from 'zod';
import { findPerson, homeOf } from '../consent';
import { answered, json, type Routes, route, schemas } from '../http';
import { type CallContext, DAY, need, Refusal, type Wire } from '../platform';
import { fitEverybody, relationsOf, scoreEverybody } from './gather';
import { type Analyses, analysesIn } from './kinds';
import { MODEL_VERSION } from './lifetime-value';
import { type Asked, framed, type ReportKind } from './report';
import { CUSTOMER_REPORTS, newestModel, scoreModelOf } from './reports-customers';
import { DATA_REPORTS } from './reports-data';
import { PROGRAMME_REPORTS } from './reports-programme';
import { PROOF_REPORTS } from './reports-proof';
import type { InsightPorts } from './routes.ports';

const auth = { kind: 'scope', scope: 'release' } as const;
const REPORTS: Readonly<Record<string, ReportKind>> = {
  ...CUSTOMER_REPORTS,
  ...PROGRAMME_REPORTS,
  ...PROOF_REPORTS,
  ...DATA_REPORTS,
};
const names = Object.keys(REPORTS) as [string, ...string[]];

const fitBody = z.strictObject({
  /** Fit what happened until then, and test it on what followed; absent: everything is fitted. */
  cut: schemas.time.optional(),
  /** Write the scores of everybody who may be scored. */
  score: z.boolean().default(true),
});

const reportQuery = z.strictObject({
  from: schemas.time.optional(),
  until: schemas.time.optional(),
  survey: schemas.slug.optional(),
});

export const insightRoutes = (ports: InsightPorts): Routes => [
  ...modelRoutes(ports),
  ...reportRoutes(ports),
  ...measureRoutes(ports),
];

async function rulesOf(ports: InsightPorts) {
  const { book } = await ports.snapshot();
  const analyses = analysesIn(book);
  if (!analyses) throw new Refusal('precondition_failed', 'declare first how analyses are made: PUT /v1/analyses/main');
  return { book, analyses };
}

function modelRoutes(ports: InsightPorts): Routes {
  return [
    route({
      method: 'post',
      path: '/v1/insight/fits',
      tag: 'Insight',
      summary: 'Fit the lifetime model over all vaults and write the scores',
      description:
        'Vaults hand out counts of those whose profiling purpose allows it, nobody’s purchases. Every score is decided again when it is written.',
      auth,
      body: fitBody,
      example: { cut: '2026-06-30T23:59:59Z', score: false },
      answers: [{ status: 201, description: 'The model, its diagnostics, and how many were scored' }],
      errors: ['precondition_failed', 'conflict', 'invalid'],
      handler: async ({ body, now, context }) => {
        const { analyses } = await rulesOf(ports);
        const cut = body.cut === undefined ? now : Date.parse(body.cut);
        if (cut > now)
          throw new Refusal('invalid', 'this has not happened yet', [
            { path: '/body/cut', message: 'lies in the future' },
          ]);
        return json(await fitAndScore(ports, analyses, { cut, now, score: body.score }, context), 201);
      },
    }),
    route({
      method: 'post',
      path: '/v1/insight/explain',
      tag: 'Insight',
      summary: 'Why a person has the scores that they have, or has none',
      description: 'Where profiling is not allowed, the answer says so and nothing of the person is looked at.',
      auth,
      body: z.strictObject({ subject: schemas.subject }),
      example: { subject: { type: 'customer', id: 'shop~1001' } },
      answers: [{ status: 200, description: 'Permission, history, model, thresholds, scores' }],
      errors: ['not_found', 'precondition_failed'],
      handler: async ({ body, now, context }) => {
        const { analyses } = await rulesOf(ports);
        const person = await findPerson(ports.vaults, ports.lookup, body.subject, context());
        if (!person) throw new Refusal('not_found', 'nobody is known by this');
        const stored = await newestModel({ ports, context: context() });
        const model = { ...scoreModelOf(stored), as_of: now };
        const { thresholds } = await relationsOf(ports.vaults, { model, analyses }, context());
        return answered(
          await homeOf(ports.vaults, person).run('insight.explain', { person, model, thresholds }, context()),
        );
      },
    }),
    route({
      method: 'get',
      path: '/v1/insight/models',
      tag: 'Insight',
      summary: 'Models that were fitted, newest first',
      auth,
      answers: [{ status: 200, description: 'Models without their parameters' }],
      handler: async ({ context }) =>
        json({ version: MODEL_VERSION, data: need(await ports.registry.run('insight.models', {}, context())) }),
    }),
  ];
}

async function fitAndScore(
  ports: InsightPorts,
  analyses: Analyses,
  of: { cut: number; now: number; score: boolean },
  context: (extra?: Partial<CallContext>) => CallContext,
) {
  const secondary = context({ command: undefined });
  const fit = await fitEverybody(ports.vaults, { cut: of.cut, until: of.now, k: analyses.k }, secondary);
  if (!fit.ok) {
    const fields = fit.problems.map((message) => ({ path: '/', message }));
    throw new Refusal('conflict', 'these purchases do not determine a model', fields);
  }
  const { model, people, margin, excluded, holdout } = fit.fitted;
  const body = { model, margin, excluded, holdout } as unknown as Wire;
  const stored = need(await ports.registry.run('insight.put_model', { as_of: of.cut, people, body }, context()));
  const scored = of.score
    ? await score(ports, analyses, { id: stored.model, model, margin, now: of.now }, secondary)
    : null;
  return { model: stored.model, people, excluded, margin, diagnostics: model.diagnostics, holdout, scored };
}

type Fresh = { id: string; model: Parameters<typeof scoreModelOf>[0]['model']; margin: number; now: number };

/** Scores are made with everything that is known now, whatever the model was fitted on. */
async function score(ports: InsightPorts, analyses: Analyses, of: Fresh, context: CallContext) {
  const model = { ...scoreModelOf({ ...of, as_of: of.now, people: 0, created_at: 0, excluded: {}, holdout: null }) };
  const { thresholds } = await relationsOf(ports.vaults, { model, analyses }, context);
  return scoreEverybody(ports.vaults, { model, thresholds }, context);
}

function reportRoutes(ports: InsightPorts): Routes {
  return [
    route({
      method: 'get',
      path: '/v1/insight/reports',
      tag: 'Insight',
      summary: 'Which reports there are',
      auth,
      answers: [{ status: 200, description: 'Names and titles' }],
      handler: () => json({ data: Object.entries(REPORTS).map(([name, { title }]) => ({ name, title })) }),
    }),
    route({
      method: 'get',
      path: '/v1/insight/reports/{name}',
      tag: 'Insight',
      summary: 'A report over all units and vaults',
      description:
        'Counts only people whose purpose allows it, says who was left out and why, and hides cells with fewer people than k. A period is [from, until); the last 365 days when nothing is said.',
      auth,
      params: z.object({ name: z.enum(names) }),
      query: reportQuery,
      answers: [{ status: 200, description: 'The report in its frame: population, period, exclusions, k' }],
      errors: ['precondition_failed', 'invalid'],
      handler: async ({ params, query, now, context }) => {
        const kind = REPORTS[params.name]!;
        const asked: Asked = {
          ports,
          ...(await rulesOf(ports)),
          period: periodOf(query, now),
          now,
          survey: query.survey,
          context: context(),
        };
        return json(framed(params.name, kind, asked, await kind.make(asked)));
      },
    }),
  ];
}

function periodOf({ from, until }: z.infer<typeof reportQuery>, now: number) {
  const end = until === undefined ? now : Date.parse(until);
  const start = from === undefined ? end - 365 * DAY : Date.parse(from);
  if (start >= end)
    throw new Refusal('invalid', 'the period ends before it begins', [
      { path: '/query/from', message: 'must lie before until' },
    ]);
  return { from: start, until: end };
}

function measureRoutes(ports: InsightPorts): Routes {
  return [
    route({
      method: 'post',
      path: '/v1/insight/measurements',
      tag: 'Insight',
      summary: 'Write down what an objective has reached, where no metric measures it',
      description: '`staff_active` and `staff_entitled` say how many members of staff work with it, and should.',
      auth: { kind: 'scope', scope: 'admin' },
      body: z.strictObject({ objective: schemas.slug, value: z.number() }),
      example: { objective: 'complaints', value: 3 },
      answers: [{ status: 201, description: 'Written down' }],
      handler: async ({ body, context }) => answered(await ports.registry.run('insight.measure', body, context()), 201),
    }),
  ];
}

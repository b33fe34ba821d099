import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { consentOps, decide, editState, type PersonState, type Rulebook, readState } from '../../src/consent';
import { createLookup, identityOps } from '../../src/identity';
import { action, type CallContext, type Ops, trusted, type Wire } from '../../src/platform';
import { type Ground, ground, START, tester } from '../platform/ground';
import { type Asked, type Facts, type ModelPurpose, may, type Said, type World } from './model';

const DAY = 86_400_000;

const MODEL: Record<string, ModelPurpose> = {
  analytics: { basis: 'consent', device: 'analytics' },
  ads: { basis: 'consent', device: 'marketing' },
  sale: { basis: 'consent', device: 'sale', valid_days: 90 },
  session: { basis: 'contract', device: 'necessary' },
  news: {
    basis: 'consent',
    direct_marketing: true,
    channels: ['email', 'sms'],
    similar_products: true,
    valid_days: 30,
  },
  post: { basis: 'legitimate_interests', direct_marketing: true, channels: ['post'] },
  unit_news: { basis: 'consent', direct_marketing: true, channels: ['email'], units: 'own' },
  fraud: { basis: 'legitimate_interests' },
  health: { basis: 'consent', special_category: true },
  club: { basis: 'consent', double_opt_in: true },
};
const KEYS = Object.keys(MODEL);

const texts = { en: 'x' };
function bookOf(version: number, noticeVersion: number, minVersion: number): Rulebook {
  const purposes = Object.entries(MODEL).map(([key, p]) => [
    key,
    {
      key,
      version: 1,
      name: texts,
      text: texts,
      categories: [],
      recipients: [],
      services: [],
      retention_days: null,
      signals: [],
      ...p,
      device: p.device ?? null,
      direct_marketing: p.direct_marketing ?? false,
      channels: p.channels ?? [],
      similar_products: p.similar_products ?? false,
      valid_days: p.valid_days ?? null,
      double_opt_in: p.double_opt_in ?? false,
      special_category: p.special_category ?? false,
      units: p.units ?? 'group',
    },
  ]);
  const hashes = Object.fromEntries(Array.from({ length: noticeVersion }, (_, i) => [String(i + 1), { en: `h${i}` }]));
  return {
    version,
    hash: `b${version}`,
    compiled_at: new Date(START).toISOString(),
    policy_pack: 'test',
    controller: { name: 'Otter', contact: 'x' },
    units: {},
    purposes: Object.fromEntries(purposes) as Rulebook['purposes'],
    notices: { main: { key: 'main', version: noticeVersion, min_version: minVersion, hashes } },
    services: {},
    sites: {},
    parts: {},
  };
}

/** Facts come through consent's own door, as the rooms that learn them will bring them. */
const ops = {
  ...identityOps,
  ...consentOps,
  'test.facts': action(trusted<{ person: string; set: Wire }>(), (w, i) => {
    editState(w.db, i.person, (s) => ({ ...s, ...(i.set as Partial<PersonState>) }));
    return { seq: w.audit('facts', { person: i.person }) };
  }),
} satisfies Ops;

const POINTS = ['hashA', 'hashB'] as const;
const REGIONS = ['DE', 'FR', 'GB', 'CH', 'US', 'US-CA', 'US-CO', 'US-MD', 'CA', 'BR', 'IN', 'KR', undefined] as const;

type Step =
  | {
      do: 'say';
      purpose: string;
      say: Said['say'];
      own: boolean;
      age: number;
      channel?: string;
      point?: string;
      unit?: string;
      region?: string;
      gpc: boolean;
      told: boolean;
      explicit: boolean;
      noticed: boolean;
    }
  | { do: 'wait'; ms: number }
  | { do: 'publish'; anew: boolean }
  | {
      do: 'facts';
      residence?: string;
      age?: number;
      guardian: boolean;
      sale?: { unit: string; days: number; offered: boolean; point?: string };
    };

const maybe = <T>(...of: readonly T[]) => fc.constantFrom<T | undefined>(undefined, undefined, ...of);
const say: fc.Arbitrary<Step> = fc.record({
  do: fc.constant('say' as const),
  purpose: fc.constantFrom(...KEYS.filter((k) => k !== 'session')),
  say: fc.constantFrom('granted' as const, 'granted' as const, 'refused' as const, 'withdrawn' as const),
  own: fc.boolean(),
  /** Days since the evidence. */
  age: fc.constantFrom(0, 1, 10, 40),
  channel: maybe('email', 'sms'),
  point: maybe(...POINTS),
  unit: maybe('shop', 'cafe'),
  region: fc.constantFrom(...REGIONS),
  gpc: fc.constantFrom(false, false, true),
  told: fc.boolean(),
  explicit: fc.boolean(),
  noticed: fc.boolean(),
});
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: say },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('wait' as const),
      ms: fc.constantFrom(0, 1, 30 * DAY - 1, 30 * DAY, 90 * DAY, 181 * DAY, 700 * DAY),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('publish' as const), anew: fc.boolean() }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('facts' as const),
      residence: maybe('DE', 'US-CA', 'KR'),
      age: maybe(8, 12, 14, 17, 30),
      guardian: fc.boolean(),
      sale: fc.option(
        fc.record({
          unit: fc.constantFrom('shop', 'cafe'),
          days: fc.constantFrom(0, 100, 200),
          offered: fc.boolean(),
          point: maybe(...POINTS),
        }),
        { nil: undefined },
      ),
    }),
  },
);

const QUESTIONS: Asked[] = KEYS.flatMap((purpose) =>
  [undefined, 'email', 'post'].flatMap((channel) =>
    [undefined, ...POINTS].flatMap((point) => [undefined, 'shop'].map((unit) => ({ purpose, channel, point, unit }))),
  ),
);

let open: Ground | undefined;
let people = 0;
/** One database for all sequences: each has a person of its own, and the clock only goes on. */
function world(): Ground {
  open ??= ground({ ops });
  return open;
}
afterAll(() => open?.close());
let rulebook = 0;

async function ok(g: Ground, name: string, input: Wire, context: CallContext = tester): Promise<Wire> {
  const r = await g.run(name, input, context);
  if (!r.ok) throw new Error(`${name}: ${r.error.code} ${r.error.message} ${JSON.stringify(r.error.fields)}`);
  return r.value;
}

/** Runs a sequence through the product and writes the same history for the model. */
async function play(steps: readonly Step[]) {
  const g = world();
  const lookup = createLookup(g.secrets);
  const visitor = `v_${String(people++).padStart(22, '0')}`;
  const { person } = (await ok(g, 'identity.ensure', { ident: lookup.ident({ type: 'visitor', id: visitor }) })) as {
    person: string;
  };
  const model: World = { purposes: MODEL, minNotice: 1 };
  const said: Said[] = [];
  let facts: Facts = {};
  let notice = 1;
  const install = () =>
    ok(g, 'rulebook.install', { book: bookOf(++rulebook, notice, model.minNotice) as unknown as Wire });
  await install();
  for (const s of steps) {
    if (s.do === 'wait') g.clock.advance(s.ms);
    if (s.do === 'publish') {
      notice++;
      if (s.anew) model.minNotice = notice;
      await install();
    }
    if (s.do === 'facts') facts = await learn(g, person, facts, s);
    if (s.do === 'say') await speak(g, person, s, { notice, said, residence: facts.residence });
  }
  const state = readState(g.handle.db, person);
  return { g, model, said, facts, state, book: bookOf(rulebook, notice, model.minNotice), now: g.clock.now() };
}

type Books = { notice: number; said: Said[]; residence?: string };

async function speak(g: Ground, person: string, s: Extract<Step, { do: 'say' }>, books: Books): Promise<void> {
  const { notice, said, residence } = books;
  const now = g.clock.now();
  const reported = s.own ? undefined : now - s.age * DAY;
  const input = {
    person,
    method: s.own ? 'custom' : 'api',
    unit: s.unit,
    notice: s.noticed ? { key: 'main', version: notice, language: 'en' } : undefined,
    choices: { [s.purpose]: s.say },
    evidence: reported === undefined ? undefined : { when: 'x', how: 'x', wording: 'x', by: 'x' },
    detail: {
      channel: s.channel,
      contact_point: s.point,
      region: s.region,
      reported,
      explicit: s.explicit || undefined,
      signals: s.own && s.gpc ? { gpc: true } : undefined,
      told: s.own && s.gpc && s.told ? true : undefined,
    },
  };
  const r = await g.run('consent.record', input as Wire);
  if (!r.ok) {
    // The one act that is refused: a special category by report.
    if (r.error.code === 'forbidden' && s.purpose === 'health' && s.say === 'granted' && !s.own) return;
    throw new Error(`${r.error.code} ${r.error.message}`);
  }
  said.push({
    at: now,
    purpose: s.purpose,
    say: s.say,
    reported,
    notice: s.noticed ? notice : undefined,
    explicit: s.explicit,
    channel: s.channel,
    point: s.point,
    unit: s.unit,
    region: s.region,
    residence,
    gpc: s.own && s.gpc,
    told: s.own && s.gpc && s.told,
  });
}

async function learn(g: Ground, person: string, facts: Facts, s: Extract<Step, { do: 'facts' }>): Promise<Facts> {
  const now = g.clock.now();
  const next: Facts = {
    ...facts,
    ...(s.residence ? { residence: s.residence } : {}),
    ...(s.age === undefined ? {} : { age: { years: s.age, at: now } }),
    guardian: s.guardian,
    ...(s.sale
      ? { sales: [{ unit: s.sale.unit, at: now - s.sale.days * DAY, offered: s.sale.offered, point: s.sale.point }] }
      : {}),
  };
  const set = {
    residence: next.residence,
    age_band: next.age && { age: next.age.years, at: next.age.at },
    guardian: next.guardian ? { confirmed_at: now } : undefined,
    sales: next.sales?.map((x) => ({ unit: x.unit, at: x.at, opt_out_offered: x.offered ? 1 : 0, cp: x.point })),
  };
  await ok(g, 'test.facts', { person, set: set as Wire });
  return next;
}

const label = (q: Asked, allowed: boolean, reason?: string): string =>
  `${q.purpose}${q.channel ? ` by ${q.channel}` : ''}${q.point ? ` to ${q.point}` : ''}${q.unit ? ` for ${q.unit}` : ''}: ${allowed ? 'yes' : 'no'}${reason ? ` (${reason})` : ''}`;

describe('the product and the model', () => {
  it('agree on every question after any sequence of acts, signals, notices, facts and waiting', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 9 }), async (steps) => {
        const { model, said, facts, state, book, now } = await play(steps);
        if (said.length === 0) return;
        const wrong: string[] = [];
        for (const q of QUESTIONS) {
          const question = { purpose: q.purpose, channel: q.channel as 'email', contact_point: q.point, unit: q.unit };
          const d = decide(book, state, question, now);
          const expected = may(model, said, facts, q, now);
          if (d.allowed !== expected)
            wrong.push(`${label(q, d.allowed, d.reason)}, but the model says ${expected ? 'yes' : 'no'}`);
        }
        expect(wrong).toEqual([]);
      }),
      {
        numRuns: Number(process.env.RUNS ?? 300),
        interruptAfterTimeLimit: Number(process.env.MS ?? 12_000),
        markInterruptAsFailure: false,
      },
    );
  }, 40_000);

  it('control: the same comparison notices a product that forgets one no', async () => {
    const seen = await play([
      {
        do: 'say',
        purpose: 'analytics',
        say: 'granted',
        own: true,
        age: 0,
        gpc: false,
        told: false,
        explicit: false,
        noticed: false,
        region: 'DE',
      },
      {
        do: 'say',
        purpose: 'analytics',
        say: 'withdrawn',
        own: true,
        age: 0,
        gpc: false,
        told: false,
        explicit: false,
        noticed: false,
        region: 'DE',
      },
    ]);
    const forgetful = { ...seen.state!, acts: seen.state!.acts.map((a) => ({ ...a, s: 'granted' as const })) };
    const q = { purpose: 'analytics' };
    expect(decide(seen.book, seen.state, q, seen.now).allowed).toBe(may(seen.model, seen.said, {}, q, seen.now));
    expect(decide(seen.book, forgetful, q, seen.now).allowed).not.toBe(may(seen.model, seen.said, {}, q, seen.now));
  });

  it('an answer of the check is the answer of the rule', async () => {
    const seen = await play([
      {
        do: 'say',
        purpose: 'fraud',
        say: 'refused',
        own: true,
        age: 0,
        gpc: false,
        told: false,
        explicit: false,
        noticed: false,
        region: 'DE',
      },
    ]);
    for (const purpose of KEYS) {
      const answer = (await ok(seen.g, 'consent.check', { person: seen.said.length ? idOf(seen.g) : '', purpose })) as {
        allowed: boolean;
      };
      expect(answer.allowed).toBe(decide(seen.book, seen.state, { purpose }, seen.now).allowed);
    }
  });
});

/** The person made last. */
const idOf = (g: Ground): string =>
  g.handle.db.read('select id from person order by rowid desc limit 1').get<{ id: string }>()!.id;

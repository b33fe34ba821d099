import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTokens } from '../../src/access';
import { homeOf, linkSaga } from '../../src/consent';
import { createLookup } from '../../src/identity';
import { type CallContext, need, runSaga, type Saga, type Wire } from '../../src/platform';
import { openServer, PURPOSE_KEYS, type TestServer, visitorId } from '../platform/server';

const context: CallContext = { actor: { type: 'system', id: 'test' } };

type Act = {
  purpose: string;
  say: 'granted' | 'refused' | 'withdrawn';
  own: boolean;
  channel?: 'email' | 'sms';
  point?: 'hashA' | 'hashB';
  region?: string;
  gpc?: boolean;
};
type Question = { purpose: string; channel?: 'email'; contact_point?: string };

const QUESTIONS: Question[] = PURPOSE_KEYS.flatMap((purpose) =>
  ([undefined, 'email'] as const).flatMap((channel) =>
    [undefined, 'hashA'].map((contact_point) => ({ purpose, channel, contact_point })),
  ),
);

/** What can be done to people on one server, straight at the vaults. */
function peopleOf(server: TestServer) {
  const { vaults } = server.edge;
  const lookup = createLookup(server.secrets);
  const tokens = createTokens(server.secrets);
  let made = 0;
  const make = async (subject: { type: 'visitor' | 'email'; id: string }): Promise<string> => {
    const ident = lookup.ident(subject);
    const vault = vaults.at(Math.floor(ident.bits / (0x10000 / vaults.count)));
    return need(await vault.run('identity.ensure', { ident }, context)).person;
  };
  const say = async (person: string, a: Act): Promise<boolean> => {
    const input = {
      person,
      method: a.own ? 'custom' : 'api',
      choices: { [a.purpose]: a.say },
      evidence: a.own ? undefined : { when: 'x', how: 'x', wording: 'x', by: 'x' },
      detail: {
        channel: a.channel,
        contact_point: a.point,
        region: a.region,
        reported: a.own ? undefined : server.clock.now(),
        signals: a.gpc && a.own ? { gpc: true } : undefined,
      },
    };
    server.clock.advance(1000);
    return (await homeOf(vaults, person).run('consent.record', input as never, context)).ok;
  };
  const check = async (person: string, q: Question) =>
    need(await homeOf(vaults, person).run('consent.check', { person, ...q }, context));
  const answers = async (person: string): Promise<{ allowed: boolean; reason: string }[]> => {
    const all = [];
    for (const q of QUESTIONS) all.push(await check(person, q));
    return all;
  };
  const link = (visitor: string, subject: { type: string; id: string }) =>
    server.call('POST', '/v1/links', { subject_token: tokens.subject(visitor, ''), subject });
  const couple = async () => {
    const n = made++;
    const email = { type: 'email' as const, id: `person${n}@customers.example` };
    return { visitor: await make({ type: 'visitor', id: visitorId(`L${n}`) }), known: await make(email), email };
  };
  return { make, say, check, answers, link, couple, vaults };
}

const maybe = <T>(...of: readonly T[]) => fc.constantFrom<T | undefined>(undefined, undefined, ...of);
const act: fc.Arbitrary<Act> = fc.record({
  purpose: fc.constantFrom(...PURPOSE_KEYS.filter((p) => p !== 'session')),
  say: fc.constantFrom('granted' as const, 'refused' as const, 'withdrawn' as const),
  own: fc.boolean(),
  channel: maybe('email' as const, 'sms' as const),
  point: maybe('hashA' as const, 'hashB' as const),
  gpc: fc.boolean(),
});
const acts = fc.array(act, { minLength: 1, maxLength: 4 });
/** One place for both: where they differ, the rule itself changes, which is not the link's doing. */
const place = maybe('DE', 'US-CO', 'US-CA');

const SAID_NO = ['refused', 'withdrawn', 'objected', 'conflict'];

describe.each([1, 4])('linking a visitor to a known person, with %i vault(s)', (count) => {
  let server: TestServer;
  let people: ReturnType<typeof peopleOf>;
  beforeAll(async () => {
    server = await openServer({ vaults: count });
    await server.shop();
    people = peopleOf(server);
  });
  afterAll(() => server.close());

  it('allows nothing that neither allowed, and nothing to which either has said no', async () => {
    await fc.assert(
      fc.asyncProperty(acts, acts, place, async (mine, theirs, region) => {
        const { visitor, known, email } = await people.couple();
        for (const a of mine) await people.say(known, { ...a, region });
        for (const a of theirs) await people.say(visitor, { ...a, region });
        const before = { known: await people.answers(known), visitor: await people.answers(visitor) };
        expect((await people.link(visitor, email)).status).toBe(200);
        const after = await people.answers(known);
        const wrong = QUESTIONS.flatMap((q, i) => {
          const [k, v, a] = [before.known[i]!, before.visitor[i]!, after[i]!];
          if (!a.allowed) return [];
          const neither = !k.allowed && !v.allowed;
          const no = SAID_NO.includes(k.reason) || SAID_NO.includes(v.reason);
          return neither || no ? [`${JSON.stringify(q)}: ${a.reason}, but before ${k.reason} and ${v.reason}`] : [];
        });
        expect(wrong).toEqual([]);
      }),
      { numRuns: Number(process.env.RUNS ?? 60), interruptAfterTimeLimit: Number(process.env.MS ?? 6_000) },
    );
  }, 30_000);

  it('carries the word of a visitor over where the person had said nothing, and what the person says next counts', async () => {
    const { visitor, known, email } = await people.couple();
    await people.say(known, { purpose: 'fraud', say: 'refused', own: false });
    await people.say(visitor, { purpose: 'analytics', say: 'granted', own: true, region: 'DE' });
    await people.say(visitor, { purpose: 'fraud', say: 'granted', own: true, region: 'DE' });
    await people.link(visitor, email);
    expect(await people.check(known, { purpose: 'analytics' })).toMatchObject({ allowed: true, reason: 'granted' });
    expect((await people.check(known, { purpose: 'fraud' })).allowed).toBe(false);
    await people.say(known, { purpose: 'fraud', say: 'granted', own: true });
    expect((await people.check(known, { purpose: 'fraud' })).allowed).toBe(true);
  });

  it('carries records over once, leaves nothing at the source, and lets the visitor lead to the person', async () => {
    const { visitor, known, email } = await people.couple();
    await people.say(visitor, { purpose: 'analytics', say: 'granted', own: true });
    await people.link(visitor, email);
    await people.link(visitor, email);
    const seen = need(await homeOf(people.vaults, known).run('consent.history', { person: known }, context));
    expect(seen.history).toHaveLength(1);
    const source = need(await homeOf(people.vaults, visitor).run('identity.person', { person: visitor }, context));
    expect(source).toMatchObject({ status: 'merged', merged_into: known });
  });

  it('a link that names another person than the link under way is refused, and answers the truth', async () => {
    const { visitor, known, email } = await people.couple();
    const other = await people.couple();
    await people.say(visitor, { purpose: 'analytics', say: 'granted', own: true });
    const both = await Promise.all([people.link(visitor, email), people.link(visitor, other.email)]);
    const home = need(await homeOf(people.vaults, visitor).run('identity.person', { person: visitor }, context));
    for (const [answer, person] of [
      [both[0], known],
      [both[1], other.known],
    ] as const) {
      if (answer.status === 200) expect(answer.body.person).toBe(home?.merged_into);
      else expect([409, 503]).toContain(answer.status);
      if (home?.merged_into !== person)
        expect((await people.check(person, { purpose: 'analytics' })).allowed).toBe(false);
    }
  });

  it('never joins two known persons: a token that has led to somebody ties nobody else', async () => {
    const { visitor, email } = await people.couple();
    const bob = await people.couple();
    await people.say(visitor, { purpose: 'analytics', say: 'granted', own: true, region: 'DE' });
    expect((await people.link(visitor, email)).status).toBe(200);
    expect((await people.link(visitor, bob.email)).status).toBe(409);
    expect((await people.check(bob.known, { purpose: 'analytics' })).allowed).toBe(false);
    expect((await people.link(bob.known, email)).status).toBe(409);
    const still = need(await homeOf(people.vaults, bob.known).run('identity.person', { person: bob.known }, context));
    expect(still?.status).toBe('active');
  });

  const moments = [0, 1, 2].flatMap((step) => (['before', 'after'] as const).map((when) => ({ step, when })));
  it.each(moments)('killed $when its step $step allows no more than before, and is finished later', async (dies) => {
    const { visitor, known } = await people.couple();
    await people.say(known, { purpose: 'fraud', say: 'refused', own: true });
    await people.say(visitor, { purpose: 'analytics', say: 'granted', own: true, region: 'DE' });
    await people.say(visitor, { purpose: 'fraud', say: 'granted', own: true, region: 'DE' });
    const state = { from: visitor, into: known, moved: null as Wire };
    const mortal = dying(linkSaga(people.vaults) as unknown as Saga<typeof state>, dies);
    const home = homeOf(people.vaults, visitor) as never;
    await expect(runSaga(home, mortal, `lnk_${visitor}`, state)).rejects.toThrow('killed');
    const visitorMay = await people.check(visitor, { purpose: 'analytics' });
    const knownMay = await people.check(known, { purpose: 'analytics' });
    const frozen = dies.step > 0 || dies.when === 'after';
    if (frozen) expect(visitorMay.allowed).toBe(false);
    expect(visitorMay.allowed && knownMay.allowed).toBe(false);
    expect((await people.check(known, { purpose: 'fraud' })).allowed).toBe(false);

    server.clock.advance(31_000);
    await server.tick();
    expect((await people.check(known, { purpose: 'analytics' })).reason).toBe('granted');
    expect((await people.check(known, { purpose: 'fraud' })).allowed).toBe(false);
    const done = need(await homeOf(people.vaults, visitor).run('identity.person', { person: visitor }, context));
    expect(done?.status).toBe('merged');
  });
});

/** The saga with one step that dies at its beginning or right after its work. */
function dying<S extends Wire>(saga: Saga<S>, at: { step: number; when: 'before' | 'after' }): Saga<S> {
  const steps = saga.steps.map((step, i) => ({
    ...step,
    run: async (s: S, command: string): Promise<S> => {
      if (i === at.step && at.when === 'before') throw new Error('killed');
      const next = await step.run(s, command);
      if (i === at.step) throw new Error('killed');
      return next;
    },
  }));
  return { ...saga, steps };
}

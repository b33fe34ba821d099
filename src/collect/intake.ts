import { homeOf, type Rulebook } from '../consent';
import type { Ident, Lookup, Subject } from '../identity';
import { type CallContext, need, Refusal, type Vault, vaultOfBits } from '../platform';
import { type Drop, sumDrops } from './drop-store';
import { happenedAt, type Incoming, type Parcel } from './event';
import { identify } from './identify';
import { type Mapped, mapEvent } from './map';
import { isConsentEvent, recordReported } from './reported';
import type { CollectVaultOps, IntakePorts } from './routes.ports';
import type { Source } from './source';
import { type Signals, subjectsOf } from './subject';
import type { GivenEvent } from './write';

export type Taken = { stored: number; repeated: number; dropped: number };

/**
 * Takes one request in: maps its events, finds their persons, decides each in the person's vault, and counts what was
 * dropped. Nobody is made by an event, and what is dropped is stored nowhere.
 */
export async function takeIn(
  ports: IntakePorts,
  book: Rulebook,
  source: Source,
  parcel: Parcel,
  signals: Signals,
): Promise<Taken> {
  const drops: Drop[] = [];
  if (parcel.broken > 0) drops.push({ purpose: '', reason: 'malformed', count: parcel.broken });
  for (const event of parcel.events.filter(isConsentEvent))
    drops.push(...(await recordReported(ports, book, source, event, signals)));
  const plain = parcel.events.filter(isPlain);
  const mapped = plain.flatMap((event) => {
    const mapping = mapEvent(book, source, event);
    if (mapping.ok) return [{ event, mapped: mapping.event, at: happenedAt(event, parcel.sent, signals.received) }];
    drops.push({ purpose: mapping.purpose, reason: mapping.reason, count: 1 });
    return [];
  });
  for (const event of parcel.events.filter((e) => !isPlain(e) && !isConsentEvent(e)))
    drops.push(...(await identify(ports, book, source, event, signals)));
  const given = await findPersons(ports, source, mapped, signals, drops);
  return store(ports, source, given, signals, drops);
}

const isPlain = (e: Incoming): boolean => ['track', 'page', 'screen'].includes(e.type) && !isConsentEvent(e);

type Ready = { event: Incoming; mapped: Mapped; at: number };

const nameOf = (s: Subject): string => `${s.type}:${s.id}`;

async function findPersons(
  ports: IntakePorts,
  source: Source,
  ready: readonly Ready[],
  signals: Signals,
  drops: Drop[],
): Promise<GivenEvent[]> {
  const subjects = ready.map((r) => subjectsOf(source, r.event));
  const holders = await holdersOf(
    ports,
    subjects.flatMap((s) => [...s.user, ...s.anonymous]),
    signals.context,
  );
  const first = (list: readonly Subject[]) => list.map((s) => holders.get(nameOf(s))).find((p) => p !== undefined);
  const guarded: { given: GivenEvent; guard: string }[] = [];
  const given = ready.flatMap(({ event, mapped, at }, index): GivenEvent[] => {
    const [user, visitor] = [first(subjects[index]!.user), first(subjects[index]!.anonymous)];
    const person = user ?? visitor;
    if (!person) {
      drops.push({ purpose: mapped.purpose, reason: 'unknown_person', count: 1 });
      return [];
    }
    const made = { ...mapped, index, person, at, message: event.message };
    if (user && visitor && visitor !== user) guarded.push({ given: made, guard: visitor });
    return [made];
  });
  const refused = await refusedByVisitor(ports, source, guarded, signals, drops);
  return given.filter((g) => !refused.has(g));
}

/** Persons of many identifiers: one question to each directory. Junk identifies nobody. */
async function holdersOf(
  ports: IntakePorts,
  subjects: readonly Subject[],
  context: CallContext,
): Promise<Map<string, string>> {
  const byVault = new Map<Vault<CollectVaultOps>, { name: string; ident: Ident }[]>();
  const seen = new Set<string>();
  for (const subject of subjects) {
    const name = nameOf(subject);
    const ident = seen.has(name) ? undefined : identOrNothing(ports.lookup, subject);
    seen.add(name);
    if (!ident) continue;
    const vault = vaultOfBits(ports.vaults, ident.bits);
    byVault.set(vault, [...(byVault.get(vault) ?? []), { name, ident }]);
  }
  const holders = new Map<string, string>();
  await Promise.all(
    [...byVault].map(async ([vault, asked]) => {
      const found = need(await vault.run('identity.find_many', { idents: asked.map((a) => a.ident) }, context));
      found.forEach((f, i) => {
        if (f.person && !f.suppressed) holders.set(asked[i]!.name, f.person);
      });
    }),
  );
  return holders;
}

function identOrNothing(lookup: Lookup, subject: Subject): Ident | undefined {
  try {
    return lookup.ident(subject);
  } catch (e) {
    if (e instanceof Refusal) return undefined;
    throw e;
  }
}

/**
 * A known user on a device whose visitor is somebody else by our books: what the visitor has said no to is not collected
 * either.
 */
async function refusedByVisitor(
  ports: IntakePorts,
  source: Source,
  guarded: readonly { given: GivenEvent; guard: string }[],
  signals: Signals,
  drops: Drop[],
): Promise<Set<GivenEvent>> {
  const refused = new Set<GivenEvent>();
  const guards = new Map<string, GivenEvent[]>();
  for (const { given, guard } of guarded) guards.set(guard, [...(guards.get(guard) ?? []), given]);
  for (const [guard, events] of guards) {
    const questions = events.map((e) => ({
      purpose: e.purpose,
      category: e.category,
      unit: source.unit,
      gpc: signals.gpc || undefined,
      region: signals.region,
    }));
    const answer = need(
      await homeOf(ports.vaults, guard).run('collect.may', { person: guard, questions }, signals.context),
    );
    events.forEach((e, i) => {
      if (answer.moved === e.person || answer.allowed[i]) return;
      refused.add(e);
      drops.push({ purpose: e.purpose, reason: 'visitor_refused', count: 1 });
    });
  }
  return refused;
}

async function store(
  ports: IntakePorts,
  source: Source,
  given: readonly GivenEvent[],
  signals: Signals,
  drops: readonly Drop[],
): Promise<Taken> {
  const taken: Taken = { stored: 0, repeated: 0, dropped: drops.reduce((sum, d) => sum + d.count, 0) };
  let waiting = [...given];
  let counted = sumDrops(drops);
  for (let hop = 0; hop < 4 && (waiting.length > 0 || counted.length > 0); hop++) {
    const answers = await round(ports, source, waiting, signals, counted);
    counted = [];
    const again: GivenEvent[] = [];
    for (const answer of answers) {
      taken.stored += answer.stored;
      taken.repeated += answer.repeated;
      taken.dropped += answer.dropped.reduce((sum, d) => sum + d.count, 0);
      for (const m of answer.moved) again.push({ ...waiting.find((e) => e.index === m.index)!, person: m.person });
    }
    waiting = again;
  }
  return taken;
}

/** Each vault gets its own persons' events; the sums of what was dropped go along with the first. */
async function round(
  ports: IntakePorts,
  source: Source,
  events: readonly GivenEvent[],
  signals: Signals,
  drops: readonly Drop[],
) {
  const byVault = new Map<Vault<CollectVaultOps>, GivenEvent[]>();
  for (const event of events) {
    const vault = homeOf(ports.vaults, event.person);
    const list = byVault.get(vault);
    if (list) list.push(event);
    else byVault.set(vault, [event]);
  }
  if (byVault.size === 0) byVault.set(ports.vaults.at(0), []);
  const common = {
    source: source.name,
    unit: source.unit,
    channel: source.channel,
    gpc: signals.gpc || undefined,
    region: signals.region,
  };
  return Promise.all(
    [...byVault].map(async ([vault, list], i) =>
      need(
        await vault.run(
          'collect.store',
          { ...common, events: list, drops: i === 0 ? [...drops] : [] },
          signals.context,
        ),
      ),
    ),
  );
}

import type { Ident, Lookup } from '../identity';
import {
  type CallContext,
  type Connector,
  type ForeignRecord,
  need,
  Refusal,
  type Vaults,
  vaultOf,
  vaultOfId,
} from '../platform';
import type { Channel } from './audience';
import type { ConnectorBody } from './connector-kind';
import type { ForeignQuestion, foreignOps } from './foreign-operations';

type Edge = { vaults: Vaults<typeof foreignOps>; lookup: Lookup };

/** A record that the system would use though the answer is no. `outcome`: what was done about it. */
export type Mismatch = {
  record: string;
  person: string | null;
  purpose: string;
  reason: string;
  outcome: 'found' | 'restricted' | 'failed';
  detail?: string;
};

export type Reconciled = {
  /** Records read, and uses (a record for a purpose) that were asked about. */
  records: number;
  uses: number;
  mismatches: Mismatch[];
  links: { foreign: string; person: string }[];
};

/**
 * One page of a system's records, held against what people allow now: everyone whom it would contact though `decide()`
 * says no. With `fix`, each of them is restricted there and read again: only what then reads as restricted counts.
 */
export async function reconcilePage(
  edge: Edge,
  { id, body, connector, fix }: { id: string; body: ConnectorBody; connector: Connector; fix: boolean },
  records: readonly ForeignRecord[],
  context: CallContext,
): Promise<Reconciled> {
  const known = await identify(edge, records, context);
  const found: { mismatch: Mismatch; record: ForeignRecord }[] = [];
  let uses = 0;
  for (const k of known) {
    const asked = Object.keys(k.record.uses).filter((p) => k.record.uses[p] && body.uses[p]);
    uses += asked.length;
    const { person, answers } = await judge(edge, k, asked, body, context);
    k.person = person;
    for (const purpose of asked) {
      const answer = answers[purpose] ?? { allowed: false, reason: 'unknown_person' };
      if (answer.allowed) continue;
      const mismatch: Mismatch = { record: k.record.id, person, purpose, reason: answer.reason, outcome: 'found' };
      found.push({ mismatch, record: k.record });
    }
  }
  const links = known.flatMap((k) => (k.person ? [{ foreign: k.record.id, person: k.person }] : []));
  if (fix) {
    await noteLinks(edge, id, links, context);
    await restrict(connector, found);
  }
  return { records: records.length, uses, mismatches: found.map((f) => f.mismatch), links };
}

type Known = {
  record: ForeignRecord;
  person: string | null;
  suppressed: string[];
  /** Kind of contact point → its look-up hash. */
  points: Record<string, string>;
};

/** Whose records these are, by their first identifier that leads to somebody, and what is suppressed of them. */
async function identify(edge: Edge, records: readonly ForeignRecord[], context: CallContext): Promise<Known[]> {
  const known = records.map((record): Known => {
    return { record, person: null, suppressed: [], points: pointsIn(edge.lookup, record) };
  });
  const asks = new Map<number, { known: Known; rank: number; ident: Ident }[]>();
  const ranks = new Map<Known, number>();
  for (const k of known) {
    k.record.subjects.forEach((subject, rank) => {
      const ident = identOf(edge.lookup, subject);
      if (!ident) return;
      const index = vaultOf(ident.bits, edge.vaults.count);
      asks.set(index, [...(asks.get(index) ?? []), { known: k, rank, ident }]);
    });
  }
  for (const [index, list] of asks) {
    const idents = list.map((a) => a.ident);
    const answers = need(await edge.vaults.at(index).run('foreign.find', { idents }, context));
    list.forEach(({ known: k, rank }, i) => {
      const answer = answers[i]!;
      k.suppressed.push(...answer.suppressed);
      if (answer.person === null || rank >= (ranks.get(k) ?? Number.POSITIVE_INFINITY)) return;
      ranks.set(k, rank);
      k.person = answer.person;
    });
  }
  return known;
}

/** The contact points of a record, as the decision knows them: kind → look-up hash. */
export function pointsIn(lookup: Lookup, record: ForeignRecord): Record<string, string> {
  const points: Record<string, string> = {};
  for (const subject of record.subjects) {
    const ident = identOf(lookup, subject);
    if (ident) points[subject.type] ??= ident.hashes[0]!;
  }
  return points;
}

/** Which of them a channel reaches. */
export const pointFor = (points: Readonly<Record<string, string>>, channel: Channel | undefined): string | undefined =>
  channel && points[REACHES[channel] ?? ''];

/** What can't be an identifier (a mistyped number in the CRM) leads to nobody. */
function identOf(lookup: Lookup, subject: ForeignRecord['subjects'][number]): Ident | undefined {
  try {
    return lookup.ident(subject);
  } catch (e) {
    if (e instanceof Refusal) return undefined;
    throw e;
  }
}

const REACHES: Readonly<Record<string, string>> = { email: 'email', sms: 'phone', phone: 'phone' };

type Answers = Record<string, { allowed: boolean; reason: string }>;

async function judge(
  edge: Edge,
  k: Known,
  purposes: readonly string[],
  body: ConnectorBody,
  context: CallContext,
): Promise<{ person: string | null; answers: Answers }> {
  const questions = purposes.map((purpose): ForeignQuestion => {
    const channel = body.uses[purpose]?.channel;
    const point = pointFor(k.points, channel);
    const unit = body.unit ?? undefined;
    return { name: purpose, purpose, channel, contact_point: point, unit, suppressed: k.suppressed };
  });
  let person = k.person;
  for (let hop = 0; person !== null && hop < 5; hop++) {
    const home = vaultOfId(edge.vaults, person);
    if (!home) break;
    const { answers, moved } = need(await home.run('foreign.judge', { person, questions }, context));
    if (moved === null) return { person, answers };
    person = moved;
  }
  const blocked = (p: string) => k.suppressed.includes('*') || k.suppressed.includes(p);
  const reason = (p: string) => (blocked(p) ? 'suppressed' : 'unknown_person');
  return { person: null, answers: Object.fromEntries(purposes.map((p) => [p, { allowed: false, reason: reason(p) }])) };
}

export async function noteLinks(
  edge: Edge,
  connector: string,
  links: readonly { foreign: string; person: string }[],
  context: CallContext,
): Promise<void> {
  const byVault = new Map<number, { connector: string; foreign: string; person: string }[]>();
  for (const l of links) {
    const index = vaultOf(Number.parseInt(l.person.slice(6, 10), 16), edge.vaults.count);
    byVault.set(index, [...(byVault.get(index) ?? []), { connector, ...l }]);
  }
  for (const [index, list] of byVault)
    need(await edge.vaults.at(index).run('foreign.note_links', { links: list, because: connector }, context));
}

async function restrict(connector: Connector, found: readonly { mismatch: Mismatch; record: ForeignRecord }[]) {
  const byRecord = new Map<string, { record: ForeignRecord; purposes: string[] }>();
  for (const { mismatch, record } of found) {
    const entry = byRecord.get(record.id) ?? { record, purposes: [] };
    entry.purposes.push(mismatch.purpose);
    byRecord.set(record.id, entry);
  }
  if (byRecord.size === 0) return;
  const outcomes = new Map((await connector.restrict([...byRecord.values()])).map((o) => [o.id, o]));
  const after = new Map((await connector.read([...byRecord.keys()])).map((r) => [r.id, r]));
  for (const { mismatch } of found) {
    const outcome = outcomes.get(mismatch.record);
    const read = after.get(mismatch.record);
    const gone = outcome?.outcome === 'missing' || read === undefined;
    const good = gone || (outcome?.outcome === 'done' && read?.uses[mismatch.purpose] === false);
    mismatch.outcome = good ? 'restricted' : 'failed';
    if (!good) mismatch.detail = outcome?.detail ?? 'the system still reads as if it may';
  }
}

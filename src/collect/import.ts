import { homeOf, type Rulebook } from '../consent';
import { type Ident, isDirect, type PlainIdent, type Subject } from '../identity';
import { type CallContext, need, Refusal, type Vault, vaultOfBits } from '../platform';
import type { Counts } from './import-store';
import type { ImportRow } from './import-write';
import type { Row } from './lines';
import { type MappedRow, type Mapping, mapRow } from './mapping';
import type { CollectVaultOps, IntakePorts } from './routes.ports';

/** What holds for a whole import. */
export type Importing = {
  id: string;
  source: string;
  unit: string;
  country?: string;
  mapping: Mapping;
  dry: boolean;
  context: CallContext;
};

type Home = Vault<CollectVaultOps>;
type Named = { index: number; row: MappedRow; idents: PlainIdent[] };
type Placed = Named & { person: string | null; points: PlainIdent[] };
type Aside = { text: string; reason: string };

/**
 * Takes a batch of rows in: reads each by the mapping, finds or makes its person, claims its identifiers, then writes
 * choices and values in the person's vault. What can't be used is put aside, never stored silently. Answers the sums.
 */
export async function importBatch(
  ports: IntakePorts,
  book: Rulebook,
  i: Importing,
  rows: readonly Row[],
): Promise<Counts> {
  const counts: Counts = {};
  const aside: Aside[] = [];
  const named = rows.flatMap((row, index) => nameRow(ports, book, i, row, index, aside, counts));
  const placed = await place(ports, i, named, counts);
  if (i.dry) await preview(ports, i, placed, counts);
  else await write(ports, i, placed, counts);
  if (aside.length > 0) {
    add(counts, { rows_quarantined: aside.length });
    if (!i.dry) {
      const input = { import: i.id, source: i.source, rows: aside };
      need(await ports.vaults.at(0).run('import.quarantine', input, i.context));
    }
  }
  return counts;
}

/** Adds sums up. */
export function add(to: Counts, more: Counts): void {
  for (const [what, n] of Object.entries(more)) to[what] = (to[what] ?? 0) + n;
}

function nameRow(
  ports: IntakePorts,
  book: Rulebook,
  i: Importing,
  row: Row,
  index: number,
  aside: Aside[],
  counts: Counts,
): Named[] {
  if (!row) {
    aside.push({ text: '', reason: 'unreadable' });
    return [];
  }
  const mapped = mapRow(book, i.mapping, row, i);
  const idents = mapped.subjects.flatMap((s) => identOrNothing(ports, s, i.country, counts));
  if (idents.length > 0) return [{ index, row: mapped, idents }];
  aside.push({ text: JSON.stringify(row), reason: mapped.subjects.length > 0 ? 'bad_identifier' : 'no_identifier' });
  return [];
}

function identOrNothing(
  ports: IntakePorts,
  subject: Subject,
  country: string | undefined,
  counts: Counts,
): PlainIdent[] {
  try {
    return [ports.lookup.plain(subject, country)];
  } catch (e) {
    if (!(e instanceof Refusal)) throw e;
    add(counts, { identifiers_invalid: 1 });
    return [];
  }
}

const bare = ({ raw, value, ...ident }: PlainIdent): Ident => ident;

/** Groups by vault, asks each once, and gives the answers back in the order of the questions. */
async function ask<Q, A>(
  items: readonly Q[],
  vaultOf: (item: Q) => Home,
  run: (vault: Home, items: Q[]) => Promise<readonly A[]>,
): Promise<A[]> {
  const byVault = new Map<Home, number[]>();
  items.forEach((item, i) => {
    const vault = vaultOf(item);
    const list = byVault.get(vault);
    if (list) list.push(i);
    else byVault.set(vault, [i]);
  });
  const answers = new Array<A>(items.length);
  await Promise.all(
    [...byVault].map(async ([vault, places]) => {
      const found = await run(
        vault,
        places.map((p) => items[p]!),
      );
      found.forEach((answer, k) => {
        answers[places[k]!] = answer;
      });
    }),
  );
  return answers;
}

/** The person of each row: the first identifier's, else the only one of the others, else a new one. */
async function place(ports: IntakePorts, i: Importing, named: readonly Named[], counts: Counts): Promise<Placed[]> {
  const flat = named.flatMap((n) => n.idents.map((ident) => ({ n, ident })));
  const directory = (x: { ident: PlainIdent }): Home => vaultOfBits(ports.vaults, x.ident.bits);
  const found = await ask(flat, directory, async (vault, items) =>
    need(await vault.run('identity.find_many', { idents: items.map((x) => bare(x.ident)) }, i.context)),
  );
  const holders = new Map(flat.map((x, k) => [x.ident, found[k]!]));
  const wanting: Named[] = [];
  const persons = new Map<Named, string | null>();
  for (const n of named) {
    const known = await knownPerson(ports, i, n, holders);
    if (known) persons.set(n, known);
    else if (holders.get(n.idents[0]!)!.suppressed) add(counts, { rows_suppressed: 1 });
    else wanting.push(n);
  }
  await make(ports, i, wanting, persons, counts);
  return claimAll(ports, i, named, persons, holders, counts);
}

type Holder = { person: string | null; suppressed: boolean };

async function knownPerson(
  ports: IntakePorts,
  i: Importing,
  n: Named,
  holders: ReadonlyMap<PlainIdent, Holder>,
): Promise<string | null> {
  const first = holders.get(n.idents[0]!)!.person;
  if (first) return first;
  const others = new Set(n.idents.slice(1).flatMap((ident) => holders.get(ident)!.person ?? []));
  const [only] = others;
  if (others.size !== 1 || !only) return null;
  if (n.idents[0]!.type !== 'customer') return only;
  const given = n.idents.map((x) => ({ type: x.type, value: x.type === 'customer' ? x.value : '', hashes: x.hashes }));
  const room = need(await homeOf(ports.vaults, only).run('people.room', { person: only, given }, i.context));
  return room.other_customer ? null : only;
}

async function make(
  ports: IntakePorts,
  i: Importing,
  wanting: readonly Named[],
  persons: Map<Named, string | null>,
  counts: Counts,
): Promise<void> {
  if (i.dry) {
    const fresh = new Set(wanting.map((n) => n.idents[0]!.hashes[0]));
    if (fresh.size > 0) add(counts, { persons_created: fresh.size });
    for (const n of wanting) persons.set(n, null);
    return;
  }
  const made = await ask(
    wanting,
    (n) => vaultOfBits(ports.vaults, n.idents[0]!.bits),
    async (vault, items) =>
      need(await vault.run('import.ensure', { idents: items.map((n) => bare(n.idents[0]!)) }, i.context)).persons,
  );
  made.forEach((m, k) => {
    if (m.person) persons.set(wanting[k]!, m.person);
    if (m.created) add(counts, { persons_created: 1 });
  });
}

/** Claims the further identifiers; what is somebody else's is proposed as a duplicate, what is suppressed stays out. */
async function claimAll(
  ports: IntakePorts,
  i: Importing,
  named: readonly Named[],
  persons: ReadonlyMap<Named, string | null>,
  holders: ReadonlyMap<PlainIdent, Holder>,
  counts: Counts,
): Promise<Placed[]> {
  const placed = named.flatMap((n): Placed[] => {
    const person = persons.get(n);
    return person === undefined ? [] : [{ ...n, person, points: [] }];
  });
  const wanted: { at: Placed; ident: PlainIdent }[] = [];
  for (const at of placed) {
    for (const ident of at.idents) {
      const holder = holders.get(ident)!;
      if (holder.suppressed) add(counts, { identifiers_suppressed: 1 });
      else if (at.person === null || holder.person === at.person || ident === at.idents[0]) at.points.push(ident);
      else wanted.push({ at, ident });
    }
  }
  if (!i.dry) await claimWanted(ports, i, wanted, counts);
  for (const at of placed) at.points = at.points.filter((p) => isDirect(p.type));
  return placed;
}

async function claimWanted(
  ports: IntakePorts,
  i: Importing,
  wanted: readonly { at: Placed; ident: PlainIdent }[],
  counts: Counts,
): Promise<void> {
  const answers = await ask(
    wanted,
    (x) => vaultOfBits(ports.vaults, x.ident.bits),
    async (vault, items) => {
      const claims = items.map((x) => ({ ident: bare(x.ident), person: x.at.person! }));
      return need(await vault.run('import.claim', { claims }, i.context)).statuses;
    },
  );
  for (const [k, { status, holder }] of answers.entries()) {
    const { at, ident } = wanted[k]!;
    if (status === 'claimed') at.points.push(ident);
    else add(counts, { [`identifiers_${status}`]: 1 });
    if (!holder || !at.person || holder === at.person) continue;
    const proposal = { person: at.person, other: holder, reasons: [`same_${ident.type}`], score: 950 };
    need(await homeOf(ports.vaults, at.person).run('people.propose', proposal, i.context));
  }
}

const rowOf = ({ index, row, points }: Placed): Omit<ImportRow, 'person'> => {
  const { subjects, ...rest } = row;
  return { ...rest, index, points };
};

/** Rows that a vault writes in one turn: few, so that checks get theirs in between. */
const TURN = 40;

async function write(ports: IntakePorts, i: Importing, placed: readonly Placed[], counts: Counts): Promise<void> {
  const common = { import: i.id, source: i.source, unit: i.unit, evidence: i.mapping.evidence ?? null };
  let waiting = placed.flatMap((p): ImportRow[] => (p.person === null ? [] : [{ ...rowOf(p), person: p.person }]));
  for (let hop = 0; waiting.length > 0 && hop < 4; hop++) {
    const moved: ImportRow[] = [];
    await ask(
      waiting,
      (row) => homeOf(ports.vaults, row.person),
      async (vault, rows) => {
        for (let at = 0; at < rows.length; at += TURN) {
          const turn = rows.slice(at, at + TURN);
          const answer = need(await vault.run('import.rows', { ...common, rows: turn }, i.context));
          add(counts, answer.counts);
          for (const m of answer.moved) moved.push({ ...turn.find((r) => r.index === m.index)!, person: m.person });
        }
        return [];
      },
    );
    waiting = moved;
  }
}

async function preview(ports: IntakePorts, i: Importing, placed: readonly Placed[], counts: Counts): Promise<void> {
  const common = { import: i.id, source: i.source, unit: i.unit, evidence: i.mapping.evidence ?? null };
  await ask(
    placed,
    (p) => (p.person === null ? ports.vaults.at(0) : homeOf(ports.vaults, p.person)),
    async (vault, items) => {
      const rows = items.map((p) => ({ ...rowOf(p), person: p.person }));
      add(counts, need(await vault.run('import.preview', { ...common, rows }, i.context)).counts);
      return [];
    },
  );
}

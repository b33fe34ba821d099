import { askAll, type CallContext, everyVault, need } from '../platform';
import type { ConsolePorts } from './ports';
import type { FoundRecord, RecordFilter } from './records-store';
import type { Cell } from './tally-store';

export type RecordPage = { records: FoundRecord[]; next: string | undefined };

/** Down to which sequence each vault was shown; a vault that has no more is at 0. */
type Position = number[];

const START = Number.MAX_SAFE_INTEGER;

const encode = (p: Position): string => p.map((n) => (n === START ? 'x' : n.toString(36))).join('.');

/** A cursor of {@link encode}; anything else starts at the newest. */
function decode(cursor: string | undefined, vaults: number): Position {
  const parts = cursor?.split('.') ?? [];
  const read = parts.map((p) => (p === 'x' ? START : Number.parseInt(p, 36)));
  const sound = read.length === vaults && read.every((n) => Number.isSafeInteger(n) && n >= 0);
  return sound ? read : Array.from({ length: vaults }, () => START);
}

/** Slices that one page may look at in each vault: then it says how far it came, and goes on with the next page. */
const MAX_SLICES = 10;

/** A page of records of all vaults, newest first, merged by time. */
export async function recordPage(
  ports: Pick<ConsolePorts, 'vaults'>,
  filter: RecordFilter,
  cursor: string | undefined,
  limit: number,
  context: CallContext,
): Promise<RecordPage> {
  const at = decode(cursor, ports.vaults.count);
  const found = await Promise.all(
    everyVault(ports.vaults).map(async (vault, i) => {
      const records: FoundRecord[] = [];
      let seen = at[i]!;
      for (let n = 0; n < MAX_SLICES && seen > 0 && records.length < limit; n++) {
        const slice = need(
          await vault.run('console.records', { filter, before: seen, limit: limit - records.length }, context),
        );
        records.push(...slice.records);
        seen = slice.seen;
      }
      return { vault: i, records, seen };
    }),
  );
  return merge(found, limit);
}

function merge(found: { vault: number; records: FoundRecord[]; seen: number }[], limit: number): RecordPage {
  const all = found.flatMap(({ vault, records }) => records.map((record) => ({ vault, record })));
  all.sort((a, b) => b.record.at - a.record.at || b.record.seq - a.record.seq || a.vault - b.vault);
  const shown = all.slice(0, limit);
  const left = all.slice(limit);
  const next = found.map(({ vault, seen }) => {
    const held = left.find((l) => l.vault === vault);
    return held ? held.record.seq + 1 : seen;
  });
  return { records: shown.map((s) => s.record), next: next.some((n) => n > 0) ? encode(next) : undefined };
}

export type Tally = { cells: Cell[]; complete: boolean };

/** Rounds of catching up that one page may cost; what is missing then is counted by the next one. */
const MAX_ROUNDS = 60;

/** Counts of all vaults for some days. `complete` is false while a large installation is still being counted. */
export async function tallyOf(
  ports: Pick<ConsolePorts, 'vaults'>,
  from: string,
  to: string,
  context: CallContext,
): Promise<Tally> {
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const { values } = await askAll(ports.vaults, 'console.tally', { from, to }, context);
    if (values.every((v) => !v.more)) return { cells: values.flatMap((v) => v.cells), complete: true };
  }
  return { cells: [], complete: false };
}

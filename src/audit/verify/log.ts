import { type Alignment, align, type Departure } from './align';
import { explains, type Lines, readLines, type State } from './lines';
import type { Files, LogClaim } from './manifest';
import type { Head } from './note';
import { type FindingCode, type LogReport, type Note, span } from './report';
import { settle, type Truth } from './settle';
import { blocksOf, flat, readEntries, readHashes, tilesOfLevel } from './tiles';
import { countOf, firstDifference, HASH, TILE, tileParents } from './tree';

/** One log of the bundle: its lines, its tiles and its signed head must tell the same story. */

export type LogCheck = {
  readonly files: Files;
  readonly claim: LogClaim;
  /** The signed head; undefined when its signature is worth nothing. Then the manifest's claim is compared instead. */
  readonly head: Head;
  /** Where the lines and entry bundles begin. */
  readonly minimum: number;
  /** Whether the export was allowed to withhold payloads. */
  readonly filtered: boolean;
};

export type CheckedLog = { readonly report: LogReport; readonly leaves: Uint8Array | undefined };

/** Checks everything inside one log. Returns the true leaves when they could be established. */
export function checkLog(check: LogCheck, note: Note): CheckedLog {
  const { files, claim, head } = check;
  const lines = readLines(
    files.get(`logs/${claim.name}/entries.ndjson`) ?? new Uint8Array(0),
    claim.name,
    check.minimum,
    note,
  );
  const sources = readSources(check, lines);
  const truth = settle({ ...sources, size: head.size, root: head.root });
  const alignment = align(lines.leaves, truth?.leaves.subarray(check.minimum * HASH) ?? lines.leaves);
  if (truth) noteDepartures(claim.name, alignment.departures, check.minimum, note);
  else noteUnsettled(check, sources, note);
  if (alignment.departures.length === 0) checkNumbers(claim.name, lines, check.minimum, note);
  if (truth) checkTiles(check, truth, sources, note);
  checkPayloads(check, lines, alignment, note);
  return { report: reportOf(check, lines), leaves: truth?.leaves };
}

type Sources = { readonly sources: readonly (readonly (Uint8Array | undefined)[])[]; readonly parents: Uint8Array };

/** The three tellings of each leaf, in the order hash tile, entry bundle, line; and the tile above. */
function readSources({ files, claim, head, minimum }: LogCheck, lines: Lines): Sources {
  const folder = `logs/${claim.name}`;
  const size = Math.min(head.size, bytesIn(files));
  const hashes = readHashes(files, folder, 0, size);
  const entries = readEntries(files, folder, size, minimum);
  const parents = flat(readHashes(files, folder, 1, Math.floor(size / TILE)));
  const pruned = new Array<undefined>(minimum / TILE).fill(undefined);
  return { sources: [hashes, entries, [...pruned, ...blocksOf(lines.leaves)]], parents };
}

/** No log can have more entries than its bundle has bytes: a head that claims so must not keep the verifier busy. */
function bytesIn(files: Files): number {
  let sum = 0;
  for (const content of files.values()) sum += content.length;
  return sum;
}

const CODES = {
  changed: 'entry_changed',
  removed: 'entry_removed',
  inserted: 'entry_inserted',
  moved: 'entry_reordered',
  tail_cut: 'tail_cut',
} as const satisfies Record<Departure['kind'], FindingCode>;

const SENTENCES: Record<Departure['kind'], (which: string, log: string) => string> = {
  changed: (which, log) => `Entry ${which} of log ${log} was changed after it was signed.`,
  removed: (which, log) => `Entry ${which} of log ${log} was removed.`,
  inserted: (which, log) => `Something was inserted into log ${log} at place ${which} that was never logged.`,
  moved: (which, log) => `Entry ${which} of log ${log} stands in another place than it was logged.`,
  tail_cut: (which, log) => `The end of log ${log} was cut off: entry ${which} is missing.`,
};

function noteDepartures(log: string, departures: readonly Departure[], minimum: number, note: Note): void {
  for (const { kind, ...at } of departures) {
    const [seq, last] = [at.seq + minimum, at.last + minimum];
    note({ code: CODES[kind], log, seq, last, message: SENTENCES[kind](span(seq, last), log) });
  }
}

/** No telling has the signed root: say where the tellings contradict each other, and how far they reach. */
function noteUnsettled({ claim: { name: log }, head, minimum }: LogCheck, { sources, parents }: Sources, note: Note) {
  const tellings = sources.map((source) => flat(source.slice(minimum / TILE)));
  const longest = minimum + Math.max(...tellings.map(countOf));
  if (longest < head.size) {
    const message = SENTENCES.tail_cut(span(longest, head.size - 1), log);
    note({ code: 'tail_cut', log, seq: longest, last: head.size - 1, message });
  }
  const above = parents.subarray((minimum / TILE) * HASH);
  const [seq, last] = suspectRange(tellings, above, head.size - minimum).map((at) => at + minimum) as [number, number];
  const message = `The entries of log ${log} don't have the signed root; the contradiction lies in entry ${span(seq, last)}.`;
  note({ code: 'root_mismatch', log, seq, last, message });
}

/** The narrowest range that can be named: one entry, one block of 256, or everything. */
function suspectRange(tellings: readonly Uint8Array[], parents: Uint8Array, size: number): [number, number] {
  const [first, ...others] = tellings;
  const differing = others.map((other) => firstDifference(first!, other)).filter((at) => at !== undefined);
  if (differing.length > 0) return [Math.min(...differing), Math.min(...differing)];
  const block = firstDifference(tileParents(first!), parents);
  return block === undefined ? [0, Math.max(0, size - 1)] : [block * TILE, Math.min(size, (block + 1) * TILE) - 1];
}

function checkNumbers(log: string, { seqs, states }: Lines, minimum: number, note: Note): void {
  for (const [place, seq] of seqs.entries()) {
    const position = place + minimum;
    if (seq === position || states[place] === 'unreadable') continue;
    const message = `The line of entry ${position} of log ${log} calls itself ${seq}.`;
    note({ code: 'line_misnumbered', log, seq: position, message });
  }
}

/** Every tile must be what the true leaves make of it. */
function checkTiles(
  { files, claim, head, minimum }: LogCheck,
  { leaves, tree }: Truth,
  { sources }: Sources,
  note: Note,
) {
  const folder = `logs/${claim.name}`;
  const say = (file: string, seq: number) => {
    const message = `The tile ${file} doesn't fit the signed root, from entry ${seq} on.`;
    note({ code: 'tile_changed', log: claim.name, file, seq, message });
  };
  for (const [level, hashes] of tree.levels.entries()) {
    for (const { file, first, width } of tilesOfLevel(folder, level, countOf(hashes))) {
      const expected = hashes.subarray(first * HASH, (first + width) * HASH);
      const at = differenceIn(files.get(file), expected);
      if (at !== undefined) say(file, (first + at) * TILE ** level);
    }
  }
  for (const [i, { file, first, width }] of tilesOfLevel(folder, 'entries', head.size).entries()) {
    if (first < minimum) continue;
    const expected = leaves.subarray(first * HASH, (first + width) * HASH);
    const at = differenceIn(sources[1]![i], expected);
    if (at !== undefined) say(file, first + at);
  }
}

/** Where a tile differs from what it should be; a missing one, and bytes beyond the last hash, count too. */
function differenceIn(found: Uint8Array | undefined, expected: Uint8Array): number | undefined {
  if (!found) return 0;
  return firstDifference(found, expected);
}

/** Each payload fits its commitment, or its absence is explained. Neighbours with the same problem are one finding. */
function checkPayloads({ claim, filtered, minimum }: LogCheck, lines: Lines, { placeOf }: Alignment, note: Note): void {
  let run: Run | undefined;
  const tell = () =>
    run && note({ ...run, log: claim.name, message: PROBLEMS[run.code](span(run.seq, run.last), claim.name) });
  for (const [position, state] of lines.states.entries()) {
    const code = problemOf(lines, position, state, filtered);
    if (!code) continue;
    const seq = minimum + (placeOf(position) ?? position);
    if (run?.code === code && run.last + 1 === seq) run = { ...run, last: seq };
    else {
      tell();
      run = { code, seq, last: seq };
    }
  }
  tell();
}

type Run = { readonly code: keyof typeof PROBLEMS; readonly seq: number; readonly last: number };

const PROBLEMS = {
  payload_changed: (which: string, log: string) =>
    `What entry ${which} of log ${log} is said to have recorded is not what it committed to.`,
  payload_missing: (which: string, log: string) =>
    `The payload of entry ${which} of log ${log} is missing, and no erasure was recorded for it.`,
  erasure_unexplained: (which: string, log: string) =>
    `Entry ${which} of log ${log} is said to be erased, but the entry named for it doesn't record that.`,
} as const;

function problemOf(lines: Lines, position: number, state: State, filtered: boolean): keyof typeof PROBLEMS | undefined {
  if (state === 'false') return 'payload_changed';
  if (state === 'missing' || (state === 'withheld' && !filtered)) return 'payload_missing';
  const by = lines.erasedBy.get(position);
  return by !== undefined && !explains(lines, by, lines.seqs[position]!) ? 'erasure_unexplained' : undefined;
}

function reportOf(
  { claim: { name, epoch, root }, head: { origin, size }, minimum }: LogCheck,
  { states }: Lines,
): LogReport {
  const count = (state: State) => states.filter((s) => s === state).length;
  const counts = { opened: count('opened'), erased: count('erased'), withheld: count('withheld') };
  return { name, origin, size, root, epoch, minimum, ...counts };
}

import { fromBase64, sameBytes, textOf, utf8 } from './bytes';
import { canonical, isArray, isCount, isObject, type Json, type JsonObject, parseCanonical } from './json';
import { QuickLine } from './quick-line';
import type { Note } from './report';
import { hmacSha256, leafInto } from './sha2';
import { HASH } from './tree';

/** `entries.ndjson`: each line's leaf hash, what it shows of its payload, and whether the two fit. */

/** What a line shows: a payload that fits its commitment, one that doesn't, that it was erased, withheld, or nothing. */
export type State = 'opened' | 'false' | 'erased' | 'withheld' | 'missing' | 'unreadable';
/** Inclusive ranges of sequence numbers whose payload an entry declares erased. */
type Ranges = readonly (readonly [first: number, last: number])[];

export type Lines = {
  /** Flat leaf hashes in the order of the lines. Zeros where a line can't be read. */
  readonly leaves: Uint8Array;
  /** The number that each line claims; −1 where it can't be read. */
  readonly seqs: readonly number[];
  readonly states: readonly State[];
  /** Per erased line (by position): the entry that is said to explain it. */
  readonly erasedBy: ReadonlyMap<number, number>;
  /** Per opened entry (by claimed number) that declares erasures. */
  readonly erasures: ReadonlyMap<number, Ranges>;
};

type Line = { readonly seq: number; readonly state: State; readonly erased: number; readonly ranges: Ranges };

const NEWLINE = 0x0a;
const NONE: Ranges = [];

/** Reads every line; notes those that can't be read. */
export function readLines(bytes: Uint8Array, log: string, minimum: number, note: Note): Lines {
  const count = countLines(bytes);
  const lines = { leaves: new Uint8Array(count * HASH), seqs: [] as number[], states: [] as State[] };
  const erasedBy = new Map<number, number>();
  const erasures = new Map<number, Ranges>();
  const quick = new QuickLine(bytes);
  for (let position = 0, at = 0; position < count; position++) {
    const newline = bytes.indexOf(NEWLINE, at);
    const end = newline < 0 ? bytes.length : newline;
    const line = quick.read(at, end, lines.leaves, position * HASH)
      ? told(quick, bytes)
      : readSlowly(bytes.subarray(at, end), lines.leaves, position * HASH);
    if (!line) note(unreadable(log, position, minimum));
    lines.seqs.push(line?.seq ?? -1);
    lines.states.push(line?.state ?? 'unreadable');
    if (line?.state === 'erased') erasedBy.set(position, line.erased);
    if (line?.state === 'opened' && line.ranges.length > 0) erasures.set(line.seq, line.ranges);
    at = end + 1;
  }
  return { ...lines, erasedBy, erasures };
}

/** What the quick reader has read; the envelope is parsed only where it declares erasures. */
function told(quick: QuickLine, bytes: Uint8Array): Line {
  const { seq, state, erased, envelopeFrom, envelopeTo } = quick;
  if (envelopeTo === 0) return { seq, state, erased, ranges: NONE };
  const envelope = JSON.parse(textOf(bytes.subarray(envelopeFrom, envelopeTo))!) as Json;
  return { seq, state, erased, ranges: declaredErasures(envelope) };
}

/** Whether the entry numbered `by` comes later and declares that the payload of `seq` was erased. */
export function explains({ erasures }: Lines, by: number, seq: number): boolean {
  return by > seq && (erasures.get(by) ?? []).some(([first, last]) => first <= seq && seq <= last);
}

/** Any other canonical spelling, by parsing and writing it again. */
export function readSlowly(raw: Uint8Array, leaves: Uint8Array, leafAt: number): Line | undefined {
  const text = textOf(raw);
  const json = text === undefined ? undefined : parseCanonical(text);
  if (!isObject(json) || !isCount(json.seq) || !isEntry(json.entry)) return undefined;
  const state = stateOf(json, String(json.entry.c));
  if (!state) return undefined;
  const entry = utf8(canonical(json.entry));
  leafInto(entry, 0, entry.length, leaves, leafAt);
  return { seq: json.seq, state, erased: Number(json.erased ?? 0), ranges: declaredErasures(json.envelope) };
}

/** Exactly one of the known shapes; undefined for a line with members that nobody defined. */
function stateOf(json: JsonObject, commitment: string): State | undefined {
  const shape = Object.keys(json).sort().join();
  if (shape === 'entry,seq') return 'missing';
  if (shape === 'entry,seq,withheld') return json.withheld === true ? 'withheld' : undefined;
  if (shape === 'entry,erased,seq') return isCount(json.erased) ? 'erased' : undefined;
  if (shape !== 'entry,envelope,salt,seq') return undefined;
  const salt = typeof json.salt === 'string' ? fromBase64(json.salt) : undefined;
  if (salt?.length !== HASH) return 'false';
  const expected = hmacSha256(salt, utf8(canonical(json.envelope!)));
  return sameBytes(expected, fromBase64(commitment) ?? new Uint8Array(0)) ? 'opened' : 'false';
}

function isEntry(json: Json | undefined): json is JsonObject {
  if (!isObject(json) || Object.keys(json).sort().join() !== 'c,t,v') return false;
  return json.v === 1 && isCount(json.t) && typeof json.c === 'string' && fromBase64(json.c)?.length === HASH;
}

/** An envelope's member `erases`: `[[first, last], …]`. */
function declaredErasures(envelope: Json | undefined): Ranges {
  if (!isObject(envelope) || !isArray(envelope.erases)) return [];
  return envelope.erases.filter((range): range is [number, number] => isArray(range) && range.every(isCount));
}

/** A last line without its newline counts, too. */
function countLines(bytes: Uint8Array): number {
  let count = 0;
  for (let at = bytes.indexOf(NEWLINE); at >= 0; at = bytes.indexOf(NEWLINE, at + 1)) count++;
  return bytes.length > 0 && bytes[bytes.length - 1] !== NEWLINE ? count + 1 : count;
}

function unreadable(log: string, position: number, minimum: number) {
  const seq = position + minimum;
  const message = `Line ${position + 1} of log ${log} (entry ${seq}) is not a canonical entry line.`;
  return { code: 'line_unreadable', log, seq, message } as const;
}

import { fromBase64, sameBytes, textOf, utf8 } from './bytes';
import { canonical, isArray, isCount, isObject, type Json, type JsonObject, parseCanonical } from './json';
import type { Note } from './report';
import { hmacSha256, type Sha256 } from './sha2';
import { HASH, leafOf } from './tree';

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

type Line = { readonly seq: number; readonly leaf: Uint8Array; readonly state: State; readonly json: JsonObject };

/** Reads every line; notes those that can't be read. */
export function readLines(bytes: Uint8Array, log: string, sha256: Sha256, note: Note): Lines {
  const texts = splitLines(bytes);
  const leaves = new Uint8Array(texts.length * HASH);
  const seqs: number[] = [];
  const states: State[] = [];
  const erasedBy = new Map<number, number>();
  const erasures = new Map<number, Ranges>();
  for (const [position, raw] of texts.entries()) {
    const line = readLine(raw, sha256);
    if (line) leaves.set(line.leaf, position * HASH);
    else note(unreadable(log, position));
    seqs.push(line?.seq ?? -1);
    states.push(line?.state ?? 'unreadable');
    if (line?.state === 'erased') erasedBy.set(position, line.json.erased as number);
    const ranges = line?.state === 'opened' ? declaredErasures(line.json.envelope) : [];
    if (line && ranges.length > 0) erasures.set(line.seq, ranges);
  }
  return { leaves, seqs, states, erasedBy, erasures };
}

/** Whether the entry numbered `by` comes later and declares that the payload of `seq` was erased. */
export function explains({ erasures }: Lines, by: number, seq: number): boolean {
  return by > seq && (erasures.get(by) ?? []).some(([first, last]) => first <= seq && seq <= last);
}

function readLine(raw: Uint8Array, sha256: Sha256): Line | undefined {
  const text = textOf(raw);
  const json = text === undefined ? undefined : parseCanonical(text);
  if (!isObject(json) || !isCount(json.seq) || !isEntry(json.entry)) return undefined;
  const leaf = leafOf(utf8(canonical(json.entry)), sha256);
  const state = stateOf(json, String(json.entry.c), sha256);
  return state && { seq: json.seq, leaf, state, json };
}

/** Exactly one of the known shapes; undefined for a line with members that nobody defined. */
function stateOf(json: JsonObject, commitment: string, sha256: Sha256): State | undefined {
  const shape = Object.keys(json).sort().join();
  if (shape === 'entry,seq') return 'missing';
  if (shape === 'entry,seq,withheld') return json.withheld === true ? 'withheld' : undefined;
  if (shape === 'entry,erased,seq') return isCount(json.erased) ? 'erased' : undefined;
  if (shape !== 'entry,envelope,salt,seq') return undefined;
  const salt = typeof json.salt === 'string' ? fromBase64(json.salt) : undefined;
  if (salt?.length !== HASH) return 'false';
  const expected = hmacSha256(salt, utf8(canonical(json.envelope!)), sha256);
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

function splitLines(bytes: Uint8Array): Uint8Array[] {
  const lines: Uint8Array[] = [];
  let at = 0;
  while (at < bytes.length) {
    const end = bytes.indexOf(0x0a, at);
    lines.push(bytes.subarray(at, end < 0 ? bytes.length : end));
    at = end < 0 ? bytes.length : end + 1;
  }
  return lines;
}

function unreadable(log: string, position: number) {
  const message = `Line ${position + 1} of log ${log} (entry ${position}) is not a canonical entry line.`;
  return { code: 'line_unreadable', log, seq: position, message } as const;
}

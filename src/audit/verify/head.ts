import { fromBase64, sameBytes, textOf } from './bytes';
import { type Files, type LogClaim, type Trust, WHY } from './manifest';
import { type Head, type Key, openNote, parseHead } from './note';
import type { FindingCode, Note } from './report';
import { HASH, rootOf } from './tree';

/** The signed heads of a log: the one in the bundle, and those that the auditor has kept. */

export type SignedHead = { readonly head: Head; readonly key: Key };

/** Opens the log's checkpoint. A key speaks only for the log that bears its name. */
export function readHead(files: Files, claim: LogClaim, trust: Trust, note: Note): SignedHead | undefined {
  const file = `logs/${claim.name}/checkpoint`;
  const say = (code: FindingCode, message: string) => note({ code, log: claim.name, file, message });
  const opened = openNote(textOf(files.get(file) ?? new Uint8Array(0)) ?? '', trust.keys, trust.ed25519);
  if (!opened.ok) {
    const code = opened.why === 'malformed' ? 'checkpoint_unreadable' : 'checkpoint_signature';
    say(code, `The signed head of log ${claim.name} is not valid: ${WHY[opened.why]}.`);
    return undefined;
  }
  const head = parseHead(opened.text);
  const key = opened.keys.find((k) => k.name === head?.origin);
  if (head && key) return { head, key };
  say('checkpoint_unreadable', `What was signed for log ${claim.name} is not a head of that log.`);
  return undefined;
}

/** A log that doesn't begin at 0 needs the signed statement of its beginning. Answers the beginning that was proved. */
export function readMinimum(files: Files, { name, origin, minimum = 0 }: LogClaim, trust: Trust, note: Note): number {
  const file = `logs/${name}/minimum`;
  const statement = `avow-minimum/1\n${origin}\n${minimum}\n`;
  const signed = textOf(files.get(file) ?? new Uint8Array(0)) ?? '';
  if (minimum === 0) return 0;
  const opened = openNote(signed, trust.keys, trust.ed25519);
  const holds = opened.ok && opened.text === statement && opened.keys.some((key) => key.name === origin);
  if (holds) return minimum;
  const message = `Log ${name} lacks its first ${minimum} entries, and no valid statement says that they were pruned.`;
  note({ code: 'minimum_unsigned', log: name, seq: 0, last: minimum - 1, file, message });
  return minimum;
}

/** The manifest and the checkpoint must speak of the same head. */
export function compareHead(claim: LogClaim, head: Head, note: Note): void {
  const root = fromBase64(claim.root);
  const same = claim.origin === head.origin && claim.size === head.size && root && sameBytes(root, head.root);
  if (same) return;
  if (claim.origin === head.origin && head.size < claim.size) {
    const message = `The manifest promises ${claim.size} entries of log ${claim.name}, its head covers ${head.size}.`;
    note({ code: 'tail_cut', log: claim.name, seq: head.size, last: claim.size - 1, message });
  }
  const message = `The manifest and the signed head of log ${claim.name} don't speak of the same tree.`;
  note({ code: 'checkpoint_mismatch', log: claim.name, message });
}

/** Every head that the auditor kept must be a beginning of this log: else entries were taken back or rewritten. */
export function checkRemembered(
  { name, heads, leaves, size }: { name: string; heads: readonly Head[]; leaves: Uint8Array | undefined; size: number },
  note: Note,
): void {
  let agreed = 0;
  for (const head of [...heads].sort((a, b) => a.size - b.size)) {
    if (head.size > size) {
      const message = `Log ${name} had ${head.size} entries when an earlier head was signed; now it has only ${size}.`;
      note({ code: 'rolled_back', log: name, seq: size, last: head.size - 1, message });
    } else if (leaves && !sameBytes(rootOf(leaves.subarray(0, head.size * HASH)), head.root)) {
      const message = `Log ${name} doesn't continue the head of ${head.size} entries that was kept: entries from ${agreed} on were rewritten.`;
      note({ code: 'forked', log: name, seq: agreed, last: head.size - 1, message });
    } else agreed = Math.max(agreed, leaves ? head.size : 0);
  }
}

/** Opens kept checkpoints; those of other logs, or without a trusted signature, are noted or left out. */
export function rememberedHeads(notes: readonly string[], trust: Trust, note: Note): Head[] {
  return notes.flatMap((text) => {
    const opened = openNote(text, trust.keys, trust.ed25519);
    const head = opened.ok ? parseHead(opened.text) : undefined;
    if (head && opened.ok && opened.keys.some((key) => key.name === head.origin)) return [head];
    const message = `A kept head can't be used: ${opened.ok ? 'it is not a head of its signer' : WHY[opened.why]}.`;
    note({ code: 'checkpoint_unreadable', message });
    return [];
  });
}

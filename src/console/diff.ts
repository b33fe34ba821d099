/** A word diff, as people read it: whole words and the space between them. */

export type Piece = { kind: 'same' | 'added' | 'removed'; text: string };

const wordsOf = (text: string): string[] =>
  text.match(/\s+|[\p{L}\p{N}]+(?:['’-][\p{L}\p{N}]+)*|[^\s\p{L}\p{N}]/gu) ?? [];

/** Longer texts are compared by the line: the table below grows with the product of the lengths. */
const MAX_CELLS = 4_000_000;

function units(a: string, b: string): [string[], string[]] {
  const words: [string[], string[]] = [wordsOf(a), wordsOf(b)];
  if (words[0].length * words[1].length <= MAX_CELLS) return words;
  const lines = (s: string) => s.match(/[^\n]*\n|[^\n]+/g) ?? [];
  return [lines(a), lines(b)];
}

/** Lengths of the longest common subsequences of all suffixes, row by row. */
function lengths(a: readonly string[], b: readonly string[]): Uint16Array[] {
  const rows = Array.from({ length: a.length + 1 }, () => new Uint16Array(b.length + 1));
  for (let i = a.length - 1; i >= 0; i--) {
    const row = rows[i]!;
    const below = rows[i + 1]!;
    for (let j = b.length - 1; j >= 0; j--)
      row[j] = a[i] === b[j] ? below[j + 1]! + 1 : Math.max(below[j]!, row[j + 1]!);
  }
  return rows;
}

/** The pieces that lead from `before` to `after`, neighbours of one kind joined. */
export function wordDiff(before: string, after: string): Piece[] {
  const [a, b] = units(before, after);
  const table = lengths(a, b);
  const pieces: Piece[] = [];
  const push = (kind: Piece['kind'], text: string) => {
    const last = pieces.at(-1);
    if (last?.kind === kind) last.text += text;
    else pieces.push({ kind, text });
  };
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      push('same', a[i++]!);
      j++;
    } else if (j >= b.length || (i < a.length && table[i + 1]![j]! >= table[i]![j + 1]!)) push('removed', a[i++]!);
    else push('added', b[j++]!);
  }
  return pieces;
}

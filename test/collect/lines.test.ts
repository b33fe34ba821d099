import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CsvReader, delimiterOf, MAX_ROW, TableReader } from '../../src/collect/lines';

const quote = (cell: string): string => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
const write = (rows: readonly (readonly string[])[]): string => rows.map((r) => r.map(quote).join(',')).join('\r\n');

/** Cuts a text at these places. */
function cut(text: string, at: readonly number[]): string[] {
  const places = [0, ...at.map((n) => n % (text.length + 1)).sort((a, b) => a - b), text.length];
  return places.slice(1).map((end, i) => text.slice(places[i], end));
}

const all = (format: 'csv' | 'ndjson', pieces: readonly string[]) => {
  const reader = new TableReader(format, () => undefined);
  return [...pieces.flatMap((p) => reader.push(p)), ...reader.end()];
};

describe('reading files', () => {
  it('gives back any cells, wherever the stream is cut', () => {
    const cell = fc.string({ maxLength: 8 });
    const table = fc.array(fc.array(cell, { minLength: 2, maxLength: 4 }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(table, fc.array(fc.nat(), { maxLength: 6 }), (rows, places) => {
        const reader = new CsvReader();
        const read = [...cut(write(rows), places).flatMap((p) => reader.push(p)), ...reader.end()];
        expect(read).toEqual(rows.filter((r) => r.length > 1 || r[0] !== ''));
      }),
      { numRuns: 300 },
    );
  });

  it('takes a file of many rows in one piece, and any line ends', () => {
    const file = `a;b\r\n${'1;2\n'.repeat(60_000)}3;4`;
    const rows = all('csv', [file]);
    expect(rows).toHaveLength(60_001);
    expect(rows.at(-1)).toEqual({ a: '3', b: '4' });
    expect(all('csv', ['\ufeffa,b\r', '1,2\r3,4'])).toEqual([
      { a: '1', b: '2' },
      { a: '3', b: '4' },
    ]);
  });

  it('refuses a header, a row or a line without end, and marks what can not be read', () => {
    const long = 'x'.repeat(MAX_ROW + 1);
    expect(() => all('csv', [long])).toThrow(/at most/);
    expect(() => all('csv', ['a\n', long])).toThrow(/at most/);
    expect(() => all('ndjson', [long])).toThrow(/at most/);
    expect(() => all('csv', ['a\n"b'])).toThrow(/never closed/);
    expect(all('csv', ['a,b\n1,2,3\n'])).toEqual([undefined]);
    expect(all('ndjson', ['{"a":1}\nnonsense\n{"a":["x","y"]}'])).toEqual([{ a: '1' }, undefined, { a: 'x;y' }]);
  });

  it('finds the delimiter outside of quotes', () => {
    expect(delimiterOf('"a,b,c";d')).toBe(';');
    expect(delimiterOf('a\tb')).toBe('\t');
  });
});

import fc from 'fast-check';
import { unzipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import type { CellValue } from '../../src/release/columns';
import { type Format, formats, writings } from '../../src/release/formats';
import { xlsxStream } from '../../src/release/xlsx';

const AT = new Date('2026-11-22T10:00:00Z');

async function* pages(...batches: CellValue[][][]): AsyncGenerator<CellValue[][]> {
  yield* batches;
}

async function collect(chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const all: Uint8Array[] = [];
  for await (const chunk of chunks) all.push(chunk);
  return new Uint8Array(Buffer.concat(all));
}

const write = async (format: Format, header: string[], ...batches: CellValue[][][]): Promise<Uint8Array> =>
  collect(writings[format].write(header, pages(...batches), AT));
const textOf = async (format: Format, header: string[], ...batches: CellValue[][][]): Promise<string> =>
  Buffer.from(await write(format, header, ...batches)).toString('utf8');

/** RFC 4180, read strictly and independently of the writer. */
function parseCsv(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let cell = '';
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    const c = text[i]!;
    if (quoted) {
      if (c !== '"') cell += c;
      else if (text[i + 1] === '"') {
        cell += '"';
        i++;
      } else quoted = false;
    } else if (c === '"' && cell === '') quoted = true;
    else if (c === ',') {
      row.push(cell);
      cell = '';
    } else if (c === '\r' && text[i + 1] === '\n') {
      rows.push([...row, cell]);
      row = [];
      cell = '';
      i++;
    } else cell += c;
  }
  return rows;
}

const nasty = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.constantFrom(
    '=1+1',
    '+1',
    '-1',
    '@SUM(A1)',
    '\t=1',
    '\r=1',
    '＝1',
    '＋1',
    '－1',
    '＠1',
    'a\r\nb',
    'a"b',
    'a,b',
    "'=1",
    '=cmd|x',
  ),
);

describe('CSV', () => {
  it('is read back as it was written, but for the apostrophe before a formula', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(nasty, nasty), { minLength: 1, maxLength: 5 }), async (rows) => {
        const read = parseCsv(await textOf('csv', ['a', 'b'], rows));
        const plain = (s: string) => (/^'[=+\-@\t\r＝＋－＠]/.test(s) ? s.slice(1) : s);
        const wanted = rows.map((r) => r.map((cell) => (/^'[=+\-@\t\r＝＋－＠]/.test(cell) ? cell.slice(1) : cell)));
        expect(read[0]).toEqual(['a', 'b']);
        expect(read.slice(1).map((r) => r.map(plain))).toEqual(wanted);
      }),
      { numRuns: 500 },
    );
  });

  it('has no cell that a spreadsheet would run', async () => {
    await fc.assert(
      fc.asyncProperty(nasty, async (cell) => {
        const [, row] = parseCsv(await textOf('csv', ['a', 'b'], [[cell, [cell, 'x']]]));
        for (const read of row!) expect(read).not.toMatch(/^[=+\-@\t\r＝＋－＠]/);
      }),
      { numRuns: 500 },
    );
  });

  it('keeps numbers, even negative ones, as numbers', async () => {
    expect(await textOf('csv', ['n', 'b', 'l'], [[-5, true, ['a', 'b']]])).toBe('n,b,l\r\n-5,true,a; b\r\n');
  });

  it('has its header also when nobody is released', async () => {
    expect(await textOf('csv', ['person', 'email'])).toBe('person,email\r\n');
  });
});

describe('NDJSON', () => {
  it('gives every row its own line, with types kept', async () => {
    const text = await textOf('ndjson', ['a', 'b', 'c'], [[1, null, ['x']]], [], [['y\nz', true, -1]]);
    expect(
      text
        .split('\n')
        .slice(0, -1)
        .map((l) => JSON.parse(l) as unknown),
    ).toEqual([
      { a: 1, b: null, c: ['x'] },
      { a: 'y\nz', b: true, c: -1 },
    ]);
  });
});

describe('XLSX', () => {
  const sheetOf = (file: Uint8Array, n = 1): string =>
    Buffer.from(unzipSync(file)[`xl/worksheets/sheet${n}.xml`]!).toString('utf8');

  it('writes texts as inline strings, so that no cell is a formula', async () => {
    const xml = sheetOf(await write('xlsx', ['a', 'b'], [['=1+1', -5]], [['<&>"\u0000\uffff', true]]));
    expect(xml).toContain('<c t="inlineStr"><is><t xml:space="preserve">=1+1</t></is></c><c><v>-5</v></c>');
    expect(xml).toContain('&lt;&amp;&gt;&quot;</t>');
    expect(xml).toContain('<c t="b"><v>1</v></c>');
    expect(xml).not.toContain('<f>');
  });

  it('begins a new sheet where one is full, each with the header', async () => {
    const rows = Array.from({ length: 5 }, (_, i): CellValue[] => [i]);
    const stream = xlsxStream(['n'], pages(rows.slice(0, 3), rows.slice(3)), AT, 3);
    const file = new Uint8Array(await new Response(stream).arrayBuffer());
    const parts = Object.keys(unzipSync(file));
    expect(parts.filter((p) => p.startsWith('xl/worksheets/'))).toHaveLength(3);
    expect([1, 2, 3].map((n) => sheetOf(file, n).match(/<row>/g)!.length)).toEqual([3, 3, 2]);
    expect(parts).toEqual(expect.arrayContaining(['[Content_Types].xml', '_rels/.rels', 'xl/workbook.xml']));
  });
});

describe('every format', () => {
  it.each(formats)('%s asks for the next page only when the last one was read', async (format) => {
    let asked = 0;
    async function* counted(): AsyncGenerator<CellValue[][]> {
      for (let i = 0; i < 50; i++) {
        asked++;
        yield [['x'.repeat(70_000)]];
      }
    }
    const chunks = writings[format].write(['a'], counted(), AT)[Symbol.asyncIterator]();
    for (let bytes = 0; bytes < 140_000; ) bytes += (await chunks.next()).value!.byteLength;
    expect(asked).toBeLessThan(10);
    await chunks.return?.();
  });
});

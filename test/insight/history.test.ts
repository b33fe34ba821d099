import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseHistory } from '../../src/insight/history';
import { countSpends, countSummaries, endOf, summarise } from '../../src/insight/summary';

const day = (date: string): number => Date.parse(`${date}T00:00:00Z`);

describe('reading a file', () => {
  test('takes a plain CSV without a heading', () => {
    expect(parseHistory('a,2024-01-31,12.5\nb,20240201,3\n')).toEqual({
      ok: true,
      format: 'csv',
      purchases: [
        { customer: 'a', at: day('2024-01-31'), spend: 12.5 },
        { customer: 'b', at: day('2024-02-01'), spend: 3 },
      ],
    });
  });

  test('finds the columns by their heading, in any order and among others', () => {
    const read = parseHistory('\ufeffDate,Shop,Spend,Customer\r\n2024-01-31T10:00:00Z,x,"1",k7\r\n');
    expect(read).toMatchObject({ purchases: [{ customer: 'k7', at: day('2024-01-31'), spend: 1 }] });
  });

  test('takes the CDNOW formats, with and without the second number', () => {
    const sample = parseHistory(' 00004 0001 19970101  2   29.33\r\n 00004 0001 19970118  2   29.73\r\n');
    expect(sample).toMatchObject({ ok: true, format: 'cdnow', purchases: [{ customer: '00004', spend: 29.33 }, {}] });
    const master = parseHistory(' 00001 19970101   1   11.77\n 00002 19970112   1   12.00\n');
    expect(master).toMatchObject({ purchases: [{ customer: '00001', at: day('1997-01-01'), spend: 11.77 }, {}] });
  });

  test('names all that is wrong by its line, and returns nothing else', () => {
    const read = parseHistory('customer,date,spend\na,2024-02-30,1\n,2024-01-01,-1\nb,2024-01-01\nc,2024-01-01,1');
    expect(read.ok ? [] : read.problems.map(({ line }) => line).sort()).toEqual([2, 3, 4]);
    expect(read.ok ? '' : read.problems.map(({ problem }) => problem).join()).toMatch(/2024-02-30.*customer is empty/s);
  });

  test('refuses an empty file, a quote left open, and a line of CDNOW that is torn', () => {
    expect(parseHistory('')).toMatchObject({ ok: false });
    expect(parseHistory('customer,date,spend\n')).toMatchObject({ ok: false });
    expect(parseHistory('a,2024-01-01,1\n"b,2024-01-01,1')).toMatchObject({ ok: false, problems: [{ line: 2 }] });
    expect(parseHistory('00001 19970101 1 11.77\n00002 1997')).toMatchObject({ ok: false, problems: [{ line: 2 }] });
  });

  test('reads back whatever a CSV writer quoted', () => {
    const name = fc.string({ minLength: 1 }).filter((text) => text.trim() === text && text !== '');
    fc.assert(
      fc.property(fc.array(name, { minLength: 1, maxLength: 5 }), (names) => {
        const rows = names.map((customer) => `"${customer.replaceAll('"', '""')}",2024-01-01,1`);
        const read = parseHistory(`customer,date,spend\n${rows.join('\n')}`);
        expect(read.ok && read.purchases.map(({ customer }) => customer)).toEqual(names);
      }),
    );
  });
});

describe('summaries', () => {
  const purchases = [
    { customer: 'a', at: day('1997-01-01') + 3_600_000, spend: 10 },
    { customer: 'a', at: day('1997-01-01') + 7_200_000, spend: 20 },
    { customer: 'a', at: day('1997-01-15'), spend: 40 },
    { customer: 'a', at: day('1997-01-15') + 1, spend: 2 },
    { customer: 'a', at: day('1997-10-15'), spend: 99 },
    { customer: 'b', at: day('1997-03-01'), spend: 5 },
    { customer: 'c', at: day('1997-12-01'), spend: 5 },
  ];
  const until = day('1997-09-30');

  test('merge the purchases of a day, count weeks from the first, and end with the last day', () => {
    const found = summarise(purchases, until);
    expect(found.get('a')).toEqual({ x: 1, tx: 2, T: 272 / 7, mean: 42 });
    expect(found.get('b')).toEqual({ x: 0, tx: 0, T: 213 / 7, mean: 0 });
    expect(found.has('c')).toBe(false);
  });

  test('the age of a CDNOW customer of 1 January 1997 is 38.86 weeks', () => {
    expect(summarise(purchases, until).get('a')!.T.toFixed(2)).toBe('38.86');
  });

  test('are counted without names, and a mean of 0 says nothing of spend', () => {
    const customers = [...summarise(purchases, until).values(), { x: 1, tx: 2, T: 272 / 7, mean: 0 }];
    expect(countSummaries(customers)).toEqual([
      { x: 1, tx: 2, T: 272 / 7, n: 2 },
      { x: 0, tx: 0, T: 213 / 7, n: 1 },
    ]);
    expect(countSpends(customers)).toEqual([{ x: 1, mean: 42, n: 1 }]);
  });

  test('a history ends with its last day', () => {
    expect(endOf(purchases)).toBe(day('1997-12-02') - 1);
    expect(endOf([])).toBeNull();
  });
});

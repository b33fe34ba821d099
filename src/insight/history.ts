import { DAY } from './period';

/** One purchase: who (a pseudonym), when (milliseconds, UTC), for how much (any one currency or unit). */
export type Purchase = { customer: string; at: number; spend: number };

/** What is wrong with a file, by line (from 1). */
export type LineProblem = { line: number; problem: string };

export type ParsedHistory =
  | { ok: true; format: 'csv' | 'cdnow'; purchases: Purchase[] }
  | { ok: false; problems: LineProblem[] };

type Line = { number: number; fields: string[] };

/** No file names more problems than a person wants to read. */
const MOST_PROBLEMS = 100;

/**
 * Reads purchases from text: a plain CSV (RFC 4180) with the columns customer, date, spend in this order or named so
 * in a heading; or the CDNOW text format (master id, [sample id,] yyyymmdd, number of units, dollars, by blanks).
 * All problems are named, and then nothing is returned of the rest.
 */
export function parseHistory(text: string): ParsedHistory {
  const body = text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
  const format = looksLikeCdnow(body) ? 'cdnow' : 'csv';
  const { lines, problems } = format === 'cdnow' ? cdnowLines(body) : csvLines(body);
  const purchases: Purchase[] = [];
  for (const line of lines) {
    const read = readPurchase(line);
    if (typeof read === 'string') problems.push({ line: line.number, problem: read });
    else purchases.push(read);
  }
  if (problems.length === 0 && purchases.length === 0) problems.push({ line: 1, problem: 'no purchases' });
  return problems.length > 0
    ? { ok: false, problems: problems.slice(0, MOST_PROBLEMS) }
    : { ok: true, format, purchases };
}

function looksLikeCdnow(text: string): boolean {
  const first = text.split(/\r?\n/).find((line) => line.trim() !== '') ?? '';
  return /^\s*\d+\s+(\d+\s+)?\d{8}\s+\d+\s+[\d.]+\s*$/.test(first);
}

type Lines = { lines: Line[]; problems: LineProblem[] };

function cdnowLines(text: string): Lines {
  const result: Lines = { lines: [], problems: [] };
  text.split(/\r?\n/).forEach((raw, i) => {
    const fields = raw.trim().split(/\s+/);
    if (raw.trim() === '') return;
    const [id, date, , spend] = fields.length === 5 ? fields.slice(1) : fields;
    if (fields.length === 4 || fields.length === 5) {
      result.lines.push({ number: i + 1, fields: [fields.length === 5 ? fields[0]! : id!, date!, spend!] });
    } else result.problems.push({ line: i + 1, problem: `expected 4 or 5 fields, found ${fields.length}` });
  });
  return result;
}

const COLUMNS = ['customer', 'date', 'spend'] as const;

function csvLines(text: string): Lines {
  const { rows, problems } = splitCsv(text);
  const heading = rows[0]?.fields.map((name) => name.trim().toLowerCase()) ?? [];
  const named = COLUMNS.map((name) => heading.indexOf(name));
  const isNamed = named.every((index) => index >= 0);
  const columns = isNamed ? named : [0, 1, 2];
  const lines: Line[] = [];
  for (const { number, fields } of isNamed ? rows.slice(1) : rows) {
    if (fields.length <= Math.max(...columns)) {
      problems.push({ line: number, problem: `expected customer, date, spend; found ${fields.length} fields` });
    } else lines.push({ number, fields: columns.map((index) => fields[index]!.trim()) });
  }
  return { lines, problems };
}

/** RFC 4180: quoted fields may hold commas, line breaks and doubled quotes. Blank lines are passed over. */
function splitCsv(text: string): { rows: Line[]; problems: LineProblem[] } {
  const rows: Line[] = [];
  const problems: LineProblem[] = [];
  const field = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/y;
  let [fields, line, start]: [string[], number, number] = [[], 1, 1];
  while (field.lastIndex < text.length || fields.length > 0) {
    const found = field.exec(text);
    if (found === null) {
      problems.push({ line, problem: 'a quote that is not closed, or text beside a quoted field' });
      break;
    }
    fields.push(found[1]?.replaceAll('""', '"') ?? found[2]!);
    line += found[0].split('\n').length - 1;
    if (found[3] === ',') continue;
    if (fields.length > 1 || fields[0]!.trim() !== '') rows.push({ number: start, fields });
    [fields, start] = [[], line];
    if (found[3] === '') break;
  }
  return { rows, problems };
}

function readPurchase({ fields: [customer, date, amount] }: Line): Purchase | string {
  const at = readDate(date!);
  const spend = amount === '' ? Number.NaN : Number(amount);
  const wrong = [
    ...(customer === '' ? ['customer is empty'] : []),
    ...(at === null ? [`"${date}" is no date (yyyy-mm-dd or yyyymmdd)`] : []),
    ...(Number.isFinite(spend) && spend >= 0 ? [] : [`"${amount}" is no amount ≥ 0`]),
  ];
  return wrong.length > 0 ? wrong.join('; ') : { customer: customer!, at: at!, spend };
}

/** Midnight UTC of yyyymmdd or yyyy-mm-dd (a time of day after `T` or a blank is dropped); null where it is no date. */
function readDate(text: string): number | null {
  const found = /^(\d{4})-?(\d{2})-?(\d{2})(?:[T ].*)?$/.exec(text);
  if (!found) return null;
  const at = Date.UTC(Number(found[1]), Number(found[2]) - 1, Number(found[3]));
  const isSame = new Date(at).toISOString().slice(0, 10) === `${found[1]}-${found[2]}-${found[3]}`;
  return isSame ? Math.floor(at / DAY) * DAY : null;
}

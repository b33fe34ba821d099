import { fitHistory, type HistoryReport } from './fit';
import { parseHistory } from './history';

export type TextFit = { ok: true; report: HistoryReport; lines: string[] } | { ok: false; problems: string[] };

/**
 * `avow insight fit <file>`: fits a text of purchases (plain CSV or the CDNOW format) and says it in lines to read.
 * `cut`: last day of calibration, `YYYY-MM-DD`.
 */
export function fitText(text: string, options: { cut?: string } = {}): TextFit {
  const parsed = parseHistory(text);
  if (!parsed.ok)
    return { ok: false, problems: parsed.problems.map(({ line, problem }) => `line ${line}: ${problem}`) };
  const cut = options.cut === undefined ? undefined : Date.parse(`${options.cut}T23:59:59.999Z`);
  if (cut !== undefined && Number.isNaN(cut))
    return { ok: false, problems: [`${options.cut} is not a day (YYYY-MM-DD)`] };
  const fit = fitHistory({ purchases: parsed.purchases, cut, k: 1 });
  if (!fit.ok) return { ok: false, problems: fit.problems };
  return { ok: true, report: fit.report, lines: linesOf(fit.report) };
}

const figure = (value: number | null): string => (value === null ? '–' : Number(value.toPrecision(6)).toString());
const range = (interval: readonly [number, number] | null): string =>
  interval === null ? '' : `  [${figure(interval[0])}, ${figure(interval[1])}]`;

function linesOf({ purchases, spend, diagnostics, equity, holdout, as_of }: HistoryReport): string[] {
  const params = (fit: { params: object; intervals: object | null }): string[] =>
    Object.entries(fit.params).map(([name, value]: [string, number]) => {
      const interval = (fit.intervals as Record<string, [number, number]> | null)?.[name] ?? null;
      return `  ${name.padEnd(6)} ${figure(value)}${range(interval)}`;
    });
  return [
    `customers ${diagnostics.customers}, of whom ${diagnostics.repeaters} bought again, up to ${new Date(as_of).toISOString().slice(0, 10)}`,
    `BG/NBD, log-likelihood ${figure(purchases.logLikelihood)}`,
    ...params(purchases),
    ...(spend ? [`Gamma-Gamma, log-likelihood ${figure(spend.logLikelihood)}`, ...params(spend)] : []),
    `repeat purchases ${diagnostics.repeat_purchases}, expected ${figure(diagnostics.expected_repeat_purchases)}`,
    ...(equity ? [`value of all customers within a year ${figure(equity.value)}${range(equity.interval)}`] : []),
    ...(holdout
      ? [
          `holdout of ${figure(holdout.weeks)} weeks: ${holdout.actual} repeat purchases, expected ${figure(holdout.expected)}`,
        ]
      : []),
    ...diagnostics.warnings.map((warning) => `warning: ${warning}`),
  ];
}

/** Numbers and times as the reader's language writes them. Formatters are costly to make and are kept. */

const dates = new Map<string, Intl.DateTimeFormat>();
const numbers = new Map<string, Intl.NumberFormat>();
const relatives = new Map<string, Intl.RelativeTimeFormat>();

function kept<T>(cache: Map<string, T>, key: string, make: () => T): T {
  const known = cache.get(key) ?? make();
  cache.set(key, known);
  return known;
}

export type TimeStyle = 'minute' | 'day';

/** A point in time in a zone: date and minute, or the date alone. */
export function timeText(ms: number, language: string, zone: string, style: TimeStyle = 'minute'): string {
  const options: Intl.DateTimeFormatOptions =
    style === 'day' ? { dateStyle: 'medium' } : { dateStyle: 'medium', timeStyle: 'short' };
  return kept(
    dates,
    `${language} ${zone} ${style}`,
    () => new Intl.DateTimeFormat(language, { ...options, timeZone: zone }),
  ).format(ms);
}

export const numberText = (n: number, language: string): string =>
  kept(numbers, language, () => new Intl.NumberFormat(language)).format(n);

/** A share of 1, in per cent with at most one decimal. */
export const shareText = (share: number, language: string): string =>
  kept(
    numbers,
    `${language} %`,
    () => new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: 1 }),
  ).format(share);

const STEPS: readonly [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 365 * 86_400_000],
  ['month', 30 * 86_400_000],
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
];

/** "3 hours ago", in the largest unit that fits. */
export function agoText(ms: number, now: number, language: string): string {
  const format = kept(relatives, language, () => new Intl.RelativeTimeFormat(language, { numeric: 'auto' }));
  const distance = ms - now;
  const [unit, size] = STEPS.find(([, s]) => Math.abs(distance) >= s) ?? ['minute', 60_000];
  return format.format(Math.trunc(distance / size), unit);
}

/** A time zone that the runtime knows, else UTC. */
export function zoneOf(name: string | undefined): string {
  if (!name || name.length > 64) return 'UTC';
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone;
  } catch {
    return 'UTC';
  }
}

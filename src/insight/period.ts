export const DAY = 86_400_000;
export const WEEK = 7 * DAY;

/** From `from` (inclusive) to `until` (exclusive), milliseconds since 1970, UTC. */
export type Period = { from: number; until: number };

export function isWithin(at: number, { from, until }: Period): boolean {
  return at >= from && at < until;
}

/** Number of the UTC day; purchases of one day count as one. */
export function dayOf(at: number): number {
  return Math.floor(at / DAY);
}

/** `2026-11` and the like: the calendar month in UTC. */
export function monthOf(at: number): string {
  return new Date(at).toISOString().slice(0, 7);
}

/** Months from one `monthOf` to another. */
export function monthsBetween(from: string, to: string): number {
  const count = (month: string): number => Number(month.slice(0, -3)) * 12 + Number(month.slice(-2));
  return count(to) - count(from);
}

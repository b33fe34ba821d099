import type { StoredAttribute } from './attribute-store';
import type { FieldUse } from './quality-store';
import type { Field } from './register';
import { checkValue } from './value';

const DAY = 86_400_000;

/**
 * Data quality of one field and unit, as sums that add up over vaults (DAMA's dimensions). `persons`: those who were
 * looked at; `present`: have a value; `invalid`: a value that the register of today refuses; `stale`: older than the
 * field's limit; `inconsistent`: different values for different purposes.
 */
export type FieldQuality = {
  field: string;
  unit: string;
  expected: boolean;
  persons: number;
  present: number;
  invalid: number;
  stale: number;
  inconsistent: number;
};

/** Judges the values of a page of persons. Sealed values must be open; what can't be opened counts as present only. */
export function qualityOf(
  fields: readonly Field[],
  persons: readonly string[],
  stored: ReadonlyMap<string, readonly StoredAttribute[]>,
  now: number,
): FieldQuality[] {
  const sums = fields.map((field): FieldQuality & { of: Field } => ({
    of: field,
    field: field.key,
    unit: field.owner,
    expected: field.expected === true,
    persons: persons.length,
    present: 0,
    invalid: 0,
    stale: 0,
    inconsistent: 0,
  }));
  for (const person of persons) {
    const mine = stored.get(person) ?? [];
    for (const sum of sums)
      judge(
        sum,
        mine.filter((a) => a.field === sum.field),
        now,
      );
  }
  return sums.map(({ of, ...sum }) => sum);
}

function judge(sum: FieldQuality & { of: Field }, values: readonly StoredAttribute[], now: number): void {
  if (values.length === 0) return;
  sum.present++;
  const open = values.filter((v) => v.value !== null);
  if (open.some((v) => !checkValue(sum.of, v.value).ok)) sum.invalid++;
  const newest = Math.max(...values.map((v) => v.collected_at));
  if (sum.of.stale_days && newest < now - sum.of.stale_days * DAY) sum.stale++;
  if (new Set(open.map((v) => JSON.stringify(v.value))).size > 1) sum.inconsistent++;
}

/** Adds sums of several pages up, field by field. */
export function addQuality(parts: readonly FieldQuality[]): FieldQuality[] {
  const sums = new Map<string, FieldQuality>();
  for (const part of parts) {
    const sum = sums.get(part.field);
    if (!sum) sums.set(part.field, { ...part });
    else for (const key of ['persons', 'present', 'invalid', 'stale', 'inconsistent'] as const) sum[key] += part[key];
  }
  return [...sums.values()].sort((a, b) => (a.field < b.field ? -1 : 1));
}

/** A share between 0 and 1; null where nobody was looked at. */
export const share = (part: number, whole: number): number | null => (whole === 0 ? null : part / whole);

/** Days without a read for its purpose after which a stored field is proposed for deletion. */
export const UNUSED_DAYS = 90;

export type Unused = {
  field: string;
  purpose: string;
  persons: number;
  last_read: number | null;
  stored_since: number;
};

/** What is kept for a purpose and was not read for it in {@link UNUSED_DAYS} days: a large database is not enough. */
export function unusedFields(
  counts: readonly { field: string; purpose: string; persons: number }[],
  since: readonly { field: string; purpose: string; since: number }[],
  uses: readonly FieldUse[],
  now: number,
): Unused[] {
  const limit = now - UNUSED_DAYS * DAY;
  const same = (a: { field: string; purpose: string }) => (b: { field: string; purpose: string }) =>
    a.field === b.field && a.purpose === b.purpose;
  return counts.flatMap((c): Unused[] => {
    const last = uses.find(same(c))?.last_at ?? null;
    const first = since.find(same(c))?.since ?? now;
    if (first > limit || (last !== null && last > limit)) return [];
    return [{ ...c, last_read: last, stored_since: first }];
  });
}

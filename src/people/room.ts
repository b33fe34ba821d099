/**
 * How many identifiers of a kind one person may have. A mailbox that "belongs" to forty addresses is not a person but a
 * shared terminal or a careless import, and joining it would show one stranger the data of another.
 */
const MAX_OF_KIND: Readonly<Record<string, number>> = { email: 10, phone: 10, customer: 20, external: 40 };

export type GivenIdent = { type: string; value: string; hashes: string[] };
type Known = { kind: string; hash: string; value: string | null };

const unitOf = (customer: string): string => customer.slice(0, customer.indexOf('~'));

/**
 * Which kinds are full, and does a customer number contradict the one that the same unit gave this person before? Two
 * numbers of one unit are two records with verified ids of their own: never joined by machine.
 */
export function roomFor(
  known: readonly Known[],
  given: readonly GivenIdent[],
): { full: string[]; other_customer: boolean } {
  const fresh = given.filter((g) => !known.some((k) => g.hashes.includes(k.hash)));
  const full = Object.entries(MAX_OF_KIND)
    .filter(([kind, max]) => {
      const count = (list: readonly { kind: string }[]) => list.filter((x) => x.kind === kind).length;
      const more = count(fresh.map((f) => ({ kind: f.type })));
      return more > 0 && count(known) + more > max;
    })
    .map(([kind]) => kind);
  const units = known.filter((k) => k.kind === 'customer' && k.value !== null).map((k) => unitOf(k.value!));
  const other_customer = fresh.some((f) => f.type === 'customer' && units.includes(unitOf(f.value)));
  return { full, other_customer };
}

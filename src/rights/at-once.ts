import type { Rulebook } from '../consent';
import type { Right } from './rules';

/** Special categories (Art. 9) and what the US laws call sensitive, as fideslang names them; each covers what lies below. */
const SENSITIVE = [
  'user.health',
  'user.biometrics',
  'user.authorization.biometrics',
  'user.demographic.race_ethnicity',
  'user.demographic.religious_belief',
  'user.demographic.philosophical_belief',
  'user.demographic.union_membership',
  'user.demographic.political_opinion',
  'user.demographic.sexual_orientation',
  'user.location.precise',
  'user.government_id',
];

type Narrowing = Record<string, 'withdrawn' | 'objected'>;

/**
 * Which choices carry out a right that acts at once. They narrow only.
 *
 * - withdrawal: everything that rests on consent or may be objected to (Art. 7(3));
 * - objection to marketing: all direct marketing (Art. 21(2)–(3));
 * - opt-out: what sells, shares or targets (Cal. Civ. 1798.120);
 * - limiting: what uses sensitive data (Cal. Civ. 1798.121).
 */
export function narrowingOf(right: Right, book: Rulebook): Narrowing {
  const purposes = Object.values(book.purposes).filter((p) => !p.archived);
  const all = (keys: string[], choice: 'withdrawn' | 'objected') =>
    Object.fromEntries(keys.map((k) => [k, choice])) as Narrowing;
  switch (right) {
    case 'withdrawal':
      return { '*': 'withdrawn' };
    case 'objection':
      return { '*marketing': 'objected' };
    case 'opt_out':
      return all(
        purposes.filter((p) => p.device === 'sale' || p.device === 'marketing').map((p) => p.key),
        'objected',
      );
    case 'limit_sensitive':
      return all(
        purposes.filter((p) => p.special_category || p.categories.some(isSensitive)).map((p) => p.key),
        'objected',
      );
    default:
      return {};
  }
}

const isSensitive = (category: string): boolean =>
  SENSITIVE.some((s) => category === s || category.startsWith(`${s}.`));

/** Purposes for which an address that belongs to nobody yet must not be used later, once it has objected. */
export function suppressionScopes(right: Right, book: Rulebook): string[] {
  const narrowing = narrowingOf(right, book);
  return Object.values(book.purposes)
    .filter((p) => p.key in narrowing || (p.direct_marketing && ('*' in narrowing || '*marketing' in narrowing)))
    .map((p) => p.key);
}

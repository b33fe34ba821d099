import type { Ident } from '../identity';

/** A contact point in plain, as the person's vault hands it out. */
export type Contact = {
  kind: string;
  value: string | null;
  hash: string;
  verified_at: number | null;
  created_at: number;
};

/**
 * Where a mail about a request goes: to an address that was known before. First the one that was asked with, then the
 * one verified last, then the newest. `typed` (the address of the form) counts only where the directory itself led from
 * it to this person and no contact point is stored: then its keyed hash is what was known.
 */
export function recipientOf(contacts: readonly Contact[], ident: Ident, typed: string | null): string | null {
  const mails = contacts.filter((c): c is Contact & { value: string } => c.kind === 'email' && c.value !== null);
  const asked = mails.find((c) => ident.hashes.includes(c.hash));
  if (asked) return asked.value;
  const best = [...mails].sort(
    (a, b) => (b.verified_at ?? -1) - (a.verified_at ?? -1) || b.created_at - a.created_at,
  )[0];
  return best?.value ?? (ident.type === 'email' ? typed : null);
}

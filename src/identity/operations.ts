import { action, type Ops, query, Refusal, trusted } from '../platform';
import type { Ident } from './lookup';
import {
  claim,
  contactHashes,
  createPerson,
  holderOf,
  identifiersOf,
  isSuppressed,
  liftSuppression,
  personById,
  release,
  type SuppressionReason,
  suppress,
} from './store';
import { isDirect, type SubjectType } from './subject';

/** Directory and suppression. */
export const identityOps = {
  /** Whose identifier is it, and is it suppressed? Asked in the identifier's own vault. */
  'identity.find': query(trusted<{ ident: Ident; purpose?: string }>(), (r, i) => ({
    person: holderOf(r.db, i.ident) ?? null,
    suppressed: isSuppressed(r.db, i.ident, i.purpose),
  })),
  'identity.find_many': query(trusted<{ idents: Ident[] }>(), (r, i) =>
    i.idents.map((ident) => ({ person: holderOf(r.db, ident) ?? null, suppressed: isSuppressed(r.db, ident) })),
  ),
  /** What has become of a person of this vault. */
  'identity.person': query(trusted<{ person: string }>(), (r, i) => {
    const row = personById(r.db, i.person);
    if (!row) return null;
    const known = identifiersOf(r.db, i.person).some((x) => isDirect(x.type as SubjectType));
    return { status: row.status, merged_into: row.merged_into, keyed: row.keyed === 1, known };
  }),
  'identity.contact_hashes': query(trusted<{ person: string }>(), (r, i) => contactHashes(r.db, i.person)),
  /** Finds the identifier's person or mints one here (the identifier's own vault). Suppressed identifiers get none. */
  'identity.ensure': action(trusted<{ ident: Ident; ignore_suppression?: boolean }>(), (w, i) => {
    const known = holderOf(w.db, i.ident);
    if (known) {
      w.unchanged();
      return { person: known, created: false };
    }
    if (!i.ignore_suppression && isSuppressed(w.db, i.ident))
      throw new Refusal('gone', 'this identifier is suppressed: it may not be stored again');
    const person = createPerson(w, i.ident.bits);
    claim(w, i.ident, person);
    w.audit('person.created', { person, data: { by: i.ident.type } });
    return { person, created: true };
  }),
  /** Claims a further identifier for a person, in the identifier's own vault, before it is used. */
  'identity.claim': action(trusted<{ ident: Ident; person: string }>(), (w, i) => {
    if (isSuppressed(w.db, i.ident))
      throw new Refusal('gone', 'this identifier is suppressed: it may not be stored again');
    const before = holderOf(w.db, i.ident);
    if (before === i.person) {
      w.unchanged();
      return { claimed: true };
    }
    if (!claim(w, i.ident, i.person)) throw new Refusal('conflict', 'this identifier belongs to another person');
    w.audit('identifier.claimed', { person: i.person, data: { type: i.ident.type } });
    return { claimed: true };
  }),
  /** Lets go of all identifiers of a person in this vault (erasure, over all vaults), leaving suppressions if asked. */
  'identity.release': action(trusted<{ person: string }>(), (w, i) => {
    const released = release(w.db, i.person);
    if (released === 0) w.unchanged();
    else w.audit('identifier.released', { person: i.person, data: { identifiers: released } });
    return { released };
  }),
  'identity.suppress': action(
    trusted<{ hashes: string[]; scope: string; reason: SuppressionReason }>(),
    (w, i) => {
      suppress(w.db, i.hashes, i.scope, i.reason, w.now);
      w.journal({ suppress: i.hashes, scope: i.scope, reason: i.reason });
      w.audit('suppression.added', { data: { scope: i.scope, reason: i.reason, keys: i.hashes.length } });
      return { suppressed: i.hashes.length };
    },
    { urgent: () => true },
  ),
  'identity.lift_suppression': action(
    trusted<{ hashes: string[]; scope: string; reason: SuppressionReason }>(),
    (w, i) => {
      const lifted = liftSuppression(w.db, i.hashes, i.scope, i.reason);
      w.audit('suppression.lifted', { data: { scope: i.scope, reason: i.reason, keys: lifted } });
      return { lifted };
    },
  ),
} satisfies Ops;

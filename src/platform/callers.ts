/** What a secret key may do. */
export const scopes = ['check', 'consent', 'collect', 'people', 'release', 'rights', 'audit', 'admin'] as const;
export type Scope = (typeof scopes)[number];

/** What a member of staff is in the console. */
export const roles = ['owner', 'officer', 'analyst', 'marketer', 'support', 'auditor'] as const;
export type Role = (typeof roles)[number];

/**
 * Who may call a route. Every route declares it; the application refuses to start with one that doesn't.
 * - `public`: nobody proves anything (health, keys, pages behind an unguessable token);
 * - `site`: a page's public key and an allowed origin;
 * - `site_or_scope`: a site key in the body, or a secret key with the scope;
 * - `subject`: a subject token, the visitor's own;
 * - `source`: a write key;
 * - `scope`: a secret key with that scope;
 * - `staff`: a console session with one of these roles.
 */
export type Auth =
  | { kind: 'public'; because: string }
  | { kind: 'site' }
  | { kind: 'site_or_scope'; scope: Scope }
  | { kind: 'subject' }
  | { kind: 'source' }
  | { kind: 'scope'; scope: Scope }
  | { kind: 'staff'; roles: readonly Role[] };

/** Who called, once it is proved. */
export type Caller =
  | { kind: 'public' }
  | { kind: 'site'; site: string; origin: string | null }
  | { kind: 'subject'; person: string; site: string }
  | { kind: 'source'; source: string }
  | { kind: 'client'; id: string; scopes: readonly Scope[] }
  | { kind: 'staff'; id: string; role: Role; session: string; csrf: string };

import { type Role, roles } from '../platform';

/** Who may do what in the console, in one table: each page and deed names one of these. */
export const MAY = {
  see: roles,
  consents: ['owner', 'officer', 'support', 'auditor'],
  reveal: ['owner', 'officer', 'support'],
  record: ['owner', 'officer', 'support'],
  requests: ['owner', 'officer', 'support', 'auditor'],
  answer: ['owner', 'officer'],
  declare: ['owner', 'officer'],
  report: ['owner', 'officer', 'analyst', 'marketer', 'auditor'],
  register: ['owner', 'officer', 'auditor'],
  audit: ['owner', 'officer', 'auditor'],
  connections: ['owner', 'officer', 'auditor'],
  keys: ['owner'],
  settings: ['owner', 'officer', 'auditor'],
  staff: ['owner'],
} as const satisfies Record<string, readonly Role[]>;

export type Right = keyof typeof MAY;

export const may = (role: Role, right: Right): boolean => (MAY[right] as readonly Role[]).includes(role);

export {
  authenticate,
  type Credentials,
  DEV_SESSION_COOKIE,
  type Door,
  SESSION_COOKIE,
  type SiteAccess,
} from './authenticate';
export { makeKey, parseKey } from './keys';
export { accessOps, LINK_TTL, SESSION_TTL } from './operations';
export { createSnapshots, MAX_AGE, type Snapshot, type Snapshots } from './snapshot';
export type { LiveKey, SessionRow } from './store';
export { createTokens, PAGE_TOKEN_TTL, type Tokens } from './tokens';

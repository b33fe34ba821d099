export { identityHolder } from './holder';
export { createLookup, type Ident, type Lookup, type PlainIdent } from './lookup';
export { identityOps } from './operations';
export {
  addContactPoint,
  type ContactPoint,
  claim,
  contactHashes,
  contactPoints,
  createPerson,
  holderOf,
  isSuppressed,
  type PersonRow,
  personById,
  pointIdentifier,
  release,
  setStatus,
  staleVisitors,
  suppress,
  suppressedScopes,
  touch,
} from './store';
export {
  foldEmail,
  type IdentifierType,
  isDirect,
  isJunk,
  normalise,
  type Subject,
  type SubjectType,
  subjectTypes,
} from './subject';

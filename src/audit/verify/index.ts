/** The verifier. It imports nothing of the server and nothing of a runtime: the same code runs in a page and in Node. */
export { type VerifyOptions, verifyBundle } from './bundle';
export type { Ed25519 } from './ed25519';
export { type CheckedProof, checkProof } from './proof';
export type { Finding, FindingCode, LogReport, Report } from './report';
export type { Sha256 } from './sha2';
export { type Alarm, type AlarmCode, type Get, type Look, type Watched, watch } from './watch';

/** The verifier. It imports nothing of the server and nothing of a runtime: the same code runs in a page and in Node. */
export { type VerifyOptions, verifyBundle } from './bundle';
export type { Ed25519 } from './ed25519';
export type { Finding, FindingCode, LogReport, Report } from './report';
export type { Sha256 } from './sha2';

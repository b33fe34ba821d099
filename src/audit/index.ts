export type { Signer } from './checkpoint-store';
export { compareHead, epochOf, setEpoch } from './head-store';
export { append, erasePayloads, type LogFilter, lastTime, logSize, type OpenedEntry } from './log';
export { parseVkey, vkey } from './note';
export { auditOps } from './operations';

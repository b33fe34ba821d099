import { createPublicKey, verify as verifySignature } from 'node:crypto';
import { exportBundle } from '../audit';
import { type Report, verifyBundle } from '../audit/verify';
import { askAll, base64url, type CallContext, need, sha256 } from '../platform';
import type { ConsolePorts } from './ports';

/** More entries than this are checked by the command (`avow verify`), which needs no memory for them. */
const MAX_ENTRIES = 200_000;

export type Verified = { kind: 'report'; report: Report } | { kind: 'too_many'; entries: number };

/** Ed25519 by the runtime. */
function ed25519(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: base64url(publicKey) }, format: 'jwk' });
  return verifySignature(null, message, key, signature);
}

/**
 * Signs what is new, makes the very bundle that an auditor would get, and hands it to the verifier, which shares no code
 * with the log: every entry is read back, hashed and compared with the signed heads.
 */
export async function verifyLogs(ports: ConsolePorts, context: CallContext): Promise<Verified> {
  const { values } = await askAll(ports.vaults, 'log.head', {}, context);
  const registry = need(await ports.registry.run('log.head', {}, context));
  const entries = [registry, ...values].reduce((n, head) => n + head.sequenced, 0);
  if (entries > MAX_ENTRIES) return { kind: 'too_many', entries };
  const stream = await exportBundle(ports, { filter: {} }, context);
  const bytes = new Uint8Array(await new Response(stream).arrayBuffer());
  return { kind: 'report', report: verifyBundle(bytes, { sha256: (b) => new Uint8Array(sha256(b)), ed25519 }) };
}

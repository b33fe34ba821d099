import { createPrivateKey, sign } from 'node:crypto';
import { concat, fromBase64, sameBytes, toBase64, toHex, utf8 } from './bytes';
import { parseCheckpoint, type TreeHead } from './checkpoint-text';
import { verifyConsistency } from './merkle';
import { keyIdOf, openNote, type PrivateJwk, type PublicJwk, type Verifier, verifyRaw } from './note';

/**
 * A witness (https://c2sp.org/tlog-witness) is somebody else's machine that signs the heads it has seen, but never two
 * that contradict each other. Both sides: what we ask it, and what it does, so that a second machine can run it.
 */

/** Key type byte of a timestamped Ed25519 cosignature. */
const COSIGNATURE = 0x04;
const MAX_PROOF = 63;
const EM_DASH = '\u2014';

/** Whose cosignatures count. */
export type Witness = { readonly name: string; readonly keyId: Uint8Array; readonly publicKey: Uint8Array };

/** `name+id+key` with key type 4; undefined for anything else. */
export function parseWitnessKey(text: string): Witness | undefined {
  const match = /^([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)$/u.exec(text);
  const key = match && fromBase64(match[3]!);
  if (!match || key?.length !== 33 || key[0] !== COSIGNATURE) return undefined;
  const witness = { name: match[1]!, keyId: keyIdOf(match[1]!, key.subarray(1), COSIGNATURE), publicKey: key.slice(1) };
  return toHex(witness.keyId) === match[2] ? witness : undefined;
}

/** How a witness publishes its key. */
export function witnessKey(name: string, jwk: PublicJwk): string {
  const raw = new Uint8Array(Buffer.from(jwk.x, 'base64url'));
  const id = toHex(keyIdOf(name, raw, COSIGNATURE));
  return `${name}+${id}+${toBase64(concat([Uint8Array.of(COSIGNATURE), raw]))}`;
}

/** The body of `add-checkpoint`. `proof` in base64, empty when `oldSize` is 0. */
export function addCheckpointBody(oldSize: number, proof: readonly string[], checkpoint: string): string {
  return `old ${oldSize}\n${proof.map((hash) => `${hash}\n`).join('')}\n${checkpoint}`;
}

/** The lines of an answer that are this witness's valid cosignatures of the checkpoint. */
export function cosignaturesOf(answer: string, checkpoint: string, witness: Witness): string[] {
  const text = checkpoint.slice(0, checkpoint.lastIndexOf('\n\n') + 1);
  return answer.split('\n').filter((line) => cosignedAt(line, text, witness) !== undefined);
}

/** When a signature line was made by this witness over that text (Unix seconds); undefined when it wasn't. */
export function cosignedAt(line: string, text: string, witness: Witness): number | undefined {
  const match = /^\u2014 (\S+) ([A-Za-z0-9+/=]+)$/u.exec(line);
  const bytes = match && fromBase64(match[2]!);
  if (match?.[1] !== witness.name || bytes?.length !== 4 + 8 + 64) return undefined;
  if (!sameBytes(bytes.subarray(0, 4), witness.keyId)) return undefined;
  const time = Number(Buffer.from(bytes).readBigUInt64BE(4));
  return verifyRaw(cosignedText(text, time), bytes.subarray(12), witness.publicKey) ? time : undefined;
}

const cosignedText = (text: string, seconds: number): string => `cosignature/v1\ntime ${seconds}\n${text}`;

/** What a witness knows: whom it trusts, who it is, and the last head that it has signed for an origin. */
export type WitnessPorts = {
  readonly logs: readonly Verifier[];
  readonly name: string;
  readonly privateJwk: PrivateJwk;
  /** Unix milliseconds. */
  readonly now: number;
  seen(origin: string): Pick<TreeHead, 'size' | 'root'> | undefined;
};

/** `remember` must be durable before the answer is sent, and nothing else may be answered between reading and writing. */
export type WitnessAnswer = { status: number; body: string; type?: string; remember?: TreeHead };

/** Answers `add-checkpoint`. */
export function addCheckpoint(body: string, ports: WitnessPorts): WitnessAnswer {
  const request = parseRequest(body);
  if (!request) return { status: 400, body: 'not an add-checkpoint request\n' };
  const head = parseCheckpoint(request.checkpoint.slice(0, request.checkpoint.lastIndexOf('\n\n') + 1));
  const trusted = ports.logs.filter((log) => log.name === head?.origin);
  if (!head || trusted.length === 0) return { status: 404, body: 'unknown log\n' };
  if (!openNote(request.checkpoint, trusted).ok) return { status: 403, body: 'no trusted signature\n' };
  if (request.old > head.size) return { status: 400, body: 'the old size is above the new\n' };
  const seen = ports.seen(head.origin);
  if (request.old !== (seen?.size ?? 0)) return conflict(seen?.size ?? 0);
  if (seen && seen.size === head.size && !sameBytes(seen.root, head.root)) return conflict(seen.size);
  if (!continues(seen, head, request.proof)) return { status: 422, body: 'the consistency proof does not hold\n' };
  return { status: 200, body: cosign(request.checkpoint, ports), remember: head };
}

const conflict = (size: number): WitnessAnswer => ({ status: 409, body: `${size}\n`, type: 'text/x.tlog.size' });

function continues(seen: Pick<TreeHead, 'size' | 'root'> | undefined, head: TreeHead, proof: readonly Uint8Array[]) {
  if (!seen || seen.size === 0) return proof.length === 0;
  return verifyConsistency({ size1: seen.size, size2: head.size, root1: seen.root, root2: head.root, proof });
}

function cosign(checkpoint: string, { name, privateJwk, now }: WitnessPorts): string {
  const text = checkpoint.slice(0, checkpoint.lastIndexOf('\n\n') + 1);
  const seconds = Math.floor(now / 1000);
  const key = createPrivateKey({ key: { ...privateJwk }, format: 'jwk' });
  const time = Buffer.alloc(8);
  time.writeBigUInt64BE(BigInt(seconds));
  const raw = new Uint8Array(Buffer.from(privateJwk.x, 'base64url'));
  const signature = sign(null, utf8(cosignedText(text, seconds)), key);
  return `${EM_DASH} ${name} ${toBase64(concat([keyIdOf(name, raw, COSIGNATURE), time, signature]))}\n`;
}

function parseRequest(body: string): { old: number; proof: Uint8Array[]; checkpoint: string } | undefined {
  const split = body.indexOf('\n\n');
  const [first = '', ...lines] = body.slice(0, Math.max(0, split)).split('\n');
  const match = /^old (0|[1-9][0-9]{0,15})$/.exec(first);
  const proof = lines.map((line) => fromBase64(line));
  if (!match || lines.length > MAX_PROOF || !proof.every((hash) => hash?.length === 32)) return undefined;
  return { old: Number(match[1]), proof: proof as Uint8Array[], checkpoint: body.slice(split + 2) };
}

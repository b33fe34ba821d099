import { fromBase64 } from './bytes';
import { type Ed25519, verifyEd25519 } from './ed25519';
import { checkRemembered, compareHead, readHead, readMinimum, rememberedHeads } from './head';
import { checkLog } from './log';
import {
  bundledKeys,
  checkFiles,
  checkSignature,
  type Files,
  type LogClaim,
  type Manifest,
  readManifest,
  type Trust,
} from './manifest';
import { type Head, type Key, parseKey } from './note';
import type { Finding, LogReport, Note, Report } from './report';
import { sha256 as ownSha256, type Sha256 } from './sha2';
import { TILE } from './tree';
import { readZip } from './zip';

export type VerifyOptions = {
  /** Public keys (C2SP vkeys) that the auditor trusts. Without any, the bundle's own keys are used and `trust` says so. */
  readonly vkeys?: readonly string[];
  /** Signed checkpoints that the auditor has kept from earlier: the log must still contain what they cover. */
  readonly remembered?: readonly string[];
  /** A faster SHA-256 of the runtime for whole files, such as `node:crypto`'s. Without it the verifier's own is used. */
  readonly sha256?: Sha256;
  /** The same for signatures. */
  readonly ed25519?: Ed25519;
};

type Context = { files: Files; manifest: Manifest; trust: Trust; kept: readonly Head[]; note: Note };

/**
 * Verifies an exported bundle with nothing but its bytes: no network, no database, no code of the server. Never
 * throws: whatever is wrong, is a finding with the log, the entry's sequence number and a plain sentence.
 */
export function verifyBundle(bytes: Uint8Array, options: VerifyOptions = {}): Report {
  const { sha256 = ownSha256, ed25519 = verifyEd25519, remembered = [] } = options;
  const findings: Finding[] = [];
  const note = (finding: Finding) => void findings.push(finding);
  const files = openArchive(bytes, note);
  const manifest = files && readManifest(files, note);
  if (!files || !manifest) return reportOf(options, findings);
  const keys = options.vkeys ? trustedKeys(options.vkeys, note) : bundledKeys(files);
  const trust = { keys, sha256, ed25519 };
  const signers = checkSignature(files, trust, note);
  checkFiles(files, manifest, sha256, note);
  const kept = rememberedHeads(remembered, trust, note);
  const logs = manifest.logs.map((claim) => checkOneLog(claim, { files, manifest, trust, kept, note }));
  return reportOf(options, findings, { manifest, logs, signers });
}

function openArchive(bytes: Uint8Array, note: Note): Files | undefined {
  const archive = readZip(bytes);
  if (!archive) note({ code: 'zip_unreadable', message: 'This is not a bundle: it has no readable ZIP directory.' });
  if (archive?.departure) {
    const { offset, file } = archive.departure;
    const where = file === undefined ? `at byte ${offset}` : `at the file ${file}, byte ${offset}`;
    const message = `The ZIP is not in its canonical form (${where}): it was changed, or packed by another program.`;
    note(file === undefined ? { code: 'zip_not_canonical', message } : { code: 'zip_not_canonical', file, message });
  }
  return archive?.files;
}

function trustedKeys(vkeys: readonly string[], note: Note): Key[] {
  return vkeys.flatMap((vkey) => {
    const key = parseKey(vkey);
    if (!key) note({ code: 'key_unreadable', message: `"${vkey}" is not a public key of the form name+id+key.` });
    return key ?? [];
  });
}

/** Without a valid head the manifest's claim stands in for it, so that as much as possible is still said. */
function checkOneLog(claim: LogClaim, { files, manifest, trust, kept, note }: Context): LogReport {
  const signed = readHead(files, claim, trust, note);
  if (signed) compareHead(claim, signed.head, note);
  const claimed = { origin: claim.origin, size: claim.size, root: fromBase64(claim.root) ?? new Uint8Array(0) };
  const head = signed?.head ?? claimed;
  const minimum = Math.min(readMinimum(files, claim, trust, note), head.size, reachOf(files));
  const { report, leaves } = checkLog({ files, claim, head, minimum, filtered: manifest.filter !== null }, note);
  const heads = kept.filter((earlier) => earlier.origin === head.origin);
  checkRemembered({ name: claim.name, heads, leaves, size: head.size }, note);
  return report;
}

/** Pruned entries keep their hashes, so no log can lack more of them than its bundle has bytes. In whole blocks. */
function reachOf(files: Files): number {
  let bytes = 0;
  for (const content of files.values()) bytes += content.length;
  return bytes - (bytes % TILE);
}

type Outcome = { manifest: Manifest; logs: readonly LogReport[]; signers: readonly Key[] };

function reportOf({ vkeys }: VerifyOptions, findings: readonly Finding[], outcome?: Outcome): Report {
  return {
    ok: findings.length === 0,
    findings,
    logs: outcome?.logs ?? [],
    trust: vkeys ? 'given' : 'bundle',
    signers: outcome?.signers.map((key) => key.vkey) ?? [],
    created: outcome?.manifest.created,
    filter: outcome?.manifest.filter,
  };
}

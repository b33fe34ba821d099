import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { compareHead, epochOf, logSize, setEpoch } from '../audit';
import { type Clock, DAY, type LogHead, rfc3339, type Secrets, wrappingOf } from '../platform';
import { type FileKeyring, openKeyring } from '../platform/keyring-node';
import { copySqlite, integrity, openSqlite } from '../platform/sqlite-node';
import type { RestoreFacts } from './restore';

const manifestSchema = z.strictObject({
  version: z.literal(1),
  made_at: z.iso.datetime(),
  /** The journal's last narrowing before the first database was copied. */
  journal_seq: z.int().min(0),
  databases: z.array(
    z.strictObject({
      name: z.string().regex(/^(registry|vault-\d{1,4})$/),
      bytes: z.int(),
      sha256: z.string(),
      epoch: z.int(),
      log_size: z.int(),
    }),
  ),
});
export type BackupManifest = z.infer<typeof manifestSchema>;

type Place = { dataDir: string; databases: readonly string[]; secrets: Secrets; clock: Clock };

const KEYRING = 'keyring.db';
const hashOf = (file: string): string => createHash('sha256').update(readFileSync(file)).digest('hex');
const fileIn = (dir: string, database: string): string => join(dir, `${database}.db`);

function withKeyring<T>(file: string, p: Pick<Place, 'secrets' | 'clock'>, work: (k: FileKeyring) => T): T {
  const keyring = openKeyring(file, wrappingOf(p.secrets), p.clock);
  try {
    return work(keyring);
  } finally {
    keyring.close();
  }
}

/**
 * Writes a copy of the data to `<out>/<time>/` and, after it, the one newest copy of the keyring to `<out>/keyring/`. May
 * run while the server does. The two belong in different places: data without keys tells nobody's name, and an erased
 * person's key is in no copy of the keyring that is newer than the erasure.
 *
 * Narrowings older than `keepDays` leave the journal: a restore of an older copy then says no to everybody.
 */
export function makeBackup(p: Place, out: string, keepDays: number): { dir: string; manifest: BackupManifest } {
  const made = p.clock.now();
  const dir = join(out, rfc3339(made).replaceAll(':', '-'));
  mkdirSync(join(out, 'keyring'), { recursive: true, mode: 0o700 });
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const live = join(p.dataDir, KEYRING);
  const journal_seq = withKeyring(live, p, (k) => k.journalSpan().last);
  for (const name of p.databases) copySqlite(fileIn(p.dataDir, name), fileIn(dir, name));
  copyKeyring(live, join(out, 'keyring'));
  const databases = p.databases.map((name) => describe(dir, name));
  const manifest: BackupManifest = { version: 1, made_at: rfc3339(made), journal_seq, databases };
  writeFileSync(join(dir, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`, { mode: 0o600 });
  withKeyring(live, p, (k) => {
    const old = k.journalled().findLast((e) => e.at < made - keepDays * DAY);
    if (old) k.forgetJournal(old.seq);
  });
  return { dir, manifest };
}

/** The new copy takes the old one's place in one step: there is always exactly one, and never half of one. */
export function copyKeyring(live: string, dir: string): void {
  const next = join(dir, `${KEYRING}.next`);
  rmSync(next, { force: true });
  copySqlite(live, next);
  renameSync(next, join(dir, KEYRING));
}

function describe(dir: string, name: string): BackupManifest['databases'][number] {
  const file = fileIn(dir, name);
  const handle = openSqlite(file, { readonly: true });
  const { epoch, log_size } = { epoch: epochOf(handle.db), log_size: logSize(handle.db) };
  handle.close();
  return { name, bytes: statSync(file).size, sha256: hashOf(file), epoch, log_size };
}

/** Reads a copy and says everything that is wrong with it, or hands out its manifest. */
export function verifyBackup(dir: string): BackupManifest {
  const manifest = manifestSchema.parse(JSON.parse(readFileSync(join(dir, 'manifest.json'), 'utf8')));
  const wrong = manifest.databases.flatMap(({ name, sha256 }) => {
    const file = fileIn(dir, name);
    if (!existsSync(file)) return [`${name}.db is missing`];
    if (hashOf(file) !== sha256) return [`${name}.db is not the file that was written`];
    return integrity(file).length === 0 ? [`${name}.db can't be read`] : [];
  });
  if (wrong.length > 0) throw new Error(`this backup can't be used:\n${wrong.map((w) => `  - ${w}`).join('\n')}`);
  return manifest;
}

export type RestoreSource = {
  /** Folder of one copy of the data. */
  data: string;
  /** A copy of the keyring; left out, the keyring that is in place is used. */
  keyring?: string;
  accept_gap?: { by: string; because: string };
};

/**
 * Puts a copy in the place of the data (the server must be stopped) and answers what `replayRestore` has to do before
 * anybody is served: until then the new epochs make nothing answerable. What was there is kept in `<dataDir>/before-…`.
 */
export function restoreFiles(p: Place, from: RestoreSource): RestoreFacts {
  const manifest = verifyBackup(from.data);
  const names = manifest.databases.map((d) => d.name);
  if (names.join() !== p.databases.join())
    throw new Error(`the backup holds ${names.join(', ')}, and this installation has ${p.databases.join(', ')}`);
  const live = join(p.dataDir, KEYRING);
  if (!from.keyring && !existsSync(live))
    throw new Error('there is no keyring here: give the copy of the keyring too, or nobody’s data can be read');
  setAside(p, from.keyring !== undefined);
  for (const name of names) copyFileSync(fileIn(from.data, name), fileIn(p.dataDir, name));
  if (from.keyring) copyFileSync(from.keyring, live);
  return withKeyring(live, p, (keyring) => factsOf(p, from, manifest, keyring));
}

/** Nothing is overwritten: what stands in the way is moved. */
function setAside(p: Place, keyringToo: boolean): void {
  const aside = join(p.dataDir, `before-${rfc3339(p.clock.now()).replaceAll(':', '-')}`);
  mkdirSync(aside, { recursive: true, mode: 0o700 });
  const files = [...p.databases.map((n) => `${n}.db`), ...(keyringToo ? [KEYRING] : [])];
  for (const file of files.flatMap((f) => [f, `${f}-wal`, `${f}-shm`])) {
    if (existsSync(join(p.dataDir, file))) renameSync(join(p.dataDir, file), join(aside, file));
  }
}

function factsOf(p: Place, from: RestoreSource, manifest: BackupManifest, keyring: FileKeyring): RestoreFacts {
  const epochs = p.databases.flatMap((log) => newEpoch(fileIn(p.dataDir, log), log, keyring.head(log)));
  const { first } = keyring.journalSpan();
  return {
    copied_at: manifest.made_at,
    epochs,
    tombstones: keyring.tombstones(),
    journal: keyring.journalled().filter((e) => e.seq > manifest.journal_seq),
    gap: from.keyring !== undefined || first > manifest.journal_seq + 1,
    accept_gap: from.accept_gap,
  };
}

/** A log that is older than its last signed head goes on in a new epoch. */
function newEpoch(file: string, log: string, head: LogHead | undefined): RestoreFacts['epochs'][number][] {
  const handle = openSqlite(file);
  try {
    if (!head || compareHead(handle.db, head) === 'same') return [];
    const epoch = head.epoch + 1;
    handle.outer(() => setEpoch(handle.db, epoch));
    return [{ log, epoch, old: head }];
  } finally {
    handle.close();
  }
}

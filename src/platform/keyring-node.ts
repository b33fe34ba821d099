import type { Clock } from './clock';
import type { Handle } from './db';
import type { KeyRef, Keyring, Wrapping } from './keyring';
import {
  destroyKey,
  forgetJournal,
  type JournalEntry,
  journal,
  journalled,
  journalSpan,
  keyringSchema,
  type LogHead,
  loadKey,
  logHead,
  makeKey,
  noteHead,
  type Tombstone,
  tombstones,
} from './keyring-store';
import { openSqlite } from './sqlite-node';

/** The keyring of one machine: a file of its own, so that data and keys are backed up apart. */
export interface FileKeyring extends Keyring {
  head(log: string): LogHead | undefined;
  noteHead(head: LogHead): void;
  /** What a restore replays: whose keys were destroyed, and what narrowed since the journal begins. */
  tombstones(): Tombstone[];
  journalled(): (JournalEntry & { seq: number })[];
  journalSpan(): { first: number; last: number };
  forgetJournal(upTo: number): void;
  readonly handle: Handle;
  close(): void;
}

type Waiting = { ref: KeyRef; settle(key: Uint8Array | undefined): void; fail(e: unknown): void };

export function openKeyring(file: string, wrapping: Wrapping, clock: Clock): FileKeyring {
  const handle = openSqlite(file, { cacheMiB: 8 });
  for (const statement of keyringSchema) handle.db.write(statement).run();
  let waiting: Waiting[] = [];

  /** One durable write for all keys that were asked for in this turn. */
  const flush = () => {
    const batch = waiting;
    waiting = [];
    try {
      const keys = handle.outer(() => batch.map((w) => makeKey(handle.db, wrapping, w.ref, clock.now())));
      batch.forEach((w, i) => {
        w.settle(keys[i]);
      });
    } catch (e) {
      for (const w of batch) w.fail(e);
    }
  };
  const makeSoon = (ref: KeyRef) =>
    new Promise<Uint8Array | undefined>((settle, fail) => {
      if (waiting.length === 0) setImmediate(flush);
      waiting.push({ ref, settle, fail });
    });

  return {
    handle,
    load: async (refs) => refs.map((ref) => loadKey(handle.db, wrapping, ref)),
    make: (refs) => Promise.all(refs.map((ref) => loadKey(handle.db, wrapping, ref) ?? makeSoon(ref))),
    destroy: async (refs, at) => {
      handle.outer(() => {
        for (const ref of refs) destroyKey(handle.db, ref, at);
      });
    },
    journal: async (entries) => {
      handle.outer(() => journal(handle.db, entries));
    },
    head: (log) => logHead(handle.db, log),
    noteHead: (head) => {
      handle.outer(() => noteHead(handle.db, head));
    },
    tombstones: () => tombstones(handle.db),
    journalled: () => journalled(handle.db),
    journalSpan: () => journalSpan(handle.db),
    forgetJournal: (upTo) => {
      handle.outer(() => forgetJournal(handle.db, upTo));
    },
    close: handle.close,
  };
}

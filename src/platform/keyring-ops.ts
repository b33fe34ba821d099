import { base64url, fromBase64url } from './bytes';
import type { KeyRef, Keyring, Wrapping } from './keyring';
import {
  destroyKey,
  type JournalEntry,
  journal,
  type LogHead,
  loadKey,
  logHead,
  makeKey,
  noteHead,
} from './keyring-store';
import { action, type CallContext, need, type Ops, query, trusted, type Vault } from './ops';

const bookkeeping = 'the act that needed the key has its own entry';

/** The keyring as operations of the registry, for Durable Objects. Keys cross inside the zone only, never to a client. */
export function keyringOps(wrapping: Wrapping) {
  return {
    'keyring.load': query(trusted<{ refs: KeyRef[] }>(), (r, i) =>
      i.refs.map((ref) => text(loadKey(r.db, wrapping, ref))),
    ),
    'keyring.make': action(trusted<{ refs: KeyRef[] }>(), (w, i) => {
      w.auditedLater(bookkeeping);
      return i.refs.map((ref) => text(makeKey(w.db, wrapping, ref, w.now)));
    }),
    'keyring.destroy': action(trusted<{ refs: KeyRef[]; at: number }>(), (w, i) => {
      for (const ref of i.refs) destroyKey(w.db, ref, i.at);
      w.audit('key.destroyed', { data: { keys: i.refs.length } });
      return { destroyed: i.refs.length };
    }),
    'keyring.journal': action(trusted<{ entries: JournalEntry[] }>(), (w, i) => {
      journal(w.db, i.entries);
      w.auditedLater(bookkeeping);
      return { entries: i.entries.length };
    }),
    'keyring.head': query(trusted<{ log: string }>(), (r, i) => logHead(r.db, i.log) ?? null),
    'keyring.note_head': action(trusted<LogHead>(), (w, i) => {
      noteHead(w.db, i);
      w.auditedLater(bookkeeping);
      return { ok: true };
    }),
  } satisfies Ops;
}

const text = (key: Uint8Array | undefined): string | null => (key ? base64url(key) : null);
const bytes = (key: string | null): Uint8Array | undefined => (key === null ? undefined : fromBase64url(key));
const system: CallContext = { actor: { type: 'system', id: 'keyring' } };

/** A vault's view of the registry's keyring. */
export function remoteKeyring(registry: Vault<ReturnType<typeof keyringOps>>): Keyring {
  return {
    load: async (refs) => need(await registry.run('keyring.load', { refs: [...refs] }, system)).map(bytes),
    make: async (refs) => need(await registry.run('keyring.make', { refs: [...refs] }, system)).map(bytes),
    destroy: async (refs, at) => {
      need(await registry.run('keyring.destroy', { refs: [...refs], at }, system));
    },
    journal: async (entries) => {
      need(await registry.run('keyring.journal', { entries: [...entries] }, system));
    },
  };
}

import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { utf8 } from './bytes';

/** Erasure destroys `ordinary`; the others end by a timer and open only to an officer under a named ground. */
export type KeyClass = 'ordinary' | 'legal' | 'evidence';
export type KeyRef = { person: string; class: KeyClass };

/**
 * Where the persons' keys live.
 * Promise: when `make` resolves, the keys are durable, so no vault ever commits a row sealed under a key that could be
 * lost; when `destroy` resolves, the keys are gone from the ring and a tombstone stands in their place, which `make`
 * obeys for ever.
 */
export interface Keyring {
  load(refs: readonly KeyRef[]): Promise<(Uint8Array | undefined)[]>;
  make(refs: readonly KeyRef[]): Promise<(Uint8Array | undefined)[]>;
  destroy(refs: readonly KeyRef[], at: number): Promise<void>;
  /** A refusal, withdrawal or objection since the last backup: a restore replays it. */
  journal(entries: readonly { vault: string; body: string; at: number }[]): Promise<void>;
}

/** The keys that an operation sees: in memory, synchronous. */
export interface Keys {
  /** The key to seal with; made when there is none. Undefined when it was destroyed. */
  seal(person: string, cls?: KeyClass): Uint8Array;
  /** The key to open with, or undefined when there is none any more. */
  open(person: string, cls?: KeyClass): Uint8Array | undefined;
  /** Loads many at once, so that a page of rows costs one trip to the ring. */
  ready(refs: readonly KeyRef[]): void;
  /** This database's own key for what belongs to no person. */
  own(label: string): Uint8Array;
  /** The ring has destroyed this key: it leaves the memory, and nothing is sealed under it any more. */
  forget(ref: KeyRef): void;
}

/** Thrown by {@link Keys} when a key isn't in memory yet; the runner fetches it and runs the operation again. */
export class KeyNeeded extends Error {
  override readonly name = 'KeyNeeded';
  constructor(
    readonly refs: readonly KeyRef[],
    readonly make: boolean,
  ) {
    super('keys must be loaded first');
  }
}

/** Thrown when something is to be sealed for a person whose key was destroyed. */
export class KeyDestroyed extends Error {
  override readonly name = 'KeyDestroyed';
}

const NONCE = 12;
const TAG = 16;

/** AES-256-GCM: nonce, tag, cipher text. `place` (table, column, row) is authenticated, so no value can be moved. */
export function seal(key: Uint8Array, place: string, plain: string | Uint8Array): Uint8Array {
  const nonce = randomBytes(NONCE);
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  cipher.setAAD(utf8(place));
  const body = typeof plain === 'string' ? utf8(plain) : plain;
  const head = cipher.update(body);
  const tail = cipher.final();
  return new Uint8Array(Buffer.concat([nonce, cipher.getAuthTag(), head, tail]));
}

/** Opens what {@link seal} made; throws if key, place or bytes differ. */
export function unseal(key: Uint8Array, place: string, sealed: Uint8Array): Uint8Array {
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, NONCE));
  decipher.setAAD(utf8(place));
  decipher.setAuthTag(sealed.subarray(NONCE, NONCE + TAG));
  return new Uint8Array(Buffer.concat([decipher.update(sealed.subarray(NONCE + TAG)), decipher.final()]));
}

export const unsealText = (key: Uint8Array, place: string, sealed: Uint8Array): string =>
  new TextDecoder().decode(unseal(key, place, sealed));

/** HKDF-SHA-256 (RFC 5869): one key per label out of a secret. */
export const derive = (secret: Uint8Array, label: string): Uint8Array =>
  new Uint8Array(hkdfSync('sha256', secret, new Uint8Array(0), utf8(label), 32));

/** The wrapping of persons' keys at rest: AES-256-GCM under a configured key, named so that it can be rotated. */
export type Wrapping = { current: string; keys: Readonly<Record<string, Uint8Array>> };

export function wrap(w: Wrapping, ref: KeyRef, key: Uint8Array): { kid: string; sealed: Uint8Array } {
  return { kid: w.current, sealed: seal(w.keys[w.current]!, place(ref), key) };
}

export function unwrap(w: Wrapping, ref: KeyRef, kid: string, sealed: Uint8Array): Uint8Array {
  const key = w.keys[kid];
  if (!key) throw new Error(`the wrapping key ${kid} is not configured: restore it to AVOW_SECRETS`);
  return unseal(key, place(ref), sealed);
}

const place = (ref: KeyRef): string => `key:${ref.person}:${ref.class}`;

/**
 * Keys in memory for one database. Holds at most `limit` of them; the oldest go first. A destroyed key leaves at once.
 */
export class KeyMemory {
  private readonly held = new Map<string, Uint8Array | null>();
  constructor(
    private readonly own: (label: string) => Uint8Array,
    private readonly limit = 20_000,
  ) {}

  readonly keys: Keys = {
    seal: (person, cls = 'ordinary') => {
      const key = this.held.get(`${cls}:${person}`);
      if (key === null || key === undefined) {
        if (key === null && this.destroyed.has(`${cls}:${person}`))
          throw new KeyDestroyed(`the key of ${person} was destroyed`);
        throw new KeyNeeded([{ person, class: cls }], true);
      }
      return key;
    },
    open: (person, cls = 'ordinary') => {
      const key = this.held.get(`${cls}:${person}`);
      if (key === undefined) throw new KeyNeeded([{ person, class: cls }], false);
      return key ?? undefined;
    },
    ready: (refs) => {
      const missing = refs.filter((r) => !this.held.has(`${r.class}:${r.person}`));
      if (missing.length > 0) throw new KeyNeeded(missing, false);
    },
    own: (label) => this.own(label),
    forget: (ref) => this.forget(ref),
  };

  private readonly destroyed = new Set<string>();

  /** Remembers what the ring answered; `undefined` from `make` means destroyed. */
  put(ref: KeyRef, key: Uint8Array | undefined, made: boolean): void {
    const name = `${ref.class}:${ref.person}`;
    if (this.held.size >= this.limit) this.held.delete(this.held.keys().next().value!);
    this.held.set(name, key ?? null);
    if (key) this.destroyed.delete(name);
    else if (made) this.destroyed.add(name);
  }

  forget(ref: KeyRef): void {
    this.put(ref, undefined, true);
  }
}

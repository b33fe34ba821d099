import type { Json } from './json';

/** What can be wrong with a bundle. The sentence is for people; programs read the code. */
export type FindingCode =
  | 'zip_unreadable'
  | 'zip_not_canonical'
  | 'file_missing'
  | 'file_surplus'
  | 'file_changed'
  | 'manifest_unreadable'
  | 'manifest_signature'
  | 'key_unreadable'
  | 'checkpoint_unreadable'
  | 'checkpoint_signature'
  | 'checkpoint_mismatch'
  | 'root_mismatch'
  | 'minimum_unsigned'
  | 'line_unreadable'
  | 'line_misnumbered'
  | 'entry_changed'
  | 'entry_removed'
  | 'entry_inserted'
  | 'entry_reordered'
  | 'tail_cut'
  | 'tile_changed'
  | 'payload_changed'
  | 'payload_missing'
  | 'erasure_unexplained'
  | 'rolled_back'
  | 'forked';

/** One thing that is wrong. `seq` is the entry it starts at (from 0), `last` the end of a range, both inclusive. */
export type Finding = {
  readonly code: FindingCode;
  readonly log?: string;
  readonly file?: string;
  readonly seq?: number;
  readonly last?: number;
  /** A plain sentence. */
  readonly message: string;
};

/** What was found in one log. The three counts add up to the lines that could be read. */
export type LogReport = {
  readonly name: string;
  readonly origin: string;
  readonly size: number;
  /** Base64, as in the checkpoint. */
  readonly root: string;
  readonly epoch: number;
  /** Entries below were pruned, as its signer has declared. 0 when none were. */
  readonly minimum: number;
  readonly opened: number;
  readonly erased: number;
  readonly withheld: number;
};

/** The verifier's answer. `trust` is `bundle` when no key was given: then nobody but the bundle vouches for its key. */
export type Report = {
  readonly ok: boolean;
  readonly findings: readonly Finding[];
  readonly logs: readonly LogReport[];
  readonly trust: 'given' | 'bundle';
  /** vkeys that signed the manifest or a checkpoint, each once. */
  readonly signers: readonly string[];
  /** RFC 3339; undefined when the manifest couldn't be read. */
  readonly created: string | undefined;
  readonly filter: Json | undefined;
};

/** Takes a finding down. */
export type Note = (finding: Finding) => void;

/** `3` or `3 to 7`. */
export function span(seq: number, last: number): string {
  return seq === last ? `${seq}` : `${seq} to ${last}`;
}

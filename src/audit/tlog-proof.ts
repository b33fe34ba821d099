import { toBase64, utf8 } from './bytes';

/**
 * A C2SP tlog-proof (https://c2sp.org/tlog-proof): one text that shows, offline, that an entry is in a log. `hashes` in
 * base64 from the leaf upwards, `checkpoint` as it was signed. `extra` is context for the reader and proves nothing.
 */
export type Inclusion = { index: number; hashes: readonly string[]; checkpoint: string };

export function tlogProof({ index, hashes, checkpoint }: Inclusion, extra?: string): string {
  if (!Number.isSafeInteger(index) || index < 0) throw new TypeError(`${index} is not the index of an entry`);
  const lines = ['c2sp.org/tlog-proof@v1', `index ${index}`, ...hashes];
  if (extra !== undefined) lines.splice(1, 0, `extra ${toBase64(utf8(extra))}`);
  return `${lines.join('\n')}\n\n${checkpoint}`;
}

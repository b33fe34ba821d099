import { fromBase64, toBase64 } from './bytes';
import { HASH_SIZE } from './merkle';

/** The body of a C2SP tlog-checkpoint (https://c2sp.org/tlog-checkpoint): what a log's signed note says. */

/** A tree head: which log (`origin`, a schema-less URL), how many entries, which root. */
export type TreeHead = { readonly origin: string; readonly size: number; readonly root: Uint8Array };

/** The text to be signed. Throws TypeError when a part can't stand in a checkpoint. */
export function checkpointText({ origin, size, root }: TreeHead): string {
  if (!isOrigin(origin)) throw new TypeError('an origin is one non-empty line');
  if (!Number.isSafeInteger(size) || size < 0) throw new TypeError(`${size} is not a tree size`);
  if (root.length !== HASH_SIZE) throw new TypeError('a root has 32 bytes');
  return `${origin}\n${size}\n${toBase64(root)}\n`;
}

/**
 * Reads a checkpoint's text; undefined unless it is spelled exactly as `checkpointText` would spell it. Extension
 * lines, which the specification advises against, are refused: our logs never write them.
 */
export function parseCheckpoint(text: string): TreeHead | undefined {
  const [origin = '', digits = '', encoded = '', ...rest] = text.split('\n');
  const root = fromBase64(encoded);
  const size = Number(digits);
  if (rest.length !== 1 || rest[0] !== '' || !isOrigin(origin)) return undefined;
  if (root?.length !== HASH_SIZE || !Number.isSafeInteger(size) || String(size) !== digits || size < 0)
    return undefined;
  return { origin, size, root };
}

const isOrigin = (origin: string) => origin !== '' && !origin.includes('\n');

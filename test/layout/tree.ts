import { readdirSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { MAY_IMPORT } from '../../src/build/layout-rules';
import { type FileFacts, factsOf, type Kind } from './imports';

/** Path from the root of the repository, with `/`, → text. */
export type Sources = ReadonlyMap<string, string>;

/** One file asking for another file of the tree (`to`), or for a package or built-in module (`pack`). */
export type Edge = { from: string; line: number; kind: Kind } & ({ to: string } | { pack: string } | { opaque: true });

/** A parsed tree: facts per file, and every edge. */
export type Tree = { files: ReadonlyMap<string, FileFacts>; edges: readonly Edge[] };

const CODE = /\.[cm]?tsx?$/;
const SKIPPED = new Set(['node_modules', 'dist', '.wrangler', 'coverage']);

function walk(root: string, folder: string, found: Map<string, string>): void {
  for (const entry of readdirSync(`${root}/${folder}`, { withFileTypes: true })) {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory() && !SKIPPED.has(entry.name)) walk(root, path, found);
    else if (entry.isFile() && CODE.test(entry.name)) found.set(path, readFileSync(`${root}/${path}`, 'utf8'));
  }
}

/** Reads the TypeScript files of `src/`, `widget/` and `test/` below `root`. */
export function readSources(root: string): Sources {
  const found = new Map<string, string>();
  for (const folder of ['src', 'widget', 'test']) walk(root, folder, found);
  return found;
}

/**
 * The unit that a path belongs to: `consent`, `audit/verify`, `node` (for `src/node.ts`), `widget`, `widget/scan`,
 * `test`; null for a path outside these.
 */
export function unitOf(path: string): string | null {
  const parts = path.split('/');
  if (parts[0] === 'test') return 'test';
  if (parts[0] === 'widget') return parts[1] === 'scan' ? 'widget/scan' : 'widget';
  if (parts[0] !== 'src' || !parts[1]) return null;
  if (parts[1] === 'audit' && parts[2] === 'verify') return 'audit/verify';
  return parts[1].replace(CODE, '');
}

/** The file that a relative specifier means. A file that doesn't exist (yet) is named as it would be. */
function resolve(from: string, specifier: string, exists: (path: string) => boolean): string {
  const plain = posix.join(posix.dirname(from), specifier.replace(/[?#].*$/, ''));
  const bare = plain.replace(/\/$/, '').replace(/\.js(x?)$/, '');
  const candidates = [plain, `${bare}.ts`, `${bare}.tsx`, `${bare}.d.ts`, `${bare}/index.ts`, `${bare}/index.tsx`];
  const isFolder = plain.endsWith('/') || Object.keys(MAY_IMPORT).some((unit) => bare === `src/${unit}`);
  return candidates.find(exists) ?? (isFolder ? `${bare}/index.ts` : `${bare}.ts`);
}

/** Parse all sources and resolve what they import. */
export function treeOf(sources: Sources): Tree {
  const files = new Map([...sources].map(([path, text]) => [path, factsOf(path, text)] as const));
  const exists = (path: string): boolean => sources.has(path) || path.endsWith('.json');
  const edges: Edge[] = [];
  for (const [from, facts] of files) {
    for (const { specifier, kind, line } of facts.imports) {
      if (specifier === null) edges.push({ from, line, kind, opaque: true });
      else if (specifier.startsWith('.')) edges.push({ from, line, kind, to: resolve(from, specifier, exists) });
      else edges.push({ from, line, kind, pack: specifier });
    }
  }
  return { files, edges };
}

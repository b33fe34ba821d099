import type { Tree } from './tree';

/**
 * Every circle of imports, types and lazy imports included, as the path that comes back to its first file. Of a knot of
 * several circles one shortest is named; when it is cut, the next shows.
 */
export function circlesOf(tree: Tree): string[][] {
  const next = new Map<string, Set<string>>();
  for (const edge of tree.edges) {
    if (!('to' in edge) || !tree.files.has(edge.to)) continue;
    next.set(edge.from, (next.get(edge.from) ?? new Set()).add(edge.to));
  }
  const seen = new Set<string>();
  const circles: string[][] = [];
  for (const start of [...next.keys()].sort()) {
    if (seen.has(start)) continue;
    const circle = shortestWayBack(start, next);
    if (!circle) continue;
    for (const file of circle) seen.add(file);
    circles.push(circle);
  }
  return circles;
}

/** Breadth first from `start` until it is met again. */
function shortestWayBack(start: string, next: ReadonlyMap<string, ReadonlySet<string>>): string[] | null {
  const cameFrom = new Map<string, string>();
  const queue = [start];
  for (let at = queue.shift(); at !== undefined; at = queue.shift()) {
    for (const to of next.get(at) ?? []) {
      if (to === start) return [...trail(at, start, cameFrom), start];
      if (cameFrom.has(to)) continue;
      cameFrom.set(to, at);
      queue.push(to);
    }
  }
  return null;
}

function trail(end: string, start: string, cameFrom: ReadonlyMap<string, string>): string[] {
  const path = [end];
  for (let at = end; at !== start; path.unshift(at)) at = cameFrom.get(at) as string;
  return path;
}

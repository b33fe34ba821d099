import { builtinModules } from 'node:module';
import { posix } from 'node:path';
import * as rules from '../../src/build/layout-rules';
import { circlesOf } from './circles';
import { type Edge, type Tree, unitOf } from './tree';

export type Rule =
  | 'unknown unit'
  | 'table'
  | 'door'
  | 'own index'
  | 'lazy'
  | 'types only'
  | 'runtime'
  | 'builtin'
  | 'tongue'
  | 'no packages'
  | 'outside'
  | 'opaque'
  | 'circle'
  | 'any'
  | 'only'
  | 'mock';

/** One broken rule, told so that the reader knows where and why. */
export type Violation = { rule: Rule; file: string; line: number; text: string };

type Inner = Extract<Edge, { to: string }>;
type Outer = Extract<Edge, { pack: string }>;
type Verdict = [Rule, string] | null;

const BUILTINS = new Set(builtinModules);

const has = (table: Readonly<Record<string, readonly string[]>>, key: string, value: string): boolean =>
  table[key]?.includes(value) ?? false;

const baseName = (path: string): string => posix.basename(path).replace(/\.tsx?$/, '');

/** The base name without `-node` and `-durable`. */
const stem = (path: string): string => baseName(path).replace(/-(node|durable)$/, '');

function runtimeOf(path: string): 'node' | 'worker' | 'both' {
  if (rules.RUNTIME_FILES.node.test(path)) return 'node';
  if (rules.RUNTIME_FILES.worker.test(path)) return 'worker';
  return rules.RUNTIME_UNITS[unitOf(path) ?? ''] ?? 'both';
}

/** An entry of one runtime injects what runs there alone: it may enter any room's files of that runtime. */
function isEntryOf(edge: Inner): boolean {
  const runtime = rules.RUNTIME_ENTRIES[unitOf(edge.from) ?? ''];
  return runtime !== undefined && rules.RUNTIME_FILES[runtime].test(edge.to);
}

/** May the file's unit import the target's unit at all? Tests may import everything. */
function table(edge: Inner): Verdict {
  const [from, to] = [unitOf(edge.from), unitOf(edge.to)];
  if (from === to || from === null || from === 'test') return null;
  if (to === null)
    return edge.to.endsWith('.json') ? null : ['outside', `imports ${edge.to}, outside src/ and widget/`];
  if (to === 'test') return ['table', `imports a test, ${edge.to}`];
  if (has(rules.MAY_IMPORT, from, to)) return null;
  if (isEntryOf(edge)) return null;
  const routes = rules.ROUTES_FILES.test(stem(edge.from));
  if (routes && rules.ROUTES_MAY_ALSO.includes(to)) return null;
  return ['table', `${from} may not import ${to} (${edge.to})`];
}

/** Outsiders enter by `index.ts`, a second door, or a file of their own runtime. */
function door(edge: Inner): Verdict {
  const [from, to] = [unitOf(edge.from), unitOf(edge.to)];
  if (from === to || from === null || to === null || from === 'test' || to === 'test') return null;
  const bare = edge.to.replace(/\.tsx?$/, '');
  const users = rules.SECOND_DOORS[bare];
  if (users && (users.length === 0 || users.includes(from))) return null;
  const front = to.startsWith('widget') ? `${to}/index` : `src/${to}/index`;
  const main = bare === front || bare === `src/${to}`;
  if (main && !(rules.ONLY_SECOND_DOORS.includes(from) && to === 'consent')) return null;
  const ownRuntime = runtimeOf(edge.from);
  if (ownRuntime !== 'both' && rules.RUNTIME_FILES[ownRuntime].test(edge.to)) return null;
  return ['door', `enters ${to} by ${edge.to}, which is no door of it`];
}

function ownIndex(edge: Inner): Verdict {
  const unit = unitOf(edge.from);
  const own = unit !== 'test' && unit === unitOf(edge.to) && edge.to.replace(/\.tsx?$/, '') === `src/${unit}/index`;
  return own ? ['own index', `imports its own room's index, ${edge.to}`] : null;
}

function lazy(edge: Inner): Verdict {
  const [from, to] = [unitOf(edge.from) ?? '', unitOf(edge.to) ?? ''];
  const early = edge.kind === 'value' && has(rules.LAZY, from, to);
  return early ? ['lazy', `loads ${to} at once; only import() or import type`] : null;
}

function typesOnly(edge: Inner): Verdict {
  const [from, to] = [unitOf(edge.from) ?? '', unitOf(edge.to) ?? ''];
  const loaded = edge.kind !== 'type' && has(rules.TYPES_ONLY, from, to);
  return loaded ? ['types only', `loads ${edge.to}; only import type`] : null;
}

/** A file that runs in both runtimes loads none that runs in one; nor does one runtime load the other's. */
function runtime(edge: Inner): Verdict {
  if (edge.kind === 'type' || unitOf(edge.from) === 'test') return null;
  const [own, other] = [runtimeOf(edge.from), runtimeOf(edge.to)];
  if (other === 'both' || own === other) return null;
  return ['runtime', `runs in ${own} and loads ${edge.to}, which runs in ${other} only`];
}

function builtin(edge: Outer): Verdict {
  const bare = edge.pack.replace(/^node:/, '');
  const known = edge.pack.startsWith('node:') || BUILTINS.has(bare);
  if (!known || unitOf(edge.from) === 'test') return null;
  if (runtimeOf(edge.from) === 'node' || rules.PORTABLE_BUILTINS.includes(bare)) return null;
  return ['builtin', `imports ${edge.pack}, which only files for Node may`];
}

function tongue(edge: Outer): Verdict {
  const unit = unitOf(edge.from) ?? '';
  const rule = rules.TONGUES.find(({ packages }) => packages.test(edge.pack));
  if (!rule || unit === 'test') return null;
  if (rule.units.includes(unit) || rule.files?.test(stem(edge.from))) return null;
  return ['tongue', `speaks ${rule.name} (${edge.pack})`];
}

function noPackages(edge: Outer): Verdict {
  const unit = unitOf(edge.from) ?? '';
  if (!rules.NO_PACKAGES.includes(unit)) return null;
  const isBuiltin = edge.pack.startsWith('node:') || BUILTINS.has(edge.pack);
  if (isBuiltin && unit !== 'widget') return null;
  return ['no packages', `imports ${edge.pack}, but ${unit} stands alone`];
}

const INNER = [table, door, ownIndex, lazy, typesOnly, runtime];
const OUTER = [builtin, tongue, noPackages];

function verdicts(edge: Edge): Verdict[] {
  if ('to' in edge) return INNER.map((rule) => rule(edge));
  if ('pack' in edge) return OUTER.map((rule) => rule(edge));
  if (rules.OPAQUE_IMPORTS.includes(unitOf(edge.from) ?? '')) return [];
  return [['opaque', 'imports a module whose name is not a literal']];
}

/** What is wrong with single files: their place, and what they contain. */
function judgeFiles(tree: Tree): Violation[] {
  return [...tree.files].flatMap(([file, facts]) => {
    const unit = unitOf(file);
    const known = unit === 'test' || (unit !== null && unit in rules.MAY_IMPORT) || file.endsWith('.d.ts');
    const at = (rule: Rule, text: string, lines: number[]) => lines.map((line) => ({ rule, file, line, text }));
    return [
      ...at('unknown unit', `${unit} is no room, entry or file of the map`, known ? [] : [1]),
      ...at('any', 'says any', file.endsWith('.d.ts') ? [] : facts.anys),
      ...at('only', 'runs only some of its tests', facts.onlys),
      ...at('mock', 'replaces a module by a double', facts.mocks),
    ];
  });
}

/** Every broken rule of a tree, in the order of files and lines. */
export function judge(tree: Tree): Violation[] {
  const edges = tree.edges.flatMap((edge) =>
    verdicts(edge).flatMap((verdict) =>
      verdict ? [{ rule: verdict[0], file: edge.from, line: edge.line, text: verdict[1] }] : [],
    ),
  );
  const circles = circlesOf(tree).map(
    (path): Violation => ({ rule: 'circle', file: path[0] ?? '', line: 1, text: path.join(' → ') }),
  );
  const order = (a: Violation, b: Violation): number => a.file.localeCompare(b.file) || a.line - b.line;
  return [...edges, ...circles, ...judgeFiles(tree)].sort(order);
}

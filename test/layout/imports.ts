import { parseSync, Visitor } from 'oxc-parser';

/** How a file asks for a module: erased with the types, loaded at once, or loaded when the line runs. */
export type Kind = 'type' | 'value' | 'dynamic';

/** One request for a module; `specifier` is null where it isn't a literal. Lines count from 1. */
export type Import = { specifier: string | null; kind: Kind; line: number };

/** What the rules need to know of one file. */
export type FileFacts = {
  imports: Import[];
  /** Lines with the type `any`. */
  anys: number[];
  /** Lines with `it.only` and its like. */
  onlys: number[];
  /** Lines that replace a module by a double: `vi.mock` and its like. */
  mocks: number[];
};

type Node = { type: string; start: number };
type Literal = Node & { value?: unknown; quasis?: { value: { cooked: string | null } }[] };

const TEST_WORDS = new Set(['it', 'test', 'describe', 'suite', 'bench']);
const MOCK_WORDS = new Set(['mock', 'doMock']);

function literal(node: Literal | null | undefined): string | null {
  if (typeof node?.value === 'string') return node.value;
  if (node?.type === 'TemplateLiteral' && node.quasis?.length === 1) return node.quasis[0]?.value.cooked ?? null;
  return null;
}

function lineCounter(text: string): (offset: number) => number {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return (offset) => {
    const after = starts.findIndex((start) => start > offset);
    return after < 0 ? starts.length : after;
  };
}

/** The leftmost name of `it.concurrent.only` or `describe.each(…).only`. */
function rootName(node: { type: string; name?: string; object?: unknown; callee?: unknown }): string | undefined {
  const inner = node.object ?? node.callee;
  return inner ? rootName(inner as Parameters<typeof rootName>[0]) : node.name;
}

/**
 * Parse one file and list every way in which it names a module, types included: `import`, `import type`, `export …
 * from`, `import('x')` as value and as type, `import = require`, `require('x')`, `declare module './x'`, and
 * `new URL('./x', import.meta.url)`. A JSX file asks for its JSX runtime without a word; that is listed too.
 *
 * @throws if the text isn't valid TypeScript
 */
export function factsOf(path: string, text: string): FileFacts {
  const parsed = parseSync(path, text);
  const fatal = parsed.errors.find((error) => error.severity === 'Error');
  if (fatal) throw new Error(`${path} can't be parsed: ${fatal.message}`);
  const line = lineCounter(text);
  const facts: FileFacts = { imports: [], anys: [], onlys: [], mocks: [] };
  const add = (at: Node, source: Literal | null | undefined, kind: Kind): void => {
    facts.imports.push({ specifier: literal(source), kind, line: line(at.start) });
  };
  if (path.endsWith('x')) facts.imports.push({ specifier: 'hono/jsx/jsx-runtime', kind: 'value', line: 1 });
  new Visitor({
    ImportDeclaration: (n) => add(n, n.source, n.importKind === 'type' ? 'type' : 'value'),
    ExportAllDeclaration: (n) => add(n, n.source, n.exportKind === 'type' ? 'type' : 'value'),
    ExportNamedDeclaration: (n) => {
      if (n.source) add(n, n.source, n.exportKind === 'type' ? 'type' : 'value');
    },
    ImportExpression: (n) => add(n, n.source as Literal, 'dynamic'),
    TSImportType: (n) => add(n, n.source, 'type'),
    TSExternalModuleReference: (n) => add(n, n.expression, 'value'),
    TSModuleDeclaration: (n) => {
      // `declare module '*.css'` names no module.
      if (n.id.type === 'Literal' && !n.id.value.includes('*')) add(n, n.id, 'type');
    },
    CallExpression: (n) => {
      if (n.callee.type === 'Identifier' && n.callee.name === 'require') add(n, n.arguments[0] as Literal, 'value');
    },
    NewExpression: (n) => {
      const relative = n.callee.type === 'Identifier' && n.callee.name === 'URL' && n.arguments.length === 2;
      if (relative && importsMetaUrl(n.arguments[1])) {
        const target = literal(n.arguments[0] as Literal);
        if (target !== null && /\.[cm]?[jt]sx?$/.test(target)) add(n, n.arguments[0] as Literal, 'dynamic');
      }
    },
    TSAnyKeyword: (n) => void facts.anys.push(line(n.start)),
    MemberExpression: (n) => {
      const property = n.computed
        ? literal(n.property as Literal)
        : n.property.type === 'Identifier' && n.property.name;
      const root = rootName(n as Parameters<typeof rootName>[0]);
      if (property === 'only' && root && TEST_WORDS.has(root)) facts.onlys.push(line(n.start));
      if (property && MOCK_WORDS.has(property) && root === 'vi') facts.mocks.push(line(n.start));
    },
  }).visit(parsed.program);
  return facts;
}

function importsMetaUrl(node: unknown): boolean {
  const { object } = (node ?? {}) as { object?: { type?: string } };
  return object?.type === 'MetaProperty';
}

/**
 * Who may import whom: the import table of the architecture as data. `test/layout.test.ts` holds the tree to it.
 *
 * A *unit* is a room (a folder of `src/`), an entry or another single file of `src/`, the widget, its scanner, or the
 * tests. Everything below a room's folder belongs to the room, except `audit/verify`, which stands alone.
 */

const GROUND = ['platform'] as const;
const DELIVERY = ['audit', ...GROUND] as const;
const ACCESS = ['delivery', ...DELIVERY] as const;
const CONSENT = ['identity', ...ACCESS] as const;
const PEOPLE = ['consent', ...CONSENT] as const;
const GATES = ['people', ...PEOPLE] as const;
const ENGAGE = ['release', ...GATES] as const;
const DOORS_BUT_DEMO = [
  'access',
  'audit/verify',
  'collect',
  'console',
  'engage',
  'http',
  'insight',
  'rights',
  ...ENGAGE,
] as const;
const EVERY_DOOR = [...DOORS_BUT_DEMO, 'demo'] as const;
const ENTRY = ['wiring', 'app', 'platform'] as const;

/** Unit → units that it may import. A unit that isn't named here doesn't exist. */
export const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  platform: [],
  http: GROUND,
  audit: GROUND,
  'audit/verify': [],
  delivery: DELIVERY,
  access: ACCESS,
  identity: ACCESS,
  consent: CONSENT,
  people: PEOPLE,
  rights: PEOPLE,
  collect: GATES,
  release: GATES,
  insight: GATES,
  engage: ENGAGE,
  console: EVERY_DOOR,
  demo: EVERY_DOOR,
  wiring: DOORS_BUT_DEMO,
  app: ['http', 'platform'],
  node: ENTRY,
  worker: ENTRY,
  // `avow serve` is the Node entry, started by the command.
  cli: [...ENTRY, 'node', 'demo', 'audit/verify', 'widget/scan'],
  build: ['node', ...EVERY_DOOR, 'wiring', 'app'],
  widget: ['consent'],
  'widget/scan': ['consent'],
};

/** Base names of the files that count as a room's `routes.*`. */
export const ROUTES_FILES: RegExp = /^(.+[-.])?routes(\..+)?$/;

/** What the `routes.*` of any room may import besides what its room may. */
export const ROUTES_MAY_ALSO: readonly string[] = ['http', 'access'];

/** Unit → units that it loads lazily: by `import()` when they are needed (their types may be imported). */
export const LAZY: Readonly<Record<string, readonly string[]>> = { cli: ['demo', 'audit/verify', 'widget/scan'] };

/** Unit → units of which it may see the types alone. */
export const TYPES_ONLY: Readonly<Record<string, readonly string[]>> = {
  widget: ['consent'],
  'widget/scan': ['consent'],
};

/** Doors besides `index.ts`, without extension, and who may use them (nobody named: whoever may import the room). */
export const SECOND_DOORS: Readonly<Record<string, readonly string[]>> = {
  'src/consent/wire': [],
};

/** Units that enter a room by a second door alone. */
export const ONLY_SECOND_DOORS: readonly string[] = ['widget', 'widget/scan'];

/**
 * Names of files that run in one runtime only. They can't hide behind an `index.ts` that both runtimes load, so the
 * units of the same runtime, and no others, enter by them directly.
 */
export const RUNTIME_FILES = { node: /-node\.tsx?$/, worker: /-durable\.tsx?$/ } as const;

/** The entries: they inject what runs in their runtime alone. */
export const RUNTIME_ENTRIES: Readonly<Record<string, 'node' | 'worker'>> = {
  node: 'node',
  cli: 'node',
  worker: 'worker',
};

/** Units that run in one runtime as a whole; every other file runs in both. */
export const RUNTIME_UNITS: Readonly<Record<string, 'node' | 'worker'>> = {
  node: 'node',
  cli: 'node',
  demo: 'node',
  build: 'node',
  'widget/scan': 'node',
  worker: 'worker',
};

/** Built-in modules of Node that workerd offers as well and that touch nothing outside the process. */
export const PORTABLE_BUILTINS: readonly string[] = [
  'assert',
  'async_hooks',
  'buffer',
  'crypto',
  'diagnostics_channel',
  'events',
  'path',
  'path/posix',
  'stream',
  'stream/web',
  'string_decoder',
  'url',
  'util',
  'util/types',
  'zlib',
];

/** A tongue: packages that only some files may import. The first rule whose pattern fits a package judges it. */
export type Tongue = {
  name: string;
  packages: RegExp;
  /** Units whose files all may. */
  units: readonly string[];
  /** Base names, without extension and runtime suffix, that may in every room. */
  files?: RegExp;
};

export const TONGUES: readonly Tongue[] = [
  {
    name: 'driver',
    packages: /^(better-sqlite3(\/|$)|cloudflare:|drizzle-orm\/(better-sqlite3|durable-sqlite)(\/|$))/,
    units: ['platform', 'node', 'worker', 'cli'],
  },
  {
    name: 'drizzle',
    packages: /^drizzle-orm(\/|$)/,
    units: ['platform'],
    files: /^(.+[-.])?(tables|store|ledger|log|outbox)$/,
  },
  {
    name: 'hono',
    packages: /^(hono|@hono\/[^/]+)(\/|$)/,
    units: ['http', 'console', 'demo', 'app', 'node', 'worker', 'cli'],
    files: ROUTES_FILES,
  },
];

/** Units without any package: what they need is in them, or (where they run on Node) a built-in module. */
export const NO_PACKAGES: readonly string[] = ['widget', 'audit/verify'];

/** Units in which an `import()` may name its module by an expression. */
export const OPAQUE_IMPORTS: readonly string[] = ['build', 'test'];

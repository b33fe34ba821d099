/**
 * `npm run bench`: what the product costs beside a bare Hono route that parses the same body. Each line is measured in a
 * process of its own, in process and over HTTP, with the decision log, audit entries and receipts on. Writes
 * `test/bench/README.md`.
 *
 *     npm run bench                          all: 10⁴ and 10⁶ people on Node, 10⁵ in workerd
 *     npm run bench -- --quick               10⁴ people on Node, short
 *     npm run bench -- --seconds 4 --only check
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';
import type { Measured } from './inside';
import { measureWorkerd, type WorkerdLine } from './workerd';

const ROOT = resolve(import.meta.dirname, '../..');
const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    seconds: { type: 'string', default: '4' },
    only: { type: 'string' },
    'no-write': { type: 'boolean', default: false },
  },
});
const seconds = options.quick ? '2' : options.seconds;

const NAMES = ['check warm', 'check cold', 'checks', 'consents'];
const wanted = NAMES.filter((n) => !options.only || n.includes(options.only));

/** Bundles the measuring program as the product is built: one file, no names kept, packages outside. */
async function bundle(folder: string): Promise<string> {
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  await build({
    entryPoints: ['inside', 'fire'].map((name) => join(ROOT, `test/bench/${name}.ts`)),
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    jsx: 'automatic',
    jsxImportSource: 'hono/jsx',
    logLevel: 'warning',
  });
  return join(folder, 'inside.mjs');
}

function measured(script: string, what: string, people: number): Measured[] {
  const args = [script, what, String(people), seconds];
  const out = execFileSync(process.execPath, args, {
    cwd: ROOT,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines = JSON.parse(out.trim().split('\n').at(-1)!) as Measured[];
  for (const l of lines) console.log(row(l));
  return lines;
}

const whole = (n: number): string => Math.round(n).toLocaleString('en');
const fixed = (n: number, digits = 2): string => n.toFixed(digits);
const row = (m: Measured): string =>
  `${m.what.padEnd(18)} ${m.way.padEnd(10)} ${whole(m.people).padStart(9)} people  ${whole(m.perSecond).padStart(7)}/s  ${whole(m.perCpuSecond).padStart(7)}/cpu s  p50 ${fixed(m.p50)} ms  p99 ${fixed(m.p99)} ms  ${whole(m.megabytes)} MB${m.failed ? `  ${m.failed} FAILED` : ''}`;

/** A ratio to the bare route, in the processor's time: what else runs on the machine counts less. */
function ratio(all: readonly Measured[], m: Measured): number | undefined {
  const bare = all.find((x) => x.what === bareOf(m.what) && x.way === m.way);
  return bare && m.perCpuSecond / bare.perCpuSecond;
}

const bareOf = (what: string): string => `bare ${what}`;

const AIMS: readonly {
  name: string;
  aim: string;
  of(all: readonly Measured[]): number | undefined;
  ok(x: number): boolean;
  digits: number;
}[] = [
  {
    name: 'warm check, in process',
    aim: '≥ 0.6 of bare',
    of: (a) => ratioOf(a, 'check warm', 'in process', 1e4),
    ok: (x) => x >= 0.6,
    digits: 2,
  },
  {
    name: 'warm check, HTTP',
    aim: '≥ 0.6 of bare',
    of: (a) => ratioOf(a, 'check warm', 'HTTP', 1e4),
    ok: (x) => x >= 0.6,
    digits: 2,
  },
  {
    name: 'cold check, HTTP',
    aim: '≥ 0.25 of bare',
    of: (a) => ratioOf(a, 'check cold', 'HTTP', 1e4),
    ok: (x) => x >= 0.25,
    digits: 2,
  },
  {
    name: 'consents, HTTP',
    aim: '≥ 0.25 of bare (stretch 0.35)',
    of: (a) => ratioOf(a, 'consents', 'HTTP', 1e4),
    ok: (x) => x >= 0.25,
    digits: 2,
  },
  {
    name: 'batch decisions a second, in process',
    aim: '≥ 300,000',
    of: (a) =>
      line(a, 'checks', 'in process', 1e4)?.perCpuSecond && line(a, 'checks', 'in process', 1e4)!.perCpuSecond * 5000,
    ok: (x) => x >= 300_000,
    digits: 0,
  },
  {
    name: '10⁶ people against 10⁴, warm check over HTTP',
    aim: '≤ 1.3 × the time',
    of: (a) => {
      const [few, many] = [line(a, 'check warm', 'HTTP', 1e4), line(a, 'check warm', 'HTTP', 1e6)];
      return few && many && few.perCpuSecond / many.perCpuSecond;
    },
    ok: (x) => x <= 1.3,
    digits: 2,
  },
  {
    name: 'bytes stored per act',
    aim: '≤ 2,048',
    of: (a) => a.find((m) => m.bytesPerAct)?.bytesPerAct,
    ok: (x) => x <= 2048,
    digits: 0,
  },
];

const line = (all: readonly Measured[], what: string, way: Measured['way'], people: number): Measured | undefined =>
  all.find((m) => m.what === what && m.way === way && m.people === people);

function ratioOf(all: readonly Measured[], what: string, way: Measured['way'], people: number): number | undefined {
  const m = line(all, what, way, people);
  return m && ratio(all, m);
}

function report(all: readonly Measured[], workerd: readonly WorkerdLine[]): string {
  const load = loadavg()
    .map((x) => x.toFixed(1))
    .join(', ');
  const table = all.map(
    (m) =>
      `| ${m.what} | ${m.way} | ${whole(m.people)} | ${whole(m.perSecond)} | ${whole(m.perCpuSecond)} | ${fixed(m.p50)} | ${fixed(m.p99)} | ${ratioText(all, m)} | ${whole(m.megabytes)} |`,
  );
  const aims = AIMS.map((a) => {
    const x = a.of(all);
    const got = x === undefined ? 'not measured' : x.toLocaleString('en', { maximumFractionDigits: a.digits });
    return `| ${a.name} | ${a.aim} | ${got} | ${x === undefined ? '' : a.ok(x) ? 'reached' : 'missed'} |`;
  });
  const failed = all
    .filter((m) => m.failed > 0)
    .map((m) => `- ${m.what}, ${m.way}: ${m.failed} answers were no success.`);
  return `# What it costs

Written by \`npm run bench\` on ${new Date().toISOString().slice(0, 10)}: ${cpus()[0]?.model ?? 'unknown processor'}, ${availableParallelism()} cores, Node ${process.version}, load
average at the end ${load}. ${seconds} s per line, each in a process of its own; real files with \`synchronous=FULL\`; decision log,
audit entries and receipts on. *Bare* is a Hono route on the same server that parses the same body and answers a small
JSON. Ratios are in calls per second of the server's processor time, because the machine may be shared; the load (autocannon,
64 connections) has a process of its own.

## Aims

| | aim | measured | |
|---|---|---|---|
${aims.join('\n')}
${workerd.length > 0 ? `\n## workerd\n\n${workerdTable(workerd)}\n` : ''}
## All lines

| what | way | people | calls/s | calls/cpu s | p50 ms | p99 ms | of bare | MB resident |
|---|---|---|---|---|---|---|---|---|
${table.join('\n')}
${failed.length > 0 ? `\n${failed.join('\n')}\n` : ''}
*check warm*: the same 5,000 people again and again. *check cold*: everybody for the first time today, so that each first
yes is committed before it is answered (128 at once in process). *checks*: 1,000 people × 5 purposes a call. *consents*: an
act of a new visitor with page token: person, identifier, record, state, audit entry, feed, idempotency key, receipt; bytes
per act are the growth of all files by the number of acts, after a checkpoint.
`;
}

const ratioText = (all: readonly Measured[], m: Measured): string => {
  const r = ratio(all, m);
  return r === undefined ? '' : fixed(r);
};

const workerdTable = (lines: readonly WorkerdLine[]): string =>
  ['| what | people | calls/s | p50 ms | p99 ms | of a hello in a Durable Object |', '|---|---|---|---|---|---|']
    .concat(
      lines.map(
        (l) =>
          `| ${l.what} | ${whole(l.people)} | ${whole(l.perSecond)} | ${fixed(l.p50)} | ${fixed(l.p99)} | ${fixed(l.ofHello)} |`,
      ),
    )
    .join('\n');

const folder = mkdtempSync(join(tmpdir(), 'avow-bench-program-'));
try {
  const script = await bundle(folder);
  const all: Measured[] = [];
  for (const what of wanted) all.push(...measured(script, bareOf(what), 1e4), ...measured(script, what, 1e4));
  if (!options.quick)
    for (const what of ['check warm', 'check cold'].filter((n) => wanted.includes(n)))
      all.push(...measured(script, what, 1e6));
  const workerd = options.quick || options.only ? [] : await measureWorkerd(1e5, Number(seconds));
  const text = report(all, workerd);
  if (!options['no-write']) writeFileSync(join(ROOT, 'test/bench/README.md'), text);
  console.log(`\n${text}`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

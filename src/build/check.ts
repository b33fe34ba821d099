/**
 * `npm test`: everything that must hold before a change is merged, in order. A failing step stops none of the others;
 * each prints what went wrong, and the last line alone says `N passed, N failed`, where every step counts as one and
 * the tests are counted singly. Ends with 1 if anything failed.
 *
 *     npm test                       all steps
 *     npm test -- --only types       one step (may be given several times)
 *     npm run soak                   build, then the long tests of test/soak/
 */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ensureChromium } from './chromium';
import { checkTypes, endAll, type Ran, ROOT, run } from './types';

/** What a step came to. A skipped step counts neither way. */
type Outcome = { passed: number; failed: number; detail: string };
type Step = { name: string; does: string; run: (folder: string) => Promise<Outcome> };
type Done = Outcome & { name: string; seconds: number };

/** Lines of one step's output that are shown; of a longer one its beginning and its end. */
const SHOWN_LINES = 400;

const pass = (detail = ''): Outcome => ({ passed: 1, failed: 0, detail });
const fail = (detail: string): Outcome => ({ passed: 0, failed: 1, detail });
const skip = (why: string): Outcome => ({ passed: 0, failed: 0, detail: `skipped: ${why}` });

function judged({ code, output, problem }: Ran): Outcome {
  if (code === 0) return pass();
  return fail(`${output.trim()}\n${problem ?? `ended with code ${code}`}`.trim());
}

async function chromium(): Promise<Outcome> {
  const found = ensureChromium();
  if (!found.ok) return fail(found.message);
  process.env.CHROME_PATH = found.path;
  return pass(found.note);
}

async function types(): Promise<Outcome> {
  const { ok, output } = await checkTypes();
  return ok ? pass() : fail(output);
}

async function generated(): Promise<Outcome> {
  if (!existsSync(join(ROOT, 'src/build/migrations.ts'))) return skip('there is no src/build/migrations.ts');
  return judged(await run('tsx', ['src/build/migrations.ts', '--check'], { seconds: 120 }));
}

/** Without these three, a dry run speaks to four hosts. */
const OFFLINE = {
  WRANGLER_SEND_METRICS: 'false',
  WRANGLER_HIDE_BANNER: 'true',
  CLOUDFLARE_CF_FETCH_ENABLED: 'false',
};

async function worker(folder: string): Promise<Outcome> {
  if (!existsSync(join(ROOT, 'wrangler.toml'))) return skip('there is no wrangler.toml');
  const args = ['deploy', '--dry-run', '--outdir', join(folder, 'worker')];
  return judged(await run('wrangler', args, { seconds: 180, env: OFFLINE }));
}

/** The part of vitest's JSON report that is read. */
type Report = { testResults: { name: string; status: string; assertionResults: { status: string }[] }[] };

function readReport(path: string): Report | null {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return null;
  }
}

/**
 * Count the tests. A file that failed without a failing test (it can't be loaded, or a hook threw) counts as one
 * failure, and so does a run that failed although no test did, or that had no tests at all.
 */
function count(report: Report | null, { code, problem }: Ran): Outcome {
  if (!report) return fail(`vitest left no report: ${problem ?? `it ended with code ${code}`}`);
  const files = report.testResults;
  const tests = files.flatMap((file) => file.assertionResults);
  const number = (status: string): number => tests.filter((test) => test.status === status).length;
  const broken = files.filter((f) => f.status === 'failed' && f.assertionResults.every((t) => t.status !== 'failed'));
  const passed = number('passed');
  const failed = number('failed') + broken.length;
  const unrun = tests.length - passed - number('failed');
  const notes = broken.map((file) => `${file.name} failed as a whole`);
  if (unrun > 0) notes.push(`${unrun} not run (skipped or todo)`);
  const silent = failed === 0 && (code !== 0 || passed === 0);
  if (silent) notes.push(problem ?? `vitest ended with code ${code} and ${passed} tests passed; see above`);
  return { passed, failed: failed + (silent ? 1 : 0), detail: notes.join('\n') };
}

function tests(args: readonly string[], seconds: number): Step['run'] {
  return async (folder) => {
    const file = join(folder, 'report.json');
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`, '--silent=passed-only'];
    const ran = await run('vitest', ['run', ...args, ...reporters], { seconds, live: true });
    return count(readReport(file), ran);
  };
}

const build: Step = {
  name: 'build',
  does: 'npm run build',
  run: async () => judged(await run('npm', ['run', '--silent', 'build'], { seconds: 300 })),
};

const STEPS: readonly Step[] = [
  { name: 'chromium', does: 'a browser for the tests', run: chromium },
  {
    name: 'lint',
    does: 'biome ci',
    run: async () =>
      judged(await run('biome', ['ci', '.', '--max-diagnostics=200', '--diagnostic-level=error'], { seconds: 120 })),
  },
  { name: 'types', does: 'node, worker, widget', run: types },
  build,
  { name: 'generated', does: 'generated files are up to date', run: generated },
  { name: 'worker', does: 'wrangler deploy --dry-run, offline', run: worker },
  { name: 'tests', does: 'vitest', run: tests([], 2400) },
];

const SOAK: readonly Step[] = [
  build,
  { name: 'soak', does: 'vitest, the long tests', run: tests(['--project', 'soak'], 24 * 3600) },
];

const say = (text: string): void => void process.stdout.write(`${text}\n`);

function shortened(text: string): string {
  const lines = text.split('\n');
  if (lines.length <= SHOWN_LINES) return text;
  const half = SHOWN_LINES / 2;
  return [...lines.slice(0, half), `… ${lines.length - SHOWN_LINES} lines …`, ...lines.slice(-half)].join('\n');
}

const verdict = ({ passed, failed }: Outcome): string => (failed > 0 ? 'FAILED' : passed > 0 ? 'passed' : 'skipped');

async function perform(step: Step, folder: string): Promise<Done> {
  say(`\n── ${step.name}: ${step.does}`);
  const started = performance.now();
  const outcome = await step.run(folder).catch((error: unknown) => fail(String(error)));
  const seconds = (performance.now() - started) / 1000;
  if (outcome.detail) say(shortened(outcome.detail));
  say(`   ${verdict(outcome)} in ${seconds.toFixed(1)} s`);
  return { ...outcome, name: step.name, seconds };
}

function summary(all: readonly Done[]): void {
  say('');
  for (const done of all) say(`${verdict(done).padEnd(8)} ${done.name.padEnd(10)} ${done.seconds.toFixed(1)} s`);
}

/** The last line of every run. */
function lastLine(all: readonly Outcome[]): { line: string; code: number } {
  const sum = (key: 'passed' | 'failed'): number => all.reduce((total, outcome) => total + outcome[key], 0);
  return { line: `${sum('passed')} passed, ${sum('failed')} failed`, code: sum('failed') > 0 ? 1 : 0 };
}

/** The steps that the command line asks for, or what is wrong with it. */
function chosen(args: string[]): readonly Step[] | string {
  try {
    const { values } = parseArgs({
      args,
      options: { soak: { type: 'boolean' }, only: { type: 'string', multiple: true } },
    });
    const steps = values.soak ? SOAK : STEPS;
    const names = steps.map((step) => step.name);
    const unknown = values.only?.filter((name) => !names.includes(name)) ?? [];
    if (unknown.length > 0) return `No such step: ${unknown.join(', ')}. There are: ${names.join(', ')}.`;
    return values.only ? steps.filter((step) => values.only?.includes(step.name)) : steps;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

async function main(): Promise<number> {
  const steps = chosen(process.argv.slice(2));
  if (typeof steps === 'string') {
    process.stderr.write(`${steps}\n`);
    return 2;
  }
  const folder = mkdtempSync(join(tmpdir(), 'avow-check-'));
  const all: Done[] = [];
  const finish = (more: readonly Outcome[]): number => {
    rmSync(folder, { recursive: true, force: true });
    summary(all);
    const { line, code } = lastLine([...all, ...more]);
    say(`\n${line}`);
    return code;
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      endAll();
      say(`\nstopped by ${signal}`);
      process.exit(finish([fail(signal)]));
    });
  }
  for (const step of steps) all.push(await perform(step, folder));
  return finish([]);
}

process.exit(await main());

/**
 * Type-checks the projects: Node and tests, Worker, widget, browser tests. Also home of `run`, with which every step of
 * the check starts its programs.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The root of the repository, absolute, without a trailing slash. */
export const ROOT = resolve(fileURLToPath(new URL('../..', import.meta.url)));

export type RunOptions = {
  /** The program and all that it started are ended after this many seconds. */
  seconds: number;
  env?: Readonly<Record<string, string>>;
  /** Pass the output on as it comes instead of collecting it. */
  live?: boolean;
};

/** How a program ended. `code` is null when it was ended by a signal or never started; `problem` then says why. */
export type Ran = { code: number | null; output: string; problem: string | null };

const running = new Set<ChildProcess>();

/** Every program runs in a process group of its own, so that what it started ends with it. */
function end(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch {
    // The group is gone already.
  }
}

/** End every program that `run` started and that still runs: for the signal that ends the check itself. */
export function endAll(): void {
  for (const child of running) end(child, 'SIGKILL');
}

/** Resolves once the program is over; a grandchild that keeps the pipes open can't hold it up. */
function over(child: ChildProcess): Promise<{ code: number | null; problem: string | null }> {
  return new Promise((done) => {
    child.once('error', (error) => done({ code: null, problem: error.message }));
    child.once('exit', (code, signal) => {
      const ended = { code, problem: signal && `ended by ${signal}` };
      child.once('close', () => done(ended));
      setTimeout(() => done(ended), 2000).unref();
    });
  });
}

/**
 * Run a program (by name from `node_modules/.bin`, else from PATH) in the root of the repository, without stdin.
 * Never rejects.
 */
export async function run(command: string, args: readonly string[], options: RunOptions): Promise<Ran> {
  const path = `${ROOT}/node_modules/.bin:${process.env.PATH ?? ''}`;
  const child = spawn(command, args, {
    cwd: ROOT,
    detached: true,
    env: { ...process.env, ...options.env, PATH: path },
    stdio: options.live ? ['ignore', 'inherit', 'inherit'] : ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  let late = false;
  const limit = setTimeout(() => {
    late = true;
    end(child, 'SIGKILL');
  }, options.seconds * 1000);
  const { code, problem } = await over(child);
  clearTimeout(limit);
  end(child, 'SIGKILL');
  running.delete(child);
  return { code: late ? null : code, output, problem: late ? `not done after ${options.seconds} s` : problem };
}

const PROJECTS = [
  'tsconfig.json',
  'src/tsconfig.worker.json',
  'widget/tsconfig.json',
  'test/browser/tsconfig.json',
] as const;

/** Check all three projects in parallel. `output` holds the errors of those that have some, project by project. */
export async function checkTypes(): Promise<{ ok: boolean; output: string }> {
  const args = (project: string): string[] => ['-p', project, '--pretty', 'false'];
  const all = await Promise.all(PROJECTS.map((project) => run('tsc', args(project), { seconds: 300 })));
  const failures = all.flatMap(({ code, output, problem }, at) =>
    code === 0 ? [] : [`${PROJECTS[at]}: ${problem ?? 'has type errors'}\n${output.trim()}`],
  );
  return { ok: failures.length === 0, output: failures.join('\n\n') };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { ok, output } = await checkTypes();
  process.stdout.write(ok ? `${PROJECTS.join(', ')}: no type errors\n` : `${output}\n`);
  process.exitCode = ok ? 0 : 1;
}

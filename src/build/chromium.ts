import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Chromium and its kin under the names and places that distributions use. */
const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** How to get one, for who reads the failure. */
const ADVICE =
  'Install Chromium (Debian: apt-get install chromium), or set CHROME_PATH to the executable of Chromium or Chrome.';

/**
 * Flags under which tests start it: no sandbox (they run as root in containers), and no request that the page under
 * test didn't make.
 */
export const CHROMIUM_FLAGS: readonly string[] = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-dev-shm-usage',
];

/** What became of the search: the executable's path, or why there is none and what to do. */
export type Found = { ok: true; path: string; note: string } | { ok: false; message: string };

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** The path of Chromium: `CHROME_PATH` if it is set (and then nothing else), or the first usual place that has one. */
export function findChromium(env: NodeJS.ProcessEnv = process.env, places: readonly string[] = PLACES): string | null {
  const candidates = env.CHROME_PATH ? [env.CHROME_PATH] : places;
  return candidates.find(isExecutable) ?? null;
}

/** Run it once: a file that exists is not yet a browser that starts. */
function prove(path: string, note: string): Found {
  const { status, stdout, stderr, error } = spawnSync(path, ['--version', '--no-sandbox'], {
    encoding: 'utf8',
    timeout: 30_000,
  });
  if (status === 0) return { ok: true, path, note: `${stdout.trim()} at ${path}${note}` };
  return { ok: false, message: `${path} does not start: ${error?.message ?? stderr.trim()}\n${ADVICE}` };
}

function run(command: string, args: string[]): string | null {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    encoding: 'utf8',
    timeout: 300_000,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });
  if (status === 0) return null;
  return `${command} ${args.join(' ')} failed (${error?.message ?? `status ${status}`}):\n${`${stdout}\n${stderr}`.trim()}`;
}

function hasApt(env: NodeJS.ProcessEnv): boolean {
  return (env.PATH ?? '').split(delimiter).some((folder) => isExecutable(join(folder, 'apt-get')));
}

/** Debian's own package, without the recommended rest; waits for another installation that holds the lock. */
function install(): string | null {
  const lock = ['-o', 'DPkg::Lock::Timeout=120'];
  return (
    run('apt-get', [...lock, 'update']) ??
    run('apt-get', [...lock, 'install', '-y', '--no-install-recommends', 'chromium'])
  );
}

/**
 * Find Chromium and prove that it starts; where there is none, and we are root on a machine with apt-get, install it.
 * Never throws: what is wrong is in the answer.
 */
export function ensureChromium(env: NodeJS.ProcessEnv = process.env, places: readonly string[] = PLACES): Found {
  const found = findChromium(env, places);
  if (found) return prove(found, '');
  if (env.CHROME_PATH) return { ok: false, message: `CHROME_PATH names no executable: ${env.CHROME_PATH}\n${ADVICE}` };
  const mayInstall = process.getuid?.() === 0 && hasApt(env);
  if (!mayInstall)
    return { ok: false, message: `There is no Chromium, and only root with apt-get installs it here. ${ADVICE}` };
  const failure = install();
  if (failure) return { ok: false, message: `${failure}\n${ADVICE}` };
  const installed = findChromium(env, places);
  return installed
    ? prove(installed, ' (installed now)')
    : { ok: false, message: `The package brought no browser. ${ADVICE}` };
}

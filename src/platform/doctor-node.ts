import { execFileSync } from 'node:child_process';
import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { createConnection } from 'node:net';
import { join, resolve } from 'node:path';
import { readConfig } from './config';
import { parseSecrets } from './secrets';

/** One thing looked at, and what to do about it. */
export type Finding = { ok: boolean; what: string; repair?: string };

/** Looks at machine, configuration and data folder. Changes nothing. */
export async function doctor(env: Readonly<Record<string, string | undefined>>, widgetDir: string): Promise<Finding[]> {
  return [nodeVersion(), await sqliteLoads(), widgetIsBuilt(widgetDir), ...(await configuration(env))];
}

function nodeVersion(): Finding {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const ok = major > 20 || (major === 20 && minor >= 19);
  return ok
    ? { ok, what: `Node ${process.versions.node}` }
    : { ok, what: `Node ${process.versions.node} is too old`, repair: 'install Node 20.19 or newer' };
}

/** better-sqlite3 brings a binary for common machines; elsewhere npm compiles it, which needs a C++ compiler. */
async function sqliteLoads(): Promise<Finding> {
  try {
    const { default: Sqlite } = await import('better-sqlite3');
    const db = new Sqlite(':memory:');
    const version = db.prepare('select sqlite_version() as v').pluck().get();
    db.close();
    return { ok: true, what: `SQLite ${String(version)} by better-sqlite3` };
  } catch (e) {
    const compiler = hasCompiler();
    return {
      ok: false,
      what: `better-sqlite3 doesn't load: ${e instanceof Error ? e.message.split('\n')[0] : String(e)}`,
      repair: compiler
        ? 'run npm rebuild better-sqlite3'
        : 'install a C++ compiler (Debian: apt-get install -y g++ make python3), then run npm rebuild better-sqlite3',
    };
  }
}

function hasCompiler(): boolean {
  try {
    execFileSync('c++', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

const widgetIsBuilt = (dir: string): Finding =>
  existsSync(join(dir, 'v1.js'))
    ? { ok: true, what: 'The widget is built' }
    : { ok: false, what: 'The widget is not built', repair: 'run npm run build' };

async function configuration(env: Readonly<Record<string, string | undefined>>): Promise<Finding[]> {
  try {
    const config = readConfig(env);
    return [
      { ok: true, what: `Configuration is sound; people reach it at ${config.publicUrl}` },
      ...dataFolder(config.dataDir, env.AVOW_SECRETS),
      config.smtpUrl
        ? await mailServer(config.smtpUrl)
        : {
            ok: false,
            what: 'No mail server is configured: requests of people can not be confirmed',
            repair: 'set AVOW_SMTP_URL, such as smtp://user:password@mail.example:587',
          },
    ];
  } catch (e) {
    return [
      {
        ok: false,
        what: e instanceof Error ? e.message : String(e),
        repair: 'correct these settings; README lists all of them',
      },
    ];
  }
}

function dataFolder(dir: string, secrets: string | undefined): Finding[] {
  if (!existsSync(dir)) return [{ ok: true, what: `${resolve(dir)} will be made at the first start` }];
  const findings: Finding[] = [writable(dir)];
  const file = join(dir, 'secrets.json');
  if (secrets) findings.push(secretsAreSound(secrets));
  else if (existsSync(file)) {
    const closed = (statSync(file).mode & 0o077) === 0;
    findings.push(
      closed
        ? { ok: true, what: 'The secrets file is yours alone' }
        : { ok: false, what: `${file} can be read by others`, repair: `run chmod 600 ${file}` },
    );
  } else if (existsSync(join(dir, 'keyring.db')))
    findings.push({
      ok: false,
      what: 'There is data, but no secrets file',
      repair: `restore ${file} from your backup`,
    });
  return findings;
}

function writable(dir: string): Finding {
  try {
    accessSync(dir, constants.W_OK);
    return { ok: true, what: `${resolve(dir)} can be written` };
  } catch {
    return {
      ok: false,
      what: `${resolve(dir)} can't be written`,
      repair: 'give the folder to the user that runs Avow',
    };
  }
}

function secretsAreSound(text: string): Finding {
  try {
    parseSecrets(text);
    return { ok: true, what: 'AVOW_SECRETS is sound' };
  } catch (e) {
    return {
      ok: false,
      what: e instanceof Error ? e.message : String(e),
      repair: 'set AVOW_SECRETS to what `avow keys generate` printed',
    };
  }
}

function mailServer(url: string): Promise<Finding> {
  const { hostname, port, protocol } = new URL(url);
  const at = { host: hostname, port: Number(port || (protocol === 'smtps:' ? 465 : 587)) };
  return new Promise((done) => {
    const socket = createConnection({ ...at, timeout: 5000 });
    const end = (finding: Finding) => {
      socket.destroy();
      done(finding);
    };
    const repair = 'check host, port and firewall of AVOW_SMTP_URL';
    socket.once('connect', () => end({ ok: true, what: `The mail server ${at.host}:${at.port} answers` }));
    socket.once('error', (e) =>
      end({ ok: false, what: `The mail server ${at.host}:${at.port} doesn't answer: ${e.message}`, repair }),
    );
    socket.once('timeout', () =>
      end({ ok: false, what: `The mail server ${at.host}:${at.port} doesn't answer within 5 s`, repair }),
    );
  });
}

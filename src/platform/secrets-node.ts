import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { generateSecrets, parseSecrets, type Secrets } from './secrets';

/** `AVOW_SECRETS`, else the secrets file of the data folder, made at the first start with mode 600. */
export function secretsOf(dataDir: string, env: string | undefined): { secrets: Secrets; from: string; made: boolean } {
  if (env) return { secrets: parseSecrets(env), from: 'AVOW_SECRETS', made: false };
  const file = join(dataDir, 'secrets.json');
  if (existsSync(file)) {
    const open = statSync(file).mode & 0o077;
    if (open !== 0) throw new Error(`${file} can be read by others: run chmod 600 ${file}`);
    return { secrets: parseSecrets(readFileSync(file, 'utf8')), from: file, made: false };
  }
  if (existsSync(join(dataDir, 'keyring.db'))) {
    throw new Error(
      `${file} is missing, and without it the data in ${dataDir} can't be read: restore it from your backup`,
    );
  }
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const secrets = generateSecrets();
  writeFileSync(file, `${JSON.stringify(secrets, null, 2)}\n`, { mode: 0o600, flag: 'wx' });
  return { secrets, from: file, made: true };
}

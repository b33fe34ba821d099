import { closeSync, openSync, readFileSync, unlinkSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/**
 * One process at a time works on a data folder. Promise: when `lockFolder` returns, nobody else who asks holds the
 * folder; a lock whose process is gone is taken over.
 */
export function lockFolder(dir: string): () => void {
  const file = join(dir, 'avow.lock');
  for (let attempt = 0; attempt < 2; attempt++) {
    try {
      const fd = openSync(file, 'wx', 0o600);
      writeSync(fd, String(process.pid));
      closeSync(fd);
      return () => unlinkSync(file);
    } catch (e) {
      if ((e as NodeJS.ErrnoException).code !== 'EEXIST') throw e;
      const pid = Number(readFileSync(file, 'utf8'));
      if (isAlive(pid))
        throw new Error(`${dir} is in use by process ${pid}: stop it first, or choose another folder with AVOW_DATA`);
      unlinkSync(file);
    }
  }
  throw new Error(`${file} can't be taken: somebody else is starting at the same time`);
}

function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0 || pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (e) {
    return (e as NodeJS.ErrnoException).code === 'EPERM';
  }
}

import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { logSize } from '../../src/audit';
import { type Ground, ground } from '../platform/ground';

/** A real file system that is really full: a small tmpfs, which only root may mount. */
const dir = mkdtempSync(join(tmpdir(), 'avow-full-'));
let mounted = false;
let why = '';

beforeAll(() => {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'tmpfs', dir], { stdio: 'pipe' });
    mounted = true;
  } catch (e) {
    why = `a small tmpfs can't be mounted here (root is needed): ${e instanceof Error ? e.message : String(e)}`;
  }
});
afterAll(() => {
  if (mounted) execFileSync('umount', ['-l', dir]);
  rmSync(dir, { recursive: true, force: true });
});

const put = (g: Ground, key: string, size = 10_000) => g.run('note.put', { key, value: 'x'.repeat(size) });
const codeOf = (r: { ok: boolean; error?: { code: string } }): string => (r.ok ? 'ok' : r.error!.code);

/** Leaves only `bytes` free. */
function fill(bytes: number): void {
  const { bavail, bsize } = statfsSync(dir);
  writeFileSync(join(dir, 'ballast'), Buffer.alloc(Math.max(0, bavail * bsize - bytes)));
}

describe('when the disk is full', () => {
  it('writes are refused and keep nothing, reads go on, nothing acknowledged is lost, and space brings writing back', async ({
    skip,
  }) => {
    if (!mounted) return skip(why);
    const g = ground({ at: dir });
    const kept: string[] = [];
    for (let i = 0; i < 5; i++) if ((await put(g, `before ${i}`)).ok) kept.push(`before ${i}`);
    expect(kept).toHaveLength(5);
    fill(200_000);
    const answers: string[] = [];
    for (let i = 0; i < 60; i++) {
      const answer = codeOf(await put(g, `during ${i}`));
      answers.push(answer);
      if (answer === 'ok') kept.push(`during ${i}`);
    }
    expect(new Set(answers)).toEqual(new Set(['ok', 'unavailable']));
    expect(g.fatal).toEqual([]);
    expect(codeOf(await g.run('note.get', { key: 'before 0' }))).toBe('ok');
    expect(logSize(g.handle.db)).toBe(kept.length);

    rmSync(join(dir, 'ballast'));
    expect(codeOf(await put(g, 'after'))).toBe('ok');
    kept.push('after');
    expect(kept.filter((key) => g.value(key) === null)).toEqual([]);
    expect(logSize(g.handle.db)).toBe(kept.length);
    g.close();
  });

  it('a batch that is too large for what is left is refused whole', async ({ skip }) => {
    if (!mounted) return skip(why);
    const g = ground({ at: dir, batchMs: 5000 });
    const before = logSize(g.handle.db);
    fill(400_000);
    const batch = await Promise.all(Array.from({ length: 40 }, (_, i) => put(g, `big ${i}`, 50_000)));
    expect(new Set(batch.map(codeOf))).toEqual(new Set(['unavailable']));
    expect(logSize(g.handle.db)).toBe(before);
    expect(g.fatal).toEqual([]);
    rmSync(join(dir, 'ballast'));
    expect(codeOf(await put(g, 'after the batch'))).toBe('ok');
    g.close();
  });

  it('a key that can not be kept is a refusal, and no row is sealed under it', async ({ skip }) => {
    if (!mounted) return skip(why);
    const g = ground({ at: dir });
    fill(0);
    let refused = 0;
    for (let i = 0; i < 30; i++) {
      const r = await g.run('note.seal', { person: `p${i}` });
      if (r.ok) continue;
      refused++;
      expect(codeOf(r)).toBe('unavailable');
      expect(g.value(`sealed p${i}`)).toBeNull();
    }
    expect(refused).toBeGreaterThan(0);
    expect(g.fatal).toEqual([]);
    rmSync(join(dir, 'ballast'));
    expect(codeOf(await g.run('note.seal', { person: 'later' }))).toBe('ok');
    g.close();
  });
});

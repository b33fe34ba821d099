import { copyFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { folder } from './ground';
import { openServer, type TestServer } from './server';

let at: ReturnType<typeof folder>;
let server: TestServer | undefined;
beforeEach(() => {
  at = folder();
});
afterEach(async () => {
  await server?.close();
  server = undefined;
  at.gone();
});

const restart = async (secrets: TestServer['secrets']): Promise<TestServer> => {
  await server?.close();
  server = undefined;
  server = await openServer({ dir: at.path, secrets });
  return server;
};

/** A server that has recorded something, signed its head, and stopped; with a copy of a vault from before. */
async function withOlderCopy(database: 'vault-0' | 'registry') {
  server = await openServer({ dir: at.path });
  const { secrets } = server;
  await server.shop();
  await restart(secrets);
  await server!.close();
  server = undefined;
  const copy = join(at.path, 'copy');
  copyFileSync(join(at.path, `${database}.db`), copy);
  server = await openServer({ dir: at.path, secrets });
  await server.client('another', ['check']);
  await server.recordAs('jane@customers.example', { newsletter: 'refused' });
  await server.checkpoint();
  await server.close();
  server = undefined;
  return { secrets, copy, file: join(at.path, `${database}.db`) };
}

describe('a database that is older than its last signed head', () => {
  it.each(['vault-0', 'registry'] as const)('is refused at start (%s), with the way to repair it', async (database) => {
    const { secrets, copy, file } = await withOlderCopy(database);
    copyFileSync(copy, file);
    await expect(restart(secrets)).rejects.toThrow(
      new RegExp(`${database}: the log ends before its last signed head .*avow restore`),
    );
  });

  it('control: the very same start succeeds with the file that was signed', async () => {
    const { secrets } = await withOlderCopy('vault-0');
    const again = await restart(secrets);
    expect((await again.call('GET', '/readyz')).body).toMatchObject({ status: 'pass' });
  });

  it('is refused also when it has grown again, in another way, to the same length', async () => {
    const { secrets, copy, file } = await withOlderCopy('vault-0');
    copyFileSync(copy, file);
    copyFileSync(join(at.path, 'keyring.db'), join(at.path, 'keyring.copy'));
    rmSync(join(at.path, 'keyring.db'));
    const forked = await restart(secrets);
    for (let i = 0; i < 5; i++) await forked.recordAs(`other${i}@customers.example`, { newsletter: 'refused' });
    await forked.close();
    server = undefined;
    copyFileSync(join(at.path, 'keyring.copy'), join(at.path, 'keyring.db'));
    await expect(restart(secrets)).rejects.toThrow(/is not the one that was signed/);
  });
});

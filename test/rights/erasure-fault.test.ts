import { afterEach, describe, expect, it } from 'vitest';
import { SECOND } from '../../src/platform';
import { filesWith, type House, linkOf, openHouse } from './house';

let house: House;
afterEach(() => house.close());

/** Approves an erasure that was proved, and dies at the n-th look at the clock of what follows. Undefined: it never came so far. */
async function dieAt(n: number, email: string): Promise<string | undefined> {
  await house.know(email);
  const { id } = (await house.ask('erasure', email)).body;
  const link = linkOf(house.mails.at(-1));
  await house.send('POST', link.path, { token: link.token });
  await house.officer('POST', `/v1/requests/${id}/approve`, {});
  house.bomb.left = n;
  for (let i = 0; i < 3 && house.bomb.left > 0; i++) await house.server.tick().catch(() => {});
  const died = house.bomb.left === 0;
  house.bomb.left = 0;
  return died ? id : undefined;
}

describe.each([1, 4])('an erasure that dies, with %i vaults', (vaults) => {
  it('anywhere is finished by the next round, and allows nothing more in between', { timeout: 120_000 }, async () => {
    house = await openHouse(vaults);
    const steps: number[] = [];
    for (let n = 1; n < 400; n += vaults === 1 ? 9 : 29) {
      const email = `jane${n}@customers.example`;
      const id = await dieAt(n, email);
      if (!id) break;
      steps.push(n);
      house.clock.advance(31 * SECOND);
      await house.settle();
      expect((await house.check(email)).body, `died at ${n}`).toMatchObject({ allowed: false, reason: 'suppressed' });
      const shown = await house.officer('GET', `/v1/requests/${id}`);
      expect(shown.body.state, `died at ${n}`).toBe('fulfilled');
      expect(shown.text).not.toContain(email);
    }
    expect(steps.length).toBeGreaterThan(4);
    const list = await house.officer('GET', '/v1/requests?right=erasure&limit=200');
    const states = list.body.data.map((r) => r.state);
    expect(new Set(states)).toEqual(new Set(['fulfilled']));
    await house.settle();
    expect(filesWith(house.dir, ['customers.example'])).toEqual([]);
  });
});

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { filesWith, type House, linkOf, openHouse } from './house';

let house: House;
afterEach(async () => {
  expect(house.errors).toEqual([]);
  await house.close();
});

const EMAIL = 'jane.doe@customers.example';

async function erased(): Promise<string> {
  const { id } = (await house.ask('erasure', EMAIL, { message: 'forget Wilhelmina' })).body;
  const link = linkOf(house.mails.at(-1));
  expect((await house.send('POST', link.path, { token: link.token })).body.state).toBe('in_review');
  expect((await house.officer('POST', `/v1/requests/${id}/approve`, {})).body.state).toBe('processing');
  await house.settle();
  return id as string;
}

describe.each([1, 4])('an erasure, with %i vaults', (vaults) => {
  it('leaves nobody to be found, and lets nobody bring the address back', async () => {
    house = await openHouse(vaults);
    const person = await house.know(EMAIL);
    expect((await house.check(EMAIL)).body.allowed).toBe(true);
    const id = await erased();
    expect((await house.officer('GET', `/v1/requests/${id}`)).body.state).toBe('fulfilled');
    expect((await house.check(EMAIL)).body).toMatchObject({ allowed: false, reason: 'suppressed' });
    const byId = await house.officer('POST', '/v1/check', { subject: { type: 'person', id: person }, purpose: 'ads' });
    expect(byId.body).toMatchObject({ allowed: false, reason: 'unknown_person' });
    for (const spelling of [EMAIL, 'Jane.Doe+shop@customers.example']) {
      const again = await house.officer('PUT', '/v1/people/external:new-number', {
        identifiers: [{ type: 'email', id: spelling }],
      });
      expect(again.text).toContain('"suppressed"');
      const consent = await house.officer('POST', '/v1/consents', {
        subject: { type: 'email', id: spelling },
        choices: { newsletter: 'refused' },
        method: 'api',
      });
      expect(consent.status).toBe(410);
    }
    const old = await house.officer('PUT', `/v1/people/external:${EMAIL.replace('@', '_at_')}`, {});
    expect(old.status).toBe(410);
    expect(house.mails.at(-1)).toMatchObject({ to: EMAIL, subject: 'Your data was erased' });
  });

  it('leaves no byte of the person in any file, and the scan can see one', async () => {
    house = await openHouse(vaults);
    await house.know(EMAIL);
    await erased();
    await house.settle();
    const needles = [EMAIL, 'jane.doe', 'customers.example', 'Wilhelmina', 'Desk 1'];
    expect(filesWith(house.dir, needles)).toEqual([]);
    writeFileSync(join(house.dir, 'vault-0.db-extra'), `x${EMAIL}x`);
    expect(filesWith(house.dir, needles)).not.toEqual([]);
  });
});

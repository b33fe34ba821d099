import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Act, evidencePack } from '../../src/audit';
import { checkProof } from '../../src/audit/verify';
import { canonical, parseCanonical } from '../../src/audit/verify/json';
import { parseKey } from '../../src/audit/verify/note';
import { parseVaultId, vaultOf, type Wire } from '../../src/platform';
import { fill, type House, house, logsIn, populate, SETUP } from './house';

type History = { history: { log_seq: number; id: string }[] };

describe.each([1, 4])('with %i vault(s)', (vaults) => {
  let at: House;
  let persons: string[];
  let audit: string;
  beforeAll(async () => {
    at = await house(vaults);
    persons = await populate(at, 12);
    audit = await at.key('audit', 'consent');
    await fill(at, 260);
    await at.server.checkpoint();
  });
  afterAll(() => at.close());

  test('one person’s proof of consent is complete in itself: entry, opening, proof and signed head', async () => {
    const person = persons[7]!;
    const answer = await at.call('GET', `/v1/people/${person}/consents`, audit);
    const { history } = (await answer.json()) as History;
    const acts: Act[] = history.map((record) => ({
      seq: record.log_seq,
      record: record as unknown as Wire,
      notice: null,
      receipt: 'eyJ.a.b',
    }));
    expect(acts).toHaveLength(1);
    const home = logsIn(at)[1 + vaultOf(parseVaultId(person)!.bits, vaults)]!;
    const pack = await evidencePack(home, person, acts, at.clock.now(), { actor: SETUP });
    expect(pack).toMatchObject({ format: 'avow-evidence/1', person, log: { name: home.name } });
    for (const { log } of pack.acts) {
      const entry = new Uint8Array(Buffer.from(log.entry!, 'base64'));
      expect(log.state).toBe('published');
      expect(checkProof(log.proof!, entry, [parseKey(pack.log.vkey)!])).toMatchObject({ ok: true, index: log.seq });
      const { c } = JSON.parse(Buffer.from(entry).toString()) as { c: string };
      const key = Buffer.from(log.salt!, 'base64');
      expect(
        createHmac('sha256', key)
          .update(canonical(log.envelope as never))
          .digest('base64'),
      ).toBe(c);
      expect(log.envelope).toMatchObject({ person, event: 'consent.recorded' });
    }
    expect(parseCanonical(canonical(pack as never))).toBeDefined();
  });

  test('no published byte holds anything of anybody: only version, time and commitment', async () => {
    const published: Buffer[] = [];
    for (const { name } of logsIn(at)) {
      const note = await (await at.server.app.request(`/log/${name}/checkpoint`)).text();
      const size = Number(note.split('\n')[1]);
      published.push(Buffer.from(note));
      for (let first = 0; first < size; first += 256) {
        const index = String(first / 256).padStart(3, '0');
        const partial = size - first < 256 ? `.p/${size - first}` : '';
        for (const level of ['entries', '0']) {
          const tile = await at.call('GET', `/log/${name}/tile/${level}/${index}${partial}`, audit);
          expect(tile.status).toBe(200);
          published.push(Buffer.from(await tile.arrayBuffer()));
        }
        const proof = await at.call('GET', `/log/${name}/proof/inclusion/${first}`, audit);
        published.push(Buffer.from(await proof.text()));
      }
    }
    const all = Buffer.concat(published);
    const canaries = ['canary', 'customers.example', 'Canary wording', 'Shop Uppsala', 'news', 'consent.', ...persons];
    for (const canary of canaries) expect({ canary, at: all.indexOf(canary) }).toEqual({ canary, at: -1 });
    expect(all.indexOf('"v":1}')).toBeGreaterThan(0);
  });

  test('every entry of every log has exactly the members c, t and v', async () => {
    for (const { name } of logsIn(at)) {
      const tile = await at.call('GET', `/log/${name}/tile/entries/000`, audit);
      const text = Buffer.from(await tile.arrayBuffer()).toString('latin1');
      const entries = text.match(/\{[^}]*\}/g)!;
      expect(entries).toHaveLength(256);
      for (const entry of entries) expect(entry).toMatch(/^\{"c":"[A-Za-z0-9+/]{43}=","t":\d{13},"v":1\}$/);
      expect(text.replace(/\0[\x40-\x5f]\{[^}]*\}/g, '')).toBe('');
    }
  });
});

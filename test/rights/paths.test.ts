import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { verifyBundle } from '../../src/audit/verify';
import { DAY } from '../../src/platform';
import { type House, linkOf, openHouse } from './house';

let house: House;
afterEach(() => house.close());

const JANE = 'jane@customers.example';
const VERBS = [
  'approve',
  'deny',
  'extend',
  'pause',
  'resume',
  'complete',
  'reissue',
  'retry',
  'authorise',
  'rectify',
  'lift',
] as const;
const BODIES: Record<string, unknown> = {
  deny: { ground: 'other' },
  extend: { reason: 'complexity' },
  pause: { ground: 'identity' },
  rectify: { changes: { first_name: 'X' } },
};

describe('whatever staff and strangers do, in any order', () => {
  it('no path reaches a package or an erasure without the asker’s proof', { timeout: 120_000 }, async () => {
    house = await openHouse(4);
    await house.know(JANE);
    const steps = fc.array(fc.constantFrom(...VERBS, 'confirm', 'fetch', 'cancel', 'duplicate', 'day'), {
      minLength: 3,
      maxLength: 12,
    });
    await fc.assert(
      fc.asyncProperty(fc.constantFrom('access', 'erasure', 'portability'), steps, async (right, path) => {
        const { id } = (await house.ask(right, JANE)).body;
        for (const step of path) {
          const at = `/v1/requests/${id}`;
          if (step === 'day') house.clock.advance(DAY);
          else if (step === 'duplicate') await house.ask(right, JANE);
          else if (step === 'confirm') await house.send('POST', `${at}/confirm`, { code: '00000000' });
          else if (step === 'fetch')
            expect((await house.send('POST', `${at}/package`, { token: 'AAAAAAAAAAAAAAAAAAAAAA' })).status).toBe(403);
          else if (step === 'cancel') await house.send('POST', `${at}/cancel`, { token: 'AAAAAAAAAAAAAAAAAAAAAA' });
          else await house.officer('POST', `${at}/${step}`, BODIES[step] ?? {});
        }
        await house.settle();
        const { state } = (await house.officer('GET', `/v1/requests/${id}`)).body;
        expect(['received', 'verifying', 'awaiting_subject', 'denied', 'withdrawn', 'expired', 'duplicate']).toContain(
          state,
        );
        expect((await house.check(JANE)).body.allowed).toBe(true);
        expect(house.mails.every((m) => !m.text.includes('/package?') && !m.subject.includes('erased'))).toBe(true);
      }),
      { numRuns: 25 },
    );
  });
});

describe('after an erasure', () => {
  it.each([1, 4])('the log of %i vaults verifies without the server, and says who was erased', async (vaults) => {
    house = await openHouse(vaults);
    await house.know(JANE);
    await house.know('bob@customers.example');
    await house.ask('erasure', JANE);
    const link = linkOf(house.mails.at(-1));
    await house.send('POST', link.path, { token: link.token });
    await house.officer('POST', `/v1/requests/${link.id}/approve`, {});
    await house.settle();
    await house.server.checkpoint();
    const asked = await house.officer('POST', '/v1/audit/exports', {});
    expect(asked.status).toBe(202);
    const bundle = await house.officer('GET', new URL(String(asked.body.content_url), 'http://x').pathname);
    const report = verifyBundle(bundle.bytes);
    expect(report.findings).toEqual([]);
    expect(report.logs.reduce((n, l) => n + l.erased, 0)).toBeGreaterThan(2);
  });
});

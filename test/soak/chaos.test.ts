import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openServer, PURPOSE_KEYS, visitorId } from '../platform/server';

/** How long, in minutes. */
const MINUTES = Number(process.env.SOAK_MINUTES ?? 10);

describe('for a long time', () => {
  it(
    'acts, withdrawals, checks and a running clock never lose a no, and memory stays bounded',
    async () => {
      const server = await openServer({
        vaults: 4,
        env: { AVOW_TRUSTED_PROXIES: '1', AVOW_REGION_HEADER: 'x-region' },
      });
      const site = await server.shop();
      const said = new Map<string, string>();
      const until = Date.now() + MINUTES * 60_000;
      const [random] = fc.sample(fc.infiniteStream(fc.nat()), 1);
      const next = (n: number): number => Number(random!.next().value) % n;
      const wrong: string[] = [];
      let early = 0;
      for (let round = 0; Date.now() < until; round++) {
        const visitor = visitorId(`soak${next(5000)}`);
        const purpose = PURPOSE_KEYS.filter((p) => p !== 'session' && p !== 'club' && p !== 'health')[next(6)]!;
        const say = ['granted', 'refused', 'withdrawn'][next(3)]!;
        server.clock.advance(next(60_000));
        const answer = await server.page(
          '/v1/consents',
          {
            site,
            visitor,
            notice: { id: 'main', version: 1, language: 'en' },
            choices: { [purpose]: say },
            method: 'custom',
          },
          { 'x-forwarded-for': `10.${round & 255}.${(round >> 8) & 255}.1`, 'x-region': 'DE' },
        );
        if (answer.status !== 201) wrong.push(`${answer.status} ${answer.text}`);
        said.set(`${visitor}|${purpose}`, say);
        const [asked, word] = [...said].at(next(said.size))!;
        const [id, about] = asked.split('|') as [string, string];
        const { body } = await server.check({ type: 'visitor', id }, about);
        if (word !== 'granted' && body.allowed)
          wrong.push(`${asked} was ${word}, and is allowed (${String(body.reason)})`);
        if (round % 200 === 0) await server.tick();
        if (round === 2000) early = process.memoryUsage.rss();
      }
      expect(wrong).toEqual([]);
      if (early > 0) expect(process.memoryUsage.rss()).toBeLessThan(early * 2);
      await server.checkpoint();
      expect((await server.call('GET', '/readyz')).status).toBe(200);
      await server.close();
    },
    (MINUTES + 5) * 60_000,
  );
});

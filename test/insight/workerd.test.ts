import { build } from 'esbuild';
import { Miniflare } from 'miniflare';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { armOf } from '../../src/engage/experiment';
import { localMinute } from '../../src/engage/pressure';
import { fitHistory } from '../../src/insight/fit';
import { seeded } from '../../src/insight/numeric/random';
import { simulate } from '../../src/insight/simulate';
import { CDNOW, CDNOW_SPEND } from './cdnow';

/** The same work for both runtimes, written once as source and run here and there. */
const SOURCE = `
  import { armOf } from './src/engage/experiment';
  import { localMinute } from './src/engage/pressure';
  import { fitHistory } from './src/insight/fit';
  import { seeded } from './src/insight/numeric/random';
  import { simulate } from './src/insight/simulate';
  export default {
    async fetch(request) {
      const { model, now } = await request.json();
      const purchases = simulate({ ...model, random: seeded(1) });
      const fitted = fitHistory({ purchases, cut: model.from + 26 * 7 * 86400000, k: 5 });
      const arms = ['a', 'b', 'c', 'd'].map((person) => armOf({ experiment: 'e', person, share: 0.5 }));
      return Response.json({ fitted, arms, minute: localMinute(now, 'Asia/Kathmandu') });
    },
  };`;

/** Five digits: the last ones of `Math.log` and the like differ between versions of V8, and a Hessian loses half of them. */
const rounded = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value, (_, v) => (typeof v === 'number' ? Number(v.toPrecision(5)) : v)));

const from = Date.UTC(2024, 0, 1);
const model = { purchases: CDNOW, spend: CDNOW_SPEND, customers: 600, arrival: 8, weeks: 52, from };
let worker: Miniflare;

beforeAll(async () => {
  const bundle = await build({
    stdin: { contents: SOURCE, resolveDir: process.cwd(), loader: 'ts' },
    bundle: true,
    write: false,
    format: 'esm',
    external: ['node:*'],
  });
  const script = bundle.outputFiles[0]!.text;
  worker = new Miniflare({
    modules: true,
    script,
    compatibilityDate: '2026-04-01',
    compatibilityFlags: ['nodejs_compat'],
  });
});

afterAll(() => worker.dispose());

test('workerd gives the same fit, the same arms and the same clock as Node', async () => {
  const response = await worker.dispatchFetch('http://worker/', {
    method: 'POST',
    body: JSON.stringify({ model, now: from }),
  });
  const there = await response.json();
  const purchases = simulate({ ...model, random: seeded(1) });
  const fitted = fitHistory({ purchases, cut: from + 26 * 7 * 86_400_000, k: 5 });
  const arms = ['a', 'b', 'c', 'd'].map((person) => armOf({ experiment: 'e', person, share: 0.5 }));
  expect(fitted.ok).toBe(true);
  expect(rounded(there)).toEqual(rounded({ fitted, arms, minute: localMinute(from, 'Asia/Kathmandu') }));
  expect(rounded(there)).not.toEqual(rounded({ fitted, arms, minute: localMinute(from, 'UTC') }));
});

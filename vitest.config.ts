import { availableParallelism } from 'node:os';
import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';

const BROWSER = ['test/browser/**/*.test.{ts,tsx}', 'test/**/*.browser.test.{ts,tsx}'];
const ROOMS_OF_THEIR_OWN = ['test/contract/**', 'test/journey/**', 'test/fault/**', 'test/soak/**', ...BROWSER];

/**
 * A soak runs for as long as it is asked to, so only who names its project gets it. (Vitest runs all projects that it
 * finds, and knows of no opt-in.)
 */
const soakIsNamed = process.argv.some(
  (word, at, all) => word === '--project=soak' || (word === 'soak' && all[at - 1] === '--project'),
);

/**
 * Projects that start servers, browsers or processes to kill take turns on one worker (`fileParallelism: false`), after
 * the others: `groupOrder` keeps them apart, so that two cores are never asked for more than they have.
 */
const alone = (
  name: string,
  groupOrder: number,
  include: string[],
  seconds: number,
): TestProjectInlineConfiguration => ({
  extends: true,
  test: {
    name,
    include,
    fileParallelism: false,
    // A real browser and a real workerd on a busy machine now and then miss a beat: once more, and no oftener.
    retry: 1,
    testTimeout: seconds * 1000,
    hookTimeout: Math.max(120, seconds) * 1000,
    sequence: { groupOrder },
  },
});

export default defineConfig({
  oxc: { jsx: { runtime: 'automatic', importSource: 'hono/jsx' } },
  test: {
    // Processes, not threads: native SQLite handles, signals and process.env stay with the file that touched them.
    pool: 'forks',
    maxWorkers: Math.max(2, Math.min(4, availableParallelism())),
    testTimeout: 15_000,
    hookTimeout: 30_000,
    projects: [
      {
        extends: true,
        test: { name: 'unit', include: ['test/**/*.test.{ts,tsx}'], exclude: ROOMS_OF_THEIR_OWN },
      },
      alone('contract', 1, ['test/contract/**/*.test.ts'], 30),
      alone('journey', 2, ['test/journey/**/*.test.ts'], 120),
      alone('browser', 3, BROWSER, 60),
      alone('fault', 4, ['test/fault/**/*.test.ts'], 120),
      ...(soakIsNamed ? [alone('soak', 5, ['test/soak/**/*.test.ts'], 3600)] : []),
    ],
  },
});

import { configDefaults, defineConfig } from 'vitest/config';

const OTHERS = [...configDefaults.exclude, 'ui/**'];

/**
 * The turns that tests take: first those beside which others may run, then those that have the machine to themselves.
 * They count from one: on a machine of two cores vitest puts turn zero last.
 */
const TOGETHER = { groupOrder: 1 };
const ALONE = { groupOrder: 2, concurrent: false };

/** Pure tests; tests against a real API server; tests against a real cluster with pods. */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['**/*.test.ts'],
          exclude: [...OTHERS, '**/*.api.test.ts', '**/*.cluster.test.ts'],
          sequence: TOGETHER,
          // A machine that is busy is slow, not wrong.
          testTimeout: 20_000,
        },
      },
      {
        test: {
          name: 'api',
          include: ['**/*.api.test.ts'],
          exclude: OTHERS,
          globalSetup: ['e2e/harness/api-setup.ts'],
          sequence: TOGETHER,
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'cluster',
          include: ['e2e/**/*.cluster.test.ts'],
          exclude: OTHERS,
          globalSetup: ['e2e/harness/cluster-setup.ts'],
          // One machine, one local cluster: its tests take turns.
          fileParallelism: false,
          // Beside them the others would change what they compare, and take their time.
          sequence: ALONE,
          testTimeout: 20 * 60_000,
          hookTimeout: 30 * 60_000,
        },
      },
    ],
  },
});

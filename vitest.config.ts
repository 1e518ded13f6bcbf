import { configDefaults, defineConfig } from 'vitest/config';

const OTHERS = [...configDefaults.exclude, 'ui/**'];

/** Pure tests; tests against a real API server; tests against a real cluster with pods. */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['**/*.test.ts'],
          exclude: [...OTHERS, '**/*.api.test.ts', '**/*.cluster.test.ts'],
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
          // They run by themselves: beside them the others would change what they compare, and take their time.
          sequence: { concurrent: false, groupOrder: 1 },
          testTimeout: 20 * 60_000,
          hookTimeout: 30 * 60_000,
        },
      },
    ],
  },
});

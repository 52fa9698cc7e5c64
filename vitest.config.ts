import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

/** Left to itself vitest keeps one core free, which of two is half of them. */
const CORES = availableParallelism();
/** For tests that wait for engines, kernels and files for much of their time. */
const WAITING_WORKERS = CORES + 2;

export default defineConfig({
  test: {
    projects: [
      {
        // No test waits for time; a busy machine may take long over the properties. Files share what they import,
        // which to load for each was half of their time: each takes back what it changes there.
        test: {
          name: 'unit',
          include: ['test/unit/**/*.test.ts'],
          pool: 'threads',
          isolate: false,
          maxWorkers: CORES,
          testTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'integration',
          include: ['test/integration/**/*.test.ts'],
          pool: 'forks',
          // Full counts hold promises in time, which other files' writing would hold up.
          maxWorkers: process.env['WATCHBOOK_TEST_LONG'] === '1' ? 1 : WAITING_WORKERS,
          testTimeout: 240_000,
          hookTimeout: 240_000,
        },
      },
      {
        test: {
          name: 'security',
          include: ['test/security/**/*.test.ts'],
          pool: 'forks',
          maxWorkers: WAITING_WORKERS,
          testTimeout: 240_000,
          hookTimeout: 240_000,
        },
      },
    ],
  },
});

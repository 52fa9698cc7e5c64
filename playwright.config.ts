import { defineConfig } from '@playwright/test';

export default defineConfig({
  testDir: 'test',
  testMatch: ['e2e/**/*.spec.ts', 'security/**/*.spec.ts'],
  workers: 1,
  // With more workers a free one takes the next test, whatever its file.
  fullyParallel: true,
  // What is waited for comes later on a busy machine; it must come all the same.
  timeout: process.env['WATCHBOOK_TEST_PICTURES'] === '1' ? 600_000 : 240_000,
  expect: { timeout: 40_000 },
  reporter: [['list']],
  outputDir: 'test-results',
});

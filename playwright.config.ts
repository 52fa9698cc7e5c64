import { defineConfig } from '@playwright/test';

export default defineConfig({
  testDir: 'test',
  testMatch: ['e2e/**/*.spec.ts', 'security/**/*.spec.ts'],
  workers: 1,
  // With more workers a free one takes the next test, whatever its file.
  fullyParallel: true,
  timeout: 120_000,
  // What is waited for comes later on a busy machine; it must come all the same.
  expect: { timeout: 15_000 },
  reporter: [['list']],
  outputDir: 'test-results',
});

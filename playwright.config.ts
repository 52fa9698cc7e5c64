import { defineConfig } from '@playwright/test';

export default defineConfig({
  testDir: 'test',
  testMatch: ['e2e/**/*.spec.ts', 'security/**/*.spec.ts'],
  workers: 1,
  timeout: 120_000,
  // What is waited for comes later on a busy machine; it must come all the same.
  expect: { timeout: 15_000 },
  reporter: [['list']],
  outputDir: 'test-results',
});

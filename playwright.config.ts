import { defineConfig } from '@playwright/test';

const takesPictures = process.env['WATCHBOOK_TEST_PICTURES'] !== undefined;

export default defineConfig({
  testDir: 'test',
  // Screens that no test passes by are brought up for their pictures alone.
  testMatch: ['e2e', 'security', ...(takesPictures ? ['pictures'] : [])].map(
    (name) => `${name}/**/*.spec.ts`,
  ),
  workers: 1,
  // With more workers a free one takes the next test, whatever its file.
  fullyParallel: true,
  // What is waited for comes later on a busy machine; it must come all the same.
  timeout: takesPictures ? 600_000 : 240_000,
  expect: { timeout: 40_000 },
  reporter: [['list']],
  outputDir: 'test-results',
});

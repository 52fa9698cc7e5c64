// Installs the npm packages of the lock file, when they are not there yet.
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ROOT } from './places.mjs';
import { must, step } from './steps.mjs';

const STAMP = join(ROOT, 'node_modules', '.watchbook-lock');

/** `npm ci`, skipped while the lock file is the one that was installed last. */
export async function installPackages() {
  const lock = await readFile(join(ROOT, 'package-lock.json'));
  const digest = createHash('sha256').update(lock).digest('hex');
  const installed = existsSync(STAMP) ? await readFile(STAMP, 'utf8') : '';
  if (installed === digest) return;
  await step('Installing packages', async () => {
    // Windows finds npm by a shell alone. What else is said to npm stands in .npmrc.
    await must('npm', ['ci'], { cwd: ROOT, shell: process.platform === 'win32' });
    await writeFile(STAMP, digest);
  });
}

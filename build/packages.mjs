// Installs the npm packages of the lock file, when they are not there yet.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ROOT } from './places.mjs';
import { must, step } from './steps.mjs';

/** `npm ci`, skipped while what npm noted of its last installation, whoever asked for it, is what the lock file says. */
export async function installPackages() {
  if (await isInstalled()) return;
  await step('Installing packages', () =>
    // Windows finds npm by a shell alone. What else is said to npm stands in .npmrc.
    must('npm', ['ci'], { cwd: ROOT, shell: process.platform === 'win32' }),
  );
}

async function isInstalled() {
  const wanted = await packagesOf('package-lock.json');
  const here = await packagesOf('node_modules/.package-lock.json').catch((error) => {
    if (error.code !== 'ENOENT') throw error;
    return null;
  });
  if (here === null) return false;
  return Object.entries(wanted).every(([path, { version, optional, devOptional }]) => {
    if (path === '') return true;
    // Optional ones are those of other systems too.
    return here[path] === undefined ? optional || devOptional : here[path].version === version;
  });
}

async function packagesOf(file) {
  return JSON.parse(await readFile(join(ROOT, file), 'utf8')).packages;
}

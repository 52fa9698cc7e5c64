import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** What `npm test` sets up for the tests; a test that needs it fails without it, it is never passed over. */
function required(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === '') {
    throw new Error(
      `${name} is not set: run the tests by npm test, or one stage by node build/test.mjs --only NAME`,
    );
  }
  return value;
}

/** A Python with ipykernel, nbclient and nbformat. */
export function testPython(): string {
  return required('WATCHBOOK_TEST_PYTHON');
}

/** The Electron program. */
export function testElectron(): string {
  return required('WATCHBOOK_TEST_ELECTRON');
}

/** One number for `npm test`, which people wait for, and another for `npm run test:long`. */
export function shortOrLong(short: number, long: number): number {
  return process.env['WATCHBOOK_TEST_LONG'] === '1' ? long : short;
}

/** How often a fault test strikes. */
export function faultCount(): number {
  return shortOrLong(10, 100);
}

/** How many cases a property is tried with, of those that it is tried with at length. */
export function caseCount(long: number): number {
  return shortOrLong(Math.ceil(long / 4), long);
}

/** Variables of a test's own home: nothing of the person who runs the tests, and the tests' Python as a kernel. */
export function testVariables(home: string, profile: string): Record<string, string> {
  const python = testPython();
  return {
    HOME: home,
    SHELL: '/bin/bash',
    LANG: 'C.UTF-8',
    TERM: 'xterm',
    // Programs of the test itself come first; see sshd.ts.
    PATH: `${join(home, 'bin')}:${dirname(python)}:/usr/local/bin:/usr/bin:/bin`,
    JUPYTER_PATH: join(dirname(dirname(python)), 'share', 'jupyter'),
    WATCHBOOK_PROFILE: profile,
    XDG_CACHE_HOME: join(home, '.cache'),
    // A test must not leave files of Python's in a home it shares with nobody.
    PYTHONDONTWRITEBYTECODE: '1',
    MPLBACKEND: 'module://matplotlib_inline.backend_inline',
  };
}

/** Makes the home's login shell set what finds the tests' Python: a window's kernels get that shell's variables. */
export async function writeLoginFiles(
  home: string,
  variables: Readonly<Record<string, string>>,
): Promise<void> {
  await mkdir(home, { recursive: true });
  const text = Object.entries(variables)
    .filter(([name]) => ['PATH', 'JUPYTER_PATH', 'PYTHONDONTWRITEBYTECODE'].includes(name))
    .map(([name, value]) => `export ${name}='${value}'\n`)
    .join('');
  for (const name of ['.profile', '.bash_profile']) await writeFile(join(home, name), text);
}

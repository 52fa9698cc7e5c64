import { readFile } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join } from 'node:path';
import type { KernelSpecInfo } from '../../../shared/kernels/contract';
import { isKernelName, readKernelJson, type KernelJson } from '../../../shared/kernels/kernel-json';
import { findOnPath, isProgram } from './find-program';
import {
  activeEnvironment,
  environmentAt,
  hasModule,
  isExternallyManaged,
  prefixOf,
  pythonOf,
  type PythonEnvironment,
  type Variables,
} from './python-environments';

/** How a kernel is started: its kernelspec, with the program that it means on this machine. */
export interface KernelLaunch {
  readonly json: KernelJson;
  readonly program: string;
  /** `{resource_dir}`; null for a kernel without a kernelspec on disk. */
  readonly folder: string | null;
  /** The Python environment it belongs to, to be activated; null for other kernels. */
  readonly owner: PythonEnvironment | null;
}

/** Why it can not be started, as the end of a sentence, and the command that would mend it. */
export interface LaunchProblem {
  readonly reason: string;
  readonly fix: string | null;
}

const PYTHON = /^python(3(\.\d+)?)?(\.exe)?$/;
const LAUNCHERS = new Set(['ipykernel_launcher', 'ipykernel']);

/** The kernelspec that ipykernel would install; its environments are usable without it too. */
const NATIVE: KernelJson = {
  argv: ['python', '-m', 'ipykernel_launcher', '-f', '{connection_file}'],
  displayName: 'Python 3 (ipykernel)',
  language: 'python',
  interruptMode: 'signal',
  env: {},
};

/**
 * Reads the kernelspec in `folder` and finds its program.
 *
 * A bare `python` means the interpreter of the environment that the kernelspec lies in, and only outside of one the
 * active interpreter: a kernel must not run on another Python than the one it was installed for.
 */
export async function readLaunch(options: {
  readonly folder: string;
  readonly environment: Variables;
  readonly active?: PythonEnvironment | null;
}): Promise<KernelLaunch | LaunchProblem> {
  const { folder } = options;
  const name = basename(folder);
  if (!isKernelName(name))
    return { reason: 'its name may only hold letters, digits, “.”, “_” and “-”', fix: null };
  let text: string;
  try {
    text = await readFile(join(folder, 'kernel.json'), 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? '';
    return {
      reason: code === 'ENOENT' ? 'it has no kernel.json' : `its kernel.json can not be read (${code})`,
      fix: null,
    };
  }
  const json = readKernelJson(text, name);
  if ('reason' in json) return { reason: json.reason, fix: null };
  const owner = await ownerOf(folder);
  return resolveProgram(json, folder, owner, options);
}

/** The kernel of an environment that has ipykernel, whether or not its kernelspec was installed. */
export async function nativeLaunch(
  owner: PythonEnvironment,
  environment: Variables,
): Promise<KernelLaunch | LaunchProblem> {
  return resolveProgram(NATIVE, null, owner, { environment });
}

/** How a kernel of the catalogue is started now: its files are read again, since they may have changed. */
export async function launchOf(
  spec: KernelSpecInfo,
  environment: Variables,
): Promise<KernelLaunch | LaunchProblem> {
  if (spec.place === null) return { reason: 'it is built in', fix: null };
  if (spec.source !== 'environment') return readLaunch({ folder: spec.place, environment });
  const name = spec.name.split('@')[0] ?? '';
  const folder = join(spec.place, 'share', 'jupyter', 'kernels', name);
  if (!isKernelName(name)) return { reason: 'its name is not one of a kernel', fix: null };
  const launch = await readLaunch({ folder, environment });
  if (!('reason' in launch) || name !== 'python3') return launch;
  const owner = await environmentAt(spec.place);
  return owner === null
    ? { reason: 'its Python environment is not there any more', fix: null }
    : nativeLaunch(owner, environment);
}

/** The command that puts ipykernel into an environment. */
export async function installCommand(owner: PythonEnvironment): Promise<string> {
  const python = quote(owner.python ?? join(owner.prefix, 'bin', 'python'));
  if (owner.kind === 'conda') return `conda install --prefix ${quote(owner.prefix)} ipykernel`;
  if (owner.kind === 'python' && (await isExternallyManaged(owner.prefix)))
    return owner.prefix === '/usr' && process.platform === 'linux'
      ? 'sudo apt install python3-ipykernel'
      : `${python} -m venv ~/.virtualenvs/runbooks && ~/.virtualenvs/runbooks/bin/python -m pip install ipykernel`;
  return `${python} -m pip install ipykernel`;
}

/** Quotes for a POSIX shell, where it is needed. */
export function quote(text: string): string {
  return /^[A-Za-z0-9_/.,:=@%+-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

async function resolveProgram(
  json: KernelJson,
  folder: string | null,
  owner: PythonEnvironment | null,
  options: { readonly environment: Variables; readonly active?: PythonEnvironment | null },
): Promise<KernelLaunch | LaunchProblem> {
  const asked = json.argv[0] ?? '';
  const { environment } = options;
  let program: string | null;
  let home = owner;
  if (isAbsolute(asked)) {
    program = (await isProgram(asked)) ? asked : null;
    if (program === null) return missingProgram(asked, folder);
    if (PYTHON.test(basename(asked))) {
      const prefix = await prefixOf(asked, environment);
      home = prefix === null ? null : await environmentAt(prefix);
    }
  } else if (/[\\/]/.test(asked)) {
    // It would be looked for in the notebook's folder.
    return { reason: `its program is a relative path, ${asked}`, fix: null };
  } else if (PYTHON.test(asked)) {
    home ??= options.active === undefined ? await activeEnvironment(environment) : options.active;
    program = home === null ? null : ((await ownProgram(home.prefix, asked)) ?? home.python);
    if (program === null) return { reason: 'no Python was found to run it', fix: null };
  } else {
    program =
      (home === null ? null : await ownProgram(home.prefix, asked)) ?? (await findOnPath(asked, environment));
    if (program === null) return missingProgram(asked, folder);
  }
  const module = json.argv[1] === '-m' ? json.argv[2] : undefined;
  if (home !== null && module !== undefined && LAUNCHERS.has(module)) {
    const hasKernel = await hasModule(home.prefix, 'ipykernel', environment);
    if (!hasKernel)
      return { reason: `ipykernel is not installed in ${home.prefix}`, fix: await installCommand(home) };
  }
  return { json, program, folder, owner: home };
}

function missingProgram(asked: string, folder: string | null): LaunchProblem {
  return {
    reason: `its program ${asked} is not there`,
    fix: folder === null ? null : `jupyter kernelspec remove ${quote(basename(folder))}`,
  };
}

async function ownProgram(prefix: string, name: string): Promise<string | null> {
  const path =
    process.platform === 'win32' ? join(prefix, 'Scripts', `${name}.exe`) : join(prefix, 'bin', name);
  return (await isProgram(path)) ? path : null;
}

/** `<prefix>/share/jupyter/kernels/<name>` belongs to the Python of that prefix, if there is one. */
async function ownerOf(folder: string): Promise<PythonEnvironment | null> {
  const kernels = dirname(folder);
  const jupyter = dirname(kernels);
  const share = dirname(jupyter);
  if (basename(kernels) !== 'kernels' || basename(jupyter) !== 'jupyter' || basename(share) !== 'share')
    return null;
  const prefix = dirname(share);
  return (await pythonOf(prefix)) === null ? null : environmentAt(prefix);
}

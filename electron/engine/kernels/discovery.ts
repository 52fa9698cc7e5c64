import { readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type {
  KernelCatalogue,
  KernelPlace,
  KernelProblem,
  KernelSpecInfo,
} from '../../../shared/kernels/contract';
import { kernelFolders } from '../../../shared/kernels/jupyter-paths';
import { isFolder } from './find-program';
import { describePlatform } from './jupyter-folders';
import {
  installCommand,
  nativeLaunch,
  readLaunch,
  type KernelLaunch,
  type LaunchProblem,
} from './kernel-launch';
import {
  activeEnvironment,
  findPythonEnvironments,
  hasModule,
  type PythonEnvironment,
  type Variables,
} from './python-environments';
import { findShell, shellPlatform, type ShellPlatform } from './shell/shell-platform';

export interface CatalogueOptions {
  /** What a kernel would be started with: the login shell's, or a command's. */
  readonly environment: Variables;
  /** Path of the notebook, so that environments beside it are listed. */
  readonly near?: string;
  /** From the settings. */
  readonly environmentFolders: readonly string[];
}

/**
 * Finds every kernel of this machine, every place looked at, and why each kernel can or can not be used.
 *
 * Reads files only: no program is started, so looking is quick and safe beside foreign files. Kernels come with the
 * built-in shell first, then Jupyter's by name, then those of Python environments, named with their folder
 * (`python3@/home/mara/payments/.venv`), those near the notebook first.
 */
export async function catalogue(
  options: CatalogueOptions,
  builtIn: ShellPlatform = shellPlatform(process.platform),
): Promise<KernelCatalogue> {
  const { environment } = options;
  const active = await activeEnvironment(environment);
  const folders = kernelFolders(describePlatform(environment, active));
  const [shell, ofJupyter, environments] = await Promise.all([
    shellPlace(builtIn, environment),
    Promise.all(folders.map((folder) => readKernelFolder(folder, environment, active))),
    findPythonEnvironments(options),
  ]);
  const taken = new Map<string, string>(shell.kernels.map((name) => [name, shell.path]));
  const kernels: KernelSpecInfo[] = [];
  const places: KernelPlace[] = [shell];
  for (const folder of ofJupyter) {
    const usable: string[] = [];
    const problems: KernelProblem[] = [...folder.problems];
    for (const { name, launch } of folder.found) {
      const listed = name.toLowerCase() === builtIn.spec.name ? `jupyter:${name}` : name;
      const first = taken.get(listed.toLowerCase());
      if (first !== undefined) {
        problems.push({ name, place: folder.path, reason: `hidden by the one in ${first}`, fix: null });
        continue;
      }
      taken.set(listed.toLowerCase(), folder.path);
      usable.push(listed);
      kernels.push(specOf(listed, 'jupyter', launch.folder, launch));
    }
    places.push({
      path: folder.path,
      kind: 'kernels',
      exists: folder.exists,
      kernels: usable,
      problems,
      note: null,
    });
  }
  kernels.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  const ownFolders = new Set(folders);
  for (const each of await Promise.all(
    environments.map((found) => readEnvironmentKernels(found, environment, ownFolders, active)),
  )) {
    // The active interpreter's own kernel needs no kernelspec, as in Jupyter.
    const listed = each.found.filter((spec) => spec.name.includes('@') || !taken.has(spec.name));
    kernels.push(...listed);
    places.push({ ...each.place, kernels: [...each.place.kernels, ...listed.map((spec) => spec.name)] });
  }
  return { kernels: [...(shell.kernels.length > 0 ? [builtIn.spec] : []), ...kernels], places };
}

async function shellPlace(shell: ShellPlatform, environment: Variables): Promise<KernelPlace> {
  const program = await findShell(shell, environment);
  const { name } = shell.spec;
  return {
    path: program ?? name,
    kind: 'kernels',
    exists: program !== null,
    kernels: program !== null ? [name] : [],
    problems: program !== null ? [] : [{ name, place: 'PATH', ...shell.missing }],
    note: 'built in',
  };
}

interface FolderContent {
  readonly path: string;
  readonly exists: boolean;
  readonly found: readonly { readonly name: string; readonly launch: KernelLaunch }[];
  readonly problems: readonly KernelProblem[];
}

async function readKernelFolder(
  path: string,
  environment: Variables,
  active: PythonEnvironment | null,
): Promise<FolderContent> {
  let entries: string[];
  try {
    entries = (await readdir(path)).toSorted();
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT' || code === 'ENOTDIR') return { path, exists: false, found: [], problems: [] };
    const reason = `the folder can not be read (${code ?? 'unknown'})`;
    return { path, exists: true, found: [], problems: [{ name: '*', place: path, reason, fix: null }] };
  }
  const read = await Promise.all(
    entries.map(async (name): Promise<{ name: string; result: KernelLaunch | LaunchProblem } | null> => {
      const folder = join(path, name);
      // Plain files and hidden folders (.DS_Store, .ipynb_checkpoints) are no attempt at a kernel.
      if (name.startsWith('.') || !(await isFolder(folder))) return null;
      return { name, result: await readLaunch({ folder, environment, active }) };
    }),
  );
  const found: { name: string; launch: KernelLaunch }[] = [];
  const problems: KernelProblem[] = [];
  for (const each of read) {
    if (each === null) continue;
    const { name, result } = each;
    if ('reason' in result) problems.push({ name, place: path, ...result });
    else found.push({ name, launch: result });
  }
  return { path, exists: true, found, problems };
}

async function readEnvironmentKernels(
  owner: PythonEnvironment,
  environment: Variables,
  ownFolders: ReadonlySet<string>,
  active: PythonEnvironment | null,
): Promise<{ readonly place: KernelPlace; readonly found: readonly KernelSpecInfo[] }> {
  const folder = join(owner.prefix, 'share', 'jupyter', 'kernels');
  const isActive = active?.prefix === owner.prefix;
  const note = owner.isNear ? `${owner.how}; used only when chosen` : owner.how;
  const place = (problems: readonly KernelProblem[]): KernelPlace => ({
    path: owner.prefix,
    kind: 'environment',
    exists: true,
    kernels: [],
    problems: [...problems],
    note,
  });
  if (owner.python === null) {
    const reason = 'its Python is not there any more';
    const fix = `python3 -m venv --clear ${owner.prefix}`;
    return { place: place([{ name: 'python3', place: owner.prefix, reason, fix }]), found: [] };
  }
  const isInJupyter = ownFolders.has(folder);
  const [content, hasKernel] = await Promise.all([
    isInJupyter ? null : readKernelFolder(folder, environment, owner),
    hasModule(owner.prefix, 'ipykernel', environment),
  ]);
  const found = (content?.found ?? []).map(({ name, launch }) =>
    specOf(`${name}@${owner.prefix}`, 'environment', owner.prefix, launch),
  );
  const problems = [...(content?.problems ?? [])];
  const isNamed = content?.found.some(({ name }) => name === 'python3') ?? false;
  if (hasKernel && !isNamed && (isActive || !(isInJupyter && (await isFolder(join(folder, 'python3')))))) {
    const launch = await nativeLaunch(owner, environment);
    const name = isActive ? 'python3' : `python3@${owner.prefix}`;
    if (!('reason' in launch)) found.push(specOf(name, 'environment', owner.prefix, launch));
  }
  if (!hasKernel && !problems.some(({ name }) => name === 'python3')) {
    const reason = 'ipykernel is not installed';
    problems.push({ name: 'python3', place: owner.prefix, reason, fix: await installCommand(owner) });
  }
  return { place: place(problems), found };
}

function specOf(
  name: string,
  source: 'jupyter' | 'environment',
  place: string | null,
  launch: KernelLaunch,
): KernelSpecInfo {
  return {
    name,
    displayName: launch.json.displayName,
    language: launch.json.language,
    source,
    place: place ?? dirname(launch.program),
    program: launch.program,
    interruptMode: launch.json.interruptMode,
  };
}

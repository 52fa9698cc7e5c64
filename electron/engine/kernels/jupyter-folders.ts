import { join } from 'node:path';
import type { KernelSpecInfo } from '../../../shared/kernels/contract';
import { jupyterDataFolders, type PlatformDescription } from '../../../shared/kernels/jupyter-paths';
import {
  activeEnvironment,
  homeOf,
  prefixOf,
  type PythonEnvironment,
  type Variables,
} from './python-environments';

/** What decides where Jupyter keeps its files, with these variables and this Python. */
export function describePlatform(
  environment: Variables,
  active: PythonEnvironment | null,
): PlatformDescription {
  const isBase = active?.kind === 'conda' && environment['CONDA_DEFAULT_ENV'] === 'base';
  return {
    os: process.platform === 'win32' || process.platform === 'darwin' ? process.platform : 'linux',
    home: homeOf(environment),
    environment,
    prefix: active?.prefix ?? null,
    isEnvironment: active !== null && active.kind !== 'python' && !isBase,
  };
}

/**
 * Jupyter's data folders for a kernel, in the order in which they count: that of its own environment first.
 *
 * `kernel` is null where none fits the notebook; the built-in shell has no environment of its own.
 */
export async function jupyterFoldersOf(
  kernel: KernelSpecInfo | null,
  environment: Variables,
): Promise<readonly string[]> {
  const general = jupyterDataFolders(describePlatform(environment, await activeEnvironment(environment)));
  if (kernel === null || kernel.source === 'built-in') return general;
  const prefix =
    kernel.source === 'environment' || kernel.program === null
      ? kernel.place
      : await prefixOf(kernel.program, environment);
  const own = prefix === null ? [] : [join(prefix, 'share', 'jupyter')];
  return [...new Set([...own, ...general])];
}

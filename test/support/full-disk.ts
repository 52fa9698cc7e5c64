import { execFile } from 'node:child_process';
import { chmod } from 'node:fs/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

/**
 * Lets a process write nothing beyond `bytes` of any file, which it meets as a disk that is full; null lifts it.
 *
 * Works for whoever owns the process. Fails clearly where the system has no `prlimit`.
 */
export async function limitFiles(pid: number, bytes: number | null): Promise<void> {
  const limit = `${bytes ?? 'unlimited'}:unlimited`;
  try {
    await run('prlimit', [`--pid=${pid}`, `--fsize=${limit}`]);
  } catch (error) {
    throw new Error('A full disk can not be tried here: prlimit (util-linux) is needed.', { cause: error });
  }
}

/** True for a user that may mount a small disk of its own. */
export const MAY_MOUNT = process.platform === 'linux' && process.getuid?.() === 0;

/** Mounts a disk of so many KiB on a folder; call what it answers to take it away. */
export async function smallDisk(folder: string, kib: number): Promise<() => Promise<void>> {
  await run('mount', ['-t', 'tmpfs', '-o', `size=${kib}k,mode=0700`, 'watchbook-test', folder]);
  return async () => {
    await run('umount', ['--lazy', folder]);
  };
}

/**
 * Lets nobody write in a folder, until what it answers is called. Root may write everywhere but on a disk that is
 * mounted for reading: for root the folder must be a small disk.
 */
export async function forbidWriting(folder: string): Promise<() => Promise<void>> {
  if (MAY_MOUNT) {
    await run('mount', ['-o', 'remount,ro', folder]);
    return async () => {
      await run('mount', ['-o', 'remount,rw', folder]);
    };
  }
  await chmod(folder, 0o500);
  return () => chmod(folder, 0o700);
}

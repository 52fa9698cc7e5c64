import { link, readdir, rename, rm, stat, unlink } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { isRunning } from './is-running';

const SETTLE_MS = 60;

/**
 * Makes `path` lead to the socket that listens at `ours`, unless a living engine has it. Of many that try at once one
 * wins; a socket file left by a killed engine is moved away.
 *
 * A hard link either is made or is not, so there is no moment at which two engines have the name.
 *
 * @returns true when this process has the name now
 */
export async function claimSocket(ours: string, path: string): Promise<boolean> {
  const own = (await stat(ours)).ino;
  for (;;) {
    if (await linked(ours, path)) {
      // Somebody who saw the old socket may still be moving away what is there: who is there at last has won.
      await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
      if ((await inodeOf(path)) === own) return true;
      continue;
    }
    const found = await inodeOf(path);
    if (found === null) continue;
    if (await isAlive(path)) return false;
    await moveAway(path, found, `${ours}.old`);
  }
}

/**
 * True while the name still leads to this socket. A name that somebody took away, a cleaner of temporary folders for
 * one, is given again.
 */
export async function hasClaim(ours: string, inode: number, path: string): Promise<boolean> {
  const found = await inodeOf(path);
  if (found !== null) return found === inode;
  try {
    return (await inodeOf(ours)) === inode && (await linked(ours, path));
  } catch (error) {
    // The folder itself is gone, and with it every way here.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}

async function linked(ours: string, path: string): Promise<boolean> {
  try {
    await link(ours, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** Takes the dead socket out of the way; one that took its place meanwhile is put back. */
async function moveAway(path: string, dead: number, aside: string): Promise<void> {
  try {
    await rename(path, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  if ((await stat(aside)).ino !== dead) await linked(aside, path);
  await unlink(aside);
}

async function inodeOf(path: string): Promise<number | null> {
  try {
    return (await stat(path)).ino;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/** False only when nobody listens: an engine that is too busy to answer is alive. */
function isAlive(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', (error: NodeJS.ErrnoException) =>
      resolve(!['ECONNREFUSED', 'ENOENT'].includes(error.code ?? '')),
    );
  });
}

/** What an engine of this process id leaves in the runtime folder when it is killed. */
const LEFT_OVER = /^(?:e-(\d+)\.sock(?:\.old)?|.*\.token\.(\d+))$/;

/**
 * Removes what killed engines left beside their sockets, also of one that had this process's id: to listen on it would
 * fail.
 */
export async function removeLeftOvers(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const match = LEFT_OVER.exec(name);
    const pid = Number(match?.[1] ?? match?.[2]);
    if (match !== null && (pid === process.pid || !isRunning(pid)))
      await rm(join(folder, name), { force: true });
  }
}

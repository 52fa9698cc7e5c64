import { readFileSync } from 'node:fs';

/**
 * True while there is a process of this id on this machine, of whatever user.
 *
 * One that was killed and whose parent has not taken note of it yet runs no more: it holds neither files nor sockets.
 * That can be told on Linux alone; elsewhere it counts as running for that moment.
 */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !isDefunct(pid);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ESRCH') return false;
    // No permission: it is somebody's, and alive.
    if (code === 'EPERM') return true;
    throw error;
  }
}

function isDefunct(pid: number): boolean {
  if (process.platform !== 'linux') return false;
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The state follows the name in parentheses, which may hold anything.
    return /^[ZX]/.test(stat.slice(stat.lastIndexOf(')') + 2));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // Gone just now, hidden from us, or no /proc at all: the signal's answer stands.
    if (['ENOENT', 'ESRCH', 'EACCES', 'EPERM'].includes(code ?? '')) return false;
    throw error;
  }
}

/** True while there is a process of this id on this machine, of whatever user. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ESRCH') return false;
    // No permission: it is somebody's, and alive.
    if (code === 'EPERM') return true;
    throw error;
  }
}

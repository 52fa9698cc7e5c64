import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { isSystemError } from './disk-errors';

const run = promisify(execFile);

/**
 * When a process began, in the platform's own terms: equal for the same process only. Null when it can not be told.
 */
export async function processStart(pid: number): Promise<string | null> {
  if (process.platform === 'linux') return fromProc(pid);
  if (process.platform === 'win32') return null;
  try {
    const { stdout } = await run('/bin/ps', ['-o', 'lstart=', '-p', String(pid)], { env: { LC_ALL: 'C' } });
    return stdout.trim() || null;
  } catch (error) {
    // ps exits with 1 for a process that is gone.
    if (error instanceof Error) return null;
    throw error;
  }
}

async function fromProc(pid: number): Promise<string | null> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
    // Field 22, counted after the name in brackets, which may hold anything.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[19] ?? null;
  } catch (error) {
    if (isSystemError(error) && ['ENOENT', 'ESRCH', 'EACCES'].includes(error.code ?? '')) return null;
    throw error;
  }
}

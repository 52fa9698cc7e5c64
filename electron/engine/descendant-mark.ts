import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Any number that no system sets by itself; what counts is that it is below the engine's own limit. */
const FIRST_MARK = 1_000_000_007;

/**
 * The hard limit for file locks of a process; Infinity where there is none, null for a process that is gone and on
 * platforms without /proc.
 */
function lockLimit(pid: number | 'self'): number | null {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/limits`, 'utf8');
  } catch {
    // The process is gone, or there is no /proc: nothing can be told of it.
    return null;
  }
  const hard = /^Max file locks\s+\S+\s+(\S+)/m.exec(text)?.[1];
  if (hard === undefined) return null;
  return hard === 'unlimited' ? Infinity : Number(hard);
}

/**
 * Marks a process that was just started, and with it everything that it will ever start.
 *
 * The mark is its hard limit for file locks: a limit without effect since Linux 2.4, which passes on to every
 * descendant, also to one that made a session of its own, cleared its environment and lost its parents. A process may
 * lower it but never raise it, save as root. Without `prlimit` (util-linux) there is no mark; ancestry then counts
 * alone.
 */
export async function markDescendants(pid: number): Promise<void> {
  const own = process.platform === 'linux' ? lockLimit('self') : null;
  if (own === null || own < 1) return;
  const mark = Number.isFinite(own) ? own - 1 : FIRST_MARK;
  try {
    await run('prlimit', ['--pid', String(pid), `--locks=${mark}:${mark}`], { timeout: 2_000 });
  } catch {
    // No prlimit here, or the process has ended already: nothing can be marked.
  }
}

/** True for a process that carries the mark of this engine's kernels or terminals. False where it can not be told. */
export function isMarked(pid: number): boolean {
  const own = lockLimit('self');
  const theirs = lockLimit(pid);
  return own !== null && theirs !== null && theirs < own;
}

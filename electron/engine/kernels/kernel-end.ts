import { open, readFile } from 'node:fs/promises';
import { constants } from 'node:os';

/** How much of a kernel's stderr is told. Bytes. */
const STDERR_TAIL = 4_096;

/** How a process ended, as far as it can be known. Both null for one that another engine had started. */
export interface ProcessEnd {
  readonly exitCode: number | null;
  readonly signal: string | null;
}

/** Why a kernel ended, in words that follow "The kernel ended: ". */
export function endReason(end: ProcessEnd, facts: { asked: boolean; outOfMemory: boolean }): string {
  if (facts.asked) return 'ended as asked';
  if (end.signal !== null) {
    if (end.signal === 'SIGKILL')
      return facts.outOfMemory ? 'killed by the system, out of memory' : 'killed by signal 9 (SIGKILL)';
    const number = constants.signals[end.signal as keyof typeof constants.signals];
    const known = SIGNALS[end.signal];
    return `${known ?? 'ended'} by signal ${number ?? '?'} (${end.signal})`;
  }
  if (end.exitCode !== null) return `ended by itself, exit status ${end.exitCode}`;
  return facts.outOfMemory
    ? 'probably killed by the system, out of memory'
    : 'ended; its exit status is not known, since another engine had started it';
}

const SIGNALS: Readonly<Record<string, string>> = {
  SIGSEGV: 'crashed on a bad memory access, ended',
  SIGBUS: 'crashed on a bad memory access, ended',
  SIGABRT: 'crashed, ended',
  SIGILL: 'crashed on a bad instruction, ended',
  SIGFPE: 'crashed on a bad calculation, ended',
  SIGTERM: 'asked to end by another program, ended',
};

/** The last lines of a file, whole ones where there are several; empty when there is none. */
export async function tailOf(path: string, limit = STDERR_TAIL): Promise<string> {
  let file;
  try {
    file = await open(path, 'r');
  } catch {
    // The kernel never came as far as having one.
    return '';
  }
  try {
    const { size } = await file.stat();
    const length = Math.min(size, limit);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, size - length);
    const text = buffer.subarray(0, bytesRead).toString();
    const firstEnd = text.indexOf('\n');
    return size > limit && firstEnd >= 0 ? text.slice(firstEnd + 1) : text;
  } finally {
    await file.close();
  }
}

/**
 * How many processes the system has ended for want of memory, as this process can see it: of its own memory group
 * and of the whole machine. Only growth means something. Zero where the system does not count.
 */
export async function outOfMemoryKills(pid: number): Promise<number> {
  const counts = await Promise.all([
    countIn('/proc/vmstat', /^oom_kill (\d+)$/m),
    groupFile(pid).then((path) => (path === null ? 0 : countIn(path, /^oom_kill (\d+)$/m))),
    countIn('/sys/fs/cgroup/memory/memory.oom_control', /^oom_kill (\d+)$/m),
  ]);
  return counts.reduce((sum, count) => sum + count, 0);
}

const groups = new Map<number, string | null>();

/** The memory group's counter file, remembered: at the end the process can not be asked any more. */
async function groupFile(pid: number): Promise<string | null> {
  const known = groups.get(pid);
  if (known !== undefined) return known;
  let path: string | null = null;
  try {
    const text = await readFile(`/proc/${pid}/cgroup`, 'utf8');
    const group = /^0::(\/.*)$/m.exec(text)?.[1];
    if (group !== undefined && !group.includes('..')) path = `/sys/fs/cgroup${group}/memory.events`;
  } catch {
    // Not Linux, or the process is gone already.
  }
  groups.set(pid, path);
  return path;
}

export function forgetMemoryGroup(pid: number): void {
  groups.delete(pid);
}

async function countIn(path: string, pattern: RegExp): Promise<number> {
  try {
    return Number(pattern.exec(await readFile(path, 'utf8'))?.[1] ?? 0);
  } catch {
    // This system does not have it.
    return 0;
  }
}

import { execFile } from 'node:child_process';
import { readFileSync, readlinkSync } from 'node:fs';
import type { Socket } from 'node:net';
import { promisify } from 'node:util';
import { isMarked } from './descendant-mark';

const run = promisify(execFile);

/** What `/proc/<pid>/stat` tells of a process's place among others. */
interface Kin {
  readonly parent: number;
  readonly session: number;
}

/** Null for a process that is gone, and on platforms without /proc. */
function kinOf(pid: number): Kin | null {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    // The process is gone, or there is no /proc: nothing can be told of it.
    return null;
  }
  // The name stands in parentheses and may hold anything, also parentheses.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [, parent, , session] = fields;
  return { parent: Number(parent), session: Number(session) };
}

/**
 * True for a process that one of `ours` (kernels and terminals of the engine) started, directly or over others.
 *
 * A process that left its parents is found by its session, and one that made a session of its own by the mark that
 * all of them carry. This stops accidents and lazy attacks; a program of the same user that means it is not kept out:
 * it may have something else start it (cron, a service manager, a shell that is open already), or write into a process
 * that is not ours.
 */
export function descendsFrom(pid: number, ours: ReadonlySet<number>): boolean {
  if (isMarked(pid)) return true;
  const seen = new Set<number>();
  for (let at = pid; at > 1 && !seen.has(at);) {
    if (ours.has(at)) return true;
    seen.add(at);
    const kin = kinOf(at);
    if (kin === null) return false;
    if (ours.has(kin.session)) return true;
    at = kin.parent;
  }
  return false;
}

/**
 * The processes that hold the other end of a Unix socket, by the kernel's socket diagnostics; null where the platform
 * can not tell. None of them means that the other end hides: in a network namespace of its own, or as a process that
 * may not be looked at.
 */
export async function peerProcesses(socket: Socket): Promise<readonly number[] | null> {
  const inode = process.platform === 'linux' ? inodeOf(socket) : null;
  if (inode === null) return null;
  let text: string;
  try {
    ({ stdout: text } = await run('ss', ['-xpnH'], { timeout: 2_000, maxBuffer: 16 * 1024 * 1024 }));
  } catch {
    // Without iproute2 there is nobody to ask; the client's own word then counts.
    return null;
  }
  return parsePeers(text, inode);
}

/** Reads `ss -xpn`: the line of our end names the inode of the other; that one's line names its processes. */
export function parsePeers(text: string, inode: string): readonly number[] | null {
  const lines = text.split('\n').map((line) => line.trim().split(/\s+/));
  const ends = lines.flatMap((fields) => {
    // ... local-address local-inode peer-address peer-inode users:(...)
    const users = fields.findIndex((field) => field.startsWith('users:'));
    const last = users < 0 ? fields.length : users;
    const peer = fields[last - 1];
    const local = fields[last - 3];
    const processes = users < 0 ? '' : fields.slice(users).join(' ');
    return peer === undefined || local === undefined ? [] : [{ local, peer, processes }];
  });
  const other = ends.find(({ local }) => local === inode)?.peer;
  if (other === undefined) return null;
  const held = ends.find(({ local }) => local === other);
  if (held === undefined) return [];
  return [...held.processes.matchAll(/pid=(\d+)/g)].map(([, pid]) => Number(pid));
}

function inodeOf(socket: Socket): string | null {
  const handle: unknown = Reflect.get(socket, '_handle');
  const fd: unknown = typeof handle === 'object' && handle !== null ? Reflect.get(handle, 'fd') : undefined;
  if (typeof fd !== 'number' || fd < 0) return null;
  try {
    return /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/self/fd/${fd}`))?.[1] ?? null;
  } catch {
    // Closed meanwhile.
    return null;
  }
}

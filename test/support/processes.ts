import { readdir, readFile } from 'node:fs/promises';
import { until } from './until';

/** True while there is a process of this id. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    // Gone. Tests look at processes of their own user only.
    return false;
  }
}

/** `kill -9`, and waits until it is gone. */
export async function killHard(pid: number): Promise<void> {
  process.kill(pid, 'SIGKILL');
  await until(`process ${pid} is gone`, () => !isAlive(pid));
}

export interface Process {
  readonly pid: number;
  readonly parent: number;
  /** Its words, joined by spaces; empty for one that has ended and waits to be looked after. */
  readonly command: string;
}

/** All processes that are there now, by /proc. */
export async function allProcesses(): Promise<readonly Process[]> {
  const names = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(
    names.map(async (name) => {
      try {
        const [stat, words] = await Promise.all([
          readFile(`/proc/${name}/stat`, 'latin1'),
          readFile(`/proc/${name}/cmdline`, 'utf8'),
        ]);
        // The name, in parentheses, may hold anything.
        const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
        return [{ pid: Number(name), parent, command: words.replaceAll('\0', ' ').trim() }];
      } catch {
        // It ended between the listing and the look.
        return [];
      }
    }),
  );
  return found.flat();
}

/** The processes below one, children of children too. */
export async function childrenOf(pid: number): Promise<readonly Process[]> {
  const all = await allProcesses();
  const below = new Set([pid]);
  for (let size = 0; size !== below.size;) {
    size = below.size;
    for (const each of all) if (below.has(each.parent)) below.add(each.pid);
  }
  return all.filter((each) => each.pid !== pid && below.has(each.pid));
}

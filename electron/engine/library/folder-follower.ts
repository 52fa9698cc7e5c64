import { dirname } from 'node:path';
import type { AsyncSubscription } from '@parcel/watcher';
import { walkTree } from './tree-reader';

/** More folders than this are not followed: each takes a watch of the system, which other programs need too. */
const MOST_FOLLOWED = 4_000;
/** Changes within this time are told at once, in milliseconds. */
const QUIET_MS = 150;
/** A flood of changes (a checkout) is told in parts. */
const LONGEST_MS = 1_000;
const IGNORED = [
  '**/node_modules/**',
  '**/.git/**',
  '**/.*/**',
  '**/__pycache__/**',
  '**/venv/**',
  'runs',
  '**/*.output/**',
];

/** Tells in which folders of a library something changed. */
export interface FolderFollower {
  /** False for a folder that is too large, or where the system has no watches left. */
  readonly isFollowed: boolean;
  dispose(): Promise<void>;
}

/** Follows a folder with all below it that the tree shows. */
export async function followFolder(
  root: string,
  changed: (folders: readonly string[]) => void,
  log: (message: string) => void,
): Promise<FolderFollower> {
  if ((await countFolders(root)) > MOST_FOLLOWED) {
    log(`${root} is not followed: it has more than ${MOST_FOLLOWED} folders`);
    return notFollowed;
  }
  const pending = new Set<string>();
  let quiet: NodeJS.Timeout | null = null;
  let since = 0;
  const tell = (): void => {
    quiet = null;
    const told = [...pending];
    pending.clear();
    if (told.length > 0) changed(told);
  };
  const schedule = (): void => {
    if (quiet === null) since = Date.now();
    else clearTimeout(quiet);
    quiet = setTimeout(tell, Date.now() - since > LONGEST_MS ? 0 : QUIET_MS);
    quiet.unref();
  };
  let subscription: AsyncSubscription;
  try {
    // Loaded when the first folder is followed: who has no library does not wait for it.
    const { subscribe } = await import('@parcel/watcher');
    subscription = await subscribe(
      root,
      (error, events) => {
        if (error !== null) {
          log(`${root} is not followed any more: ${error.message}`);
          pending.add(root);
        }
        for (const { path } of events ?? []) pending.add(dirname(path));
        schedule();
      },
      { ignore: IGNORED },
    );
  } catch (error) {
    log(`${root} is not followed: ${String(error)}`);
    return notFollowed;
  }
  return {
    isFollowed: true,
    dispose: async () => {
      if (quiet !== null) clearTimeout(quiet);
      await subscription.unsubscribe();
    },
  };
}

async function countFolders(root: string): Promise<number> {
  let count = 0;
  const steps = walkTree(root, MOST_FOLLOWED + 1);
  while ((await steps.next()).done !== true) count += 1;
  return count;
}

const notFollowed: FolderFollower = { isFollowed: false, dispose: () => Promise.resolve() };

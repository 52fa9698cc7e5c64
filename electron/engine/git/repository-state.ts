import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { doubtfulSettings, parseConfigList, type GitSetting } from '../../../shared/library/git-config';
import type { GitState } from '../../../shared/library/git-contract';
import { parseStatus, type GitStatus } from '../../../shared/library/git-status';
import { WatchbookError } from '../../../shared/rpc/errors';
import { findRepository, lstatOrNull, readSmallFile, type FoundRepository } from './find-repository';
import { runGit } from './run-git';

/** What was found out about a repository; `status` where git was run in it. */
export interface RepositoryReport {
  readonly state: GitState;
  readonly status: GitStatus | null;
  readonly repository: FoundRepository | null;
}

/**
 * Asks git how the repository of a folder stands, after its configuration was read as data and found harmless, or
 * `allowed` by a person in just this form. Hooks, filters, fsmonitor and submodules are never run for it.
 */
export async function repositoryReport(
  folder: string,
  allowed: (root: string, digest: string) => boolean,
): Promise<RepositoryReport> {
  const found = await findRepository(folder);
  if (found.kind === 'none') return { state: { kind: 'none' }, status: null, repository: null };
  const { root } = found;
  const unreadable = (reason: string): RepositoryReport => ({
    state: { kind: 'unreadable', root, reason },
    status: null,
    repository: null,
  });
  if (found.kind === 'refused') return unreadable(found.reason);
  try {
    const settings = await readSettings(found);
    if (settings === null) return unreadable('Its configuration can not be read. Nothing was run in it.');
    const doubtful = doubtfulSettings(settings);
    const digest = createHash('sha256').update(JSON.stringify(doubtful)).digest('hex');
    if (doubtful.length > 0 && !allowed(root, digest)) {
      const state: GitState = { kind: 'asks', root, settings: doubtful.map(shorten), digest };
      return { state, status: null, repository: found };
    }
    const status = parseStatus(await runGit({ args: STATUS, repository: { ...found, workTree: root } }));
    const { branch, commit, upstream, ahead, behind } = status;
    const fetchedAt = upstream === null ? null : await lastFetch(found);
    return {
      state: { kind: 'state', root, branch, commit, upstream, ahead, behind, fetchedAt },
      status,
      repository: found,
    };
  } catch (error) {
    if (!(error instanceof WatchbookError)) throw error;
    return unreadable(
      error.detail === undefined ? error.message : `${error.message} It says: ${error.detail}`,
    );
  }
}

const STATUS = [
  'status',
  '--porcelain=v2',
  '-z',
  '--branch',
  '--untracked-files=normal',
  // In a submodule git would run by that one's own configuration, which was not read.
  '--ignore-submodules=all',
  '--no-renames',
] as const;

/** What is shown to a person of one setting. */
function shorten({ key, value }: GitSetting): GitSetting {
  return { key: key.slice(0, 200), value: value.length > 500 ? `${value.slice(0, 500)}…` : value };
}

/** Null where a file of it is no regular file of its own. Git parses our bytes, so that both read the same. */
async function readSettings({
  gitFolder,
  commonFolder,
}: FoundRepository): Promise<readonly GitSetting[] | null> {
  const shared = await readSmallFile(join(commonFolder, 'config'));
  if (shared === null) return null;
  const settings = [...(await parse(shared))];
  const own = join(gitFolder, 'config.worktree');
  if ((await lstatOrNull(own)) !== null) {
    const bytes = await readSmallFile(own);
    if (bytes === null) return null;
    settings.push(...(await parse(bytes)));
  }
  return settings;
}

async function parse(bytes: Uint8Array): Promise<readonly GitSetting[]> {
  const args = ['config', '--file', '-', '--list', '-z', '--no-includes'];
  return parseConfigList(await runGit({ args, input: bytes }));
}

async function lastFetch({ gitFolder, commonFolder }: FoundRepository): Promise<string | null> {
  for (const folder of [gitFolder, commonFolder]) {
    const info = await lstatOrNull(join(folder, 'FETCH_HEAD'));
    if (info?.isFile() === true) return info.mtime.toISOString();
  }
  return null;
}

import { watch, type FSWatcher } from 'node:fs';
import { readFile, realpath } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative, sep } from 'node:path';
import * as z from 'zod';
import type { gitContract } from '../../../shared/library/git-contract';
import { markOf } from '../../../shared/library/git-status';
import { WatchbookError } from '../../../shared/rpc/errors';
import type { EngineClient, Handlers } from '../engine-client';
import { isSystemError } from '../notebook/disk-errors';
import { writeOwnFile } from '../whole-file';
import { repositoryReport, type RepositoryReport } from './repository-state';

/** An answer so young serves whoever asks at the same time, in milliseconds. */
const FRESH_MS = 400;
const QUIET_MS = 200;
const MOST_WATCHED = 50;

export interface GitPorts {
  readonly stateFolder: string;
  readonly clients: () => readonly EngineClient[];
  readonly log: (message: string) => void;
}

export interface GitFeature {
  readonly handlers: Handlers<keyof typeof gitContract.requests>;
  /** How the repository of a folder stands now: asked of git each time. */
  report(folder: string): Promise<RepositoryReport>;
  dispose(): void;
}

const allowedSchema = z.record(z.string(), z.string());

/** How repositories stand, for the tree and the line of a document. Asked anew when their `.git` changes. */
export async function createGit({ stateFolder, clients, log }: GitPorts): Promise<GitFeature> {
  const file = join(stateFolder, 'git-allowed.json');
  let allowed = await readAllowed(file, log);
  const reports = new Map<string, { readonly at: number; readonly report: Promise<RepositoryReport> }>();
  const watched = new Map<string, FSWatcher>();
  const timers = new Map<string, NodeJS.Timeout>();

  const changed = (root: string): void => {
    clearTimeout(timers.get(root));
    timers.set(
      root,
      setTimeout(() => {
        reports.clear();
        for (const client of clients())
          if (client.kind !== 'step') client.send('library.gitChanged', { root });
      }, QUIET_MS).unref(),
    );
  };
  const follow = ({ repository }: RepositoryReport): void => {
    if (repository === null || watched.has(repository.root) || watched.size >= MOST_WATCHED) return;
    const { root, gitFolder } = repository;
    try {
      // Not what is below: head, index and the last fetch lie in it directly.
      const watcher = watch(gitFolder, { persistent: false }, () => changed(root));
      watcher.on('error', () => {
        watcher.close();
        watched.delete(root);
      });
      watched.set(root, watcher);
    } catch (error) {
      if (!isSystemError(error)) throw error;
      log(`${gitFolder} is not followed: ${error.message}`);
    }
  };
  const reportOf = async (folder: string): Promise<RepositoryReport> => {
    const known = reports.get(folder);
    if (known !== undefined && Date.now() - known.at < FRESH_MS) return known.report;
    return reportNow(folder);
  };
  const reportNow = async (folder: string): Promise<RepositoryReport> => {
    const report = repositoryReport(folder, (root, digest) => allowed[root] === digest);
    reports.set(folder, { at: Date.now(), report });
    const got = await report;
    follow(got);
    return got;
  };

  return {
    handlers: {
      'library.gitState': async ({ path }) => {
        const real = await realPlace(path);
        const { state, status } = await reportOf(dirname(real));
        if (state.kind !== 'state' || status === null) return { state, mark: null };
        return { state, mark: markOf(status, relative(state.root, real).split(sep).join('/')) };
      },
      'library.gitMarks': async ({ folder }) => {
        const real = await realPlace(folder);
        const { state, status } = await reportOf(real);
        if (state.kind !== 'state' || status === null) return { state, marks: [] };
        const marks = [...status.marks].map(([path, mark]) => ({ path: join(state.root, path), mark }));
        return { state, marks: marks.filter(({ path }) => path.startsWith(`${real}${sep}`)).slice(0, 5_000) };
      },
      'library.allowGit': async ({ root, digest }) => {
        allowed = { ...allowed, [root]: digest };
        reports.clear();
        await writeOwnFile(file, `${JSON.stringify(allowed, null, 1)}\n`);
        changed(root);
        return {};
      },
    },
    report: reportNow,
    dispose: () => {
      for (const watcher of watched.values()) watcher.close();
      for (const timer of timers.values()) clearTimeout(timer);
    },
  };
}

/** Without links, as far as it is there. */
async function realPlace(path: string): Promise<string> {
  if (!isAbsolute(path) || path.includes('\0'))
    throw new WatchbookError('bad-request', 'git is asked about a whole path.');
  try {
    return await realpath(path);
  } catch (error) {
    if (!isSystemError(error)) throw error;
    // A file that is gone still belongs to the repository of its folder.
    return join(await realpath(dirname(path)).catch(() => dirname(path)), basename(path));
  }
}

async function readAllowed(
  file: string,
  log: (message: string) => void,
): Promise<Readonly<Record<string, string>>> {
  try {
    return allowedSchema.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch (error) {
    if (!isSystemError(error) || error.code !== 'ENOENT')
      log(`allowed repositories are forgotten: ${String(error)}`);
    return {};
  }
}

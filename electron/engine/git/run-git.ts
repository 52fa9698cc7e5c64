import { spawn } from 'node:child_process';
import { devNull } from 'node:os';
import { WatchbookError } from '../../../shared/rpc/errors';
import { findOnPath } from '../kernels/find-program';

const LIMIT_MS = 10_000;
const MOST_BYTES = 16 * 1024 * 1024;

/** Said on the command line, which wins over every file: nothing of these is wanted for reading, whatever a file says. */
const OVERRIDES = [
  ['core.hooksPath', devNull],
  ['core.fsmonitor', 'false'],
  ['core.untrackedCache', 'false'],
  ['core.pager', 'cat'],
  ['diff.external', ''],
  ['submodule.recurse', 'false'],
  ['protocol.allow', 'never'],
  ['safe.bareRepository', 'explicit'],
  ['gc.auto', '0'],
  ['maintenance.auto', 'false'],
] as const;

export interface GitCall {
  /** Git's own words for the command; every path from outside stands after `--`. */
  readonly args: readonly string[];
  /** The repository that was judged; without one git looks at none. */
  readonly repository?: { readonly gitFolder: string; readonly workTree: string };
  readonly input?: Uint8Array;
}

/**
 * Runs git, the only way in which Watchbook does.
 *
 * Neither the system's nor the person's configuration counts, no variable of ours that steers git, and the repository
 * is named by its folders, so that git looks for none by itself. Nothing is asked at a terminal, no transport is
 * allowed, no lock is taken, objects that are not here are not fetched. Ends after 10 s.
 *
 * @throws WatchbookError `not-found` without git, `timeout`, `too-large`, `not-readable` with git's words as detail
 */
export async function runGit({ args, repository, input }: GitCall): Promise<string> {
  const program = await findOnPath('git', process.env);
  if (program === null) throw new WatchbookError('not-found', 'git is not installed here.');
  const options = OVERRIDES.flatMap(([key, value]) => ['-c', `${key}=${value}`]);
  const child = spawn(program, ['--no-optional-locks', '--literal-pathspecs', ...options, ...args], {
    // Of the root of all nothing can be planted by the repository, on Windows least of all a program `git`.
    cwd: '/',
    env: variables(repository),
    stdio: ['pipe', 'pipe', 'pipe'],
    windowsHide: true,
    // A group of its own, so that what git may have started ends with it.
    detached: process.platform !== 'win32',
  });
  const end = (): void => {
    try {
      if (child.pid !== undefined && process.platform !== 'win32') process.kill(-child.pid, 'SIGKILL');
      else child.kill('SIGKILL');
    } catch {
      // It has ended by itself.
    }
  };
  return new Promise((resolve, reject) => {
    const out: Buffer[] = [];
    let bytes = 0;
    let words = '';
    const fail = (error: WatchbookError): void => {
      clearTimeout(timer);
      end();
      reject(error);
    };
    const timer = setTimeout(
      () => fail(new WatchbookError('timeout', `git did not answer within ${LIMIT_MS / 1000} s.`)),
      LIMIT_MS,
    );
    child.on('error', (error) =>
      fail(new WatchbookError('not-readable', 'git could not be started.', { cause: error })),
    );
    child.stdout.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > MOST_BYTES) fail(new WatchbookError('too-large', 'git answered too much.'));
      else out.push(chunk);
    });
    child.stderr.on('data', (chunk: Buffer) => (words = (words + chunk.toString('utf8')).slice(0, 4_096)));
    child.on('close', (code) => {
      clearTimeout(timer);
      if (code === 0) resolve(Buffer.concat(out).toString('utf8'));
      else reject(new WatchbookError('not-readable', 'git could not read it.', { detail: words.trim() }));
    });
    // A git that ends before it read everything is told by its exit.
    child.stdin.on('error', () => undefined);
    child.stdin.end(input ?? '');
  });
}

/** Only what git needs to run at all. `HOME` is for the person's own list of ignored files, which is data. */
function variables(repository: GitCall['repository']): NodeJS.ProcessEnv {
  const kept = ['PATH', 'HOME', 'USERPROFILE', 'XDG_CONFIG_HOME', 'TMPDIR', 'TEMP', 'TMP', 'SYSTEMROOT'];
  return {
    ...Object.fromEntries(
      kept.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])),
    ),
    LC_ALL: 'C',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: devNull,
    GIT_ATTR_NOSYSTEM: '1',
    GIT_TERMINAL_PROMPT: '0',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_NO_LAZY_FETCH: '1',
    GIT_NO_REPLACE_OBJECTS: '1',
    GIT_ALLOW_PROTOCOL: 'none',
    GIT_PAGER: 'cat',
    // A folder that is none, so that git looks for no repository above.
    GIT_DIR: repository?.gitFolder ?? devNull,
    ...(repository === undefined ? {} : { GIT_WORK_TREE: repository.workTree }),
  };
}

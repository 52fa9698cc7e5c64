import type { GitMark, GitState, RepositoryState } from './git-contract';

/** What `git status --porcelain=v2 -z --branch` says. */
export interface GitStatus {
  readonly branch: string | null;
  readonly commit: string | null;
  readonly upstream: string | null;
  readonly ahead: number;
  readonly behind: number;
  /** By path from the root with forward slashes; a whole folder that is not tracked ends with a slash. */
  readonly marks: ReadonlyMap<string, GitMark>;
}

/** Reads the status. Lines of a kind that is not known are passed over, as git's manual asks for. */
export function parseStatus(text: string): GitStatus {
  const headers = new Map<string, string>();
  const marks = new Map<string, GitMark>();
  const parts = text.split('\0');
  for (let at = 0; at < parts.length; at += 1) {
    const line = parts[at] ?? '';
    const kind = line.charAt(0);
    if (kind === '#') {
      const [, name = '', ...rest] = line.split(' ');
      headers.set(name, rest.join(' '));
    } else if (kind === '?') marks.set(line.slice(2), 'untracked');
    else if (kind === 'u') marks.set(pathAfter(line, 10), 'conflicted');
    else if (kind === '1' || kind === '2') {
      const staged = line.charAt(2);
      marks.set(pathAfter(line, kind === '1' ? 8 : 9), staged === 'A' ? 'added' : 'modified');
      // A rename names the old path in a part of its own.
      if (kind === '2') at += 1;
    }
  }
  const commit = headers.get('branch.oid') ?? '(initial)';
  const branch = headers.get('branch.head') ?? '(detached)';
  const counts = /^\+(?<ahead>\d+) -(?<behind>\d+)$/.exec(headers.get('branch.ab') ?? '')?.groups;
  return {
    branch: branch === '(detached)' ? null : branch,
    commit: commit === '(initial)' ? null : commit,
    upstream: headers.get('branch.upstream') ?? null,
    ahead: Number(counts?.['ahead'] ?? 0),
    behind: Number(counts?.['behind'] ?? 0),
    marks,
  };
}

/** What follows this many fields; a path may hold spaces. */
function pathAfter(line: string, fields: number): string {
  let from = 0;
  for (let count = 0; count < fields; count += 1) from = line.indexOf(' ', from) + 1;
  return line.slice(from);
}

/** The mark of one file, by its path from the root with forward slashes. */
export function markOf(status: Pick<GitStatus, 'marks'>, path: string): GitMark | null {
  const own = status.marks.get(path);
  if (own !== undefined) return own;
  for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1))
    if (status.marks.get(path.slice(0, end + 1)) === 'untracked') return 'untracked';
  return null;
}

/** What weighs most is the mark of a folder. */
const WEIGHTS: Readonly<Record<GitMark, number>> = { conflicted: 3, modified: 2, added: 1, untracked: 0 };

/** The folders that hold files with a mark, each with the one among them that weighs most. Paths are written as in `marks`. */
export function folderMarks({ marks }: Pick<GitStatus, 'marks'>): ReadonlyMap<string, GitMark> {
  const folders = new Map<string, GitMark>();
  for (const [path, mark] of marks) {
    for (let end = folderEnd(path, path.length); end > 0; end = folderEnd(path, end)) {
      const folder = path.slice(0, end);
      const before = folders.get(folder);
      // Above it everything weighs as much already.
      if (before !== undefined && WEIGHTS[before] >= WEIGHTS[mark]) break;
      folders.set(folder, mark);
    }
  }
  return folders;
}

/** Where the folder above ends, in paths of either system. */
function folderEnd(path: string, before: number): number {
  return Math.max(path.lastIndexOf('/', before - 1), path.lastIndexOf('\\', before - 1));
}

/** A mark as a letter in the tree, as one word in a line, and as words in a tooltip. */
export const MARK_WORDS: Readonly<
  Record<GitMark, { readonly letter: string; readonly word: string; readonly words: string }>
> = {
  modified: { letter: 'M', word: 'modified', words: 'modified since the last commit' },
  added: { letter: 'A', word: 'added', words: 'added, not committed yet' },
  untracked: { letter: 'U', word: 'not in git yet', words: 'untracked, not in git yet' },
  conflicted: { letter: 'C', word: 'conflicted', words: 'conflicted, a merge is to be finished' },
};

const DAY_MS = 86_400_000;

/** The state as one line: `main, fetched 3 days ago, 12 behind`. Null where there is nothing to say. */
export function gitWords(state: GitState, now: number): string | null {
  switch (state.kind) {
    case 'none':
      return null;
    case 'unreadable':
      return 'git state not known';
    case 'asks':
      return 'git not asked';
    case 'state':
      return repositoryWords(state, now);
  }
}

function repositoryWords(state: RepositoryState, now: number): string {
  const { branch, commit, upstream, ahead, behind, fetchedAt } = state;
  const where = branch ?? (commit === null ? 'no branch' : `no branch, at ${commit.slice(0, 8)}`);
  if (upstream === null) return commit === null ? `${where}, no commit yet` : `${where}, follows no remote`;
  const fetched =
    fetchedAt === null ? 'not fetched since it was cloned' : `fetched ${ageWords(fetchedAt, now)}`;
  const distance = [...(behind > 0 ? [`${behind} behind`] : []), ...(ahead > 0 ? [`${ahead} ahead`] : [])];
  return [where, fetched, ...distance].join(', ');
}

function ageWords(instant: string, now: number): string {
  const age = Math.max(0, now - Date.parse(instant));
  const count = (unit: number, word: string): string => {
    const number = Math.floor(age / unit);
    return `${number} ${word}${number === 1 ? '' : 's'} ago`;
  };
  if (age < 60_000) return 'just now';
  if (age < 3_600_000) return count(60_000, 'minute');
  if (age < DAY_MS) return count(3_600_000, 'hour');
  return count(DAY_MS, 'day');
}

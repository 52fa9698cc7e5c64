import { describe, expect, it } from 'vitest';
import { doubtfulSettings, parseConfigList } from '../../../shared/library/git-config';
import type { GitState } from '../../../shared/library/git-contract';
import { folderMarks, gitWords, markOf, parseStatus } from '../../../shared/library/git-status';

const doubtful = (...lines: readonly string[]) =>
  doubtfulSettings(parseConfigList(lines.map((line) => `${line.replace('=', '\n')}\0`).join(''))).map(
    ({ key }) => key,
  );

describe("a repository's configuration", () => {
  it('is harmless as git and its hosts write it', () => {
    expect(
      doubtful(
        'core.repositoryformatversion=0',
        'core.filemode=true',
        'core.bare=false',
        'core.logallrefupdates=true',
        'core.ignorecase=true',
        'remote.origin.url=git@example.org:ops/runbooks.git',
        'remote.origin.fetch=+refs/heads/*:refs/remotes/origin/*',
        'branch.main.remote=origin',
        'branch.release/4.18.merge=refs/heads/release/4.18',
        'user.name=Mara',
        'core.fsmonitor=false',
        'color.ui=auto',
        'extensions.objectformat=sha256',
      ),
    ).toEqual([]);
  });

  it.each([
    'core.fsmonitor=touch /tmp/pwned',
    'core.fsmonitor=true',
    'core.fsmonitor',
    'core.sshcommand=sh -c evil',
    'core.hookspath=/tmp/evil',
    'core.worktree=/',
    'core.bare=true',
    'core.repositoryformatversion=2',
    'core.pager=evil',
    'core.editor=evil',
    'core.gitproxy=evil',
    'core.askpass=evil',
    'core.attributesfile=/tmp/a',
    'core.excludesfile=/dev/zero',
    'core.alternaterefscommand=evil',
    'filter.lfs.clean=evil',
    'filter.x.process=evil',
    'diff.external=evil',
    'diff.x.textconv=evil',
    'diff.x.command=evil',
    'merge.x.driver=evil',
    'include.path=/tmp/evil',
    'includeif.gitdir:/.path=/tmp/evil',
    'alias.status=!evil',
    'credential.helper=!evil',
    'gpg.program=evil',
    'gpg.ssh.program=evil',
    'remote.origin.promisor=true',
    'remote.origin.vcs=evil',
    'remote.origin.uploadpack=evil',
    'extensions.partialclone=origin',
    'url.ext::sh.insteadof=https://',
    'protocol.ext.allow=always',
    'submodule.x.update=!evil',
    'uploadpack.packobjectshook=evil',
    'trailer.x.command=evil',
    'hook.x.command=evil',
    'remote.x.y.url.evil=1',
    'constructor.x.url=1',
    'url=1',
    'some.future.key=1',
  ])('is asked about with %j', (line) => {
    expect(doubtful(line)).toHaveLength(1);
  });
});

describe('the status of a repository', () => {
  const text = [
    '# branch.oid 0123456789abcdef0123456789abcdef01234567',
    '# branch.head main',
    '# branch.upstream origin/main',
    '# branch.ab +2 -12',
    '1 .M N... 100644 100644 100644 aaa bbb releases/with space.ipynb',
    '1 A. N... 000000 100644 100644 000 bbb new.ipynb',
    '2 R. N... 100644 100644 100644 aaa bbb R100 to.ipynb',
    'from.ipynb',
    'u UU N... 100644 100644 100644 100644 a b c both.ipynb',
    '? drafts/',
    '? -rf\n.ipynb',
    '! ignored',
    '',
  ].join('\0');

  it('is read with spaces, line ends and renames in its paths', () => {
    const status = parseStatus(text);
    expect(status).toMatchObject({ branch: 'main', upstream: 'origin/main', ahead: 2, behind: 12 });
    expect(markOf(status, 'releases/with space.ipynb')).toBe('modified');
    expect(markOf(status, 'new.ipynb')).toBe('added');
    expect(markOf(status, 'to.ipynb')).toBe('modified');
    expect(markOf(status, 'from.ipynb')).toBeNull();
    expect(markOf(status, 'both.ipynb')).toBe('conflicted');
    expect(markOf(status, 'drafts/deep/a.ipynb')).toBe('untracked');
    expect(markOf(status, '-rf\n.ipynb')).toBe('untracked');
    expect(markOf(status, 'clean.ipynb')).toBeNull();
    expect(parseStatus('')).toMatchObject({
      branch: null,
      commit: null,
      upstream: null,
      ahead: 0,
      behind: 0,
    });
  });

  it('marks a folder by what weighs most in it, and one that is not tracked as a whole', () => {
    const marks = new Map([
      ['/r/drafts/', 'untracked'],
      ['/r/releases/a.ipynb', 'untracked'],
      ['/r/releases/deep/b.ipynb', 'modified'],
      ['/r/both/c.ipynb', 'conflicted'],
      ['/r/top.ipynb', 'added'],
    ] as const);
    const folders = folderMarks({ marks });
    expect(folders.get('/r/drafts')).toBe('untracked');
    expect(folders.get('/r/releases')).toBe('modified');
    expect(folders.get('/r/releases/deep')).toBe('modified');
    expect(folders.get('/r')).toBe('conflicted');
    expect(folders.get('/r/clean')).toBeUndefined();
    expect(folders.get('/r/top.ipynb')).toBeUndefined();
  });

  it('is said in one line', () => {
    const now = Date.parse('2026-11-28T03:00:00.000Z');
    const state: Extract<GitState, { kind: 'state' }> = {
      kind: 'state',
      root: '/r',
      branch: 'main',
      commit: '0123456789abcdef',
      upstream: 'origin/main',
      ahead: 0,
      behind: 12,
      fetchedAt: '2026-11-24T22:00:00.000Z',
    };
    expect(gitWords(state, now)).toBe('main, fetched 3 days ago, 12 behind');
    expect(gitWords({ ...state, behind: 0, ahead: 1, fetchedAt: '2026-11-28T02:00:00.000Z' }, now)).toBe(
      'main, fetched 1 hour ago, 1 ahead',
    );
    expect(gitWords({ ...state, behind: 0, fetchedAt: null }, now)).toBe(
      'main, not fetched since it was cloned',
    );
    expect(gitWords({ ...state, upstream: null }, now)).toBe('main, follows no remote');
    expect(gitWords({ ...state, branch: null, upstream: null }, now)).toBe(
      'no branch, at 01234567, follows no remote',
    );
    expect(gitWords({ kind: 'none' }, now)).toBeNull();
  });
});

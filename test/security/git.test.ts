import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmod,
  mkdir,
  mkdtemp,
  readdir,
  realpath,
  rename,
  rm,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { repositoryReport } from '../../electron/engine/git/repository-state';
import { markOf } from '../../shared/library/git-status';

const never = (): boolean => false;

/** Attack group 17: a repository that somebody else prepared, asked by the real git. */
describe('the state of a hostile repository', () => {
  let folder: string;
  let root: string;
  let canary: string;
  beforeEach(async () => {
    folder = await realpath(await mkdtemp(join(tmpdir(), 'wb-git-')));
    root = join(folder, 'library');
    canary = join(folder, 'pwned');
    await mkdir(root);
    git('init', '-q', '-b', 'main');
    await writeFile(join(root, 'a.ipynb'), '{}');
    git('add', '.');
    git('-c', 'user.name=m', '-c', 'user.email=m@example.org', 'commit', '-q', '-m', 'first');
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const git = (...args: readonly string[]): string =>
    execFileSync('git', ['-C', root, ...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  const evil = (): string => `touch ${canary}`;
  const script = async (path: string): Promise<void> => {
    await writeFile(path, `#!/bin/sh\n${evil()}\n`);
    await chmod(path, 0o755);
  };
  const nothingRan = async (): Promise<void> => expect(await readdir(folder)).not.toContain('pwned');
  /** The attack works on a git that is called plainly: otherwise the test would prove nothing. */
  const worksOnPlainGit = async (): Promise<void> => {
    spawnSync('git', ['-C', root, 'status'], { stdio: 'ignore' });
    expect(await readdir(folder), 'the attack itself').toContain('pwned');
    await rm(canary);
  };
  const expectAsked = async (key: string): Promise<void> => {
    const { state, status } = await repositoryReport(root, never);
    expect(state).toMatchObject({ kind: 'asks', settings: [{ key }] });
    expect(status).toBeNull();
    await nothingRan();
  };

  it('answers for a plain one, with the marks of its files', async () => {
    await writeFile(join(root, 'a.ipynb'), '{ }');
    await writeFile(join(root, 'new.ipynb'), '{}');
    const { state, status } = await repositoryReport(root, never);
    expect(state).toMatchObject({ kind: 'state', branch: 'main', upstream: null });
    expect(status === null ? null : markOf(status, 'a.ipynb')).toBe('modified');
    expect(status === null ? null : markOf(status, 'new.ipynb')).toBe('untracked');
  });

  it('runs no fsmonitor, and names it', async () => {
    git('config', 'core.fsmonitor', evil());
    await worksOnPlainGit();
    await expectAsked('core.fsmonitor');
    // Allowed in general, it is still switched off for reading.
    const { state } = await repositoryReport(root, () => true);
    expect(state.kind).toBe('state');
    await nothingRan();
  });

  it('runs no filter of a .gitattributes', async () => {
    await writeFile(join(root, '.gitattributes'), '*.ipynb filter=evil\n');
    git('config', 'filter.evil.clean', `${evil()}; cat`);
    await writeFile(join(root, 'a.ipynb'), '[]');
    await worksOnPlainGit();
    await writeFile(join(root, 'a.ipynb'), '()');
    await expectAsked('filter.evil.clean');
  });

  it.each([
    ['core.sshCommand', 'core.sshcommand'],
    ['core.hooksPath', 'core.hookspath'],
    ['core.pager', 'core.pager'],
    ['alias.status', 'alias.status'],
    ['diff.external', 'diff.external'],
    ['credential.helper', 'credential.helper'],
  ])('asks before it runs git beside %s', async (name, key) => {
    git('config', name, evil());
    await expectAsked(key);
  });

  it('reads no file that a configuration includes, and asks', async () => {
    await writeFile(join(folder, 'more'), `[core]\n\tfsmonitor = "${evil()}"\n`);
    git('config', 'include.path', join(folder, 'more'));
    await worksOnPlainGit();
    await expectAsked('include.path');
  });

  it('takes the configuration of a work tree of its own into account', async () => {
    git('config', 'extensions.worktreeConfig', 'true');
    git('config', '--worktree', 'core.fsmonitor', evil());
    await worksOnPlainGit();
    await expectAsked('core.fsmonitor');
  });

  it('runs no hook', async () => {
    for (const name of [
      'post-index-change',
      'pre-commit',
      'post-checkout',
      'fsmonitor-watchman',
      'reference-transaction',
    ])
      await script(join(root, '.git', 'hooks', name));
    // The times of a file differ: a plain status would write the index now.
    await utimes(join(root, 'a.ipynb'), 1, 1);
    expect((await repositoryReport(root, never)).state.kind).toBe('state');
    await nothingRan();
    await worksOnPlainGit();
  });

  it('does not look into a submodule, whose own configuration would count', async () => {
    const inner = join(folder, 'inner');
    await mkdir(inner);
    execFileSync('git', ['init', '-q', inner]);
    execFileSync('git', [
      '-C',
      inner,
      '-c',
      'user.name=m',
      '-c',
      'user.email=m@x',
      'commit',
      '-q',
      '--allow-empty',
      '-m',
      'i',
    ]);
    git('-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', inner, 'sub');
    execFileSync('git', ['-C', join(root, 'sub'), 'config', 'core.fsmonitor', evil()]);
    await worksOnPlainGit();
    expect((await repositoryReport(root, never)).state.kind).toBe('state');
    await nothingRan();
  });

  it('refuses a .git that is a link, and a configuration that is one', async () => {
    await rename(join(root, '.git'), join(folder, 'elsewhere'));
    await symlink(join(folder, 'elsewhere'), join(root, '.git'));
    expect((await repositoryReport(root, never)).state).toMatchObject({
      kind: 'unreadable',
      reason: expect.stringContaining('link') as string,
    });
    await rm(join(root, '.git'));
    await rename(join(folder, 'elsewhere'), join(root, '.git'));
    await rename(join(root, '.git', 'config'), join(folder, 'config'));
    await symlink(join(folder, 'config'), join(root, '.git', 'config'));
    expect((await repositoryReport(root, never)).state.kind).toBe('unreadable');
  });

  it('looks for no other repository where the one that was judged is none', async () => {
    // A folder that is itself a bare repository, around a .git that is not one.
    await rm(join(root, '.git'), { recursive: true });
    await mkdir(join(root, '.git'));
    await writeFile(join(root, '.git', 'config'), '[core]\n\tbare = false\n');
    execFileSync('git', ['init', '-q', '--bare', root]);
    execFileSync('git', ['--git-dir', root, 'config', 'core.bare', 'false']);
    execFileSync('git', ['--git-dir', root, 'config', 'core.worktree', root]);
    execFileSync('git', ['--git-dir', root, 'config', 'core.fsmonitor', evil()]);
    expect((await repositoryReport(root, never)).state.kind).toBe('unreadable');
    await nothingRan();
  });

  it('is not steered by variables of its own process', async () => {
    const before = { ...process.env };
    process.env['GIT_EXTERNAL_DIFF'] = evil();
    process.env['GIT_CONFIG_COUNT'] = '1';
    process.env['GIT_CONFIG_KEY_0'] = 'core.fsmonitor';
    process.env['GIT_CONFIG_VALUE_0'] = evil();
    process.env['GIT_DIR'] = join(folder, 'nowhere');
    try {
      expect((await repositoryReport(root, never)).state).toMatchObject({ kind: 'state', branch: 'main' });
      await nothingRan();
    } finally {
      for (const name of Object.keys(process.env)) if (before[name] === undefined) delete process.env[name];
    }
  });

  it('reads names of files that look like options, or hold line ends, as names', async () => {
    for (const name of [
      '-rf.ipynb',
      '--upload-pack=x.ipynb',
      'a\nb.ipynb',
      ':(exclude)x.ipynb',
      '$(touch x).ipynb',
    ])
      await writeFile(join(root, name), '{}');
    const { status } = await repositoryReport(root, never);
    for (const name of [
      '-rf.ipynb',
      '--upload-pack=x.ipynb',
      'a\nb.ipynb',
      ':(exclude)x.ipynb',
      '$(touch x).ipynb',
    ])
      expect(status === null ? null : markOf(status, name), name).toBe('untracked');
  });

  it('gives up on a git that does not end', async () => {
    await rm(join(root, '.git', 'index'));
    execFileSync('mkfifo', [join(root, '.git', 'index')]);
    const { state } = await repositoryReport(root, never);
    expect(state).toMatchObject({ kind: 'unreadable' });
  });

  it('says what broken data are, and asks once for settings that a person allowed', async () => {
    git('config', 'core.sshCommand', 'ssh -i key');
    const { state: asked } = await repositoryReport(root, never);
    const digest = asked.kind === 'asks' ? asked.digest : '';
    const allowed = (place: string, what: string): boolean => place === root && what === digest;
    expect((await repositoryReport(root, allowed)).state.kind).toBe('state');
    git('config', 'core.sshCommand', evil());
    expect((await repositoryReport(root, allowed)).state.kind).toBe('asks');
    await writeFile(join(root, '.git', 'config'), '[core\nbroken');
    expect((await repositoryReport(root, never)).state.kind).toBe('unreadable');
  });

  it('refuses a repository of another user', async () => {
    const own = vi.spyOn(process, 'getuid').mockReturnValue(12_345);
    try {
      expect((await repositoryReport(root, never)).state).toMatchObject({
        kind: 'unreadable',
        reason: expect.stringContaining('another user') as string,
      });
    } finally {
      own.mockRestore();
    }
  });
});

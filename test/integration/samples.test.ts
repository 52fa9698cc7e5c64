import { execFileSync } from 'node:child_process';
import { access, copyFile, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Notebook, Output } from '../../shared/notebook/model';
import { readNotebook } from '../../shared/notebook/notebook-file';
import { makeProfile, ROOT, type TestProfile } from '../support/profile';

const SAMPLES = join(ROOT, 'assets', 'runbooks');
const NAMES = [
  'first-response',
  'incident-response',
  'production-release',
  'production-release-python',
  'release-commits',
  'small-release',
] as const;

let profile: TestProfile;
beforeAll(async () => {
  profile = await makeProfile();
});
afterAll(() => profile.dispose());

async function read(path: string): Promise<Notebook> {
  return readNotebook(await readFile(path), path).notebook;
}

/** Runs a copy of a sample in a folder of its own, as a person would who opened it from the welcome page. */
async function ran(name: string, prepare: (folder: string) => void = () => undefined) {
  const folder = join(profile.home, `work of ${name}`);
  await mkdir(folder, { recursive: true });
  await copyFile(join(SAMPLES, `${name}.ipynb`), join(folder, `${name}.ipynb`));
  prepare(folder);
  const before = await listing(profile.home);
  const result = await profile.cli(['run', `${name}.ipynb`, '--json'], { cwd: folder });
  const after = await listing(profile.home);
  const lines = result.out
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  return {
    folder,
    result,
    lines,
    executed: await read(join(folder, `${name}.executed.ipynb`)),
    /** What is new in the home, outside the folder and the profile's own. */
    elsewhere: after.filter(
      (path) =>
        !before.includes(path) &&
        !path.startsWith(`work of ${name}/`) &&
        !/^(?:p|\.cache|\.ipython|\.config|\.local|\.jupyter)(?:\/|$)/.test(path),
    ),
  };
}

async function listing(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));
}

const textOf = (outputs: readonly Output[]): string =>
  outputs.map((output) => (output.output_type === 'stream' ? output.text : '')).join('');

function printed(notebook: Notebook): string {
  return notebook.cells.map(({ outputs }) => textOf(outputs)).join('');
}

function expectDone({ result, lines, executed }: Awaited<ReturnType<typeof ran>>): void {
  expect(result.err).toBe('');
  expect(result.code).toBe(0);
  const ends = lines.filter(({ type }) => type === 'cell-finished').map(({ status }) => status);
  expect(ends).toEqual(executed.cells.filter(({ type }) => type === 'code').map(() => 'done'));
  expect(lines.at(-1)).toMatchObject({ type: 'run-finished', status: 'done' });
  const errors = executed.cells.flatMap(({ outputs }) =>
    outputs.filter((one) => one.output_type === 'error'),
  );
  expect(errors).toEqual([]);
}

describe('the first-response sample', () => {
  it('runs to its end, changes nothing, and tells what a person looks for', async () => {
    const run = await ran('first-response');
    expectDone(run);
    expect(run.elsewhere).toEqual([]);
    expect((await readdir(run.folder)).toSorted()).toEqual([
      'first-response.executed.ipynb',
      'first-response.ipynb',
    ]);
    const text = printed(run.executed);
    expect(text).toMatch(/^host {4}\S+$/m);
    expect(text).toMatch(/^now {5}\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/m);
    expect(text).toMatch(/load average/);
    expect(text).toMatch(/used, \d+ MiB left|no disk is over 80 percent/);
    expect(text).toMatch(/MiB {2}\/var\/log/);
    expect(text).toMatch(/^\d\d:\d\dZ: looked at \S+\. Load .+ Next look in 15 minutes\.$/m);
  });
});

describe('the small release sample', () => {
  it('releases into its own folder, twice the same, and keeps three releases', async () => {
    const first = await ran('small-release');
    expectDone(first);
    expect(first.elsewhere).toEqual([]);
    const text = printed(first.executed);
    expect(text).toContain('live: nothing yet\n');
    expect(text).toContain('building 100 %\n');
    expect(text).not.toContain('building  10 %');
    expect(text).toContain('10 parts\n');
    expect(text).toContain('checksums hold\n');
    expect(text).toContain('live: releases/1.4.0\n');
    expect(text).toContain('part 1 of 1.4.0\n');
    const releases = join(first.folder, 'sample-release', 'releases');
    for (const old of ['1.0.0', '1.1.0', '1.2.0', '1.3.0']) await mkdir(join(releases, old));
    const again = await ran('small-release');
    expectDone(again);
    expect(printed(again.executed)).toContain('live: 1.4.0\n');
    expect(await readdir(releases)).toHaveLength(3);
    expect(await readdir(releases)).toContain('1.4.0');
  });

  it('stops where a check fails, with nothing put live', async () => {
    const folder = join(profile.home, 'a failing release');
    await mkdir(folder);
    const text = await readFile(join(SAMPLES, 'small-release.ipynb'), 'utf8');
    await writeFile(join(folder, 'bad.ipynb'), text.replace('> checksums)', '> checksums; : > part-3.txt)'));
    const { code } = await profile.cli(['run', 'bad.ipynb'], { cwd: folder });
    expect(code).toBe(1);
    expect(await readdir(join(folder, 'sample-release'))).toEqual(['releases']);
  });
});

describe('the sample that gathers commits', () => {
  const git = (folder: string, ...words: string[]): void => {
    const names = { GIT_AUTHOR_NAME: 'Ada Noor', GIT_COMMITTER_NAME: 'Ada Noor' };
    const mails = { GIT_AUTHOR_EMAIL: 'ada@example.org', GIT_COMMITTER_EMAIL: 'ada@example.org' };
    const env = { ...process.env, ...names, ...mails, GIT_CONFIG_GLOBAL: '/dev/null' };
    execFileSync('git', ['-C', folder, ...words], { env, stdio: 'ignore' });
  };

  it('shows what a branch has since its last tag, as a table', async () => {
    const run = await ran('release-commits', (folder) => {
      git(folder, 'init', '-q', '-b', 'main');
      git(folder, 'commit', '-q', '--allow-empty', '-m', 'before');
      git(folder, 'tag', 'v1.0');
      git(folder, 'commit', '-q', '--allow-empty', '-m', 'Mend <b>the & tail</b>');
      git(folder, 'commit', '-q', '--allow-empty', '-m', 'Größe: naïve\tcafé 漢');
    });
    expectDone(run);
    expect(run.elsewhere).toEqual([]);
    expect(printed(run.executed)).toContain('2 commits since v1.0\n');
    expect(printed(run.executed)).toContain('   2  Ada Noor\n');
    const table = run.executed.cells
      .flatMap(({ outputs }) => outputs)
      .find((one) => one.output_type === 'execute_result');
    const html = String((table as { data: Record<string, unknown> }).data['text/html']);
    expect(html).toContain('<table');
    expect(html).toContain('Mend &lt;b&gt;the &amp; tail&lt;/b&gt;');
    expect(html).toContain('Größe: naïve');
    expect(html).not.toContain('before');
  });

  it('outside any repository says which step to change', async () => {
    const folder = join(profile.home, 'no repository');
    await mkdir(folder);
    await copyFile(join(SAMPLES, 'release-commits.ipynb'), join(folder, 'r.ipynb'));
    const { code, err } = await profile.cli(['run', 'r.ipynb'], { cwd: folder });
    expect(code).toBe(1);
    expect(err).toContain(`no commits of HEAD in ${folder}: set repository and branch above`);
  });
});

describe('every sample', () => {
  it.each(NAMES)(
    'is a valid notebook without results, with its words for the welcome page: %s',
    async (name) => {
      const path = join(SAMPLES, `${name}.ipynb`);
      const { code, out } = await profile.cli(['check', path]);
      expect(out).toContain('valid');
      expect(code).toBe(0);
      const { cells, metadata } = await read(path);
      const steps = cells.filter(({ type }) => type === 'code');
      expect(
        steps.every(({ outputs, executionCount }) => outputs.length === 0 && executionCount === null),
      ).toBe(true);
      const { sample } = metadata['watchbook'] as {
        sample: { title: string; summary: string; needs: string };
      };
      expect(sample.summary).toMatch(new RegExp(`^${steps.length} steps\\b`));
      expect(cells[0]?.source.split('\n')[0]).toMatch(/^# /);
      // Each step begins with a line that says what it is for.
      for (const { source } of steps) expect(source).toMatch(/^(?:%%sql\n--|#) [A-Z][^\n]+[^.\n]\n/);
      for (const { source } of cells) {
        expect(source).not.toMatch(/[!]\s*$|\bplease\b/im);
        for (const line of source.split('\n')) expect(line.length).toBeLessThanOrEqual(140);
      }
    },
  );

  it.each(['first-response', 'small-release', 'production-release', 'incident-response'])(
    'uses nothing that bash 3.2 does not know: %s',
    async (name) => {
      const { cells } = await read(join(SAMPLES, `${name}.ipynb`));
      const shell = cells.filter(({ type }) => type === 'code').map(({ source }) => source);
      // Associative arrays, mapfile, case changes, negative subscripts, |&, &>>, ;&, name references, coproc, globstar,
      // the time in printf, EPOCHSECONDS, @Q: all of bash 4 and later.
      const newer =
        /declare -[Agn]|local -n|mapfile|readarray|\$\{\w+(?:\^|,|@)|\[-\d+\]|\|&|&>>|;;?&|coproc|globstar|%\(|EPOCH|BASHPID|\bwait -n|read -[iN]\b/;
      for (const source of shell) {
        expect(source).not.toMatch(newer);
        // Options of GNU alone, which macOS does not have.
        expect(source).not.toMatch(
          /readlink -f|sed -i |date -d|stat -c|grep -P|xargs -r|ls --|sort -h|du -[a-z]*h|cp --|ps aux --sort/,
        );
        execFileSync('bash', ['-n', '-c', source]);
        execFileSync('bash', ['--posix', '-n', '-c', source]);
      }
    },
  );

  it('is copied for a person under a free name, its place told, and never over another file', async () => {
    const engine = await profile.connect();
    const { samples } = await engine.request('library.samples', {});
    expect(samples.map(({ name }) => name)).toEqual([
      'first-response',
      'incident-response',
      'production-release',
      'small-release',
      'production-release-python',
      'release-commits',
    ]);
    const folder = join(profile.home, 'Watchbook');
    const first = await engine.request('library.copySample', { name: 'small-release' });
    const second = await engine.request('library.copySample', { name: 'small-release' });
    expect([first.path, second.path]).toEqual([
      join(folder, 'small-release.ipynb'),
      join(folder, 'small-release-2.ipynb'),
    ]);
    // The simple ones run at once; those that are shown by a run have environments beside them.
    await expect(access(join(folder, 'watchbook.json'))).rejects.toMatchObject({ code: 'ENOENT' });
    const release = await engine.request('library.copySample', { name: 'production-release' });
    expect(release.path).toBe(join(folder, 'Rehearsals', 'production-release.ipynb'));
    expect(await readFile(join(folder, 'Rehearsals', 'watchbook.json'))).toEqual(
      await readFile(join(SAMPLES, 'watchbook.json')),
    );
    expect(await readFile(second.path)).toEqual(await readFile(join(SAMPLES, 'small-release.ipynb')));
    for (const name of ['../first-response', 'absent', '', 'a/b']) {
      await expect(engine.request('library.copySample', { name })).rejects.toMatchObject({
        code: 'not-found',
      });
    }
    const made = await engine.request('library.create', {
      path: join(folder, 'new.ipynb'),
      language: 'bash',
    });
    expect((await read(made.path)).cells).toHaveLength(1);
    await expect(
      engine.request('library.create', { path: made.path, language: 'python' }),
    ).rejects.toMatchObject({ code: 'exists' });
    engine.dispose();
  });
});

import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { exitCodeOf, UsageError } from '../../electron/cli/exit-codes';
import type { Io } from '../../electron/cli/io';
import {
  reportCommand,
  runsCommand,
  verifyCommand,
  withholdCommand,
} from '../../electron/cli/record-commands';
import { openJournal, readRunJournal } from '../../electron/engine/runs/journal';
import { verifyRunFolder } from '../../electron/engine/runs/verify-run';
import { inFolder } from '../support/run-journals';
import { followRecipe } from '../support/follow-recipe';
import { makeSampleRun } from '../support/sample-run';

type Command = (args: readonly string[], io: Io) => Promise<number>;

async function call(
  command: Command,
  cwd: string,
  ...args: string[]
): Promise<{ readonly code: number; readonly out: string; readonly err: string }> {
  let out = '';
  let err = '';
  const io: Io = {
    out: (text) => void (out += text),
    err: (text) => void (err += text),
    isTerminal: false,
    canAsk: false,
    cwd,
  };
  try {
    return { code: await command(args, io), out, err };
  } catch (error) {
    expect(error instanceof UsageError || (error instanceof Error && error.name === 'WatchbookError')).toBe(
      true,
    );
    return { code: exitCodeOf(error), out, err: (error as Error).message };
  }
}

async function headOfRun(folder: string): Promise<string> {
  return (await readRunJournal(folder)).digests.at(-1)!;
}

it('verifies a run: 0 whole, 1 broken with its line, 2 what is no run', () =>
  inFolder(async (folder) => {
    await makeSampleRun(join(folder, 'run'));
    expect(await call(verifyCommand, folder, 'run')).toEqual({
      code: 0,
      out: 'run: whole to event 14; 0 to 14 rest on this folder alone\n',
      err: '',
    });
    const required = await call(verifyCommand, folder, 'run', '--require', 'signed');
    expect(required).toMatchObject({ code: 1, out: expect.stringContaining('Nothing in it is signed') });
    expect((await call(verifyCommand, folder, 'run', '--require', 'pushed')).code).toBe(1);
    expect((await call(verifyCommand, folder, 'run', '--require', 'blessed')).code).toBe(2);
    const journal = join(folder, 'run', 'journal.jsonl');
    await writeFile(journal, (await readFile(journal, 'utf8')).replace('"attempt":2', '"attempt":9'));
    const broken = await call(verifyCommand, folder, 'run');
    expect(broken.code).toBe(1);
    expect(broken.out).toMatch(
      /^run: broken; whole to event 6; 0 to 6 rest on this folder alone\n {2}fault: Line 8 /,
    );
    const json = JSON.parse((await call(verifyCommand, folder, 'run', '--json')).out) as { status: string };
    expect(json).toMatchObject({ status: 'broken', whole: 6, last: 14 });
    for (const other of ['.', 'none', 'run/journal.jsonl']) {
      expect(await call(verifyCommand, folder, other)).toMatchObject({ code: 2, out: '' });
    }
    expect((await call(verifyCommand, folder)).code).toBe(2);
  }));

it('verifies a library, and names runs that others name and that are missing', () =>
  inFolder(async (folder) => {
    const runs = join(folder, 'runs', 'deploy');
    const [one, two, three] = ['one', 'two', 'three'].map((name) => join(runs, name)) as [
      string,
      string,
      string,
    ];
    await makeSampleRun(one);
    await makeSampleRun(two, { previous: { run: 'runs/deploy/one', sha256: await headOfRun(one) } });
    await makeSampleRun(three, { previous: { run: 'deploy/two', sha256: await headOfRun(two) } });
    const whole = await call(verifyCommand, folder, '.');
    expect(whole).toMatchObject({ code: 0, err: '' });
    expect(whole.out.split('\n')).toHaveLength(4);
    await rm(two, { recursive: true });
    const missing = await call(verifyCommand, folder, '.');
    expect(missing).toMatchObject({ code: 1, out: expect.stringContaining('Run deploy/two is missing') });
    await cp(one, two, { recursive: true });
    expect(await call(verifyCommand, folder, '.')).toMatchObject({
      code: 1,
      out: expect.stringContaining('Run deploy/two is not the one'),
    });
    await rm(join(two, 'journal.jsonl'));
    await mkdir(join(two, 'journal.jsonl'));
    expect((await call(verifyCommand, folder, '.')).code).toBe(1);
    const listed = await call(runsCommand, folder);
    expect(listed.code).toBe(0);
    expect(listed.out).toMatch(/^done +prod +\S+ \S+ +Mara Lindt +4\/4 +Release word +runs\/deploy\/three\n/);
    const summaries = (await call(runsCommand, folder, '--json')).out.trim().split('\n');
    expect(summaries.map((line) => JSON.parse(line) as object)).toMatchObject([
      { run: three, state: 'done', deviations: 3, title: 'Release word' },
      { run: one },
    ]);
  }));

it('prints the report that lies in the folder, and makes it anew where it does not', () =>
  inFolder(async (folder) => {
    const run = join(folder, 'run');
    await makeSampleRun(run);
    const report = await readFile(join(run, 'report.md'), 'utf8');
    await rm(join(run, 'report.md'));
    expect(await call(reportCommand, folder, 'run')).toEqual({ code: 0, out: report, err: '' });
    expect(await readdir(run)).not.toContain('report.md');
    expect(await call(reportCommand, folder, 'none')).toMatchObject({
      code: 2,
      err: expect.stringMatching(/^none is no run/),
    });
  }));

it('withholds a file: an event takes its place, the notebook loses it too, and the record stays whole', () =>
  inFolder(async (folder) => {
    const run = join(folder, 'run');
    await makeSampleRun(run, { word: 'ghp_secret' });
    const reading = await readRunJournal(run);
    const refOf = (type: string, member: string): string =>
      (reading.events.findLast((event) => event.type === type)!.data[member] as { file: string }).file;
    const attempt = refOf('cell-finished', 'content');
    // Of the cell whose output is too long for it.
    const ends = (
      reading.events.find(({ type }) => type === 'cell-finished')!.data['content'] as { file: string }
    ).file;
    const source = refOf('cell-started', 'source');
    const long = (await readdir(join(run, 'output')))[0]!;
    expect((await call(withholdCommand, folder, 'run', attempt)).code).toBe(2);
    for (const other of [
      'content/000099-x.json',
      '../run/journal.jsonl',
      'journal.jsonl',
      `output/${'0'.repeat(64)}.txt`,
    ]) {
      expect((await call(withholdCommand, folder, 'run', other, '--reason', 'leaked')).code).toBe(2);
    }
    const { journal } = await openJournal(run, { driver: 'Jo' });
    const locked = await call(withholdCommand, folder, 'run', attempt, '--reason', 'leaked');
    expect(locked).toMatchObject({ code: 2, err: expect.stringContaining('Nothing was withheld') });
    await journal!.close();
    expect(await readRunJournal(run)).toEqual(reading);

    const done = await call(withholdCommand, folder, 'run', attempt, '--reason', 'a token', '--as', 'Jo');
    expect(done).toMatchObject({ code: 0, out: expect.stringContaining('cell b') });
    expect(done.err).toContain(source);
    const notebook = JSON.parse(await readFile(join(run, 'run.ipynb'), 'utf8')) as {
      readonly cells: readonly { readonly id: string; readonly outputs?: readonly object[] }[];
    };
    expect(notebook.cells.find(({ id }) => id === 'b')?.outputs).toEqual([]);
    expect(notebook.cells.find(({ id }) => id === 'a')?.outputs).toHaveLength(1);
    for (const file of [source, `output/${long}`]) {
      expect((await call(withholdCommand, folder, 'run', file, '--reason', 'the same')).code).toBe(0);
      // A second time it changes nothing more.
      expect((await call(withholdCommand, folder, 'run', file, '--reason', 'the same')).code).toBe(0);
    }
    const after = await readRunJournal(run);
    expect(after.events.slice(reading.events.length)).toMatchObject([
      { type: 'content-withheld', actor: { name: 'Jo', via: 'command' }, data: { file: attempt } },
      { type: 'content-withheld', data: { file: source } },
      { type: 'content-withheld', data: { file: `output/${long}` } },
      { type: 'content-withheld', data: { file: ends } },
    ]);
    const { verdict } = await verifyRunFolder(run);
    expect(verdict.findings.map(({ severity }) => severity)).toEqual(['note', 'note', 'note', 'note']);
    expect(verdict.isWhole).toBe(true);
    expect(await followRecipe(run)).toEqual({ code: 0, out: 'all holds\n' });
    await writeFile(join(run, attempt), 'back');
    expect((await verifyRunFolder(run)).verdict.isWhole).toBe(false);
  }));

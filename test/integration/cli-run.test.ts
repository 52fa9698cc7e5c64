import { mkdtemp, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readNotebook } from '../../shared/notebook/notebook-file';
import type { Cell } from '../../shared/notebook/model';
import { writeNotebookFile } from '../support/notebooks';
import { makeProfile, type TestProfile } from '../support/profile';
import { until } from '../support/until';

describe('watchbook run', () => {
  let profile: TestProfile;
  let folder: string;
  beforeAll(async () => {
    profile = await makeProfile();
    folder = await mkdtemp(join(profile.home, 'n-'));
  });
  afterAll(() => profile.dispose());

  const at = (name: string): string => join(folder, name);
  const cells = async (name: string): Promise<readonly Cell[]> =>
    readNotebook(await readFile(at(name)), name).notebook.cells;
  const textOf = (cell: Cell | undefined): string =>
    (cell?.outputs ?? []).map((output) => ('text' in output ? output.text : '')).join('');

  it('writes the executed copy beside the file and names it last', async () => {
    await writeNotebookFile(at('a.ipynb'), ["print('hi')"]);
    const before = await readFile(at('a.ipynb'));
    const { code, out } = await profile.cli(['run', 'a.ipynb'], { cwd: folder });
    expect(code).toBe(0);
    expect(out.trimEnd().split('\n').at(-1)).toBe(at('a.executed.ipynb'));
    expect(textOf((await cells('a.executed.ipynb'))[0])).toBe('hi\n');
    expect(await readFile(at('a.ipynb'))).toEqual(before);
  });

  it('stops at the first failure, keeps what was printed, and ends with 1', async () => {
    await writeNotebookFile(at('fail.ipynb'), ["print('kept')\n1/0", "print('never')"]);
    const { code, err } = await profile.cli(['run', at('fail.ipynb')]);
    expect(code).toBe(1);
    expect(err).toContain('ZeroDivisionError');
    const [first, second] = await cells('fail.executed.ipynb');
    expect(textOf(first)).toBe('kept\n');
    expect(second?.outputs).toEqual([]);
  });

  it('runs every cell with --allow-errors and still ends with 1', async () => {
    await writeNotebookFile(at('all.ipynb'), ['1/0', "print('reached')"]);
    expect((await profile.cli(['run', at('all.ipynb'), '--allow-errors'])).code).toBe(1);
    expect(textOf((await cells('all.executed.ipynb'))[1])).toBe('reached\n');
  });

  it('never mixes old results with new', async () => {
    await writeNotebookFile(at('old.ipynb'), [
      '1/0',
      { source: 'x', outputs: [{ output_type: 'stream', name: 'stdout', text: 'old' }], executionCount: 7 },
      {
        source: 'kept',
        metadata: { tags: ['skip-execution'] },
        outputs: [{ output_type: 'stream', name: 'stdout', text: 'of old' }],
      },
    ]);
    await profile.cli(['run', at('old.ipynb')]);
    const [, second, third] = await cells('old.executed.ipynb');
    expect(second?.outputs).toEqual([]);
    expect(second?.executionCount).toBeNull();
    expect(textOf(third)).toBe('of old');
  });

  it('interrupts a cell over its time limit and counts it as failed', async () => {
    await writeNotebookFile(at('slow.ipynb'), ["import time\nprint('begun', flush=True)\ntime.sleep(60)"]);
    const { code, err } = await profile.cli(['run', at('slow.ipynb'), '--timeout', '1.5']);
    expect(code).toBe(1);
    expect(err).toContain('time limit of 1.5 s');
    expect(textOf((await cells('slow.executed.ipynb'))[0])).toBe('begun\n');
  });

  it('ends a kernel that does not stop when its cell is over the limit', async () => {
    const stubborn = [
      'import signal, time',
      'signal.signal(signal.SIGINT, signal.SIG_IGN)',
      "print('stubborn', flush=True)",
      'while True: time.sleep(1)',
    ].join('\n');
    await writeNotebookFile(at('stubborn.ipynb'), [stubborn]);
    expect((await profile.cli(['run', at('stubborn.ipynb'), '--timeout', '1'])).code).toBe(1);
    const [cell] = await cells('stubborn.executed.ipynb');
    expect(cell?.outputs.at(-1)).toMatchObject({ output_type: 'error', ename: 'DeadKernelError' });
  });

  it('gives a cell whose kernel died an error and keeps what it printed', async () => {
    await writeNotebookFile(at('died.ipynb'), [
      "import os, time\nprint('last words')\ntime.sleep(0.5)\nos._exit(3)",
      "print('no')",
    ]);
    const { code, err } = await profile.cli(['run', at('died.ipynb')]);
    expect(code, err).toBe(1);
    const [first, second] = await cells('died.executed.ipynb');
    expect(textOf(first)).toBe('last words\n');
    expect(first?.outputs.at(-1)).toMatchObject({ output_type: 'error', ename: 'DeadKernelError' });
    expect(second?.outputs).toEqual([]);
  });

  it('ends with 3 and writes nothing when the kernel is not here', async () => {
    await writeNotebookFile(at('julia.ipynb'), ['1'], {
      kernelspec: { name: 'julia-1.10', display_name: 'Julia' },
    });
    const { code, err } = await profile.cli(['run', at('julia.ipynb')]);
    expect(code).toBe(3);
    expect(err).toContain('julia-1.10');
    await expect(stat(at('julia.executed.ipynb'))).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('ends with 2 for bad usage, a file that is not there, and its own input as output', async () => {
    await writeNotebookFile(at('own.ipynb'), ['1']);
    expect((await profile.cli(['run'])).code).toBe(2);
    expect((await profile.cli(['run', at('own.ipynb'), '--timeout', '-1'])).code).toBe(2);
    expect((await profile.cli(['run', at('own.ipynb'), '--inplace', '--output', at('x.ipynb')])).code).toBe(
      2,
    );
    const absent = await profile.cli(['run', 'nowhere.ipynb'], { cwd: folder });
    expect(absent).toMatchObject({ code: 2 });
    expect(absent.err).toContain('nowhere.ipynb');
    const own = await profile.cli(['run', at('own.ipynb'), '--output', at('own.ipynb')]);
    expect(own).toMatchObject({ code: 2 });
    expect(own.err).toContain('--inplace');
    await writeFile(at('broken.ipynb'), '{"cells": [');
    expect((await profile.cli(['run', at('broken.ipynb')])).code).toBe(2);
  });

  it('refuses a notebook with a gate', async () => {
    await writeNotebookFile(at('gate.ipynb'), [
      { source: 'ask', type: 'markdown', metadata: { watchbook: { gate: { kind: 'confirm' } } } },
    ]);
    const { code, err } = await profile.cli(['run', at('gate.ipynb')]);
    expect(code).toBe(2);
    expect(err).toContain('gate');
  });

  it('passes over rollback cells', async () => {
    await writeNotebookFile(at('roll.ipynb'), [
      "print('forward')",
      { source: "print('back')", metadata: { tags: ['rollback'] } },
    ]);
    expect((await profile.cli(['run', at('roll.ipynb')])).code).toBe(0);
    expect((await cells('roll.executed.ipynb'))[1]?.outputs).toEqual([]);
  });

  it.each(['run_through_control', 'run_control'])(
    'passes over cells that %s froze, and says so',
    async (mark) => {
      await writeNotebookFile(
        at('frozen.ipynb'),
        [
          'echo forward',
          {
            source: 'echo again >> frozen.txt',
            metadata: {
              [mark]: { frozen: true },
              execution: { 'iopub.execute_input': '2026-01-01T00:00:00Z' },
            },
            outputs: [{ output_type: 'stream', name: 'stdout', text: 'done last week' }],
          },
          'cat frozen.txt 2>/dev/null || echo untouched',
        ],
        'bash',
      );
      const { code, err } = await profile.cli(['run', at('frozen.ipynb')]);
      expect(code, err).toBe(0);
      expect(err).toContain('Cell 2 is frozen');
      const [first, frozen, last] = await cells('frozen.executed.ipynb');
      expect([textOf(first), textOf(frozen), textOf(last)]).toEqual([
        'forward\n',
        'done last week',
        'untouched\n',
      ]);
      expect(frozen?.metadata).toHaveProperty('execution');
    },
  );

  it('tells programs each step as one line of JSON', async () => {
    await writeNotebookFile(at('json.ipynb'), ["print('x')"]);
    const { out } = await profile.cli(['run', at('json.ipynb'), '--json']);
    const lines = out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { type: string });
    expect(lines.map(({ type }) => type)).toEqual([
      'run-started',
      'cell-started',
      'output',
      'cell-finished',
      'run-finished',
    ]);
    expect(lines.at(-1)).toMatchObject({ status: 'done', output: at('json.executed.ipynb') });
    expect(lines[3]).toMatchObject({ cell: 'c0', index: 0, status: 'done' });
  });

  it('fails a prompt at once without a terminal', async () => {
    await writeNotebookFile(at('ask.ipynb'), ["input('name? ')"]);
    const { code, err } = await profile.cli(['run', at('ask.ipynb')]);
    expect(code).toBe(1);
    expect(err).toContain('StdinNotImplementedError');
  });

  it('runs shell cells beside a Python kernel, in order', async () => {
    const shell = { metadata: { vscode: { languageId: 'shellscript' } } };
    await writeNotebookFile(at('mixed.ipynb'), [
      { source: 'x=5; cd /', ...shell },
      "open('/tmp/' + str(__import__('os').getpid()), 'w').close(); print('python')",
      { source: 'echo "$x $PWD"', ...shell },
    ]);
    expect((await profile.cli(['run', at('mixed.ipynb')])).code).toBe(0);
    const found = await cells('mixed.executed.ipynb');
    expect(found.map(textOf)).toEqual(['', 'python\n', '5 /\n']);
  });

  it('keeps both ends of a flood in the notebook and the whole beside it', async () => {
    await writeNotebookFile(at('flood.ipynb'), ['for i in range(400_000): print(i)']);
    expect((await profile.cli(['run', at('flood.ipynb')])).code).toBe(0);
    const [cell] = await cells('flood.executed.ipynb');
    const [entry] = (cell!.metadata['watchbook'] as { fullOutput: { path: string; lines: number }[] })
      .fullOutput;
    expect(entry?.lines).toBe(400_000);
    const whole = await readFile(
      at(join('flood.executed.output', entry!.path.replace('output/', ''))),
      'utf8',
    );
    expect(whole).toBe(Array.from({ length: 400_000 }, (_, index) => `${index}\n`).join(''));
    expect(textOf(cell).length).toBeLessThan(140_000);
  });

  it('goes on and writes the copy when its client is killed', async () => {
    await writeNotebookFile(at('orphan.ipynb'), [
      "import time\nprint('begun', flush=True)\ntime.sleep(3)\nprint('ended')",
    ]);
    const child = profile.start(['run', at('orphan.ipynb')]);
    await until('the copy is begun', () =>
      stat(at('orphan.executed.ipynb')).then(
        () => true,
        () => false,
      ),
    );
    child.kill('SIGKILL');
    await until('the copy is complete', async () =>
      textOf((await cells('orphan.executed.ipynb'))[0]).includes('ended'),
    );
  });

  it('interrupts on Ctrl-C, writes, and ends with 130', async () => {
    await writeNotebookFile(at('stop.ipynb'), [
      "import time\nprint('begun', flush=True)\ntime.sleep(60)",
      "print('no')",
    ]);
    const child = profile.start(['run', at('stop.ipynb')]);
    const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
    await until('the copy is begun', () =>
      stat(at('stop.executed.ipynb')).then(
        () => true,
        () => false,
      ),
    );
    await new Promise((resolve) => setTimeout(resolve, 500));
    child.kill('SIGINT');
    expect(await ended).toBe(130);
    expect(textOf((await cells('stop.executed.ipynb'))[0])).toBe('begun\n');
  });
});

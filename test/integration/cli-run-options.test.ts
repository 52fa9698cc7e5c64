import { chmod, mkdir, readFile, realpath, stat, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ChangeSet } from '@codemirror/state';
import type { Cell } from '../../shared/notebook/model';
import { readNotebook } from '../../shared/notebook/notebook-file';
import { runLineSchema, type RunLine } from '../../shared/runs/execute-contract';
import { writeNotebookFile } from '../support/notebooks';
import { makeProfile, type TestProfile } from '../support/profile';
import { until } from '../support/until';

const SHELL = { metadata: { vscode: { languageId: 'shellscript' } } };

describe('what watchbook run promises', () => {
  let profile: TestProfile;
  beforeAll(async () => (profile = await makeProfile()));
  afterAll(() => profile.dispose());

  const at = (name: string): string => join(profile.home, name);
  const cells = async (name: string): Promise<readonly Cell[]> =>
    readNotebook(await readFile(at(name)), name).notebook.cells;
  const textOf = (cell: Cell | undefined): string =>
    (cell?.outputs ?? []).map((output) => ('text' in output ? output.text : '')).join('');
  const isThere = async (name: string): Promise<boolean> => (await stat(at(name)).catch(() => null)) !== null;
  /** Every line holds to its schema, and the last one is the end. */
  const linesOf = (out: string): readonly RunLine[] => {
    const lines = out
      .trimEnd()
      .split('\n')
      .map((line) => runLineSchema.parse(JSON.parse(line)));
    expect(lines.filter(({ type }) => type === 'run-finished')).toEqual([lines.at(-1)]);
    return lines;
  };

  it('tells programs every step, with outputs in the form of the file', async () => {
    await writeNotebookFile(at('lines.ipynb'), [
      "print('out'); 40 + 2",
      { source: 'text', type: 'markdown' },
      { source: 'never', metadata: { tags: ['skip-execution'] } },
      { source: '1/0', metadata: { tags: ['raises-exception'] } },
      { source: 'exit 7', ...SHELL },
      "print('never')",
    ]);
    const { code, out } = await profile.cli(['run', at('lines.ipynb'), '--json']);
    expect(code).toBe(1);
    const lines = linesOf(out);
    expect(lines.map((line) => ('index' in line ? `${line.index} ${line.type}` : line.type))).toEqual([
      'run-started',
      '0 cell-started',
      '0 output',
      '0 output',
      '0 cell-finished',
      '2 cell-finished',
      '3 cell-started',
      '3 output',
      '3 cell-finished',
      '4 cell-started',
      '4 output',
      '4 cell-finished',
      'run-finished',
    ]);
    expect(lines[0]).toMatchObject({ file: at('lines.ipynb'), kernel: 'python3' });
    expect(lines[2]).toMatchObject({ output: { output_type: 'stream', name: 'stdout', text: 'out\n' } });
    expect(lines[3]).toMatchObject({
      output: { output_type: 'execute_result', execution_count: 1, data: { 'text/plain': '42' } },
    });
    expect(lines[5]).toMatchObject({ status: 'skipped', duration_ms: 0 });
    expect(lines[8]).toMatchObject({ cell: 'c3', status: 'done' });
    expect(lines[10]).toMatchObject({ output: { ename: 'ExitStatus', evalue: '7' } });
    expect(lines[11]).toMatchObject({ status: 'failed' });
    expect(lines.at(-1)).toMatchObject({ status: 'failed', output: at('lines.executed.ipynb') });
    for (const line of out.trimEnd().split('\n')) expect(line).toBe(JSON.stringify(JSON.parse(line)));
  });

  it('ends its lines with run-finished also where nothing was run', async () => {
    await writeNotebookFile(at('r.ipynb'), ['1'], {
      kernelspec: { name: 'ir', display_name: 'R', language: 'R' },
    });
    const { code, out } = await profile.cli(['run', at('r.ipynb'), '--json']);
    expect(code).toBe(3);
    const lines = linesOf(out);
    expect(lines[0]).toMatchObject({ type: 'error', code: 'no-kernel' });
    expect(lines.at(-1)).toMatchObject({ status: 'failed', output: null });
    expect(await isThere('r.executed.ipynb')).toBe(false);
  });

  it.each([
    [
      'a kernelspec name that is not here',
      { kernelspec: { name: 'python2', display_name: 'Python 2' } },
      'python2',
      'python3',
    ],
    ['a language without a kernel', { language_info: { name: 'cobol' } }, 'cobol', 'watchbook kernels'],
  ])('ends with 3 for %s, names what would fit, and writes nothing', async (_, metadata, asked, fits) => {
    await writeNotebookFile(at('no.ipynb'), ['1'], metadata);
    const { code, err, out } = await profile.cli(['run', at('no.ipynb')]);
    expect({ code, out }).toEqual({ code: 3, out: '' });
    expect(err).toContain(asked);
    expect(err).toContain(fits);
    expect(await isThere('no.executed.ipynb')).toBe(false);
  });

  it('never guesses another kernel for --kernel, and names those of the language', async () => {
    await writeNotebookFile(at('k.ipynb'), ['1']);
    const { code, err } = await profile.cli(['run', at('k.ipynb'), '--kernel', 'python2.7']);
    expect(code).toBe(3);
    expect(err).toMatch(/python2\.7.*python3.*--kernel/s);
  });

  it('takes the notebook language, and python3 where the file names none', async () => {
    for (const [name, metadata] of [
      ['language', { language_info: { name: 'python' } }],
      ['none', {}],
    ] as const) {
      await writeNotebookFile(at(`${name}.ipynb`), ["print('ran')"], metadata);
      expect((await profile.cli(['run', at(`${name}.ipynb`)])).code).toBe(0);
    }
  });

  it('shows the stderr of a kernel that dies at its start: 3', async () => {
    const kernel = at('.local/share/jupyter/kernels/broken');
    await mkdir(kernel, { recursive: true });
    const argv = ['/bin/sh', '-c', 'echo "the disk is on fire" >&2; exit 9', '{connection_file}'];
    await writeFile(
      join(kernel, 'kernel.json'),
      JSON.stringify({ argv, language: 'x', display_name: 'Broken' }),
    );
    await writeNotebookFile(at('dies.ipynb'), ['1']);
    const { code, err } = await profile.cli(['run', at('dies.ipynb'), '--kernel', 'broken']);
    expect(code).toBe(3);
    expect(err).toContain('exit status 9');
    expect(err).toContain('the disk is on fire');
    expect(await isThere('dies.executed.ipynb')).toBe(false);
  });

  it.each(['../broken', '/bin/sh', 'a;b', 'x/y'])('takes %s for no name of a kernel', async (name) => {
    await writeNotebookFile(at('path.ipynb'), ['1'], { kernelspec: { name, display_name: 'x' } });
    const { code, err } = await profile.cli(['run', at('path.ipynb')]);
    expect(code).toBe(3);
    expect(err).toContain(name);
  });

  it('needs no main kernel for a notebook of shell cells alone', async () => {
    await writeNotebookFile(at('only.ipynb'), [{ source: 'echo shell', ...SHELL }], {
      kernelspec: { name: 'python2', display_name: 'Python 2', language: 'python' },
    });
    expect((await profile.cli(['run', at('only.ipynb')])).code).toBe(0);
    expect(textOf((await cells('only.executed.ipynb'))[0])).toBe('shell\n');
  });

  it('gives the kernel the variables of the command, without ours, and the folder of the notebook', async () => {
    await mkdir(at('deep'), { recursive: true });
    await writeNotebookFile(at('deep/env.ipynb'), [
      "import os\nprint(os.getcwd())\nprint(os.environ.get('HERE'), [k for k in os.environ if k.startswith(('ELECTRON_', 'WATCHBOOK_'))])",
      { source: 'pwd; echo "$HERE"; env | grep -E "^(ELECTRON|WATCHBOOK)_"; true', ...SHELL },
    ]);
    const run = (...more: string[]) =>
      profile.cli(['run', at('deep/env.ipynb'), ...more], {
        environment: { HERE: 'from the command', ELECTRON_X: '1' },
      });
    expect((await run()).code).toBe(0);
    const folder = await realpath(at('deep'));
    expect((await cells('deep/env.executed.ipynb')).map(textOf)).toEqual([
      `${folder}\nfrom the command []\n`,
      `${folder}\nfrom the command\n`,
    ]);
    expect((await run('--cwd', profile.home)).code).toBe(0);
    const home = await realpath(profile.home);
    expect((await cells('deep/env.executed.ipynb')).map((cell) => textOf(cell).split('\n')[0])).toEqual([
      home,
      home,
    ]);
  });

  it('counts a failure as expected where the cell is tagged, and as a failure else', async () => {
    const tagged = { metadata: { tags: ['raises-exception'] } };
    await writeNotebookFile(at('tag.ipynb'), [{ source: '1/0', ...tagged }, "print('on')"]);
    expect((await profile.cli(['run', at('tag.ipynb')])).code).toBe(0);
    expect((await profile.cli(['run', at('tag.ipynb'), '--allow-errors'])).code).toBe(0);
    await writeNotebookFile(at('mixed.ipynb'), [{ source: '1/0', ...tagged }, '1/0', "print('on')"]);
    expect((await profile.cli(['run', at('mixed.ipynb'), '--allow-errors'])).code).toBe(1);
    expect(textOf((await cells('mixed.executed.ipynb'))[2])).toBe('on\n');
  });

  it('keeps as much of a long output as is asked', async () => {
    await writeNotebookFile(at('long.ipynb'), [
      "print('x' * 79 + '\\n' * 1, end='')\nfor i in range(5000): print(f'{i:06}')",
    ]);
    const full = async (): Promise<unknown> => (await cells('long.executed.ipynb'))[0]?.metadata['watchbook'];
    await profile.cli(['run', at('long.ipynb')]);
    expect(await full()).toBeUndefined();
    await profile.cli(['run', at('long.ipynb'), '--output-limit', '1000']);
    expect(await full()).toMatchObject({ fullOutput: [{ lines: 5001 }] });
    await profile.cli(['run', at('long.ipynb'), '--output-limit', 'none']);
    expect(await full()).toBeUndefined();
    expect(textOf((await cells('long.executed.ipynb'))[0]).split('\n')).toHaveLength(5002);
  });

  it('writes into the file itself only when that is asked, and over an output of before', async () => {
    await writeNotebookFile(at('in.ipynb'), ["print('new')"]);
    await writeFile(at('out.ipynb'), 'an older copy');
    expect((await profile.cli(['run', at('in.ipynb'), '--output', at('out.ipynb')])).code).toBe(0);
    expect(textOf((await cells('out.ipynb'))[0])).toBe('new\n');
    await symlink(at('in.ipynb'), at('alias.ipynb'));
    const alias = await profile.cli(['run', at('in.ipynb'), '--output', at('alias.ipynb')]);
    expect(alias.code).toBe(2);
    expect(alias.err).toContain('--inplace');
    expect(textOf((await cells('in.ipynb'))[0])).toBe('');
    const { code, out } = await profile.cli(['run', 'in.ipynb', '--inplace'], { cwd: profile.home });
    expect({ code, out }).toEqual({ code: 0, out: `${at('in.ipynb')}\n` });
    expect(textOf((await cells('in.ipynb'))[0])).toBe('new\n');
  });

  it('refuses a gate and a required checklist, and says which cell', async () => {
    for (const [name, own] of [
      ['gate', { gate: { kind: 'approve' } }],
      ['required checklist', { checklist: { required: [1] } }],
    ] as const) {
      await writeNotebookFile(at('held.ipynb'), [
        '1',
        { source: '- [ ] a', type: 'markdown', metadata: { watchbook: own } },
      ]);
      const { code, err } = await profile.cli(['run', at('held.ipynb')]);
      expect(code).toBe(2);
      expect(err).toContain(`${name} (cell 2)`);
      expect(await isThere('held.executed.ipynb')).toBe(false);
    }
  });

  it('runs what is on disk, says that a window holds edits, and keeps its hands off those', async () => {
    await writeNotebookFile(at('open.ipynb'), ["print('disk')"]);
    await writeNotebookFile(at('other.ipynb'), ['1']);
    const window = await profile.connect();
    try {
      const { document, version } = await window.request('notebook.open', { path: at('open.ipynb') });
      await window.request('notebook.edit', {
        document,
        base: version,
        edit: 'e1',
        operation: {
          kind: 'text',
          cell: 'c0',
          changes: ChangeSet.of(
            [{ from: 0, insert: '# edited\n' }],
            "print('disk')".length,
          ).toJSON() as never,
        },
      });
      const run = await profile.cli(['run', 'open.ipynb'], { cwd: profile.home });
      expect(run.code).toBe(0);
      expect(run.err).toContain('open.ipynb is open in a window with edits that are not saved');
      expect((await cells('open.executed.ipynb'))[0]?.source).toBe("print('disk')");
      const inplace = await profile.cli(['run', 'open.ipynb', '--inplace'], { cwd: profile.home });
      expect(inplace.code).toBe(2);
      const over = await profile.cli(['run', 'other.ipynb', '--output', 'open.ipynb'], { cwd: profile.home });
      expect(over.code).toBe(2);
      expect(over.err).toContain('open.ipynb is open');
      expect((await cells('open.ipynb'))[0]?.source).toBe("print('disk')");
    } finally {
      window.dispose();
    }
  });

  it('ends with 5 when the engine is lost, and says what is kept', async () => {
    const own = await makeProfile();
    try {
      const file = join(own.home, 'lost.ipynb');
      await writeNotebookFile(file, [
        "print('kept')",
        "open('begun', 'w').close()\nimport time\ntime.sleep(600)",
      ]);
      const pending = own.cli(['run', file, '--json']);
      await until(
        'the second cell runs',
        async () => (await stat(join(own.home, 'begun')).catch(() => null)) !== null,
      );
      const pid = await own.enginePid();
      process.kill(pid!, 'SIGKILL');
      const { code, err, out } = await pending;
      expect(code).toBe(5);
      expect(err).toContain(join(own.home, 'lost.executed.ipynb'));
      const lines = linesOf(out);
      expect(lines.at(-2)).toMatchObject({ type: 'error', code: 'engine-lost' });
      const copy = readNotebook(await readFile(join(own.home, 'lost.executed.ipynb')), 'copy').notebook;
      expect(copy.cells[0]?.source).toBe("print('kept')");
    } finally {
      await own.dispose();
    }
  });

  it('says what went wrong when the copy can not be written, and what to do', async () => {
    if (process.getuid?.() === 0) {
      await writeNotebookFile(at('w.ipynb'), ['1']);
      const { code, err } = await profile.cli(['run', at('w.ipynb'), '--output', '/proc/w.ipynb']);
      expect(code).not.toBe(0);
      expect(err).toContain('/proc/w.ipynb');
      return;
    }
    await mkdir(at('locked'));
    await writeNotebookFile(at('w.ipynb'), ['1']);
    await chmod(at('locked'), 0o500);
    const { code, err } = await profile.cli(['run', at('w.ipynb'), '--output', at('locked/w.ipynb')]);
    expect(code).not.toBe(0);
    expect(err).toContain(dirname(at('locked/w.ipynb')));
  });
});

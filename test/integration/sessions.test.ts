import { appendFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { processStart } from '../../electron/engine/process-identity';
import { placeInLine } from '../../shared/notebook/view';
import type { DocumentView } from '../support/document-view';
import { engineShared } from '../support/engine-fixture';
import { writeNotebookFile } from '../support/notebooks';
import { killHard } from '../support/processes';
import { until } from '../support/until';

const isGone = async (pid: number | null): Promise<boolean> =>
  pid === null || (await processStart(pid)) === null;
const shell = (source: string) => ({ source, metadata: { vscode: { languageId: 'shellscript' } } });

describe('the two sessions of a notebook', () => {
  const here = engineShared();
  const view = () => here.openApart();
  const pidsOf = async (book: DocumentView): Promise<(number | null)[]> => {
    const { kernel, shell: beside } = (await book.fresh()).state;
    return [kernel.pid, beside.pid];
  };
  const places = ({ runs, state }: DocumentView, cells: readonly string[]) =>
    cells.map((cell) => placeInLine(runs.get(cell), state.queue.passed));
  const ask = (book: DocumentView, method: 'notebook.interrupt' | 'notebook.restart' | 'notebook.shutdown') =>
    book.engine.request(method, { document: book.document });

  it('pass over a cell that was frozen while it waited in line', async () => {
    await writeNotebookFile(here.path, [shell('read go'), shell('echo never'), shell('echo after')]);
    const book = await view();
    await book.run('c0', 'c1', 'c2');
    await until('the first asks', () => book.runs.get('c0')?.status === 'running');
    await book.engine.request('notebook.edit', {
      document: book.document,
      base: book.version,
      edit: 'freeze',
      operation: { kind: 'metadata', cell: 'c1', path: ['run_through_control', 'frozen'], value: true },
    });
    await until('it waits for a line', async () => (await book.fresh()).inputs.length > 0);
    const [input] = (await book.fresh()).inputs;
    await book.engine.request('notebook.input', {
      document: book.document,
      request: input!.request,
      value: 'go',
    });
    await book.finished('c2');
    expect(book.text('c2')).toBe('after\n');
    expect(book.text('c1')).toBe('');
    expect(book.runs.get('c1')?.status).toBe('idle');
  });

  it('have one line, strictly in order, and each keeps what it knows', async () => {
    const log = (who: string): string => `open('order', 'a').write('${who}\\n')`;
    await writeNotebookFile(here.path, [
      log('python 1'),
      shell('sleep 0.4; x=5; echo "shell 1" >> order'),
      `y = 6; ${log('python 2')}`,
      shell('echo "shell 2 $x" >> order'),
      "print(open('order').read(), end='')",
    ]);
    const book = await view();
    await book.run('c0', 'c1', 'c2', 'c3', 'c4');
    await book.finished('c4');
    expect(book.text('c4')).toBe('python 1\nshell 1\npython 2\nshell 2 5\n');
    expect(book.runs.get('c1')).toMatchObject({ session: 'shell', exitStatus: 0 });
    expect(book.runs.get('c2')).toMatchObject({ session: 'kernel' });
    await until('both are idle', () =>
      [book.state.kernel, book.state.shell].every(({ state }) => state === 'idle'),
    );
    expect(book.state.kernel.environment).toBe('login-shell');
    expect(book.state.shell.spec?.name).toBe('bash');
  });

  it('start only what some cell needs', async () => {
    await writeNotebookFile(here.path, [shell('echo alone'), '1']);
    const book = await view();
    await book.run('c0');
    await book.finished('c0');
    await until('it is idle', async () => (await book.fresh()).state.shell.state === 'idle');
    expect(book.state.kernel.state).toBe('none');
  });

  it.each([
    ['shell', shell('exit 4'), { exitStatus: 4, summary: 'exit status 4' }],
    ['Python', '1/0', { summary: 'ZeroDivisionError: division by zero' }],
  ])('empty the line when a %s cell fails, whichever waits', async (_, failing, run) => {
    await writeNotebookFile(here.path, [failing, "print('never')", shell('echo never')]);
    const book = await view();
    await book.run('c0', 'c1', 'c2');
    expect(await book.finished('c0')).toMatchObject({ status: 'failed', ...run });
    await until('the line is empty', async () => (await book.fresh()).state.queue.length === 0);
    expect([book.text('c1'), book.text('c2')]).toEqual(['', '']);
    await book.run('c1', 'c2');
    await book.finished('c2');
    expect([book.text('c1'), book.text('c2')]).toEqual(['never\n', 'never\n']);
  });

  it('show the line in order, and drop it on an interrupt', async () => {
    await writeNotebookFile(here.path, [
      "print('begun')\nimport time\ntime.sleep(600)",
      shell('echo no'),
      "print('no')",
    ]);
    const book = await view();
    await book.run('c0', 'c1', 'c2');
    await until('it has begun', () => book.text('c0') === 'begun\n');
    await until('all are in line', () => book.state.queue.length === 3 && book.state.queue.first === 'c0');
    expect(places(book, ['c0', 'c1', 'c2'])).toEqual([null, 1, 2]);
    await ask(book, 'notebook.interrupt');
    expect(await book.finished('c0')).toMatchObject({ status: 'failed', summary: 'interrupted' });
    await until('the line is empty', () => book.state.queue.length === 0);
    expect(book.text('c1') + book.text('c2')).toBe('');
  });

  it('lose no interrupt that comes while a cell is on its way', async () => {
    await writeNotebookFile(here.path, ['sleep 600'], 'bash');
    const book = await view();
    // At first its shell is not there yet: nothing is sent. Later ones come before, while and after it is sent.
    for (const waits of [0, 0, 1, 2, 4, 8, 16]) {
      await book.run('c0');
      if (waits > 0) await new Promise((resolve) => setTimeout(resolve, waits));
      await ask(book, 'notebook.interrupt');
      await until(`the interrupt after ${waits} ms took effect`, async () => {
        const { runs, state } = await book.fresh();
        return state.queue.length === 0 && !['queued', 'running'].includes(runs['c0']?.status ?? 'done');
      });
    }
  });

  it('interrupt a shell cell as well', async () => {
    await writeNotebookFile(here.path, [shell('kept=1; echo begun; sleep 600'), shell('echo $kept')]);
    const book = await view();
    await book.run('c0');
    await until('it has begun', () => book.text('c0') === 'begun\n');
    await ask(book, 'notebook.interrupt');
    expect(await book.finished('c0')).toMatchObject({ status: 'failed', summary: 'interrupted' });
    await book.run('c1');
    await book.finished('c1');
    expect(book.text('c1')).toBe('1\n');
  });

  it('both forget on a restart, and run again from the first cell where that is asked', async () => {
    await writeNotebookFile(here.path, [
      "print('x' in globals()); x = 1",
      shell('echo "<${y-}>"; y=1'),
      shell('printf "%s\\n" "$OF_LOGIN"'),
    ]);
    const book = await view();
    await book.run('c0', 'c1', 'c2');
    await book.finished('c2');
    await book.run('c0', 'c1');
    await until('both know', () => book.text('c0') === 'True\n' && book.text('c1') === '<1>\n');
    await until('all is over', () => book.state.queue.length === 0);
    const pids = await pidsOf(book);
    // The login shell is asked anew at each start.
    for (const name of ['.profile', '.bash_profile'])
      await appendFile(join(here.profile.home, name), 'export OF_LOGIN=anew\n');
    await book.engine.request('notebook.run', {
      document: book.document,
      cells: ['c0', 'c1', 'c2'],
      restartFirst: true,
    });
    await until('nothing is known', () => book.text('c0') === 'False\n' && book.text('c1') === '<>\n');
    await until('the variable is there', () => book.text('c2') === 'anew\n');
    for (const pid of pids) await until(`${pid} is gone`, () => isGone(pid));
  });

  it('end on being shut down, with what runs in them', async () => {
    await writeNotebookFile(here.path, ['1', shell('echo begun; sleep 600')]);
    const book = await view();
    await book.run('c0', 'c1');
    await until('it has begun', () => book.text('c1') === 'begun\n');
    const pids = await pidsOf(book);
    await ask(book, 'notebook.shutdown');
    expect(await book.finished('c1')).toMatchObject({ status: 'failed', summary: 'ended as asked' });
    for (const pid of pids) await until(`${pid} is gone`, () => isGone(pid));
    await until(
      'both are away',
      () => book.state.kernel.state === 'none' && book.state.shell.state === 'none',
    );
  });

  it('tell at once that a kernel was killed: idle, and in a cell', async () => {
    await writeNotebookFile(here.path, [
      '1',
      "print('begun', flush=True)\nimport time\ntime.sleep(600)",
      "print('no')",
    ]);
    const book = await view();
    await book.run('c0');
    await book.finished('c0');
    await until('it is idle', () => book.state.kernel.state === 'idle');
    process.kill((await book.fresh()).state.kernel.pid!, 'SIGKILL');
    await until('it is dead', () => book.state.kernel.state === 'dead');
    expect(book.state.kernel.reason).toBe('killed by signal 9 (SIGKILL)');
    await book.run('c1', 'c2');
    await until('it has begun', () => book.text('c1') === 'begun\n');
    process.kill((await book.fresh()).state.kernel.pid!, 'SIGKILL');
    expect(await book.finished('c1')).toMatchObject({
      status: 'failed',
      summary: 'killed by signal 9 (SIGKILL)',
    });
    await until('it is dead', () => book.state.kernel.state === 'dead' && book.state.queue.length === 0);
    expect(book.outputs.get('c1')?.at(-1)).toMatchObject({ kind: 'error', ename: 'DeadKernelError' });
    expect(book.text('c2')).toBe('');
  });

  it('give what a job in the background prints to the cell that ran last', async () => {
    await writeNotebookFile(here.path, [shell('(sleep 1; echo late) & echo now')]);
    const book = await view();
    await book.run('c0');
    await book.finished('c0');
    await until('it comes', () => book.text('c0') === 'now\nlate\n');
    await book.save();
    expect(JSON.stringify(await readFile(here.path, 'utf8'))).toContain('late');
  });

  it('end with their engine, and nothing of them is left', async () => {
    await writeNotebookFile(here.path, [
      "import subprocess; print(subprocess.Popen(['sleep', '600']).pid)",
      shell('sleep 600 & echo $!'),
    ]);
    const book = await view();
    await book.run('c0', 'c1');
    await book.finished('c1');
    const children = [Number(book.text('c0')), Number(book.text('c1'))];
    const pids = [...(await pidsOf(book)), ...children];
    expect((await here.profile.cli(['engine', 'stop', '--force'])).code).toBe(0);
    for (const pid of pids) await until(`${pid} is gone`, () => isGone(pid));
  });

  it('say after a killed engine that the shell is gone, and what is kept', async () => {
    await writeNotebookFile(here.path, [shell('x=1; echo kept')]);
    const book = await view();
    await book.run('c0');
    await book.finished('c0');
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    await killHard((await here.profile.enginePid())!);
    const again = await view();
    await until('it is said', async () => (await again.fresh()).state.shell.state === 'dead');
    expect(again.state.shell.reason).toContain('The shell ended with the engine');
    await until('the output is there', () => again.text('c0') === 'kept\n');
    await again.run('c0');
    await until('a fresh one is there', () => again.state.shell.state === 'idle');
    await again.finished('c0');
  });

  it('are one where the notebook is a shell notebook', async () => {
    await writeNotebookFile(here.path, ['x=1', shell('echo "<$x>"')], 'bash');
    const book = await view();
    await book.run('c0', 'c1');
    await book.finished('c1');
    expect(book.text('c1')).toBe('<1>\n');
    await until('it is idle', async () => (await book.fresh()).state.kernel.state === 'idle');
    expect(book.state.kernel.spec?.name).toBe('bash');
    expect(book.state.shell.state).toBe('none');
  });

  it('ask at the cell for what a shell program wants, masked when the echo is off', async () => {
    await writeNotebookFile(here.path, [shell('read -s -p "Secret: " s; echo; echo "${#s}"')]);
    const book = await view();
    await book.run('c0');
    await until('it asks', async () => (await book.fresh()).inputs.length > 0);
    const [input] = (await book.fresh()).inputs;
    expect(input).toMatchObject({ cell: 'c0', password: true, continuous: true });
    await book.engine.request('notebook.input', {
      document: book.document,
      request: input!.request,
      value: 'hunter2',
    });
    await book.finished('c0');
    expect(book.text('c0')).toBe('Secret: \n7\n');
    await book.save();
    expect(await readFile(here.path, 'utf8')).not.toContain('hunter2');
  });
});

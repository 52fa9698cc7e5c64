import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Cell } from '../../shared/notebook/model';
import { readNotebook } from '../../shared/notebook/notebook-file';
import { writeNotebookFile } from '../support/notebooks';
import { makeProfile, type TestProfile } from '../support/profile';
import { atTerminal } from '../support/terminal';
import { until } from '../support/until';

describe('watchbook at a terminal', () => {
  let profile: TestProfile;
  beforeAll(async () => (profile = await makeProfile()));
  afterAll(() => profile.dispose());

  const at = (name: string): string => join(profile.home, name);
  const cells = async (name: string): Promise<readonly Cell[]> =>
    readNotebook(await readFile(at(name)), name).notebook.cells;
  const textOf = (cell: Cell | undefined): string =>
    (cell?.outputs ?? []).map((output) => ('text' in output ? output.text : '')).join('');
  const printed = (name: string, text: string) =>
    until(`${name} holds ${text}`, async () =>
      (await stat(at(name)).catch(() => null)) === null
        ? false
        : (await cells(name)).some((cell) => textOf(cell).includes(text)),
    );

  it('shows how far it is, cell by cell, and names the copy last', async () => {
    await writeNotebookFile(at('p.ipynb'), [
      'print(1)',
      { source: 'no', metadata: { tags: ['skip-execution'] } },
      '1/0',
    ]);
    const command = atTerminal(profile, ['run', 'p.ipynb']);
    expect(await command.ended).toBe(1);
    const lines = command.shown.trimEnd().split('\n');
    expect(lines[0]).toMatch(/^cell 1 … done, \d+\.\d s$/);
    expect(lines[1]).toBe('cell 2 … skipped');
    expect(lines[2]).toMatch(/^cell 3 … failed, \d+\.\d s$/);
    expect(lines[3]).toContain('Cell 3 failed: ZeroDivisionError: division by zero.');
    expect(lines.at(-1)).toBe(at('p.executed.ipynb'));
  });

  it('asks what a program asks', async () => {
    await writeNotebookFile(at('ask.ipynb'), ["print('hello ' + input('Name? '))"]);
    const command = atTerminal(profile, ['run', 'ask.ipynb']);
    await command.shows('Name? ');
    command.type('Mara\r');
    expect(await command.ended).toBe(0);
    expect(textOf((await cells('ask.executed.ipynb'))[0])).toBe('hello Mara\n');
  });

  it('masks a password, and keeps it out of the terminal and the copy', async () => {
    await writeNotebookFile(at('secret.ipynb'), [
      "import getpass\nprint(len(getpass.getpass('Secret: ')), 'characters')",
    ]);
    const command = atTerminal(profile, ['run', 'secret.ipynb']);
    await command.shows('Secret: ');
    command.type('hunter23\u007f\r');
    expect(await command.ended).toBe(0);
    expect(command.shown).not.toContain('hunter');
    const text = await readFile(at('secret.executed.ipynb'), 'utf8');
    expect(text).toContain('7 characters');
    expect(text).not.toContain('hunter');
  });

  it('asks for a shell cell with the words its program printed, masked when the echo is off', async () => {
    await writeNotebookFile(
      at('shell.ipynb'),
      ['read -p "Name? " n; read -s -p "Secret: " s; echo; echo "$n ${#s}"'],
      'bash',
    );
    const command = atTerminal(profile, ['run', 'shell.ipynb']);
    await command.shows('Name? ');
    command.type('Mara\r');
    await command.shows('Secret: ');
    command.type('hunter2\r');
    expect(await command.ended).toBe(0);
    expect(command.shown).not.toContain('hunter');
    expect(textOf((await cells('shell.executed.ipynb'))[0])).toBe('Name? Secret: \nMara 7\n');
  });

  it('ends the input on Ctrl-D', async () => {
    await writeNotebookFile(at('eof.ipynb'), [
      "try:\n    input('More? ')\nexcept EOFError:\n    print('no more')",
      {
        source: 'printf "question "; cat; echo; echo none',
        metadata: { vscode: { languageId: 'shellscript' } },
      },
    ]);
    const command = atTerminal(profile, ['run', 'eof.ipynb']);
    await command.shows('More? ');
    command.type('\u0004');
    await command.shows('question ');
    command.type('\u0004');
    expect(await command.ended).toBe(0);
    expect((await cells('eof.executed.ipynb')).map(textOf)).toEqual(['no more\n', 'question \nnone\n']);
  });

  it('leaves the terminal at once when the cell that asked is over', async () => {
    await writeNotebookFile(at('late.ipynb'), ["input('Never answered: ')"]);
    const command = atTerminal(profile, ['run', 'late.ipynb', '--timeout', '2']);
    await command.shows('Never answered: ');
    expect(await command.ended).toBe(1);
    expect(command.shown).toContain('time limit of 2 s');
  });

  it('interrupts once on Ctrl-C, also at a question, writes, and ends with 130', async () => {
    await writeNotebookFile(at('c.ipynb'), ["print('begun')\ninput('Stop me: ')", "print('no')"]);
    const command = atTerminal(profile, ['run', 'c.ipynb']);
    await command.shows('Stop me: ');
    command.type('\u0003');
    expect(await command.ended).toBe(130);
    const [first, second] = await cells('c.executed.ipynb');
    expect(textOf(first)).toBe('begun\n');
    expect(second?.outputs).toEqual([]);
    expect(command.shown.trimEnd().split('\n').at(-1)).toBe(at('c.executed.ipynb'));
  });

  it('detaches on the second Ctrl-C, and the run goes on', async () => {
    const deaf = [
      'import signal, time, os',
      'signal.signal(signal.SIGINT, signal.SIG_IGN)',
      "print('begun', flush=True)",
      "while not os.path.exists('go'): time.sleep(0.1)",
      "print('ended')",
    ].join('\n');
    await writeNotebookFile(at('d.ipynb'), ["open('deaf', 'w').close()", deaf]);
    const command = atTerminal(profile, ['run', 'd.ipynb']);
    await command.shows('cell 2');
    await until('it is deaf', async () => (await stat(at('deaf')).catch(() => null)) !== null);
    await new Promise((resolve) => setTimeout(resolve, 500));
    command.type('\u0003');
    await command.shows('Once more leaves it running.');
    command.type('\u0003');
    expect(await command.ended).toBe(130);
    expect(command.shown).toContain('Detached.');
    await writeFile(at('go'), '');
    await printed('d.executed.ipynb', 'ended');
  });

  it('ends a question whose terminal is gone, and finishes the copy', async () => {
    await writeNotebookFile(at('gone.ipynb'), [
      "try:\n    input('Anybody? ')\nexcept EOFError:\n    print('nobody')",
    ]);
    const command = atTerminal(profile, ['run', 'gone.ipynb']);
    await command.shows('Anybody? ');
    process.kill(command.pid, 'SIGKILL');
    await printed('gone.executed.ipynb', 'nobody');
  });

  it('shows control characters of a notebook instead of obeying them', async () => {
    await writeNotebookFile(at('evil.ipynb'), ["raise ValueError('\\x1b]0;owned\\x07\\x9bm')"]);
    const command = atTerminal(profile, ['run', 'evil.ipynb']);
    expect(await command.ended).toBe(1);
    expect(command.shown).toContain('\\u001b]0;owned\\u0007');
    expect(command.shown).not.toContain('\u001b]0;owned');
  });

  it('asks before it stops an engine where something runs', async () => {
    await writeNotebookFile(at('busy.ipynb'), ["open('busy', 'w').close()\nimport time\ntime.sleep(60)"]);
    const run = profile.start(['run', at('busy.ipynb')]);
    await until('it runs', async () => (await stat(at('busy')).catch(() => null)) !== null);
    const quiet = await profile.cli(['engine', 'stop']);
    expect(quiet).toMatchObject({ code: 2 });
    expect(quiet.err).toContain('busy.ipynb');
    expect(quiet.err).toContain('--force');
    const no = atTerminal(profile, ['engine', 'stop']);
    await no.shows('[y/N]');
    no.type('\r');
    expect(await no.ended).toBe(2);
    expect(await profile.enginePid()).not.toBeNull();
    const yes = atTerminal(profile, ['engine', 'stop']);
    await yes.shows('[y/N]');
    yes.type('y\r');
    expect(await yes.ended).toBe(0);
    expect(yes.shown).toContain('The engine has stopped.');
    run.kill('SIGKILL');
    expect(await profile.enginePid()).toBeNull();
  });
});

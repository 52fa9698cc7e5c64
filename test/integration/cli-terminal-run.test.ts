import { chmod, mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EngineConnection } from '../../electron/engine/client/engine-connection';
import { readCast } from '../../shared/terminal/asciicast';
import { transcriptText } from '../../shared/terminal/transcript-text';
import { writeNotebookFile } from '../support/notebooks';
import { makeProfile, type TestProfile } from '../support/profile';
import { RunLibrary } from '../support/run-library';
import { atTerminal } from '../support/terminal';
import { TerminalView } from '../support/terminal-view';
import { until } from '../support/until';

let profile: TestProfile;
let engine: EngineConnection;
beforeAll(async () => {
  profile = await makeProfile();
  await writeFile(join(profile.home, '.bashrc'), "PS1='me> '\nalias hello='echo hello'\n");
  await writeFile(join(profile.home, '.zshrc'), "PS1='me> '\n");
  await mkdir(join(profile.home, 'work'));
  engine = await profile.connect();
});
afterAll(async () => {
  engine.dispose();
  await profile.dispose();
});

const open = async (): Promise<number> => (await engine.request('terminal.list', {})).terminals.length;
const run = (...words: readonly string[]) => profile.cli(['terminal', 'run', ...words]);

describe('watchbook terminal run', () => {
  it.each(['bash', 'zsh', 'fish'])(
    'gives output and exit status of a command in %s, and nothing else',
    async (shell) => {
      const words = [
        '--shell',
        shell,
        '--',
        'sh',
        '-c',
        'printf "%s|" "$@"; exit 7',
        'sh',
        'a b',
        "it's",
        '$HOME',
        'x\ny',
      ];
      const { code, out, err } = await run(...words);
      expect({ code, err }).toEqual({ code: 7, err: '' });
      // Fish sets title and colours when it has told of the begin; nothing of that is seen.
      expect(shell === 'fish' ? transcriptText([out]) : out).toBe(
        shell === 'fish' ? "a b|it's|$HOME|x\ny|" : "a b|it's|$HOME|x\r\ny|",
      );
      expect(await open()).toBe(0);
    },
  );

  it('takes one word for a line of the shell, with the folder and the variables of the command', async () => {
    const cwd = join(profile.home, 'work');
    const { out, code } = await profile.cli(
      ['terminal', 'run', '--', 'hello; echo "$PWD $MINE" | cat; [ -t 1 ]'],
      {
        cwd,
        environment: { MINE: 'mine', WATCHBOOK_SECRET: 'x' },
      },
    );
    expect({ out, code }).toEqual({ out: `hello\r\n${cwd} mine\r\n`, code: 0 });
  });

  it('answers a program with one object', async () => {
    const { code, out, err } = await run(
      '--json',
      '--',
      String.raw`printf '10 %%\r\033[31m20\033[0m %%\n'; (exit 3)`,
    );
    expect({ code, err }).toEqual({ code: 3, err: '' });
    const answer = JSON.parse(out) as Record<string, unknown>;
    expect(answer).toMatchObject({ status: 3, directory: profile.home, output: '20 %\n' });
    expect(Object.keys(answer)).toEqual(['start', 'end', 'status', 'directory', 'output']);
    expect(Date.parse(String(answer['end']))).toBeGreaterThanOrEqual(Date.parse(String(answer['start'])));
  });

  it('loses nothing of a flood, and gives it to a reader that takes its time', async () => {
    const { out, code } = await run('--', 'seq -f "row %.0f" 1 200000');
    expect(code).toBe(0);
    const rows = out.split('\r\n');
    expect(rows.length).toBe(200_001);
    expect(rows[199_999]).toBe('row 200000');
  });

  it('types what stands on its standard input, and its end', async () => {
    const { out, code } = await profile.cli(
      ['terminal', 'run', '--', 'read a; read b; echo "got $a $b"; cat; exit 4'],
      {
        input: 'one\ntwo\n',
      },
    );
    expect(code).toBe(4);
    expect(out).toContain('got one two\r\n');
  });

  it('passes keys, Ctrl-C and the size of the terminal', async () => {
    const shell = atTerminal(profile, [
      'terminal',
      'run',
      '--',
      'echo "size $(stty size)"; read x; echo "got $x"; sleep 1000',
    ]);
    await shell.shows('size 40 200');
    expect((await engine.request('terminal.list', {})).terminals.map(({ title }) => title)).toEqual([
      'echo "size $(stty size)"; read x; echo "got $x"; sleep 1000',
    ]);
    shell.type('é keys\r');
    await shell.shows('got é keys');
    shell.type('\u0003');
    expect(await shell.ended).toBe(130);
    await until('it is closed', async () => (await open()) === 0);
  });

  it('ends with the status of a shell that ended with the command', async () => {
    expect(await run('--', 'exit 5')).toMatchObject({ code: 5 });
    expect(await run('--', 'echo last words; kill -9 $$')).toMatchObject({
      code: 137,
      out: 'last words\r\n',
    });
  });

  it('ends the command when it is told to end, or nobody reads it', async () => {
    const child = profile.start(['terminal', 'run', '--', 'echo begun; sleep 1000']);
    let out = '';
    child.stdout?.on('data', (data) => (out += String(data)));
    await until('it runs', () => out.includes('begun'));
    child.kill('SIGTERM');
    const code = await new Promise<number | null>((resolve) => child.once('exit', resolve));
    expect(code).toBe(125);
    expect(await open()).toBe(0);
    const flood = profile.start(['terminal', 'run', '--', 'yes flood']);
    const ended = new Promise<number | null>((resolve) => flood.once('exit', resolve));
    flood.stdout?.once('data', () => flood.stdout?.destroy());
    expect(await ended).toBe(125);
    expect(await open()).toBe(0);
  });

  it.each([
    [['ls'], /say 'terminal run -- COMMAND'/],
    [['--'], /say 'terminal run -- COMMAND'/],
    [['--shell', 'pwsh', '--', 'ls'], /--shell needs bash, zsh, fish, not 'pwsh'/],
    [['--', 'echo a\necho b'], /one line without control characters/],
    [['--nonsense', '--', 'ls'], /Unknown option '--nonsense'/],
    [['--', 'echo )'], /did not take the line, and ran nothing: .*syntax error/s],
  ])('fails by itself with 125: %j', async (words, why) => {
    const { code, out, err } = await run(...words);
    expect({ code, out }).toEqual({ code: 125, out: '' });
    expect(err).toMatch(why);
    expect(await open()).toBe(0);
  });
});

describe('watchbook terminal run --run', () => {
  it('records the command in the run, and in no other', async () => {
    const library = await RunLibrary.make({
      version: 1,
      environments: [{ name: 'dev', colour: 'slate', guard: 'none' }],
    });
    try {
      await writeNotebookFile(library.at('book.ipynb'), ['true'], 'bash');
      const driven = await library.start(library.at('book.ipynb'), { environment: 'dev' });
      driven.engine.dispose();
      const words = ['terminal', 'run', '--run', driven.folder, '--', "echo 'in the record'; (exit 3)"];
      expect(await library.profile.cli(words)).toMatchObject({ code: 3, out: 'in the record\r\n' });
      const journal = await readFile(join(driven.folder, 'journal.jsonl'), 'utf8');
      const events = journal
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as { readonly type: string; readonly data: object });
      const types = events.map(({ type }) => type).filter((type) => type.startsWith('terminal-'));
      expect(types).toEqual(['terminal-attached', 'terminal-command', 'terminal-detached']);
      const { code, err } = await library.profile.cli([
        'terminal',
        'run',
        '--run',
        library.folder,
        '--',
        'true',
      ]);
      expect(code).toBe(125);
      expect(err).not.toBe('');
    } finally {
      await library.dispose();
    }
  });
});

describe('watchbook terminal record', () => {
  it('writes what a terminal shows from now on, until its shell ends', async () => {
    const view = await TerminalView.open(engine, { profile: 'shell:bash' });
    await view.run('echo "before $((40+2))"');
    const file = join(profile.home, 'a.cast');
    const command = atTerminal(profile, ['terminal', 'record', view.info.id.slice(0, 8), '--out', 'a.cast']);
    await command.shows('Recording bash; Ctrl-C ends it.');
    await view.run("printf '😀 %s\\n' 'né'");
    await engine.request('terminal.resize', { terminal: view.info.id, columns: 77, rows: 21 });
    await view.run('seq 1 20000');
    await view.ready();
    await view.type('exit 4\r');
    expect(await command.ended).toBe(0);
    expect(command.shown).toMatch(/bash has ended: exit status 4\. [\d.]+ s are recorded\.\n.*a\.cast\n$/s);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    const cast = readCast(await readFile(file, 'utf8'));
    if (typeof cast === 'string') throw new Error(cast);
    expect(cast).toMatchObject({ isTorn: false, header: { width: 100, height: 30, title: 'bash' } });
    const shown = transcriptText(cast.events.filter(({ code }) => code === 'o').map(({ data }) => data));
    expect(shown).toContain('before 42\n');
    expect(shown).toContain('😀 né\n');
    expect(shown.match(/^\d+$/gm)).toHaveLength(20_000);
    expect(cast.events.filter(({ code }) => code === 'm').map(({ data }) => data)).toContain('seq 1 20000');
    expect(cast.events.filter(({ code }) => code === 'r').map(({ data }) => data)).toEqual(['77x21']);
    // No mark and no nonce of one is in it.
    expect(JSON.stringify(cast)).not.toContain('633;');
    await engine.request('terminal.close', { terminal: view.info.id, force: true });
  });

  it('leaves a file that is there alone, save when asked, and the shell goes on after Ctrl-C', async () => {
    const view = await TerminalView.open(engine, { profile: 'shell:bash' });
    const file = join(profile.home, 'b.cast');
    await writeFile(file, 'mine');
    await chmod(file, 0o644);
    const { id } = view.info;
    const refused = await profile.cli(['terminal', 'record', id, '--out', file]);
    expect(refused).toMatchObject({ code: 2, out: '' });
    expect(refused.err).toMatch(/there is a file .*b\.cast already; --overwrite replaces it/);
    expect(await readFile(file, 'utf8')).toBe('mine');
    const command = atTerminal(profile, ['terminal', 'record', id, '--out', file, '--overwrite']);
    await command.shows('Ctrl-C ends it');
    command.type('\u0003');
    expect(await command.ended).toBe(0);
    expect(typeof readCast(await readFile(file, 'utf8'))).toBe('object');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await view.run('echo on')).toMatchObject({ status: 0 });
    await engine.request('terminal.close', { terminal: id, force: true });
  });

  it.each([
    [['terminal', 'record', 'x'], /say 'terminal record ID --out FILE.cast'/],
    [['terminal', 'record', 'nosuch', '--out', 'c.cast'], /no terminal is called 'nosuch'/],
  ])('refuses %j', async (words, why) => {
    const { code, err } = await profile.cli(words);
    expect(code).toBe(2);
    expect(err).toMatch(why);
  });
});

import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { EngineConnection } from '../../electron/engine/client/engine-connection';
import { isAlive, killHard } from '../support/processes';
import { CLI, makeProfile, type TestProfile } from '../support/profile';
import { atTerminal } from '../support/terminal';
import { closeTerminals, TerminalView } from '../support/terminal-view';
import { until } from '../support/until';

let profile: TestProfile;
let engine: EngineConnection;
beforeAll(async () => {
  profile = await makeProfile();
  await writeFile(join(profile.home, '.bashrc'), "PS1='me> '\n");
  engine = await profile.connect();
});
afterAll(async () => {
  engine.dispose();
  await profile.dispose();
});

afterEach(() => closeTerminals(engine));

const close = (view: TerminalView): Promise<unknown> =>
  view.engine.request('terminal.close', { terminal: view.info.id, force: true });

describe('a terminal', () => {
  it('goes on when who looked at it is gone, and shows the same to who comes next', async () => {
    const first = await profile.connect();
    const view = await TerminalView.open(first, { profile: 'shell:bash' });
    await view.run('for n in 1 2 3; do echo "line $n"; done; printf "\\033[31mred\\033[0m\\n"');
    await view.run('sh -c "exit 5"');
    await view.type('sleep 0.2; echo "and $((6*7))"\r');
    first.dispose();
    await until('it is done', async () => {
      const { terminals } = await engine.request('terminal.list', {});
      return terminals.some(
        ({ id, command }) => id === view.info.id && command?.id === 3 && command.ended !== null,
      );
    });
    const again = await TerminalView.attach(engine, view.info);
    expect(again.info.pid).toBe(view.info.pid);
    expect(again.shown).toContain('line 1\r\nline 2\r\nline 3\r\n\u001b[31mred\r\n');
    expect(again.shown).toContain('and 42');
    const { commands } = await engine.request('terminal.attach', { terminal: view.info.id });
    expect(commands.map(({ id, status, row }) => [id, status, row])).toEqual([
      [1, 0, 0],
      [2, 5, 5],
      [3, 0, 6],
    ]);
    expect(await again.run('echo back')).toMatchObject({ id: 4, status: 0 });
    await close(again);
  });

  it('is listed, renamed, resized and closed, which everybody is told', async () => {
    const other = await TerminalView.open(engine, { profile: 'shell:bash' });
    const { id } = other.info;
    await engine.request('terminal.rename', { terminal: id, title: '  incident ' });
    await engine.request('terminal.resize', { terminal: id, columns: 77, rows: 21 });
    await until('all is told', () => other.info.title === 'incident' && other.info.columns === 77);
    await other.run('echo "size: $(stty size)"');
    await other.shows('size: 21 77');
    const { running, ...status } = await engine
      .request('engine.status', {})
      .then((all) => ({ ...all, running: 0 }));
    expect([status.terminals, running]).toEqual([1, 0]);
    await expect(engine.request('engine.stop', { force: false })).rejects.toThrow(/terminal incident/);
    const { pid } = other.info;
    await close(other);
    await until('the shell is gone', () => !isAlive(pid));
    expect((await engine.request('terminal.list', {})).terminals).toEqual([]);
    await expect(engine.request('terminal.write', { terminal: id, data: 'x' })).rejects.toThrow(/was closed/);
  });

  it('keeps what it showed when its shell ends, with the exit status', async () => {
    const view = await TerminalView.open(engine, { profile: 'shell:bash' });
    await view.ready();
    await view.type('seq 1 200000; exit 6\r');
    await until('the shell has ended', () => view.info.ended !== null);
    expect(view.info.ended).toMatchObject({ status: 6, signal: null });
    await view.shows('\n200000\r\n');
    await expect(view.type('x')).rejects.toThrow(/has ended/);
    expect((await engine.request('engine.status', {})).terminals).toBe(0);
    await close(view);
  });

  it('says by which signal its shell was ended', async () => {
    const view = await TerminalView.open(engine, { profile: 'shell:bash' });
    await killHard(view.info.pid);
    await until('it is told', () => view.info.ended !== null);
    expect(view.info.ended).toMatchObject({ status: null, signal: 9 });
    await close(view);
  });

  it('is not closed against a shell that ignores it, save by force', async () => {
    const view = await TerminalView.open(engine, { profile: 'shell:bash' });
    await view.run("trap '' HUP TERM");
    const request = { terminal: view.info.id };
    await expect(engine.request('terminal.close', { ...request, force: false })).rejects.toMatchObject({
      code: 'busy',
    });
    expect(await view.run('echo still here')).toMatchObject({ status: 0 });
    await close(view);
    await until('it is gone', () => !isAlive(view.info.pid));
  });
});

describe('what can not be opened', () => {
  const open = (options: object) => engine.request('terminal.open', { columns: 80, rows: 24, ...options });
  it.each([
    ['a shell that is not here', { profile: 'shell:nosuch' }, 'not-found', /nosuch/],
    [
      'an option in the place of a host',
      { profile: 'ssh:-oProxyCommand=x' },
      'not-found',
      /No terminal was opened/,
    ],
    ['a folder that is gone', { directory: '/nowhere/at/all' }, 'not-found', /\/nowhere\/at\/all/],
    ['a screen without columns', { columns: 0 }, 'bad-request', /Nothing was changed/],
  ])('is %s', async (_, options, code, words) => {
    const error: unknown = await open(options).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code });
    expect(String(error)).toMatch(words);
    expect((await engine.request('terminal.list', {})).terminals).toEqual([]);
  });

  it('is a command of the settings whose program is not there; one that is runs', async () => {
    await writeFile(
      join(profile.places.config, 'settings.json'),
      JSON.stringify({
        terminalCommands: [
          { name: 'gone', command: ['no-such-program'] },
          { name: 'plain', command: ['sh', '-c', 'echo plain words; exit 3'] },
        ],
      }),
    );
    await until('the settings are read', async () => {
      const { profiles } = await engine.request('terminal.profiles', {});
      return profiles.some(({ id }) => id === 'command:plain');
    });
    await expect(open({ profile: 'command:gone' })).rejects.toMatchObject({ code: 'not-found' });
    const view = await TerminalView.open(engine, { profile: 'command:plain' });
    await view.shows('plain words');
    await until('it has ended', () => view.info.ended?.status === 3);
    expect(view.info.phase).toBe('unknown');
    await close(view);
  });
});

describe('a flood', () => {
  const LINES = 300_000;
  it('loses nothing, waits for a client that does not draw, and stops at Ctrl-C', async () => {
    const view = await TerminalView.open(engine, { profile: 'shell:bash' });
    await view.run(`seq -f 'row %.0f' 1 ${LINES}`);
    const rows = view.shown.match(/^row \d+\r$/gm) ?? [];
    expect(rows).toHaveLength(LINES);
    expect(rows.at(-1)).toBe(`row ${LINES}\r`);
    // Nobody draws: the program waits, and the engine holds little.
    view.draws = false;
    const before = view.shown.length;
    await view.type("yes 'flood'\r");
    await until('it has begun', () => view.shown.length > before + 10_000);
    await view.type('\u0003');
    view.draws = true;
    await view.draw();
    await until('it is over', () => (view.commands.get(2)?.ended ?? null) !== null);
    expect(view.commands.get(2)?.status).toBe(130);
    expect(view.shown.length - before).toBeLessThan(4_000_000);
    await close(view);
  });

  it('is not held up by a client that is asleep: it comes back with a whole picture', async () => {
    const sleeper = await profile.connect();
    const view = await TerminalView.open(engine, { profile: 'shell:bash' });
    const asleep = await TerminalView.attach(sleeper, view.info);
    asleep.draws = false;
    await view.run(`seq 1 ${LINES}; echo "the $((1+1))nd end"`);
    expect(asleep.isBehind).toBe(true);
    expect(asleep.shown.length).toBeLessThan(1_000_000);
    asleep.shown = '';
    await asleep.draw();
    await asleep.attachAgain();
    expect(asleep.shown).toContain('the 2nd end');
    expect(await view.run('echo on')).toMatchObject({ status: 0 });
    sleeper.dispose();
    await close(view);
  });

  it('is for a screen what it can scroll back to, and waits for none that is asleep', async () => {
    const client = await profile.connect();
    const view = await TerminalView.open(engine, { profile: 'shell:bash' });
    const screen = await TerminalView.attach(client, view.info, 1_000);
    await view.ready();
    screen.draws = false;
    await view.run(`seq -f 'row %.0f' 1 ${LINES}`);
    expect(view.shown.match(/^row \d+\r$/gm)).toHaveLength(LINES);
    expect(screen.isBehind).toBe(false);
    await screen.draw();
    await until('it has come to the end', () => screen.ends.has(1));
    const rows = screen.shown.slice(0, screen.ends.get(1)).match(/^row \d+\r$/gm) ?? [];
    expect(rows.slice(-1_000)).toEqual(Array.from({ length: 1_000 }, (_, n) => `row ${LINES - 999 + n}\r`));
    expect(rows.length).toBeLessThan(LINES / 2);
    client.dispose();
    await close(view);
  });

  it('of bytes that are no text is shown as such, and leaves the shell usable', async () => {
    const view = await TerminalView.open(engine, { profile: 'shell:bash' });
    // The same bytes each time.
    const write = 'import random, sys; random.seed(7); sys.stdout.buffer.write(random.randbytes(300000))';
    await view.run(`python3 -c '${write}'; printf '\\033c\\033]0;open'`);
    expect(await view.run('echo usable')).toMatchObject({ status: 0 });
    await view.shows('usable');
    await close(view);
  });
});

describe('watchbook terminal', () => {
  it('lists them, and shows one in another terminal beside the window, until Ctrl-]', async () => {
    expect(await profile.cli(['terminal', 'list'])).toMatchObject({ code: 0, err: 'No terminal is open.\n' });
    const view = await TerminalView.open(engine, { profile: 'shell:bash', directory: profile.home });
    await view.run('echo "before $((40+2))"');
    await engine.request('terminal.rename', { terminal: view.info.id, title: 'incident' });
    const { out } = await profile.cli(['terminal', 'list']);
    expect(out).toBe(`${view.info.id.slice(0, 8)}  incident  at its prompt  ${profile.home}\n`);
    const other = atTerminal(profile, ['terminal', 'attach', 'incident']);
    await other.shows('before 42');
    other.type('echo "size $(stty size)"\r');
    await other.shows('size 40 200');
    await view.shows('size 40 200');
    other.type('\u001d');
    expect(await other.ended).toBe(0);
    expect(other.shown).toContain('Left incident; what runs in it goes on.');
    expect(await view.run('echo on')).toMatchObject({ status: 0 });
    const ending = atTerminal(profile, ['terminal', 'attach', view.info.id.slice(0, 6)]);
    await ending.shows('before 42');
    ending.type('exit 4\r');
    expect(await ending.ended).toBe(0);
    const json = JSON.parse((await profile.cli(['terminal', 'list', '--json'])).out) as readonly object[];
    expect(json).toMatchObject([{ title: 'incident', ended: { status: 4 } }]);
  });

  it.each([
    [['terminal'], /say 'terminal list'/],
    [['terminal', 'attach', 'nosuch'], /no terminal is called 'nosuch'/],
    [['terminal', 'list', 'more'], /say 'terminal list'/],
  ])('refuses %j', async (words, reason) => {
    const { code, err } = await profile.cli(words);
    expect(code).toBe(2);
    expect(err).toMatch(reason);
  });
});

describe('a hostile program', () => {
  it('gets each question answered once, however many look, and no text of its own typed', async () => {
    const view = await TerminalView.open(engine, { profile: 'shell:bash' });
    const other = await profile.connect();
    await TerminalView.attach(other, view.info);
    const answers = join(profile.home, 'answers');
    await writeFile(
      join(profile.home, 'ask.py'),
      [
        'import os, sys, termios, time, tty, select',
        'saved = termios.tcgetattr(0)',
        'tty.setraw(0)',
        "os.write(1, b'\\x1b]0;rm -rf x\\x07\\x1b[21t\\x1b[c\\x1b[6n\\x1bP$qm\\x1b\\\\\\x1b]11;?\\x07\\x1b]52;c;?\\x07')",
        "got = b''",
        'end = time.time() + 3',
        'while time.time() < end:',
        '    if select.select([0], [], [], 0.1)[0]: got += os.read(0, 1000)',
        'termios.tcsetattr(0, termios.TCSANOW, saved)',
        `open(${JSON.stringify(answers)}, 'wb').write(got)`,
      ].join('\n'),
    );
    await view.run(`python3 ${join(profile.home, 'ask.py')}`);
    const got = await readFile(answers, 'latin1');
    expect(got.replaceAll('\u001b', 'ESC')).toMatch(/^ESC\[\?1;2cESC\[\d+;\d+R$/);
    await rm(answers);
    other.dispose();
    await close(view);
  });

  it('can only ask for the clipboard', async () => {
    const view = await TerminalView.open(engine, { profile: 'shell:bash' });
    await view.run(`printf '\\033]52;c;%s\\007' "$(printf 'a copy' | base64)"`);
    await until('it is asked', () => view.copies.length > 0);
    expect(view.copies).toEqual(['a copy']);
    expect(view.shown).not.toContain('\u001b]52');
    await close(view);
  });

  it('is nobody to the engine: a command in a terminal is held to a step’s rights', async () => {
    const view = await TerminalView.open(engine, { profile: 'shell:bash' });
    const words = `WATCHBOOK_PROFILE=${profile.folder} ${process.execPath} ${CLI} engine status`;
    expect(await view.run(words)).toMatchObject({ status: 2 });
    await view.shows('runs inside a kernel or terminal');
    await close(view);
  });
});

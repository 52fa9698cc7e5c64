import { execFile } from 'node:child_process';
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { EngineConnection } from '../../electron/engine/client/engine-connection';
import { readCast } from '../../shared/terminal/asciicast';
import { limitFiles } from '../support/full-disk';
import { isAlive, killHard } from '../support/processes';
import { makeProfile, type TestProfile } from '../support/profile';
import { closeTerminals, TerminalView } from '../support/terminal-view';
import { until } from '../support/until';

const run = promisify(execFile);
const IS_LONG = process.env['WATCHBOOK_TEST_LONG'] === '1';

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

const openShell = (): Promise<TerminalView> =>
  TerminalView.open(engine, { profile: 'shell:bash', directory: profile.home });

describe('a flood', () => {
  it('loses no line and keeps their order, however large it is', { timeout: 400_000 }, async () => {
    const lines = IS_LONG ? 5_000_000 : 1_000_000;
    const view = await openShell();
    await view.ready();
    let next = 1;
    let rest = '';
    const wrong: string[] = [];
    engine.on('terminal.output', ({ terminal, data }) => {
      if (terminal !== view.info.id) return;
      const all = (rest + data).split('\n');
      rest = all.pop() ?? '';
      for (const line of all) {
        const row = /(?:^|\r)row (\d+)\r$/.exec(line)?.[1];
        if (row === undefined) continue;
        if (row !== String(next) && wrong.length < 5) wrong.push(`${next}: ${line}`);
        next += 1;
      }
      // The whole of it is nobody's to keep here.
      view.shown = '';
    });
    expect(await view.run(`seq -f 'row %.0f' 1 ${lines}`, 300)).toMatchObject({ status: 0 });
    expect(wrong).toEqual([]);
    expect(next).toBe(lines + 1);
  });

  it('of chance bytes ends at Ctrl-C, and leaves the shell usable', async () => {
    const view = await openShell();
    await view.ready();
    await view.type('cat /dev/urandom\r');
    await until('it has begun', () => view.shown.length > 500_000);
    await view.type('\u0003');
    await until('it is over', () => (view.commands.get(1)?.ended ?? null) !== null);
    expect(view.commands.get(1)?.status).toBe(130);
    // What it asked by chance was answered, and stands at the prompt: Ctrl-C takes it away.
    await view.ready();
    await view.type('\u0003\u0015');
    await view.run('true');
    expect(await view.run('sh -c "exit 4"')).toMatchObject({ status: 4 });
  });
});

describe('a storm of resizes', () => {
  const storm = async (view: TerminalView): Promise<void> => {
    const resize = (columns: number, rows: number) =>
      engine.request('terminal.resize', { terminal: view.info.id, columns, rows });
    for (let n = 0; n < 1_000; n += 10) {
      const some = Array.from({ length: 10 }, (_, at) => n + at);
      await Promise.all(some.map((one) => resize(2 + ((one * 37) % 300), 1 + ((one * 13) % 100))));
    }
    await resize(91, 17);
  };

  it('leaves the shell with the last size, also under a flood that loses nothing', async () => {
    const view = await openShell();
    await view.run('true');
    await storm(view);
    await view.run('echo "size $(stty size)"');
    await view.shows('size 17 91');
    const number = (view.info.command?.id ?? 0) + 1;
    await view.type('seq 1 100000\r');
    await until('it runs', () => view.commands.has(number));
    await storm(view);
    await until('it is over', () => (view.commands.get(number)?.ended ?? null) !== null);
    await until('all is here', () => view.ends.has(number));
    expect(view.shown.match(/^\d+\r$/gm)?.length).toBe(100_000);
    await view.run('echo "now $(stty size)"');
    await view.shows('now 17 91');
  });
});

describe('a limit', () => {
  it('of the system says what is kept, and goes away by itself', async () => {
    const view = await openShell();
    await view.ready();
    const pid = `--pid=${engine.enginePid}`;
    const { stdout } = await run('prlimit', [pid, '--nofile', '--noheadings', '--output=SOFT,HARD']);
    const [soft = '', hard = ''] = stdout.trim().split(/\s+/);
    const open = new Set((await readdir(`/proc/${engine.enginePid}/fd`)).map(Number));
    // Room for one more file: a pty needs two.
    let most = 0;
    for (let room = 0; room < 1; most += 1) if (!open.has(most)) room += 1;
    await run('prlimit', [pid, `--nofile=${most}:${hard}`]);
    const refused: unknown = await engine
      .request('terminal.open', {
        profile: 'shell:bash',
        environment: { ...profile.environment },
        columns: 80,
        rows: 24,
      })
      .catch((error: unknown) => error);
    await run('prlimit', [pid, `--nofile=${soft}:${hard}`]);
    expect(refused).toMatchObject({ code: 'busy', retryable: true });
    expect(String(refused)).toMatch(/gives no more terminals\. Those that are open go on/);
    expect(await view.run('echo on')).toMatchObject({ status: 0 });
    const again = await openShell();
    expect(await again.run('echo again')).toMatchObject({ status: 0 });
  });
});

describe('a full disk', () => {
  it('ends a recording with whole lines, says so, and leaves the shell alone', async () => {
    const view = await openShell();
    await view.run('true');
    const child = profile.start(['terminal', 'record', view.info.id, '--out', 'full.cast']);
    let err = '';
    child.stderr?.on('data', (data) => (err += String(data)));
    const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
    await until('it records', () => err.includes('Ctrl-C ends it'));
    const file = join(profile.home, 'full.cast');
    await limitFiles(child.pid ?? 0, (await stat(file)).size + 10_000);
    await view.run('seq 1 100000');
    expect(await ended).toBe(2);
    expect(err).toMatch(
      /full\.cast can not be written: .*What was recorded until then is kept; bash goes on\./,
    );
    const cast = readCast(await readFile(file, 'utf8'));
    expect(cast).toMatchObject({ isTorn: false });
    expect(await view.run('echo on')).toMatchObject({ status: 0 });
  });
});

describe('kill -9 of the engine', () => {
  it('ends its shells, and the next one says that no terminal is open', async () => {
    const own = await makeProfile();
    try {
      const first = await own.connect();
      const view = await TerminalView.open(first, { profile: 'shell:bash' });
      await view.ready();
      const { pid } = view.info;
      await view.type('sleep 1000\r');
      await until('it runs', () => view.info.phase === 'running');
      await killHard(first.enginePid);
      await first.closed;
      await until('the shell is gone', () => !isAlive(pid));
      const { out, code } = await own.cli(['terminal', 'list', '--json']);
      expect({ out, code }).toEqual({ out: '[]\n', code: 0 });
      expect(await own.cli(['terminal', 'run', '--', 'echo anew'])).toMatchObject({
        code: 0,
        out: 'anew\r\n',
      });
    } finally {
      await own.dispose();
    }
  });

  it('is told by the commands that were under way', async () => {
    const own = await makeProfile();
    try {
      const child = own.start(['terminal', 'run', '--', 'echo begun; sleep 1000']);
      let out = '';
      let err = '';
      child.stdout?.on('data', (data) => (out += String(data)));
      child.stderr?.on('data', (data) => (err += String(data)));
      const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
      await until('it runs', () => out.includes('begun'));
      await killHard((await own.enginePid()) ?? 0);
      expect(await ended).toBe(125);
      expect(err).toContain('The engine was lost, and the command with it.');
    } finally {
      await own.dispose();
    }
  });
});

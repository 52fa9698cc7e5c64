import { spawn } from 'node:child_process';
import {
  chmod,
  chown,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  symlink,
  unlink,
  writeFile,
} from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FrameReader, FrameWriter } from '../../electron/engine/connection';
import { makeNonce, readToken } from '../../electron/engine/handshake';
import { openLog } from '../../electron/engine/log';
import { describeMachine, findPlaces } from '../../electron/engine/places';
import { claimSocket } from '../../electron/engine/socket-claim';
import { readNotebook } from '../../shared/notebook/notebook-file';
import { PROTOCOL } from '../../shared/rpc/protocol';
import { DocumentView } from '../support/document-view';
import { writeNotebookFile } from '../support/notebooks';
import { isAlive, killHard } from '../support/processes';
import { makeProfile, ROOT, type TestProfile } from '../support/profile';
import { until } from '../support/until';

const SLEEP = "import time\nprint('begun', flush=True)\ntime.sleep(600)";

let profile: TestProfile;
const others: TestProfile[] = [];
beforeEach(async () => {
  profile = await makeProfile({ WATCHBOOK_IDLE_MS: '600' });
});
afterEach(async () => {
  for (const other of others.splice(0)) await other.dispose();
  await profile.dispose();
});

const engineLog = (of = profile): Promise<string> =>
  readFile(join(of.places.state, 'logs', 'engine.log'), 'utf8');

describe('the end of an engine', () => {
  it('comes by itself when nobody needs it, and leaves no socket', async () => {
    const engine = await profile.connect();
    const pid = engine.enginePid;
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    expect(isAlive(pid)).toBe(true);
    engine.dispose();
    await until('it has ended', () => !isAlive(pid));
    expect(await engineLog()).toContain('engine ends: nobody needs it');
    expect((await readdir(profile.places.runtime)).filter((name) => name.endsWith('.sock'))).toEqual([]);
  });

  it('waits for a kernel, and comes when that was shut down', async () => {
    const path = join(profile.home, 'book.ipynb');
    await writeNotebookFile(path, ['1', '2']);
    let engine = await profile.connect();
    const pid = engine.enginePid;
    const book = await DocumentView.open(engine, path);
    await book.run('c0');
    await book.finished('c0');
    engine.dispose();
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    expect(isAlive(pid)).toBe(true);
    engine = await profile.connect();
    expect(engine.enginePid).toBe(pid);
    const again = await DocumentView.open(engine, path);
    const kernel = again.state.kernel.pid!;
    await engine.request('notebook.shutdown', { document: again.document });
    engine.dispose();
    await until('both have ended', () => !isAlive(pid) && !isAlive(kernel));
  });

  it('keeps unsaved edits for the next one', async () => {
    const path = join(profile.home, 'book.ipynb');
    await writeNotebookFile(path, ['1']);
    let engine = await profile.connect();
    const book = await DocumentView.open(engine, path);
    await book.type('c0', 'not saved');
    engine.dispose();
    await until('it has ended', () => !isAlive(engine.enginePid));
    engine = await profile.connect();
    const again = await DocumentView.open(engine, path);
    expect(again.snapshot).toMatchObject({ recovered: true });
    expect(again.snapshot.cells[0]?.source).toBe('not saved');
    engine.dispose();
  });

  it.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)(
    'by %s ends kernels, tells clients, and loses neither edits nor outputs',
    async (signal) => {
      const path = join(profile.home, 'book.ipynb');
      await writeNotebookFile(path, [SLEEP, 'edited']);
      let engine = await profile.connect();
      const book = await DocumentView.open(engine, path);
      let reason = '';
      engine.on('engine.stopping', (event) => (reason = event.reason));
      await book.run('c0');
      await until('it has begun', () => book.text('c0') === 'begun\n');
      const kernel = (await book.fresh()).state.kernel.pid!;
      // Right after the edit: nothing waits for the second that a crash may cost.
      await book.type('c1', 'typed last');
      process.kill(engine.enginePid, signal);
      await engine.closed;
      await until('all have ended', () => !isAlive(engine.enginePid) && !isAlive(kernel));
      expect(reason).toBe(signal);
      expect(await engineLog()).toMatch(/engine ended$/m);
      engine = await profile.connect();
      const again = await DocumentView.open(engine, path);
      expect(again.snapshot.cells[1]?.source).toBe('typed last');
      expect(again.text('c0')).toContain('begun\n');
      expect(again.runs.get('c0')).toMatchObject({ status: 'failed' });
      engine.dispose();
    },
  );

  it('is refused to a client while something runs, and names it; forced, it comes', async () => {
    const path = join(profile.home, 'book.ipynb');
    await writeNotebookFile(path, [SLEEP]);
    const engine = await profile.connect();
    const book = await DocumentView.open(engine, path);
    await book.run('c0');
    await until('it has begun', () => book.text('c0') === 'begun\n');
    await expect(engine.request('engine.stop', { force: false })).rejects.toMatchObject({
      code: 'busy',
      message: `Something runs: cells of ${path}. Nothing was stopped.`,
    });
    const refused = await profile.cli(['engine', 'stop']);
    expect(refused.code).not.toBe(0);
    expect(isAlive(engine.enginePid)).toBe(true);
    expect((await profile.cli(['engine', 'stop', '--force'])).code).toBe(0);
    await until('it has ended', () => !isAlive(engine.enginePid));
    await engine.closed;
  });
});

describe('many clients', () => {
  it('are served at once and counted', async () => {
    const first = await profile.connect();
    const engines = await Promise.all(Array.from({ length: 40 }, () => profile.connect()));
    first.dispose();
    expect(new Set(engines.map(({ enginePid }) => enginePid)).size).toBe(1);
    expect(new Set(engines.map(({ client }) => client)).size).toBe(40);
    const answers = await Promise.all(engines.map((engine) => engine.request('engine.status', {})));
    expect(answers.every(({ clients }) => clients >= 40)).toBe(true);
    for (const engine of engines.slice(1)) engine.dispose();
    await until('one is left', async () => (await engines[0]!.request('engine.status', {})).clients === 1);
    engines[0]!.dispose();
  });
});

describe('two profiles', () => {
  it('have an engine each, and nothing of each other', async () => {
    const other = await makeProfile();
    others.push(other);
    const [one, two] = await Promise.all([profile.connect(), other.connect()]);
    expect(one.enginePid).not.toBe(two.enginePid);
    await one.request('settings.set', { changes: { theme: 'dark' } });
    expect((await two.request('settings.get', {})).settings.theme).toBe('system');
    const token = await readToken(other.places.token);
    const { openConnection } = await import('../../electron/engine/client/engine-connection');
    await expect(
      openConnection({ socketPath: profile.places.socket, token, kind: 'cli', version: '0' }),
    ).rejects.toMatchObject({ code: 'unauthorized' });
    one.dispose();
    two.dispose();
  });
});

describe('the socket', () => {
  it('lies in a short private folder where its path would be too long', async () => {
    const deep = join(profile.home, 'd'.repeat(60), 'e'.repeat(60));
    await mkdir(deep, { recursive: true });
    const places = findPlaces({ ...describeMachine(), environment: {} }, deep);
    expect(Buffer.byteLength(places.socket)).toBeLessThanOrEqual(107);
    expect(dirname(places.socket)).toBe(places.runtime);
    expect(places.runtime.startsWith(tmpdir())).toBe(true);
    const run = (...args: string[]) =>
      profile.cli(['--profile', deep, ...args].filter((word) => word !== ''));
    expect((await run('kernels', '--json')).code).toBe(0);
    const { stat } = await import('node:fs/promises');
    expect((await stat(places.runtime)).mode & 0o777).toBe(0o700);
    expect((await stat(places.socket)).isSocket()).toBe(true);
    await run('engine', 'stop', '--force');
    await rm(places.runtime, { recursive: true, force: true });
  });

  it('left by a killed engine is taken over, and so is the place of one with this process id', async () => {
    const first = await profile.connect();
    await killHard(first.enginePid);
    const leftOver = `e-${first.enginePid}.sock`;
    expect(await readdir(profile.places.runtime)).toContain(leftOver);
    const second = await profile.connect();
    await until('what was left is gone', async () => {
      return !(await readdir(profile.places.runtime)).includes(leftOver);
    });
    second.dispose();
  });

  it('that a cleaner of temporary folders took away is given its name again', async () => {
    const engine = await profile.connect();
    await unlink(profile.places.socket);
    await until('it can be reached', async () => {
      return (await readdir(profile.places.runtime)).includes('engine-1.sock');
    });
    const again = await profile.connect();
    expect(again.enginePid).toBe(engine.enginePid);
    engine.dispose();
    again.dispose();
  });

  it('of an engine too busy to answer is not taken from it', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'wb-claim-'));
    const listen = (path: string) =>
      new Promise<ReturnType<typeof createServer>>((resolve) => {
        const server = createServer().listen({ path, backlog: 1 }, () => resolve(server));
      });
    const path = join(folder, 'engine.sock');
    const mine = join(folder, 'e-1.sock');
    // A process that listens and never accepts: stopped, with its queue filling up.
    const busy = spawn(
      process.execPath,
      [
        '-e',
        `require('net').createServer().listen({path: ${JSON.stringify(path)}, backlog: 1}, () => process.stdout.write('x'))`,
      ],
      { stdio: ['ignore', 'pipe', 'ignore'] },
    );
    await new Promise((resolve) => busy.stdout.once('data', resolve));
    busy.kill('SIGSTOP');
    const crowd = Array.from({ length: 8 }, () => connect(path).on('error', () => undefined));
    await new Promise((resolve) => setTimeout(resolve, 100));
    const server = await listen(mine);
    expect(await claimSocket(mine, path)).toBe(false);
    for (const one of crowd) one.destroy();
    busy.kill('SIGKILL');
    server.close();
    await rm(folder, { recursive: true, force: true });
  });
});

describe('a folder of the profile', () => {
  it.each(['runtime', 'state'] as const)('that others may enter is said and refused: %s', async (name) => {
    const folder = profile.places[name];
    await mkdir(folder, { recursive: true });
    await chmod(folder, 0o755);
    const { code, err } = await profile.cli(['kernels']);
    expect(code).not.toBe(0);
    expect(err).toContain(`${folder} can be entered by other users. Watchbook does not start with it`);
    expect(err).toMatch(/remove it, or set WATCHBOOK_PROFILE to another folder/);
    expect((await profile.cli(['engine', 'status'])).out).not.toMatch(/pid\s+\d/);
    await chmod(folder, 0o700);
    expect((await profile.cli(['kernels'])).code).toBe(0);
  });

  it('that is a link is said and refused', async () => {
    await mkdir(profile.folder, { recursive: true });
    await mkdir(join(profile.home, 'elsewhere'), { mode: 0o700 });
    await symlink(join(profile.home, 'elsewhere'), profile.places.runtime);
    const { code, err } = await profile.cli(['kernels']);
    expect(code).not.toBe(0);
    expect(err).toContain(`${profile.places.runtime} is not a folder of its own`);
    await unlink(profile.places.runtime);
  });

  it('that belongs to another user is said and refused', async () => {
    await mkdir(profile.places.runtime, { recursive: true, mode: 0o700 });
    if (process.getuid?.() === 0) await chown(profile.places.runtime, 65_534, 65_534);
    const foreign = process.getuid?.() === 0 ? profile.places.runtime : '/proc/1';
    const { checkPrivate } = await import('../../electron/engine/places');
    await expect(checkPrivate(foreign)).rejects.toMatchObject({
      code: 'forbidden',
      message: expect.stringMatching(/belongs to another user\. Watchbook does not start with it/) as string,
    });
    if (process.getuid?.() === 0) await chown(profile.places.runtime, 0, 0);
  });

  it('with a token that others may read is not trusted', async () => {
    const engine = await profile.connect();
    await chmod(profile.places.token, 0o644);
    const { code, err } = await profile.cli(['kernels']);
    expect(code).not.toBe(0);
    expect(err).toContain(`${profile.places.token} is not private to this user. Remove it and start again.`);
    await chmod(profile.places.token, 0o600);
    engine.dispose();
  });
});

describe('the handshake', () => {
  it('with another protocol is refused with a word on what to do', async () => {
    const engine = await profile.connect();
    const answer = await new Promise<unknown>((resolve, reject) => {
      const socket = connect(profile.places.socket);
      const writer = new FrameWriter(socket);
      const reader = new FrameReader(resolve, reject);
      socket.on('data', (chunk) => reader.push(chunk));
      socket.on('error', reject);
      writer.write({
        t: 'hello',
        protocol: PROTOCOL + 1,
        kind: 'cli',
        pid: process.pid,
        version: '9',
        nonce: makeNonce(),
      });
    });
    expect(answer).toMatchObject({
      t: 'refused',
      error: {
        code: 'protocol-mismatch',
        message: `This engine speaks protocol ${PROTOCOL}, the client ${PROTOCOL + 1}. Update the older one.`,
      },
    });
    engine.dispose();
  });

  it('that is begun and not ended is cut off, and holds nobody up', async () => {
    const engine = await profile.connect();
    const silent = Array.from({ length: 20 }, () => connect(profile.places.socket));
    const closed = Promise.all(silent.map((one) => new Promise((resolve) => one.once('close', resolve))));
    for (const one of silent) one.on('error', () => undefined).resume();
    expect((await profile.cli(['kernels', '--json'])).code).toBe(0);
    await closed;
    engine.dispose();
  });
});

describe('the log', () => {
  it('is rotated, bounded, private, and one line an entry', async () => {
    const folder = join(profile.home, 'logs-of-its-own');
    const log = openLog(folder, 'engine');
    const line = 'x'.repeat(1_900);
    for (let index = 0; index < 5_000; index += 1) log.write(`${index} ${line}`);
    log.write('two\nlines\r\n\u001b[31mred\u0000');
    await log.close();
    const names = await readdir(join(folder, 'logs'));
    const kept = names.filter((name) => name.endsWith('.log') || name.includes('engine'));
    expect(kept.length).toBeGreaterThan(1);
    expect(kept.length).toBeLessThanOrEqual(7);
    const { stat } = await import('node:fs/promises');
    let bytes = 0;
    for (const name of kept) {
      const info = await stat(join(folder, 'logs', name));
      bytes += info.size;
      expect(info.mode & 0o077, name).toBe(0);
    }
    expect(bytes).toBeLessThan(8 * 1024 * 1024);
    const last = await readFile(join(folder, 'logs', 'engine.log'), 'utf8');
    expect(last.trimEnd().split('\n').at(-1)).toMatch(/^\S+ \d+ two lines \[31mred$/);
  });

  it('holds no secret: neither token, typed input, password, source, nor output', async () => {
    const path = join(profile.home, 'book.ipynb');
    await writeNotebookFile(path, [
      "import getpass\nprint('output-4711')\nname = input('name: ')\nword = getpass.getpass('word: ')\nprint(len(word))",
      {
        source: 'read -r -s -p \'pin: \' pin; echo "${#pin}"',
        metadata: { vscode: { languageId: 'shellscript' } },
      },
      "raise ValueError('error-4711')",
    ]);
    const engine = await profile.connect();
    const book = await DocumentView.open(engine, path);
    const answers = ['typed-4711', 'getpass-4711', 'shell-4711'];
    let asked = 0;
    engine.on('notebook.inputRequested', ({ input }) => {
      const value = answers[asked];
      // The shell asks again and again while it reads: one answer each is enough.
      if (value === undefined) return;
      asked += 1;
      void engine
        .request('notebook.input', {
          document: book.document,
          request: input.request,
          value: `${value}\n`.trimEnd(),
        })
        .catch(() => undefined);
    });
    await book.run('c0', 'c1', 'c2');
    await book.finished('c2');
    expect(asked).toBe(3);
    await engine
      .request('notebook.input', { document: book.document, request: 'none', value: 'late-4711' })
      .catch(() => undefined);
    await engine
      .request('notebook.edit' as 'engine.status', { source: 'bad-4711' } as unknown as Record<string, never>)
      .catch(() => undefined);
    await book.save();
    const token = (await readToken(profile.places.token)).toString('hex');
    engine.dispose();
    await profile.cli(['engine', 'stop', '--force']);
    // The command answers when the engine took its leave; its last line comes after.
    await until('the engine wrote its last line', async () => (await engineLog()).includes('engine ended'));
    const log = await engineLog();
    expect(log).not.toContain('4711');
    expect(log).not.toContain(token);
    // What was typed is nowhere else either.
    const everything = await allText(profile.folder);
    for (const answer of answers) expect(everything).not.toContain(answer);
    expect(await readFile(path, 'utf8')).not.toMatch(/(?:typed|getpass|shell)-4711/);
    expect(readNotebook(await readFile(path), path).notebook.cells).toHaveLength(3);
  });
});

describe('settings', () => {
  it('with mistakes, unreadable or broken keep the engine going, and are not damaged', async () => {
    const file = join(profile.places.config, 'settings.json');
    await mkdir(file, { recursive: true });
    let engine = await profile.connect();
    expect(await engine.request('settings.get', {})).toMatchObject({
      settings: { theme: 'system' },
      mistakes: [{ message: expect.stringContaining('The defaults are used') as string }],
    });
    await expect(engine.request('settings.set', { changes: { theme: 'dark' } })).rejects.toMatchObject({
      code: 'not-writable',
      message: expect.stringContaining(file) as string,
    });
    await rm(file, { recursive: true });
    const broken = '{ "theme": "dark", // mine\n  oops\n';
    await writeFile(file, broken);
    await until('it is read', async () => (await engine.request('settings.get', {})).mistakes.length > 0);
    await expect(engine.request('settings.set', { changes: { theme: 'light' } })).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('nothing was written') as string,
    });
    expect(await readFile(file, 'utf8')).toBe(broken);
    await writeFile(
      file,
      '{\n  // a comment\n  "unknown": [1],\n  "outputLimitBytes": 5,\n  "theme": "dark"\n}\n',
    );
    await until(
      'it is read',
      async () => (await engine.request('settings.get', {})).settings.theme === 'dark',
    );
    const { mistakes, settings } = await engine.request('settings.get', {});
    expect(mistakes.map(({ line, key }) => [line, key])).toEqual([
      [3, 'unknown'],
      [4, 'outputLimitBytes'],
    ]);
    expect(settings.outputLimitBytes).toBe(1_048_576);
    await Promise.all([
      engine.request('settings.set', { changes: { theme: 'light' } }),
      engine.request('settings.set', { changes: { saveAfterRun: true } }),
      engine.request('settings.set', { changes: { idleKernelMinutes: 7 } }),
    ]);
    expect(await readFile(file, 'utf8')).toBe(
      '{\n  // a comment\n  "unknown": [1],\n  "outputLimitBytes": 5,\n  "theme": "light",\n  "saveAfterRun": true,\n  "idleKernelMinutes": 7\n}\n',
    );
    engine.dispose();
  });
});

async function allText(folder: string): Promise<string> {
  let all = '';
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isFile()) all += await readFile(join(entry.parentPath, entry.name), 'latin1');
  }
  return all;
}

it('an engine program that can not start is said with where to look', async () => {
  const { connectEngine } = await import('../../electron/engine/client/connect-engine');
  await expect(
    connectEngine({
      places: { ...profile.places, socket: join(profile.home, 'no', 'engine.sock') },
      kind: 'cli',
      version: '0',
      start: true,
      program: join(ROOT, 'package.json'),
    }),
  ).rejects.toMatchObject({
    code: 'timeout',
    message: expect.stringContaining(join(profile.places.state, 'logs')) as string,
  });
});

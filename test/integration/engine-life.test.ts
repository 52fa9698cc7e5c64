import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, unlink } from 'node:fs/promises';
import { randomBytes } from 'node:crypto';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FrameReader, FrameWriter } from '../../electron/engine/connection';
import { makeNonce, readToken } from '../../electron/engine/handshake';
import { describeMachine, findPlaces } from '../../electron/engine/places';
import { EngineServer } from '../../electron/engine/server';
import { claimSocket } from '../../electron/engine/socket-claim';
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
  profile = await makeProfile();
});
afterEach(async () => {
  for (const other of others.splice(0)) await other.dispose();
  await profile.dispose();
});

const engineLog = (of = profile): Promise<string> =>
  readFile(join(of.places.state, 'logs', 'engine.log'), 'utf8');

/** A profile whose engine ends soon when nobody needs it. */
async function impatient(): Promise<TestProfile> {
  const other = await makeProfile({ WATCHBOOK_IDLE_MS: '600' });
  others.push(other);
  return other;
}

describe('the end of an engine', () => {
  it('comes by itself when nobody needs it, and leaves no socket', async () => {
    const own = await impatient();
    const engine = await own.connect();
    const pid = engine.enginePid;
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    expect(isAlive(pid)).toBe(true);
    engine.dispose();
    await until('it has ended', () => !isAlive(pid));
    expect(await engineLog(own)).toContain('engine ends: nobody needs it');
    expect((await readdir(own.places.runtime)).filter((name) => name.endsWith('.sock'))).toEqual([]);
  });

  it('waits for a kernel, and comes when that was shut down', async () => {
    const own = await impatient();
    const path = join(own.home, 'book.ipynb');
    await writeNotebookFile(path, ['1', '2']);
    let engine = await own.connect();
    const pid = engine.enginePid;
    const book = await DocumentView.open(engine, path);
    await book.run('c0');
    await book.finished('c0');
    engine.dispose();
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    expect(isAlive(pid)).toBe(true);
    engine = await own.connect();
    expect(engine.enginePid).toBe(pid);
    const again = await DocumentView.open(engine, path);
    const kernel = again.state.kernel.pid!;
    await engine.request('notebook.shutdown', { document: again.document });
    engine.dispose();
    await until('both have ended', () => !isAlive(pid) && !isAlive(kernel));
  });

  it('keeps unsaved edits for the next one', async () => {
    const own = await impatient();
    const path = join(own.home, 'book.ipynb');
    await writeNotebookFile(path, ['1']);
    let engine = await own.connect();
    const book = await DocumentView.open(engine, path);
    await book.type('c0', 'not saved');
    engine.dispose();
    await until('it has ended', () => !isAlive(engine.enginePid));
    engine = await own.connect();
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

  it('is not taken up by an engine that ends, also where it was begun before', async () => {
    const socketPath = join(profile.home, 'e.sock');
    const token = randomBytes(32);
    const seen: number[] = [];
    const server = new EngineServer({
      socketPath,
      token,
      version: '0',
      handlers: {} as ConstructorParameters<typeof EngineServer>[0]['handlers'],
      ownProcesses: () => {
        // Asked in the middle of the first handshake.
        server.takeNoMore();
        return new Set();
      },
      clientsChanged: (count) => seen.push(count),
      log: () => undefined,
    });
    await server.listen();
    const { openConnection } = await import('../../electron/engine/client/engine-connection');
    const come = () => openConnection({ socketPath, token, kind: 'cli', version: '0' });
    // Whoever starts an engine where none is takes this for none.
    await expect(come()).rejects.toMatchObject({ code: 'engine-lost' });
    await expect(come()).rejects.toMatchObject({ code: 'engine-lost' });
    expect(seen).toEqual([]);
    await server.close();
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

it('an engine program that can not start is said with where to look', async () => {
  const { connectEngine } = await import('../../electron/engine/client/connect-engine');
  await expect(
    connectEngine({
      places: { ...profile.places, socket: join(profile.home, 'no', 'engine.sock') },
      kind: 'cli',
      version: '0',
      start: true,
      program: join(ROOT, 'package.json'),
      startMs: 2_000,
    }),
  ).rejects.toMatchObject({
    code: 'timeout',
    message: `The engine did not start within 2 s. Its log is in ${join(profile.places.state, 'logs')}.`,
  });
});

import { readFile, stat, readdir } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openConnection } from '../../electron/engine/client/engine-connection';
import { readToken } from '../../electron/engine/handshake';
import { isAlive } from '../support/processes';
import { makeProfile, type TestProfile } from '../support/profile';
import { until } from '../support/until';

describe('the engine', () => {
  let profile: TestProfile;
  beforeEach(async () => (profile = await makeProfile()));
  afterEach(() => profile.dispose());

  it('is one for ten clients that start at once', async () => {
    const results = await Promise.all(Array.from({ length: 10 }, () => profile.cli(['kernels', '--json'])));
    expect(results.map(({ code }) => code)).toEqual(Array.from({ length: 10 }, () => 0));
    const log = await readFile(join(profile.places.state, 'logs', 'engine.log'), 'utf8');
    const pid = await profile.enginePid();
    expect(pid).not.toBeNull();
    const started = [...log.matchAll(/^\S+ (\d+) engine .* starts/gm)].map(([, one]) => Number(one));
    await until('the others have given way', () => started.every((one) => one === pid || !isAlive(one)));
    expect(isAlive(pid!)).toBe(true);
    expect(await profile.enginePid()).toBe(pid);
  });

  it('is started anew after kill -9, over the socket it left', async () => {
    await profile.cli(['kernels']);
    const first = await profile.enginePid();
    process.kill(first!, 'SIGKILL');
    await until('it is gone', () => !isAlive(first!));
    expect((await profile.cli(['kernels'])).code).toBe(0);
    const second = await profile.enginePid();
    expect(second).not.toBe(first);
    expect(isAlive(second!)).toBe(true);
  });

  it('tells its state, starts none for that, and stops when asked', async () => {
    expect(await profile.cli(['engine', 'status', '--json'])).toMatchObject({ code: 0, out: 'null\n' });
    await profile.cli(['kernels']);
    const { out } = await profile.cli(['engine', 'status']);
    for (const name of [
      'pid',
      'socket',
      'protocol',
      'version',
      'started',
      'clients',
      'kernels',
      'terminals',
      'runs',
    ]) {
      expect(out).toContain(name);
    }
    const pid = await profile.enginePid();
    expect((await profile.cli(['engine', 'stop'])).code).toBe(0);
    await until('it has ended', () => !isAlive(pid!));
  });

  it('keeps socket, token and folders to this user', async () => {
    await profile.cli(['kernels']);
    const { runtime, state, socket, token } = profile.places;
    for (const path of [runtime, state]) expect((await stat(path)).mode & 0o777).toBe(0o700);
    for (const path of [socket, token]) expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect((await readdir(runtime)).filter((name) => name.startsWith('e-'))).toHaveLength(1);
  });

  it('lets nobody in who does not know the token, and does not mind garbage', async () => {
    await profile.cli(['kernels']);
    const wrong = Buffer.alloc(32, 7);
    await expect(
      openConnection({ socketPath: profile.places.socket, token: wrong, kind: 'cli', version: '0' }),
    ).rejects.toMatchObject({ code: 'unauthorized' });
    const closed = new Promise<void>((resolve) => {
      const socket = connect(profile.places.socket);
      socket.on('close', () => resolve());
      socket.on('error', () => undefined);
      socket.write(Buffer.from([0xff, 0xff, 0xff, 0xff, 1, 2, 3]));
    });
    await closed;
    expect((await profile.cli(['kernels'])).code).toBe(0);
  });

  it('answers unknown methods and wrong values with an error, and goes on', async () => {
    const engine = await profile.connect();
    const ask = (method: string, params: unknown): Promise<unknown> =>
      engine.request(method as 'engine.status', params as Record<string, never>);
    await expect(ask('constructor', {})).rejects.toMatchObject({ code: 'bad-request' });
    await expect(ask('__proto__', {})).rejects.toMatchObject({ code: 'bad-request' });
    await expect(ask('notebook.open', { path: 5 })).rejects.toMatchObject({ code: 'bad-request' });
    await expect(ask('notebook.open', { path: '../x.ipynb' })).rejects.toMatchObject({ code: 'bad-request' });
    await expect(ask('notebook.snapshot', { document: 'none' })).rejects.toMatchObject({ code: 'not-found' });
    expect((await engine.request('engine.status', {})).clients).toBe(1);
    engine.dispose();
  });

  it('never writes its token or what people typed into its log', async () => {
    const engine = await profile.connect();
    await engine.request('notebook.open', { path: '/nowhere/secret-name.ipynb' }).catch(() => undefined);
    engine.dispose();
    const token = (await readToken(profile.places.token)).toString('hex');
    const log = await readFile(join(profile.places.state, 'logs', 'engine.log'), 'utf8');
    expect(log).not.toContain(token);
  });
});

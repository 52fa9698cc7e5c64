import { spawn } from 'node:child_process';
import { createHmac, randomBytes } from 'node:crypto';
import { chmod, chown, mkdir, mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { connectEngine } from '../../electron/engine/client/connect-engine';
import { PROTOCOL } from '../../shared/rpc/protocol';
import { makeProfile, ROOT, type TestProfile } from '../support/profile';
import { until } from '../support/until';

interface Frame {
  readonly t: string;
  readonly nonce?: string;
  readonly proof?: string;
  readonly error?: { readonly code: string };
}

/** A client that speaks the frames by hand. */
class Raw {
  readonly frames: Frame[] = [];
  isClosed = false;
  private rest = Buffer.alloc(0);

  constructor(readonly socket: Socket) {
    socket.on('data', (chunk) => {
      this.rest = Buffer.concat([this.rest, chunk]);
      while (this.rest.length >= 4 && this.rest.length >= 4 + this.rest.readUInt32BE(0)) {
        const end = 4 + this.rest.readUInt32BE(0);
        this.frames.push(JSON.parse(this.rest.subarray(4, end).toString('utf8')) as Frame);
        this.rest = this.rest.subarray(end);
      }
    });
    socket.on('close', () => (this.isClosed = true));
    // Being cut off while writing is what many of these attacks end in.
    socket.on('error', () => (this.isClosed = true));
  }

  static open(path: string): Promise<Raw> {
    return new Promise((resolve, reject) => {
      const socket = connect(path);
      socket.once('error', reject);
      socket.once('connect', () => resolve(new Raw(socket)));
    });
  }

  send(value: unknown): void {
    this.bytes(Buffer.from(JSON.stringify(value)));
  }

  bytes(body: Buffer, claimed = body.length): void {
    const header = Buffer.alloc(4);
    header.writeUInt32BE(claimed);
    this.socket.write(Buffer.concat([header, body]));
  }

  async frame(at: number): Promise<Frame> {
    await until(`frame ${at} has come`, () => this.frames.length > at || this.isClosed);
    return this.frames[at] ?? { t: 'closed' };
  }

  async closed(): Promise<void> {
    await until('the connection is cut off', () => this.isClosed);
  }
}

const hex = (): string => randomBytes(32).toString('hex');
const hello = (over: object = {}) => ({
  t: 'hello',
  protocol: PROTOCOL,
  kind: 'cli',
  pid: process.pid,
  version: 'test',
  nonce: hex(),
  ...over,
});
const prove = (token: Buffer, side: string, client: string, engine: string): string =>
  createHmac('sha256', token).update(`watchbook ${side}\n${client}\n${engine}\n`).digest('hex');

describe('the handshake', () => {
  let profile: TestProfile;
  let token: Buffer;
  let dispose: () => void;
  const open: Raw[] = [];
  beforeAll(async () => {
    profile = await makeProfile();
    const engine = await profile.connect();
    dispose = () => engine.dispose();
    token = Buffer.from(await readFile(profile.places.token, 'utf8'), 'hex');
  });
  afterEach(async () => {
    for (const raw of open.splice(0)) raw.socket.destroy();
    // Whatever was tried: the engine lives, and lets the rightful in.
    const engine = await profile.connect();
    expect((await engine.request('engine.status', {})).protocol).toBe(PROTOCOL);
    engine.dispose();
  });
  afterAll(async () => {
    dispose();
    await profile.dispose();
  });

  async function raw(): Promise<Raw> {
    const made = await Raw.open(profile.places.socket);
    open.push(made);
    return made;
  }

  /** Up to the challenge. */
  async function greeted(
    nonce = hex(),
  ): Promise<{ readonly client: Raw; readonly nonce: string; readonly challenge: Frame }> {
    const client = await raw();
    client.send(hello({ nonce }));
    return { client, nonce, challenge: await client.frame(0) };
  }

  it('lets in who proves the token, and proves itself first', async () => {
    const { client, nonce, challenge } = await greeted();
    expect(challenge.proof).toBe(prove(token, 'engine', nonce, challenge.nonce!));
    client.send({ t: 'proof', proof: prove(token, 'client', nonce, challenge.nonce!) });
    expect((await client.frame(1)).t).toBe('welcome');
  });

  it('never sends its token', async () => {
    const { client, nonce, challenge } = await greeted();
    client.send({ t: 'proof', proof: prove(token, 'client', nonce, challenge.nonce!) });
    await client.frame(1);
    expect(JSON.stringify(client.frames)).not.toContain(token.toString('hex'));
  });

  it.each([
    ['a made up proof', () => hex()],
    [
      'a proof of another token',
      (client: string, engine: string) => prove(randomBytes(32), 'client', client, engine),
    ],
    [
      'a proof of an empty token',
      (client: string, engine: string) => prove(Buffer.alloc(0), 'client', client, engine),
    ],
    ['the engine’s own proof sent back', (_client: string, _engine: string, own: string) => own],
  ])('refuses %s', async (_name, make) => {
    const { client, nonce, challenge } = await greeted();
    client.send({ t: 'proof', proof: make(nonce, challenge.nonce!, challenge.proof!) });
    expect(await client.frame(1)).toMatchObject({ t: 'refused', error: { code: 'unauthorized' } });
    await client.closed();
  });

  it('refuses a recorded proof, also with the greeting it was made for', async () => {
    const first = await greeted();
    const proof = prove(token, 'client', first.nonce, first.challenge.nonce!);
    first.client.send({ t: 'proof', proof });
    expect((await first.client.frame(1)).t).toBe('welcome');
    const again = await greeted(first.nonce);
    expect(again.challenge.nonce).not.toBe(first.challenge.nonce);
    again.client.send({ t: 'proof', proof });
    expect(await again.client.frame(1)).toMatchObject({ t: 'refused', error: { code: 'unauthorized' } });
  });

  it('answers nothing before the proof, whatever is asked', async () => {
    const request = { t: 'request', id: 1, method: 'engine.stop', params: { force: true } };
    const early = await raw();
    early.send(request);
    expect((await early.frame(0)).t).toBe('refused');
    const { client } = await greeted();
    client.send(request);
    expect((await client.frame(1)).t).toBe('refused');
    await client.closed();
    expect(client.frames.some(({ t }) => t === 'result')).toBe(false);
  });

  it.each([
    ['another protocol', { protocol: PROTOCOL + 1 }, 'protocol-mismatch'],
    ['a kind that is none', { kind: 'root' }, 'unauthorized'],
    ['a short nonce', { nonce: '00' }, 'unauthorized'],
    ['a nonce that is an object', { nonce: { toString: 'x' } }, 'unauthorized'],
    ['a greeting that is none', { t: 'welcome' }, 'unauthorized'],
  ])('refuses %s', async (_name, over, code) => {
    const client = await raw();
    client.send(hello(over));
    expect(await client.frame(0)).toMatchObject({ t: 'refused', error: { code } });
    await client.closed();
  });

  it.each([
    ['a header that claims 4 GB', (client: Raw) => client.bytes(Buffer.alloc(0), 0xffff_ffff)],
    ['a greeting of 1 MB', (client: Raw) => client.send(hello({ version: 'x'.repeat(1_048_576) }))],
    ['what is no JSON', (client: Raw) => client.bytes(Buffer.from('{"t":'))],
    ['an empty frame', (client: Raw) => client.bytes(Buffer.alloc(0))],
    [
      'random bytes',
      (client: Raw) => client.socket.write(Buffer.concat([Buffer.from([0, 0, 0, 64]), randomBytes(64)])),
    ],
    ['HTTP', (client: Raw) => client.socket.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n')],
    ['deep nesting', (client: Raw) => client.bytes(Buffer.from('['.repeat(4_000)))],
  ])('cuts off %s', async (_name, send) => {
    const client = await raw();
    send(client);
    await client.closed();
    expect(client.frames.filter(({ t }) => t !== 'refused')).toEqual([]);
  });

  it('cuts off who is silent or slow, and serves others meanwhile', async () => {
    const silent = await raw();
    const slow = await raw();
    const bytes = Buffer.from(JSON.stringify(hello()));
    const header = Buffer.alloc(4);
    header.writeUInt32BE(bytes.length);
    const all = Buffer.concat([header, bytes]);
    let at = 0;
    const drip = setInterval(() => {
      if (!slow.isClosed) slow.socket.write(all.subarray(at, (at += 1)));
    }, 100);
    const many = await Promise.all(Array.from({ length: 100 }, () => raw()));
    expect((await greeted()).challenge.t).toBe('challenge');
    await silent.closed();
    await slow.closed();
    clearInterval(drip);
    for (const each of many) await each.closed();
  });
});

describe('places that are not private', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'wb-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  /** A profile with a runtime folder made by somebody else before us. */
  async function profileWith(name: string, make: (runtime: string, root: string) => Promise<void>) {
    const profile = join(folder, name);
    await mkdir(profile, { mode: 0o700 });
    const runtime = join(profile, 'runtime');
    await make(runtime, profile);
    return {
      config: join(profile, 'config'),
      state: join(profile, 'state'),
      runtime,
      socket: join(runtime, `engine-${PROTOCOL}.sock`),
      token: join(runtime, `engine-${PROTOCOL}.token`),
    };
  }

  const others: readonly (readonly [string, (runtime: string, root: string) => Promise<void>])[] = [
    [
      'open to all',
      async (runtime) => {
        await mkdir(runtime);
        await chmod(runtime, 0o777);
      },
    ],
    [
      'open to the group',
      async (runtime) => {
        await mkdir(runtime);
        await chmod(runtime, 0o750);
      },
    ],
    [
      'a link',
      async (runtime, root) => {
        await mkdir(join(root, 'elsewhere'), { mode: 0o700 });
        await symlink(join(root, 'elsewhere'), runtime);
      },
    ],
    // Only root can give a folder away; everybody else has one of root's at hand.
    [
      'of another user',
      async (runtime) => {
        if (process.getuid?.() === 0) {
          await mkdir(runtime, { mode: 0o700 });
          await chown(runtime, 65_534, 65_534);
        } else await symlink('/root', runtime);
      },
    ],
  ];

  it.each(others)('are refused by the client: a folder %s', async (name, make) => {
    const places = await profileWith(`client ${name}`, make);
    for (const start of [true, false]) {
      const error: unknown = await connectEngine({
        places,
        kind: 'cli',
        version: 'test',
        start,
        program: join(ROOT, 'out', 'engine', 'engine.cjs'),
      }).catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ code: 'forbidden' });
      expect(String(error)).toContain(places.runtime);
    }
  });

  it.each(others)('are refused by the engine: a folder %s', async (name, make) => {
    const places = await profileWith(`engine ${name}`, make);
    const engine = spawn(process.execPath, [join(ROOT, 'out', 'engine', 'engine.cjs')], {
      env: { PATH: process.env['PATH'], WATCHBOOK_PROFILE: join(folder, `engine ${name}`) },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const code = await new Promise((resolve) => engine.once('exit', resolve));
    expect(code).not.toBe(0);
    await expect(stat(places.socket)).rejects.toThrow(/ENOENT|EACCES/);
  });

  it('are not trusted with a token that others can read', async () => {
    const places = await profileWith('token', (runtime) =>
      mkdir(runtime, { mode: 0o700 }).then(() => undefined),
    );
    const attempt = () =>
      connectEngine({ places, kind: 'cli', version: 'test', start: false, program: '' }).catch(
        (thrown: unknown) => thrown,
      );
    await writeFile(places.token, hex(), { mode: 0o644 });
    expect(await attempt()).toMatchObject({ code: 'forbidden' });
    await rm(places.token);
    await writeFile(join(places.runtime, 'real'), hex(), { mode: 0o600 });
    await symlink(join(places.runtime, 'real'), places.token);
    expect(await attempt()).toMatchObject({ code: 'forbidden' });
  });

  it('give an impostor on the socket nothing: it gets a nonce and no proof', async () => {
    const places = await profileWith('impostor', (runtime) =>
      mkdir(runtime, { mode: 0o700 }).then(() => undefined),
    );
    const token = randomBytes(32);
    await writeFile(places.token, token.toString('hex'), { mode: 0o600 });
    const got: Raw[] = [];
    const server = createServer((socket) => {
      const raw = new Raw(socket);
      got.push(raw);
      raw.send({ t: 'challenge', protocol: PROTOCOL, pid: 1, version: '0', nonce: hex(), proof: hex() });
    });
    await new Promise<void>((resolve) => server.listen(places.socket, resolve));
    const error: unknown = await connectEngine({
      places,
      kind: 'cli',
      version: 'test',
      start: false,
      program: '',
    }).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'unauthorized' });
    await got[0]?.closed();
    expect(got[0]?.frames.map(({ t }) => t)).toEqual(['hello']);
    await new Promise((resolve) => server.close(resolve));
  });
});

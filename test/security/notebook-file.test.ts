import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { access, mkdir, readFile, rename, rm, stat, symlink, unlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { EngineConnection } from '../../electron/engine/client/engine-connection';
import type { DocumentSnapshot } from '../../shared/notebook/contract';
import { ERROR_CODES, toWireError } from '../../shared/rpc/errors';
import { makeProfile, type TestProfile } from '../support/profile';
import { until } from '../support/until';

const run = promisify(execFile);

let profile: TestProfile;
let engine: EngineConnection;
let enginePid: number;
let library: string;
let secret: string;

beforeAll(async () => {
  profile = await makeProfile();
  engine = await profile.connect();
  enginePid = engine.enginePid;
});
afterAll(async () => {
  engine.dispose();
  await profile.dispose();
});
beforeEach(async () => {
  const folder = join(profile.home, 'case');
  await rm(folder, { recursive: true, force: true });
  library = join(folder, 'library');
  await mkdir(library, { recursive: true });
  secret = join(folder, 'secret.png');
  await writeFile(secret, PNG);
});
afterEach(async () => {
  // Whatever was opened: the engine lives, and nothing runs.
  const status = await engine.request('engine.status', {});
  expect(status).toMatchObject({ pid: enginePid, kernels: 0, busy: 0 });
});

const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);
const at = (name: string): string => join(library, name);

/** A notebook's text with these cells, as a hostile program would write it: nothing is escaped. */
const book = (cells: string, metadata = '{}', rest = '"nbformat": 4, "nbformat_minor": 5'): string =>
  `{"cells": [${cells}], "metadata": ${metadata}, ${rest}}`;
const code = (source: string, members = ''): string =>
  `{"cell_type": "code", "id": "c0", "source": ${JSON.stringify(source)}, "metadata": {}, "outputs": [], "execution_count": null${members}}`;

async function open(name: string, text?: string | Uint8Array): Promise<DocumentSnapshot> {
  if (text !== undefined) await writeFile(at(name), text);
  return engine.request('notebook.open', { path: at(name) });
}

async function refusal(work: Promise<unknown>): Promise<ReturnType<typeof toWireError>> {
  const thrown: unknown = await work.then(
    () => null,
    (error: unknown) => error,
  );
  expect(thrown, 'it was not refused').not.toBeNull();
  const wire = toWireError(thrown);
  expect(ERROR_CODES).toContain(wire.code);
  // Never our own mistake: each of these is foreseen and has words of its own.
  expect(wire.code, wire.detail).not.toBe('internal');
  return wire;
}

describe('the text of a notebook', () => {
  it('keeps what it can not follow byte for byte: order mark, line ends, doubled keys, awkward names', async () => {
    const texts = {
      bom: `\ufeff${book(code('1'))}`,
      crlf: book(code('1')).replaceAll(', ', ',\r\n  '),
      doubled: book(
        code('1'),
        '{"a": 1, "a": 2, "kernelspec": {"name": "x"}, "kernelspec": {"name": "bash", "display_name": "b"}}',
      ),
      proto: book(
        code('1', ', "__proto__": {"polluted": 1}').replace(
          '"metadata": {}',
          '"metadata": {"__proto__": {"polluted": 2}, "constructor": {"prototype": {"polluted": 3}}}',
        ),
        '{"__proto__": {"polluted": 4, "isAdmin": true}, "constructor": {"prototype": {"polluted": 5}}}',
      ),
      numbers: book(
        code('1'),
        '{"big": 123456789012345678901234567890, "small": 1e-400, "huge": 1e400, "zero": -0}',
      ),
    };
    for (const [name, text] of Object.entries(texts)) {
      const { document } = await open(`${name}.ipynb`, text);
      await engine.request('notebook.save', { document });
      expect(await readFile(at(`${name}.ipynb`), 'utf8'), name).toBe(text);
      await engine.request('notebook.close', { document, discard: true });
    }
  });

  it('counts the last of doubled keys, and says so', async () => {
    const { findings, metadata } = await open('twice.ipynb', book(code('1'), '{"a": 1, "a": 2}'));
    expect(metadata['a']).toBe(2);
    expect(JSON.stringify(findings)).toContain('metadata.a');
  });

  it('lets names of prototypes be plain members, through edits too', async () => {
    const awkward =
      '{"output_type": "display_data", "metadata": {"__proto__": {"polluted": 1}}, "data": {"__proto__": "p", "constructor": "c", "toString": "t", "text/plain": "x", "hasOwnProperty": "h"}}';
    const text = book(
      code('1').replace('"outputs": []', `"outputs": [${awkward}]`),
      '{"__proto__": {"polluted": 4}, "constructor": {"prototype": {"polluted": 5}}}',
    );
    const snapshot = await open('proto.ipynb', text);
    const { document, version } = snapshot;
    expect(Object.hasOwn(snapshot.metadata, '__proto__')).toBe(true);
    await engine
      .request('notebook.edit', {
        document,
        base: version,
        edit: 'e1',
        operation: { kind: 'metadata', cell: null, path: ['__proto__', 'polluted'], value: 6 } as never,
      })
      .catch((error: unknown) => toWireError(error));
    await engine.request('notebook.save', { document });
    const saved = await readFile(at('proto.ipynb'), 'utf8');
    expect(saved).toContain('"toString": "t"');
    // Nothing in the engine got a member from it.
    const clean = await open('clean.ipynb', book(code('1')));
    for (const value of [clean.metadata, clean.state, await engine.request('settings.get', {})] as object[])
      expect(Reflect.get(value, 'polluted')).toBeUndefined();
    expect(JSON.stringify(await engine.request('engine.status', {}))).not.toContain('polluted');
    expect(Reflect.get({}, 'polluted')).toBeUndefined();
  });

  it.each([
    ['nothing', ''],
    ['spaces', ' \n '],
    ['NaN', book(code('1'), '{"a": NaN}')],
    ['Infinity', book(code('1'), '{"a": -Infinity}')],
    ['a number', '4'],
    ['a list', '[]'],
    ['cells that are no list', '{"cells": {}, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}'],
    ['cells that are no objects', book('1, "x", null')],
    ['cells that are lists', book('[[]]')],
    ['a torn file', book(code('1')).slice(0, 60)],
    ['text behind its end', `${book(code('1'))} x`],
    ['nbformat 5', book('', '{}', '"nbformat": 5, "nbformat_minor": 0')],
    ['nbformat as text', book('', '{}', '"nbformat": "4; rm", "nbformat_minor": 5')],
    ['nbformat 1e999', book('', '{}', '"nbformat": 1e999, "nbformat_minor": 5')],
    ['deep lists', () => book(code('1'), `{"a": ${'['.repeat(200_000)}${']'.repeat(200_000)}}`)],
    ['deep objects', () => book(code('1'), `{"a": ${'{"a":'.repeat(200_000)}1${'}'.repeat(200_000)}}`)],
    ['deep cells', () => '{"cells":'.repeat(100_000)],
  ] as readonly (readonly [string, string | (() => string)])[])(
    'is refused with words where it is %s',
    async (_name, made) => {
      const text = typeof made === 'string' ? made : made();
      const before = Buffer.from(text);
      const { message } = await refusal(open('bad.ipynb', text));
      expect(message).toContain('bad.ipynb');
      expect(await readFile(at('bad.ipynb'))).toEqual(before);
    },
  );

  it.each([
    ['a lone continuation byte', [0x80]],
    ['an overlong slash', [0xc0, 0xaf]],
    ['a surrogate', [0xed, 0xa0, 0x80]],
    ['a code point that is none', [0xf4, 0x90, 0x80, 0x80]],
  ])('is refused where its UTF-8 is broken by %s', async (_name, bytes) => {
    const text = Buffer.from(book(code('HERE')));
    const place = text.indexOf('HERE');
    const bad = Buffer.concat([text.subarray(0, place), Buffer.from(bytes), text.subarray(place + 4)]);
    const { code: reason, message } = await refusal(open('utf8.ipynb', bad));
    expect(reason).toBe('not-a-notebook');
    expect(message).toContain('UTF-8');
    expect(await readFile(at('utf8.ipynb'))).toEqual(bad);
  });

  it('is refused as UTF-16 and UTF-32', async () => {
    for (const bytes of [
      Buffer.from(`\ufeff${book(code('1'))}`, 'utf16le'),
      Buffer.from([0, 0, 0xfe, 0xff, 0, 0, 0, 123]),
    ])
      expect((await refusal(open('wide.ipynb', bytes))).code).toBe('unsupported-format');
  });

  it('opens with doubled, missing and hostile ids, each cell with one of its own', async () => {
    const id = (value: string): string => code('1').replace('"id": "c0"', value);
    const cells = [
      id('"id": "same"'),
      id('"id": "same"'),
      id('"id": ""'),
      id('"id": 7'),
      id('"id": null'),
      id('"id": "../../x"'),
      id('"id": "<img src=x onerror=alert(1)>"'),
      id('"id": "__proto__"'),
      id(`"id": "${'x'.repeat(100_000)}"`),
      id('"x": 1'),
    ];
    const text = book(cells.join(', '));
    const { document, cells: views, findings } = await open('ids.ipynb', text);
    const ids = views.map((cell) => cell.id);
    expect(new Set(ids).size).toBe(cells.length);
    for (const each of ids) expect(each).toMatch(/^[A-Za-z0-9_-]{1,64}$/);
    expect(findings.length).toBeGreaterThan(3);
    await engine.request('notebook.save', { document });
    expect(await readFile(at('ids.ipynb'), 'utf8')).toBe(text);
  });

  it('keeps the outputs of cells whose ids are names of prototypes', async () => {
    const output = '"outputs": [{"output_type": "stream", "name": "stdout", "text": "kept"}]';
    const names = ['__proto__', 'constructor', 'toString'];
    const cells = names.map((name) => code('1').replace('c0', name).replace('"outputs": []', output));
    const { outputs } = await open('names.ipynb', book(cells.join(', ')));
    for (const name of names) {
      expect(Object.hasOwn(outputs, name), name).toBe(true);
      expect(outputs[name], name).toMatchObject([{ kind: 'stream', text: { head: 'kept' } }]);
    }
  });

  it('opens 100,000 cells in bounded time, and serves others', async () => {
    const cells = Array.from({ length: 100_000 }, (_, index) =>
      code(`x = ${index}`).replace('c0', `c${index}`),
    );
    const { document, cells: views } = await open('many.ipynb', book(cells.join(',')));
    expect(views.length).toBe(100_000);
    await engine.request('notebook.close', { document, discard: true });
  });

  it('opens or refuses a million cells, and lives', async () => {
    const cell = '{"cell_type":"code","source":"","metadata":{},"outputs":[],"execution_count":null}';
    await writeFile(
      at('million.ipynb'),
      book(`${`${cell},`.repeat(999_999)}${cell}`, '{}', '"nbformat":4,"nbformat_minor":4'),
    );
    const answer = await engine.request('notebook.open', { path: at('million.ipynb') }).then(
      ({ document, cells }) => ({ document, count: cells.length }),
      (error: unknown) => toWireError(error),
    );
    if ('document' in answer) {
      expect(answer.count).toBe(1_000_000);
      await engine.request('notebook.close', { document: answer.document, discard: true });
    } else expect(answer.code).toBe('too-large');
  });

  it('of nbformat 3 is not converted unasked', async () => {
    const text = JSON.stringify({
      metadata: { name: '../../x' },
      nbformat: 3,
      nbformat_minor: 0,
      worksheets: [{ cells: [{ cell_type: 'code', input: 'x', language: '../../bin/sh', outputs: [] }] }],
    });
    const { document, version } = await open('three.ipynb', text);
    await engine.request('notebook.edit', {
      document,
      base: version,
      edit: 'e1',
      operation: {
        kind: 'insert',
        after: null,
        cells: [{ id: 'n', type: 'code', source: '', metadata: {}, outputs: [], executionCount: null }],
      },
    });
    expect((await refusal(engine.request('notebook.save', { document }))).code).toBe('needs-consent');
    expect(await readFile(at('three.ipynb'), 'utf8')).toBe(text);
    await engine.request('notebook.close', { document, discard: true });
  });

  it('gives no trust to itself, by no word of it', async () => {
    const output = `{"output_type": "display_data", "data": {"text/html": "<script>1</script>"}, "metadata": {"trusted": true, "madeHere": true, "watchbook": {"madeHere": true}}, "madeHere": true}`;
    const { outputs, state } = await open(
      'trusted.ipynb',
      book(
        code('1', ', "trusted": true')
          .replace(
            '"metadata": {}',
            '"metadata": {"trusted": true, "watchbook": {"madeHere": true, "live": true}}',
          )
          .replace('"outputs": []', `"outputs": [${output}]`),
        '{"trusted": true, "signature": "sha256:0", "watchbook": {"trusted": true, "liveAllowed": true}}',
      ),
    );
    expect(state.liveAllowed).toBe(false);
    expect(outputs['c0']).toMatchObject([{ kind: 'data', madeHere: false }]);
  });
});

describe('a kernel that a notebook names', () => {
  it.each([
    '../../evil',
    '/tmp/evil',
    '..',
    '.',
    'python3;touch pwned',
    'python3 $(touch pwned)',
    'python3\n',
    'python3\u0000',
    '-m',
    '--help',
    'constructor',
    '__proto__',
    'jupyter:../evil',
    'evil@/tmp',
    `python3@${'/x'.repeat(10)}`,
    'LONG',
    '',
  ])('is only ever a name: %j', async (given) => {
    const name = given === 'LONG' ? 'x'.repeat(100_000) : given;
    // What a path would lead to.
    const folder = join(library, '..', 'evil');
    await mkdir(folder, { recursive: true });
    await writeFile(
      join(folder, 'kernel.json'),
      JSON.stringify({
        argv: ['/bin/sh', '-c', 'touch pwned', '{connection_file}'],
        display_name: 'evil',
        language: 'python',
      }),
    );
    const metadata = JSON.stringify({
      kernelspec: { name, display_name: '<b>x</b>', language: 'x;y' },
      language_info: { name: name || 'nothing' },
    });
    const { document } = await open('named.ipynb', book(code('1'), metadata));
    await engine.request('notebook.run', { document, cells: ['c0'] }).catch((error: unknown) => {
      expect(['no-kernel', 'bad-request', 'kernel-failed']).toContain(toWireError(error).code);
    });
    await until('the cell waits for nothing', async () => {
      const { runs, state } = await engine.request('notebook.snapshot', { document });
      return state.queue.length === 0 && ['failed', 'idle', undefined].includes(runs['c0']?.status);
    });
    const { state } = await engine.request('notebook.snapshot', { document });
    expect(state.kernel.pid).toBeNull();
    for (const place of [library, folder, profile.home, '/', '/tmp'])
      await expect(access(join(place, 'pwned')), place).rejects.toThrow(/ENOENT/);
    const { code: exit } = await profile.cli(['run', at('named.ipynb')]);
    expect(exit).toBe(3);
    await engine.request('notebook.close', { document, discard: true });
  });
});

describe('runbooks that a text links to', () => {
  let document: string;
  beforeEach(async () => {
    await writeFile(at('watchbook.json'), '{"version": 1}');
    await mkdir(at('deep'));
    ({ document } = await open('deep/links.ipynb', book(code('1'))));
  });
  const follow = (target: string) => engine.request('notebook.followLink', { document, target });

  it('are found in the library: the counterpart of all that follows', async () => {
    await mkdir(at('deep/part'));
    await writeFile(at('deep/part/a b.ipynb'), book(code('2')));
    await writeFile(join(library, 'top.ipynb'), book(code('3')));
    await symlink(at('deep/part/a b.ipynb'), at('deep/other.ipynb'));
    const found = { path: at('deep/part/a b.ipynb'), anchor: '' };
    expect(await follow('part/a%20b.ipynb')).toEqual(found);
    expect(await follow('./part/../part/a b.ipynb')).toEqual(found);
    expect(await follow('other.ipynb')).toEqual(found);
    expect(await follow('part/a%20b.ipynb#Roll%20back')).toEqual({ ...found, anchor: 'Roll back' });
    expect(await follow('part/a%20b.ipynb?x=1#100%')).toEqual({ ...found, anchor: '100%' });
    expect((await follow('../top.ipynb#a')).path).toBe(join(library, 'top.ipynb'));
  });

  it('are not followed outside of the library, whatever the way', async () => {
    const outside = join(library, '..', 'outside.ipynb');
    await writeFile(outside, book(code('4')));
    await symlink(outside, at('deep/link.ipynb'));
    await symlink(join(library, '..'), at('deep/folder'));
    await mkdir(at('deep/folder.ipynb'));
    await writeFile(at('deep/notes.md'), '# Notes');
    const refused: Readonly<Record<string, string>> = {
      '../../outside.ipynb': 'forbidden',
      '..%2f..%2foutside.ipynb': 'forbidden',
      '%2e%2e/../outside.ipynb': 'forbidden',
      'x/../../../outside.ipynb': 'forbidden',
      // Whether there is something is not said either.
      '../../nothing.ipynb': 'forbidden',
      [outside]: 'forbidden',
      'file:///etc/passwd': 'forbidden',
      'app://watchbook/index.html': 'forbidden',
      'javascript:alert(1)': 'forbidden',
      '//host/share/x.ipynb': 'forbidden',
      '\\\\host\\share\\x.ipynb': 'forbidden',
      'link.ipynb': 'forbidden',
      'folder/outside.ipynb': 'forbidden',
      '#only': 'forbidden',
      'a%00.ipynb': 'forbidden',
      '%zz.ipynb': 'forbidden',
      'missing.ipynb': 'not-found',
      'notes.md': 'unsupported-format',
      'folder.ipynb': 'unsupported-format',
    };
    for (const [target, code] of Object.entries(refused))
      await expect(follow(target), target).rejects.toMatchObject({ code });
  });
});

describe('pictures that a notebook names', () => {
  let document: string;
  beforeEach(async () => {
    ({ document } = await open('pictures.ipynb', book(code('1'))));
  });
  const picture = (source: string) => engine.request('notebook.picture', { document, source });

  it('are read where they lie beside it: the counterpart of all that follows', async () => {
    await mkdir(at('img'));
    await writeFile(at('img/a b.png'), PNG);
    for (const source of ['img/a b.png', 'img/a%20b.png', './img/../img/a b.png', 'img/a%20b.png?x#y'])
      expect((await picture(source)).url, source).toMatch(/^data:image\/png;base64,/);
    await symlink(at('img/a b.png'), at('inside.png'));
    expect((await picture('inside.png')).url).toMatch(/^data:image\/png/);
  });

  it('are not read outside of the library, whatever the way', async () => {
    await symlink(secret, at('file-link.png'));
    await symlink(join(library, '..'), at('folder-link'));
    await symlink('/', at('root-link'));
    await symlink('/dev/zero', at('zero.png'));
    await symlink('/proc/self/environ', at('environ.png'));
    await run('mkfifo', [at('fifo.png')]);
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(at('socket.png'), resolve));
    for (const source of [
      '../secret.png',
      '..%2fsecret.png',
      '%2e%2e/secret.png',
      '%252e%252e/secret.png',
      'x/../../secret.png',
      '..\\secret.png',
      secret,
      `file://${secret}`,
      `FILE:${secret}`,
      'data:image/png;base64,AAAA',
      'http://127.0.0.1/x.png',
      '//127.0.0.1/x.png',
      '\\\\host\\share\\x.png',
      'app://watchbook/index.html',
      'attachment:../secret.png',
      'file-link.png',
      'folder-link/secret.png',
      'root-link/etc/passwd',
      'zero.png',
      'environ.png',
      'fifo.png',
      'socket.png',
      '.',
      '..',
      '',
      'a\0.png',
      '%00.png',
      '%zz.png',
      'x'.repeat(100_000),
    ]) {
      const { code: reason, message } = await refusal(picture(source));
      expect(
        ['bad-request', 'forbidden', 'not-found', 'unsupported-format', 'too-large', 'not-readable'],
        source.slice(0, 60),
      ).toContain(reason);
      expect(message).not.toContain(PNG.toString('base64').slice(0, 20));
    }
    await new Promise((resolve) => server.close(resolve));
  });

  it('are pictures by their bytes, not by their names, and not endless', async () => {
    await writeFile(at('a.png'), '<html><script>1</script></html>');
    await writeFile(at('b.svg'), 'not svg <svg></svg>');
    expect((await refusal(picture('a.png'))).code).toBe('unsupported-format');
    expect((await refusal(picture('b.svg'))).code).toBe('unsupported-format');
    await writeFile(at('c.png'), Buffer.concat([PNG, Buffer.alloc(20 * 1024 * 1024)]));
    expect((await refusal(picture('c.png'))).code).toBe('too-large');
  });

  it('are not read of another notebook’s folder by its name', async () => {
    await mkdir(join(library, '..', 'library-two'));
    await writeFile(join(library, '..', 'library-two', 'x.png'), PNG);
    expect((await refusal(picture('../library-two/x.png'))).code).toBe('forbidden');
  });
});

describe('the whole text that a notebook names', () => {
  const text = 'the whole\n';
  const digest = createHash('sha256').update(text).digest('hex');
  const stream = '"outputs": [{"output_type": "stream", "name": "stdout", "text": "cut"}]';

  async function lines(entry: object): Promise<readonly string[]> {
    const metadata = JSON.stringify({
      watchbook: { fullOutput: [{ output: 0, bytes: 10, lines: 1, ...entry }] },
    });
    const { document, outputs } = await open(
      'full.ipynb',
      book(code('1').replace('"outputs": []', stream).replace('"metadata": {}', `"metadata": ${metadata}`)),
    );
    const key = outputs['c0']?.[0]?.key ?? '';
    try {
      return (await engine.request('notebook.outputLines', { document, cell: 'c0', key, from: 0, count: 10 }))
        .lines;
    } finally {
      await engine.request('notebook.close', { document, discard: true });
    }
  }

  it('is read where it should lie', async () => {
    await mkdir(at('full.output'));
    await writeFile(at(`full.output/${digest}.txt`), text);
    expect(await lines({ path: `output/${digest}.txt`, sha256: digest })).toEqual(['the whole']);
  });

  it.each([
    '../secret.png',
    '/etc/passwd',
    `output/../../${digest}.txt`,
    `output/${digest}.txt/../../x`,
    'output/x.txt',
  ])('is never read from %s', async (path) => {
    expect(await lines({ path, sha256: digest })).toEqual(['cut']);
  });

  it('is not read behind a link, and not with another content', async () => {
    const elsewhere = join(library, '..', 'elsewhere');
    await mkdir(elsewhere);
    await writeFile(join(elsewhere, `${digest}.txt`), text);
    const entry = { path: `output/${digest}.txt`, sha256: digest };
    await symlink(elsewhere, at('full.output'));
    expect((await refusal(lines(entry))).code).toBe('forbidden');
    await unlink(at('full.output'));
    await mkdir(at('full.output'));
    await symlink(join(elsewhere, `${digest}.txt`), at(`full.output/${digest}.txt`));
    expect((await refusal(lines(entry))).code).toBe('forbidden');
    await unlink(at(`full.output/${digest}.txt`));
    await run('mkfifo', [at(`full.output/${digest}.txt`)]);
    expect((await refusal(lines(entry))).code).toBe('forbidden');
    await unlink(at(`full.output/${digest}.txt`));
    await writeFile(at(`full.output/${digest}.txt`), 'another\n');
    expect((await refusal(lines(entry))).code).toBe('conflict');
  });
});

describe('what is no file', () => {
  it('is refused at once: folders, pipes, sockets, devices, and links to them', async () => {
    await mkdir(at('folder.ipynb'));
    await run('mkfifo', [at('fifo.ipynb')]);
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(at('socket.ipynb'), resolve));
    for (const [name, target] of [
      ['zero', '/dev/zero'],
      ['random', '/dev/urandom'],
      ['null', '/dev/null'],
      ['to-fifo', at('fifo.ipynb')],
      ['loop', at('loop.ipynb')],
      ['nowhere', at('nothing')],
      ['memory', '/proc/self/mem'],
      ['passwd', '/etc/passwd'],
    ] as const)
      await symlink(target, at(`${name}.ipynb`));
    const names = [
      'folder',
      'fifo',
      'socket',
      'zero',
      'random',
      'null',
      'to-fifo',
      'loop',
      'nowhere',
      'memory',
      'passwd',
    ];
    for (const name of names) {
      const { code: reason, message } = await refusal(open(`${name}.ipynb`));
      expect(['not-readable', 'not-found', 'not-a-notebook'], name).toContain(reason);
      expect(message).not.toContain('root:');
      expect((await profile.cli(['check', at(`${name}.ipynb`)])).code, name).toBe(2);
      expect((await profile.cli(['run', at(`${name}.ipynb`)])).code, name).toBe(2);
    }
    await new Promise((resolve) => server.close(resolve));
  });

  it('is refused by a path that is none', async () => {
    for (const path of [
      '',
      'relative.ipynb',
      '../x.ipynb',
      '\0',
      `${at('a')}\0.ipynb`,
      `/${'x'.repeat(5_000)}`,
      `/${'x/'.repeat(5_000)}`,
    ])
      await refusal(engine.request('notebook.open', { path }));
  });

  it('swapped between the look and the opening is read as one of what it was', async () => {
    const real = book(code('the real one'));
    await writeFile(at('real'), real);
    await run('mkfifo', [at('fifo')]);
    await symlink('/dev/zero', at('zero'));
    await symlink(at('real'), at('swap.ipynb'));
    let isSwapping = true;
    const swapping = (async () => {
      for (let turn = 0; isSwapping; turn += 1) {
        const target = [at('real'), at('fifo'), '/dev/zero', library][turn % 4] ?? '';
        await symlink(target, at('next'));
        await rename(at('next'), at('swap.ipynb'));
      }
    })();
    const seen = new Set<string>();
    try {
      for (let turn = 0; turn < 150; turn += 1) {
        const answer = await open('swap.ipynb').then(
          async ({ document, cells }) => {
            expect(cells[0]?.source).toBe('the real one');
            await engine.request('notebook.close', { document, discard: true });
            return 'opened';
          },
          (error: unknown) => toWireError(error).code,
        );
        seen.add(answer);
      }
    } finally {
      isSwapping = false;
      await swapping;
    }
    seen.delete('opened');
    for (const each of seen) expect(['not-readable', 'not-found']).toContain(each);
    // A device or a pipe was met, or the test tests nothing.
    expect(seen.size).toBeGreaterThan(0);
  });

  it('put in place of an open notebook is not written through', async () => {
    const victim = join(library, '..', 'victim.txt');
    await writeFile(victim, 'as it was');
    const { document, version } = await open('mine.ipynb', book(code('1')));
    await engine.request('notebook.edit', {
      document,
      base: version,
      edit: 'e1',
      operation: {
        kind: 'insert',
        after: null,
        cells: [{ id: 'n', type: 'code', source: 'mine', metadata: {}, outputs: [], executionCount: null }],
      },
    });
    await unlink(at('mine.ipynb'));
    await symlink(victim, at('mine.ipynb'));
    expect((await refusal(engine.request('notebook.save', { document }))).code).toBe('changed-on-disk');
    expect(await readFile(victim, 'utf8')).toBe('as it was');
    await unlink(at('mine.ipynb'));
    await run('mkfifo', [at('mine.ipynb')]);
    await refusal(engine.request('notebook.save', { document, overwrite: true }));
    expect((await stat(at('mine.ipynb'))).isFIFO()).toBe(true);
    await engine.request('notebook.close', { document, discard: true });
  });
});

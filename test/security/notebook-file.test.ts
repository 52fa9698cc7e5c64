import { access, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { toWireError } from '../../shared/rpc/errors';
import { book, code, HostileFiles, refusal } from '../support/hostile-files';
import { until } from '../support/until';

const here = HostileFiles.forEachTest();
const at = (name: string): string => here.at(name);
const open = (name: string, text?: string | Uint8Array) => here.open(name, text);

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
      await here.engine.request('notebook.save', { document });
      expect(await readFile(at(`${name}.ipynb`), 'utf8'), name).toBe(text);
      await here.engine.request('notebook.close', { document, discard: true });
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
    await here.engine
      .request('notebook.edit', {
        document,
        base: version,
        edit: 'e1',
        operation: { kind: 'metadata', cell: null, path: ['__proto__', 'polluted'], value: 6 } as never,
      })
      .catch((error: unknown) => toWireError(error));
    await here.engine.request('notebook.save', { document });
    const saved = await readFile(at('proto.ipynb'), 'utf8');
    expect(saved).toContain('"toString": "t"');
    // Nothing in the engine got a member from it.
    const clean = await open('clean.ipynb', book(code('1')));
    for (const value of [
      clean.metadata,
      clean.state,
      await here.engine.request('settings.get', {}),
    ] as object[])
      expect(Reflect.get(value, 'polluted')).toBeUndefined();
    expect(JSON.stringify(await here.engine.request('engine.status', {}))).not.toContain('polluted');
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
    await here.engine.request('notebook.save', { document });
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
    await here.engine.request('notebook.close', { document, discard: true });
  });

  it('opens or refuses a million cells, and lives', async () => {
    const cell = '{"cell_type":"code","source":"","metadata":{},"outputs":[],"execution_count":null}';
    await writeFile(
      at('million.ipynb'),
      book(`${`${cell},`.repeat(999_999)}${cell}`, '{}', '"nbformat":4,"nbformat_minor":4'),
    );
    const answer = await here.engine.request('notebook.open', { path: at('million.ipynb') }).then(
      ({ document, cells }) => ({ document, count: cells.length }),
      (error: unknown) => toWireError(error),
    );
    if ('document' in answer) {
      expect(answer.count).toBe(1_000_000);
      await here.engine.request('notebook.close', { document: answer.document, discard: true });
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
    await here.engine.request('notebook.edit', {
      document,
      base: version,
      edit: 'e1',
      operation: {
        kind: 'insert',
        after: null,
        cells: [{ id: 'n', type: 'code', source: '', metadata: {}, outputs: [], executionCount: null }],
      },
    });
    expect((await refusal(here.engine.request('notebook.save', { document }))).code).toBe('needs-consent');
    expect(await readFile(at('three.ipynb'), 'utf8')).toBe(text);
    await here.engine.request('notebook.close', { document, discard: true });
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
    const folder = join(here.library, '..', 'evil');
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
    await here.engine.request('notebook.run', { document, cells: ['c0'] }).catch((error: unknown) => {
      expect(['no-kernel', 'bad-request', 'kernel-failed']).toContain(toWireError(error).code);
    });
    await until('the cell waits for nothing', async () => {
      const { runs, state } = await here.engine.request('notebook.snapshot', { document });
      return state.queue.length === 0 && ['failed', 'idle', undefined].includes(runs['c0']?.status);
    });
    const { state } = await here.engine.request('notebook.snapshot', { document });
    expect(state.kernel.pid).toBeNull();
    for (const place of [here.library, folder, here.profile.home, '/', '/tmp'])
      await expect(access(join(place, 'pwned')), place).rejects.toThrow(/ENOENT/);
    const { code: exit } = await here.profile.cli(['run', at('named.ipynb')]);
    expect(exit).toBe(3);
    await here.engine.request('notebook.close', { document, discard: true });
  });
});

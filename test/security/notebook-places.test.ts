import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, stat, symlink, unlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeEach, describe, expect, it } from 'vitest';
import { toWireError } from '../../shared/rpc/errors';
import { book, code, HostileFiles, PNG, refusal } from '../support/hostile-files';

const run = promisify(execFile);
const here = HostileFiles.forEachTest();
const at = (name: string): string => here.at(name);
const open = (name: string, text?: string | Uint8Array) => here.open(name, text);

describe('runbooks that a text links to', () => {
  let document: string;
  beforeEach(async () => {
    await writeFile(at('watchbook.json'), '{"version": 1}');
    await mkdir(at('deep'));
    ({ document } = await open('deep/links.ipynb', book(code('1'))));
  });
  const follow = (target: string) => here.engine.request('notebook.followLink', { document, target });

  it('are found in the library: the counterpart of all that follows', async () => {
    await mkdir(at('deep/part'));
    await writeFile(at('deep/part/a b.ipynb'), book(code('2')));
    await writeFile(join(here.library, 'top.ipynb'), book(code('3')));
    await symlink(at('deep/part/a b.ipynb'), at('deep/other.ipynb'));
    const found = { path: at('deep/part/a b.ipynb'), anchor: '' };
    expect(await follow('part/a%20b.ipynb')).toEqual(found);
    expect(await follow('./part/../part/a b.ipynb')).toEqual(found);
    expect(await follow('other.ipynb')).toEqual(found);
    expect(await follow('part/a%20b.ipynb#Roll%20back')).toEqual({ ...found, anchor: 'Roll back' });
    expect(await follow('part/a%20b.ipynb?x=1#100%')).toEqual({ ...found, anchor: '100%' });
    expect((await follow('../top.ipynb#a')).path).toBe(join(here.library, 'top.ipynb'));
  });

  it('are not followed outside of the library, whatever the way', async () => {
    const outside = join(here.library, '..', 'outside.ipynb');
    await writeFile(outside, book(code('4')));
    await symlink(outside, at('deep/link.ipynb'));
    await symlink(join(here.library, '..'), at('deep/folder'));
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
  const picture = (source: string) => here.engine.request('notebook.picture', { document, source });

  it('are read where they lie beside it: the counterpart of all that follows', async () => {
    await mkdir(at('img'));
    await writeFile(at('img/a b.png'), PNG);
    for (const source of ['img/a b.png', 'img/a%20b.png', './img/../img/a b.png', 'img/a%20b.png?x#y'])
      expect((await picture(source)).url, source).toMatch(/^data:image\/png;base64,/);
    await symlink(at('img/a b.png'), at('inside.png'));
    expect((await picture('inside.png')).url).toMatch(/^data:image\/png/);
  });

  it('are not read outside of the library, whatever the way', async () => {
    await symlink(here.secret, at('file-link.png'));
    await symlink(join(here.library, '..'), at('folder-link'));
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
      here.secret,
      `file://${here.secret}`,
      `FILE:${here.secret}`,
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
    await mkdir(join(here.library, '..', 'library-two'));
    await writeFile(join(here.library, '..', 'library-two', 'x.png'), PNG);
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
      return (
        await here.engine.request('notebook.outputLines', { document, cell: 'c0', key, from: 0, count: 10 })
      ).lines;
    } finally {
      await here.engine.request('notebook.close', { document, discard: true });
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
    const elsewhere = join(here.library, '..', 'elsewhere');
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
      expect((await here.profile.cli(['check', at(`${name}.ipynb`)])).code, name).toBe(2);
      expect((await here.profile.cli(['run', at(`${name}.ipynb`)])).code, name).toBe(2);
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
      await refusal(here.engine.request('notebook.open', { path }));
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
        const target = [at('real'), at('fifo'), '/dev/zero', here.library][turn % 4] ?? '';
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
            await here.engine.request('notebook.close', { document, discard: true });
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
    const victim = join(here.library, '..', 'victim.txt');
    await writeFile(victim, 'as it was');
    const { document, version } = await open('mine.ipynb', book(code('1')));
    await here.engine.request('notebook.edit', {
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
    expect((await refusal(here.engine.request('notebook.save', { document }))).code).toBe('changed-on-disk');
    expect(await readFile(victim, 'utf8')).toBe('as it was');
    await unlink(at('mine.ipynb'));
    await run('mkfifo', [at('mine.ipynb')]);
    await refusal(here.engine.request('notebook.save', { document, overwrite: true }));
    expect((await stat(at('mine.ipynb'))).isFIFO()).toBe(true);
    await here.engine.request('notebook.close', { document, discard: true });
  });
});

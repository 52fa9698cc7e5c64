import { fork, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { build } from 'esbuild';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  copyFullOutputs,
  fullOutputFolder,
  openFullOutput,
  writeFullOutputs,
} from '../../electron/engine/notebook/full-output';
import { MadeHere } from '../../electron/engine/notebook/made-here';
import { restoreSpool, Spool } from '../../electron/engine/notebook/spool';
import type { DataOutput } from '../../shared/notebook/model';
import { CellOutputs } from '../../shared/notebook/outputs/cell-outputs';
import { fullOutputPath } from '../../shared/notebook/outputs/full-output';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'watchbook-spool-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

function outputsOf(spool: Spool, limitBytes: number | null = 1_048_576): CellOutputs {
  const outputs = new CellOutputs({ keyPrefix: 'k', limitBytes, openStore: spool.openStore });
  spool.watch(outputs);
  return outputs;
}

function print(outputs: CellOutputs, text: string): void {
  outputs.handle('stream', { name: 'stdout', text });
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

describe('the spool of an execution', () => {
  it('reads any lines of a long text, and finds lines in it, while it grows', async () => {
    const spool = await Spool.create({ folder: path.join(folder, 'doc', 'run') });
    const outputs = outputsOf(spool);
    for (let part = 0; part < 100; part += 1) {
      print(
        outputs,
        Array.from({ length: 3_000 }, (_, line) => `line ${part * 3_000 + line} é漢\n`).join(''),
      );
    }
    print(outputs, 'still \u001b[31mop\u001b[0men');
    const text = outputs.text('k0s')!;
    for (const from of [0, 1, 17_345, 150_000, 299_998]) {
      expect((await text.read(from, 2)).lines[0]).toBe(`line ${from} é漢`);
    }
    expect(await text.read(299_999, 5)).toEqual({
      lines: ['line 299999 é漢', 'still \u001b[31mop\u001b[0men'],
      total: 300_001,
    });
    expect((await text.read(400_000, 5)).lines).toEqual([]);
    expect(await text.search('LINE 123456 ', false)).toEqual({ lines: [123_456], more: false });
    expect(await text.search('LINE 123456 ', true)).toEqual({ lines: [], more: false });
    expect(await text.search('open', true)).toEqual({ lines: [300_000], more: false });
    const many = await text.search('line', true);
    expect(many.more).toBe(true);
    expect(many.lines).toHaveLength(10_000);
    print(outputs, 'ed\rdone\n');
    outputs.finish();
    expect((await text.read(300_000, 9)).lines).toEqual(['donel \u001b[31mop\u001b[0mened']);
    await spool.remove();
    expect(await readdir(path.join(folder, 'doc'))).toEqual([]);
  });

  it('is private to this user', async () => {
    const spool = await Spool.create({ folder: path.join(folder, 'doc', 'run') });
    print(outputsOf(spool), 'x\n'.repeat(100_000));
    await spool.flush();
    expect((await stat(spool.folder)).mode & 0o777).toBe(0o700);
    for (const name of await readdir(spool.folder)) {
      expect((await stat(path.join(spool.folder, name))).mode & 0o777).toBe(0o600);
    }
    await spool.close();
  });

  it('says when too much waits, and when there is room again', async () => {
    const spool = await Spool.create({ folder: path.join(folder, 'run') });
    const outputs = outputsOf(spool);
    const chunk = 'some words in a line\n'.repeat(100_000);
    let parts = 0;
    while (!spool.isFull) {
      print(outputs, chunk);
      parts += 1;
      expect(parts).toBeLessThan(100);
    }
    await spool.drained();
    expect(spool.isFull).toBe(false);
    await spool.close();
    expect(await readFile(path.join(spool.folder, 'text-0.txt'), 'utf8')).toBe(chunk.repeat(parts));
  });

  it('keeps what it can not write, says so once, and writes it when it can', async () => {
    const problems: (string | null)[] = [];
    const spool = await Spool.create({
      folder: path.join(folder, 'run'),
      onProblem: (problem) => problems.push(problem?.code ?? null),
    });
    const outputs = outputsOf(spool);
    // A folder where the file should be: as good as a disk that takes nothing.
    await mkdir(path.join(spool.folder, 'text-0.txt'));
    print(outputs, 'kept\n'.repeat(50_000));
    await expect(spool.flush()).rejects.toMatchObject({ code: 'not-writable', retryable: true });
    await rm(path.join(spool.folder, 'text-0.txt'), { recursive: true });
    await spool.flush();
    expect(problems).toEqual(['not-writable', null]);
    await spool.close();
    expect(await readFile(path.join(spool.folder, 'text-0.txt'), 'utf8')).toBe('kept\n'.repeat(50_000));
  });

  it('on a disk that takes nothing says when memory holds as much as it may', async () => {
    const spool = await Spool.create({ folder: path.join(folder, 'run') });
    const outputs = outputsOf(spool);
    await mkdir(path.join(spool.folder, 'text-0.txt'));
    const chunk = `${'x'.repeat(99)}\n`.repeat(40_000);
    print(outputs, chunk);
    await expect(spool.flush()).rejects.toMatchObject({ code: 'not-writable' });
    expect(spool.isOverflowing).toBe(false);
    let parts = 1;
    while (!spool.isOverflowing) {
      print(outputs, chunk);
      parts += 1;
      expect(parts).toBeLessThan(40);
    }
    // To wait would be for ever.
    await spool.drained();
    await rm(path.join(spool.folder, 'text-0.txt'), { recursive: true });
    await spool.flush();
    expect(spool.isOverflowing).toBe(false);
    expect(spool.problem).toBeNull();
    await spool.close();
    expect((await stat(path.join(spool.folder, 'text-0.txt'))).size).toBe(parts * chunk.length);
  });

  it('begins in an empty place, whatever a crash left under its name', async () => {
    const place = path.join(folder, 'run~');
    await mkdir(place);
    for (const name of ['outputs.jsonl', 'text-0.txt']) await writeFile(path.join(place, name), 'old\n');
    const spool = await Spool.create({ folder: place });
    print(outputsOf(spool), 'new\n'.repeat(50_000));
    await spool.close();
    expect(await readFile(path.join(place, 'text-0.txt'), 'utf8')).toBe('new\n'.repeat(50_000));
    expect(await readFile(path.join(place, 'outputs.jsonl'), 'utf8')).not.toContain('old');
  });

  it('brings back every kind of output, and no more of a display than its last state', async () => {
    const spool = await Spool.create({ folder: path.join(folder, 'run') });
    const outputs = outputsOf(spool);
    print(outputs, 'long\n'.repeat(60_000));
    outputs.handle('display_data', { data: { 'image/png': 'iVBO' }, transient: { display_id: 'd' } });
    outputs.handle('error', { ename: 'E', evalue: 'v', traceback: ['a', 'b'] });
    for (let turn = 0; turn < 40; turn += 1) {
      outputs.updateDisplay('d', { data: { 'image/png': `${turn}`.padEnd(1_000_000, 'A') } });
      await spool.flush();
    }
    await spool.close();
    expect((await stat(path.join(spool.folder, 'outputs.jsonl'))).size).toBeLessThan(20_000_000);

    const again = await Spool.create({ folder: path.join(folder, 'again') });
    const restored = outputsOf(again);
    expect(await restoreSpool(spool.folder, restored)).toBeInstanceOf(Date);
    expect(restored.kept().outputs).toEqual(outputs.kept().outputs);
    expect(restored.hasDisplay('d')).toBe(true);
    await again.remove();
    expect(await restoreSpool(path.join(folder, 'nowhere'), restored)).toBeNull();
  });

  it('forgets what was cleared', async () => {
    const spool = await Spool.create({ folder: path.join(folder, 'run') });
    const outputs = outputsOf(spool);
    print(outputs, 'gone\n'.repeat(50_000));
    await spool.flush();
    outputs.clear();
    print(outputs, 'here\n');
    await spool.close();
    const again = new CellOutputs({ keyPrefix: 'k', limitBytes: null, openStore: spool.openStore });
    await restoreSpool(spool.folder, again);
    expect(again.kept().outputs).toEqual([{ output_type: 'stream', name: 'stdout', text: 'here\n' }]);
  });
});

describe('a process that is killed while it spools', () => {
  let child: ChildProcess | null = null;
  afterEach(() => {
    child?.kill('SIGKILL');
    child = null;
  });

  it('has everything on disk that was there a second before', async () => {
    const script = path.join(folder, 'spooler.mjs');
    const source = `
      import { Spool } from ${JSON.stringify(path.resolve('electron/engine/notebook/spool'))};
      import { CellOutputs } from ${JSON.stringify(path.resolve('shared/notebook/outputs/cell-outputs'))};
      const spool = await Spool.create({ folder: process.argv[2] });
      const outputs = new CellOutputs({ keyPrefix: 'k', limitBytes: 1048576, openStore: spool.openStore });
      spool.watch(outputs);
      outputs.handle('display_data', { data: { 'text/plain': 'first' } });
      let line = 0;
      setInterval(() => {
        let text = '';
        for (let n = 0; n < 500; n += 1) text += 'line ' + line++ + '\\n';
        outputs.handle('stream', { name: 'stdout', text: text + '50 %\\r' });
        spool.changed();
        process.send(line);
      }, 5);
    `;
    await build({
      stdin: { contents: source, resolveDir: process.cwd(), loader: 'ts' },
      bundle: true,
      platform: 'node',
      format: 'esm',
      outfile: script,
      logLevel: 'error',
    });
    const spooler = fork(script, [path.join(folder, 'run')], { stdio: 'ignore' });
    child = spooler;
    const told: { line: number; at: number }[] = [];
    await new Promise<void>((resolve, reject) => {
      spooler.on('error', reject);
      spooler.on('exit', () => reject(new Error('The process ended by itself.')));
      spooler.on('message', (line: number) => {
        told.push({ line, at: Date.now() });
        if (Date.now() - (told[0]?.at ?? 0) > 2_500) resolve();
      });
    });
    const killedAt = Date.now();
    spooler.removeAllListeners('exit');
    const gone = new Promise((resolve) => spooler.once('exit', resolve));
    spooler.kill('SIGKILL');
    await gone;
    const promised = told.findLast(({ at }) => killedAt - at > 1_000)!.line;

    const again = await Spool.create({ folder: path.join(folder, 'again') });
    const restored = new CellOutputs({ keyPrefix: 'k', limitBytes: null, openStore: again.openStore });
    await restoreSpool(path.join(folder, 'run'), restored);
    await again.close();
    const [first, second] = restored.kept().outputs;
    expect(first).toMatchObject({ data: { 'text/plain': 'first' } });
    const lines = second?.output_type === 'stream' ? second.text.split('\n') : [];
    expect(lines.length).toBeGreaterThan(promised);
    for (let line = 0; line < promised; line += 1)
      if (lines[line] !== `line ${line}`) expect(lines[line]).toBe(`line ${line}`);
  }, 30_000);
});

describe('full outputs beside a notebook', () => {
  const long = Array.from({ length: 200_000 }, (_, line) => `line ${line}\n`).join('');
  let notebook: string;
  let spool: Spool;
  let outputs: CellOutputs;
  beforeEach(async () => {
    notebook = path.join(folder, 'a b.ipynb');
    spool = await Spool.create({ folder: path.join(folder, 'run') });
    outputs = outputsOf(spool);
    print(outputs, long);
  });
  afterEach(() => spool.remove());

  it('are written under their digest, and read back by lines', async () => {
    const { full } = outputs.kept();
    print(outputs, 'printed after the save began\n');
    await writeFullOutputs(notebook, full);
    const file = path.join(folder, 'a b.output', `${sha256(long)}.txt`);
    expect(await readFile(file, 'utf8')).toBe(long);
    await writeFullOutputs(notebook, full);
    expect(await readdir(fullOutputFolder(notebook))).toEqual([path.basename(file)]);
    const source = await openFullOutput(notebook, full[0]!.entry);
    expect(await source.read(199_999, 3)).toEqual({ lines: ['line 199999'], total: 200_000 });
    expect((await source.search('line 77777', true)).lines).toEqual([77_777]);
    await source.close();
  });

  it('are copied to another notebook; those that are not there are named', async () => {
    const { full } = outputs.kept();
    const entries = full.map(({ entry }) => entry);
    await writeFullOutputs(notebook, full);
    const other = path.join(folder, 'other.ipynb');
    expect(await copyFullOutputs(notebook, other, entries)).toEqual([]);
    const missing = { ...entries[0]!, sha256: sha256('x'), path: fullOutputPath(sha256('x')) };
    expect(await copyFullOutputs(notebook, other, [missing])).toEqual([missing]);
    expect(await readFile(path.join(folder, 'other.output', `${sha256(long)}.txt`), 'utf8')).toBe(long);
  });

  it('are refused when changed, when a link, when elsewhere', async () => {
    const { full } = outputs.kept();
    const { entry } = full[0]!;
    await expect(openFullOutput(notebook, entry)).rejects.toMatchObject({ code: 'not-found' });
    await writeFullOutputs(notebook, full);
    const file = path.join(fullOutputFolder(notebook), `${entry.sha256}.txt`);
    await writeFile(file, `${long}!`);
    await expect(openFullOutput(notebook, entry)).rejects.toMatchObject({ code: 'conflict' });
    await rm(file);
    await writeFile(path.join(folder, 'elsewhere'), long);
    await symlink(path.join(folder, 'elsewhere'), file);
    await expect(openFullOutput(notebook, entry)).rejects.toMatchObject({ code: 'forbidden' });

    await rm(fullOutputFolder(notebook), { recursive: true });
    await mkdir(path.join(folder, 'away'));
    await writeFile(path.join(folder, 'away', `${entry.sha256}.txt`), long);
    await symlink(path.join(folder, 'away'), fullOutputFolder(notebook));
    await expect(openFullOutput(notebook, entry)).rejects.toMatchObject({ code: 'forbidden' });
    await expect(writeFullOutputs(notebook, full)).rejects.toMatchObject({ code: 'forbidden' });

    for (const bad of [
      '../../etc/passwd',
      'output/../x.txt',
      `output/${'A'.repeat(64)}.txt`,
      `/output/${entry.sha256}.txt`,
    ]) {
      await expect(openFullOutput(notebook, { ...entry, path: bad })).rejects.toMatchObject({
        code: 'bad-request',
      });
    }
  });

  it('say so when the output was cleared while it was saved, and leave no half file', async () => {
    const { full } = outputs.kept();
    outputs.clear();
    await expect(writeFullOutputs(notebook, full)).rejects.toThrow();
    expect(await readdir(fullOutputFolder(notebook))).toEqual([]);
  });
});

describe('the list of outputs made here', () => {
  const output = (text: string): DataOutput => ({
    output_type: 'display_data',
    data: { 'text/html': text },
    metadata: {},
  });

  it('knows an output again after a restart, whatever the order of its members', async () => {
    const file = path.join(folder, 'state', 'made-here');
    const list = await MadeHere.open(file);
    list.add({ output_type: 'display_data', data: { 'text/html': 'a', 'text/plain': 'b' }, metadata: {} });
    expect(list.has(output('a'))).toBe(false);
    await list.close();
    const again = await MadeHere.open(file);
    expect(
      again.has({ output_type: 'display_data', data: { 'text/plain': 'b', 'text/html': 'a' }, metadata: {} }),
    ).toBe(true);
    expect(
      again.has({
        output_type: 'execute_result',
        data: { 'text/plain': 'b', 'text/html': 'a' },
        metadata: {},
      }),
    ).toBe(false);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    await again.close();
  });

  it('stays bounded, in memory and on disk, and forgets the oldest', async () => {
    const file = path.join(folder, 'made-here');
    const list = await MadeHere.open(file, 100);
    for (let turn = 0; turn < 1_000; turn += 1) {
      list.add(output(`${turn}`));
      if (turn % 7 === 0) await list.flush();
    }
    await list.close();
    expect((await stat(file)).size).toBeLessThan(250 * 65);
    const again = await MadeHere.open(file, 100);
    expect(again.has(output('999'))).toBe(true);
    expect(again.has(output('0'))).toBe(false);
    await again.close();
  });

  it('passes over a line that a crash tore', async () => {
    const file = path.join(folder, 'made-here');
    await writeFile(file, 'abc123');
    const list = await MadeHere.open(file);
    list.add(output('a'));
    await list.close();
    const again = await MadeHere.open(file);
    expect(again.has(output('a'))).toBe(true);
    await again.close();
  });
});

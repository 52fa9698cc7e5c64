import { execFile, spawn } from 'node:child_process';
import {
  appendFile,
  link,
  mkdir,
  open,
  readdir,
  readFile,
  rename,
  rm,
  symlink,
  truncate,
  writeFile,
  type FileHandle,
} from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';
import {
  CONTENT_FOLDER,
  readContent,
  sha256,
  writeShared,
  type PlaceContent,
} from '../../electron/engine/runs/content';
import {
  createJournal,
  LOCK_FILE,
  openJournal,
  readRunJournal,
  type RunJournal,
} from '../../electron/engine/runs/journal';
import { JOURNAL_FILE } from '../../shared/runs/chain';
import type { ContentRef, NewEvent } from '../../shared/runs/events';
import { forbidWriting, MAY_MOUNT, smallDisk } from '../support/full-disk';
import { inFolder, MARA, noteDraft, TICK } from '../support/run-journals';
import { seeded } from '../support/seeded';

const driver = 'Mara Lindt';
const runIn = (folder: string): string => join(folder, 'run');

async function reopened(folder: string): Promise<RunJournal> {
  const { journal, readOnly } = await openJournal(folder, { driver });
  expect(readOnly).toBeNull();
  return journal!;
}

describe('a run journal', () => {
  it('is written in the order of the calls, with its texts beside it, and goes on after it was closed', () =>
    inFolder(async (folder) => {
      const run = runIn(folder);
      const journal = await createJournal(run, { driver });
      expect(journal.head).toBeNull();
      const some = await Promise.all(
        Array.from({ length: 50 }, (_, n) =>
          journal.append(MARA, n % 2 === 0 ? noteDraft(`note ${n}`) : TICK),
        ),
      );
      expect(some.map(({ seq }) => seq)).toEqual(Array.from({ length: 50 }, (_, n) => n));
      await journal.append(MARA, noteDraft('alone'));
      const { head } = journal;
      await journal.close();
      await expect(journal.append(MARA, TICK)).rejects.toMatchObject({ code: 'conflict' });

      const again = await reopened(run);
      expect(again.head).toEqual(head);
      await again.append(MARA, TICK);
      await again.close();
      const reading = await readRunJournal(run);
      expect(reading).toMatchObject({ faults: [], whole: 51, tornBytes: 0 });
      expect(reading.digests[50]).toBe(head?.sha256);
      expect(reading.events[51]?.prev).toBe(head?.sha256);
      const { text } = reading.events[48]!.data as unknown as { text: ContentRef };
      expect(text.file).toBe('content/000048-note.json');
      expect(await readContent(run, text)).toEqual({ kind: 'value', value: { text: 'note 48' } });
      const raw = await readFile(join(run, text.file), 'utf8');
      expect(raw).toMatch(/^\{"salt":"[0-9a-f]{32}","text":"note 48"\}\n$/);
      expect(await readdir(run)).not.toContain(LOCK_FILE);
      await expect(createJournal(run, { driver })).rejects.toMatchObject({ code: 'exists' });
    }));

  it('names content files so that none is ever overwritten', () =>
    inFolder(async (folder) => {
      const run = runIn(folder);
      const journal = await createJournal(run, { driver });
      await journal.close();
      // A crash left a file whose event was never written.
      await writeFile(join(run, CONTENT_FOLDER, '000000-before.json'), 'left');
      const again = await reopened(run);
      const adjusted = (place: PlaceContent): NewEvent => ({
        type: 'step-adjusted',
        data: {
          cell: 'a',
          before: place('before', { source: 'a' }),
          after: place('before', { source: 'b' }),
        },
      });
      const { data } = await again.append(MARA, adjusted);
      expect(data).toMatchObject({
        before: { file: 'content/000000-before-b.json' },
        after: { file: 'content/000000-before-c.json' },
      });
      expect(await readFile(join(run, CONTENT_FOLDER, '000000-before.json'), 'utf8')).toBe('left');
      // Made by somebody else while the run was open: refused, and not removed.
      await writeFile(join(run, CONTENT_FOLDER, '000001-note.json'), 'theirs');
      await expect(again.append(MARA, noteDraft('mine'))).rejects.toMatchObject({ code: 'not-writable' });
      expect(await readFile(join(run, CONTENT_FOLDER, '000001-note.json'), 'utf8')).toBe('theirs');
      expect((await again.append(MARA, TICK)).seq).toBe(1);
      await again.close();
    }));

  it('refuses one event that can not be made, and writes those beside it', () =>
    inFolder(async (folder) => {
      const journal = await createJournal(runIn(folder), { driver });
      const giant = { type: 'note', data: { cell: 'x'.repeat(2_000_000), text: {} } } as unknown as NewEvent;
      const results = await Promise.allSettled([
        journal.append(MARA, TICK),
        journal.append(MARA, giant),
        journal.append(MARA, () => {
          throw new Error('no such event');
        }),
        journal.append(MARA, TICK),
      ]);
      expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected', 'fulfilled']);
      expect(results[1]).toMatchObject({ reason: { code: 'too-large' } });
      await journal.close();
      expect(await readRunJournal(runIn(folder))).toMatchObject({ faults: [], whole: 1 });
    }));

  it('cuts off a torn last line when it is opened to go on, and tells of it', () =>
    inFolder(async (folder) => {
      const run = runIn(folder);
      const journal = await createJournal(run, { driver });
      await journal.append(MARA, TICK);
      await journal.append(MARA, TICK);
      await journal.close();
      const file = join(run, JOURNAL_FILE);
      const whole = await readFile(file);
      await truncate(file, whole.length - 7);
      expect(await readRunJournal(run)).toMatchObject({ whole: 0, faults: [] });
      expect((await readFile(file)).length).toBe(whole.length - 7);
      const { reading, journal: again } = await openJournal(run, { driver });
      expect(reading.tornBytes).toBeGreaterThan(0);
      expect((await again!.append(MARA, TICK)).seq).toBe(1);
      await again!.close();
      expect(await readRunJournal(run)).toMatchObject({ faults: [], whole: 1, tornBytes: 0 });
    }));

  it('can only be read where its chain is broken, and is left as it is', () =>
    inFolder(async (folder) => {
      const run = runIn(folder);
      const journal = await createJournal(run, { driver });
      for (let n = 0; n < 4; n += 1) await journal.append(MARA, TICK);
      await journal.close();
      const file = join(run, JOURNAL_FILE);
      const changed = (await readFile(file, 'utf8')).replace('"item":1', '"item":2');
      await writeFile(file, `${changed}{"torn`);
      const opened = await openJournal(run, { driver });
      expect(opened.journal).toBeNull();
      expect(opened.readOnly).toContain('Line 1 of the journal was changed');
      expect(opened.reading.events).toHaveLength(4);
      expect(await readFile(file, 'utf8')).toBe(`${changed}{"torn`);
    }));

  it('is driven by one at a time; the lock of a process that is gone counts no more', () =>
    inFolder(async (folder) => {
      const run = runIn(folder);
      const journal = await createJournal(run, { driver });
      const lock = JSON.parse(await readFile(join(run, LOCK_FILE), 'utf8')) as Record<string, unknown>;
      expect(lock).toMatchObject({ pid: process.pid, host: hostname(), driver });
      expect(lock).toHaveProperty('protocol');
      expect(lock).toHaveProperty('since');
      const second = await openJournal(run, { driver: 'Jo' });
      expect(second.journal).toBeNull();
      expect(second.readOnly).toMatch(/open/);
      await writeFile(join(run, LOCK_FILE), JSON.stringify({ ...lock, host: 'elsewhere', holding: 'x' }));
      expect((await openJournal(run, { driver: 'Jo' })).readOnly).toContain('Mara Lindt');
      await writeFile(join(run, LOCK_FILE), JSON.stringify({ ...lock, started: '1', holding: 'x' }));
      const third = await reopened(run);
      await third.close();
      await journal.close();
    }));

  it.each(['a pipe', 'a link'])('waits for no lock that is %s', (what) =>
    inFolder(async (folder) => {
      const run = runIn(folder);
      await (await createJournal(run, { driver })).close();
      const lock = join(run, LOCK_FILE);
      if (what === 'a pipe') await promisify(execFile)('mkfifo', [lock]);
      else await symlink('/dev/zero', lock);
      const journal = await reopened(run);
      await journal.append(MARA, TICK);
      await journal.close();
    }),
  );

  it('writes nothing more to a file that another program replaced or wrote to', () =>
    inFolder(async (folder) => {
      const run = runIn(folder);
      const file = join(run, JOURNAL_FILE);
      const journal = await createJournal(run, { driver });
      await journal.append(MARA, TICK);
      await appendFile(file, 'foreign\n');
      await expect(journal.append(MARA, TICK)).rejects.toMatchObject({ code: 'changed-on-disk' });
      expect(await readFile(file, 'utf8')).toMatch(/foreign\n$/);
      await truncate(file, (await readFile(file)).length - 'foreign\n'.length);
      await journal.append(MARA, TICK);
      await writeFile(`${file}.new`, await readFile(file));
      await rename(`${file}.new`, file);
      await expect(journal.append(MARA, TICK)).rejects.toMatchObject({ code: 'changed-on-disk' });
      await journal.close();
      expect(await readRunJournal(run)).toMatchObject({ faults: [], whole: 1 });
    }));
});

/** Opens files whose next writing (after half of its bytes), sync, or both go wrong. */
function faulty(): {
  readonly openFile: (path: string, flags: string, mode: number) => Promise<FileHandle>;
  fail: { write?: string; datasync?: string; truncate?: string };
} {
  const state = {
    fail: {} as { write?: string; datasync?: string; truncate?: string },
    openFile: async (path: string, flags: string, mode: number): Promise<FileHandle> => {
      const handle = await open(path, flags, mode);
      const failure = (code: string): Error => Object.assign(new Error(code), { code });
      return new Proxy(handle, {
        get: (target, name) => {
          const member = Reflect.get(target, name) as unknown;
          if (typeof member !== 'function') return member;
          return async (...args: unknown[]) => {
            const code = state.fail[name as 'write'];
            if (code !== undefined && name === 'write') {
              const [bytes, offset, length, place] = args as [Uint8Array, number, number, number];
              await target.write(bytes, offset, Math.floor(length / 2), place);
            }
            if (code !== undefined) throw failure(code);
            return (member as (...all: unknown[]) => unknown).apply(target, args);
          };
        },
      });
    },
  };
  return state;
}

describe('what can not be written', () => {
  it.each([
    [{ write: 'ENOSPC' }, 'disk-full'],
    [{ write: 'EDQUOT', truncate: 'EIO' }, 'disk-full'],
    [{ datasync: 'EIO' }, 'not-writable'],
    [{ datasync: 'EIO', truncate: 'EIO' }, 'not-writable'],
    [{ write: 'EROFS' }, 'not-writable'],
  ] as const)('is acknowledged to nobody and leaves nothing behind: %o', (fail, code) =>
    inFolder(async (folder) => {
      const run = runIn(folder);
      const system = faulty();
      const journal = await createJournal(run, { driver, openFile: system.openFile });
      await journal.append(MARA, noteDraft('first'));
      system.fail = fail;
      for (let again = 0; again < 2; again += 1) {
        const lost = await Promise.allSettled([
          journal.append(MARA, noteDraft('a longer note that is not written')),
          journal.append(MARA, TICK),
        ]);
        for (const result of lost) {
          // The second time it is already the cutting off that fails, where that fails.
          const said = again === 1 && 'truncate' in fail ? 'not-writable' : code;
          expect(result).toMatchObject({ status: 'rejected', reason: { code: said, retryable: true } });
        }
        expect(journal.head?.seq).toBe(0);
        expect(await readRunJournal(run)).toMatchObject({ whole: expect.any(Number), faults: [] });
      }
      expect(await readdir(join(run, CONTENT_FOLDER))).toEqual(['000000-note.json']);
      system.fail = {};
      expect((await journal.append(MARA, TICK)).seq).toBe(1);
      await journal.close();
      expect(await readRunJournal(run)).toMatchObject({ faults: [], whole: 1, tornBytes: 0 });
    }),
  );

  it('goes on when there is room again on a small disk, or when its folder can be written again', () =>
    inFolder(async (folder) => {
      const undo: (() => Promise<void>)[] = [];
      try {
        if (MAY_MOUNT) undo.push(await smallDisk(folder, 256));
        const run = runIn(folder);
        const journal = await createJournal(run, { driver });
        await journal.append(MARA, noteDraft('first'));
        if (MAY_MOUNT) {
          const ballast = join(folder, 'ballast');
          await writeFile(ballast, Buffer.alloc(1_048_576)).catch(() => undefined);
          await expect(journal.append(MARA, noteDraft('x'.repeat(10_000)))).rejects.toMatchObject({
            code: 'disk-full',
          });
          await rm(ballast);
          expect((await journal.append(MARA, noteDraft('second'))).seq).toBe(1);
        }
        const { head } = journal;
        await journal.close();
        const allow = await forbidWriting(MAY_MOUNT ? folder : run);
        const opened = await openJournal(run, { driver });
        expect(opened.journal).toBeNull();
        expect(opened.readOnly).toContain('can not be written');
        await allow();
        const again = await reopened(run);
        expect(again.head).toEqual(head);
        await again.append(MARA, TICK);
        await again.close();
      } finally {
        for (const step of undo.toReversed()) await step();
      }
    }));
});

describe('content files', () => {
  it('are read inside their folder only, whole, and unchanged', () =>
    inFolder(async (folder) => {
      const run = runIn(folder);
      const journal = await createJournal(run, { driver });
      const event = await journal.append(MARA, noteDraft('word'));
      await journal.close();
      const { text: ref } = event.data as { text: ContentRef };
      const file = join(run, ref.file);
      const good = await readFile(file);
      expect(await readContent(run, ref, good.length)).toMatchObject({ kind: 'value' });
      expect(await readContent(run, ref, good.length - 1)).toMatchObject({ kind: 'refused' });
      await writeFile(file, 'other');
      expect(await readContent(run, ref)).toEqual({ kind: 'changed' });
      await writeFile(file, '[1]');
      expect(await readContent(run, { ...ref, sha256: sha256(Buffer.from('[1]')) })).toMatchObject({
        kind: 'refused',
      });
      await rm(file);
      expect(await readContent(run, ref)).toEqual({ kind: 'missing' });
      await writeFile(join(folder, 'elsewhere'), good);
      await symlink(join(folder, 'elsewhere'), file);
      expect(await readContent(run, ref)).toMatchObject({ kind: 'refused' });
      await rm(file);
      await promisify(execFile)('mkfifo', [file]);
      expect(await readContent(run, ref)).toMatchObject({ kind: 'refused' });
      await rm(file);
      await mkdir(file);
      expect(await readContent(run, ref)).toMatchObject({ kind: 'refused' });
      await rename(join(run, CONTENT_FOLDER), join(folder, 'moved'));
      await symlink(join(folder, 'moved'), join(run, CONTENT_FOLDER));
      expect(await readContent(run, ref)).toMatchObject({ kind: 'refused' });
      for (const name of ['../elsewhere', 'content/../../elsewhere', '/etc/passwd', 'content/x.json']) {
        expect(await readContent(run, { ...ref, file: name })).toMatchObject({ kind: 'refused' });
      }
    }));

  it('are shared under their digest, and mended where a crash left half of one', () =>
    inFolder(async (folder) => {
      const run = runIn(folder);
      const journal = await createJournal(run, { driver });
      const bytes = Buffer.from('{"cells": []}\n');
      const first = await writeShared(run, bytes, 'ipynb');
      expect(first).toEqual({ file: `content/${sha256(bytes)}.ipynb`, sha256: sha256(bytes) });
      expect(await writeShared(run, bytes, 'ipynb')).toEqual(first);
      await truncate(join(run, first.file), 3);
      await writeShared(run, bytes, 'ipynb');
      expect(await readFile(join(run, first.file))).toEqual(bytes);
      expect(await readdir(join(run, CONTENT_FOLDER))).toHaveLength(1);
      await link(join(run, first.file), join(folder, 'kept'));
      await journal.close();
    }));
});

/** Appends as fast as it can and prints the number of each event that was acknowledged. */
const WRITER = `
import { createJournal, openJournal } from '../../electron/engine/runs/journal';
import { MARA, noteDraft, TICK } from './run-journals';
async function main() {
  const [folder = '', isFirst] = process.argv.slice(2);
  const options = { driver: 'Mara Lindt' };
  const journal = isFirst === 'new' ? await createJournal(folder, options) : (await openJournal(folder, options)).journal;
  if (journal === null) throw new Error('read only');
  const one = async () => {
    for (;;) {
      const { seq } = await journal.append(MARA, Math.random() < 0.3 ? noteDraft('n') : TICK);
      process.stdout.write(seq + '\\n');
    }
  };
  await Promise.all([one(), one(), one()]);
}
void main();
`;

it('loses no acknowledged event when its writer is killed at any moment', () =>
  inFolder(async (folder) => {
    const program = join(folder, 'writer.cjs');
    await build({
      stdin: { contents: WRITER, loader: 'ts', resolveDir: join(__dirname, '..', 'support') },
      bundle: true,
      platform: 'node',
      outfile: program,
      logLevel: 'silent',
    });
    const random = seeded('run journal');
    const run = runIn(folder);
    let last = -1;
    for (let round = 0; round < 6; round += 1) {
      const child = spawn(process.execPath, [program, run, round === 0 ? 'new' : 'open'], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      let said = '';
      const started = new Promise<void>((resolve) => {
        child.stdout.on('data', (chunk: Buffer) => {
          said += chunk.toString();
          resolve();
        });
      });
      const closed = new Promise((resolve) => child.once('close', resolve));
      await Promise.race([started, closed]);
      await random.wait(0, 120);
      child.kill('SIGKILL');
      await closed;
      const numbers = said.split('\n').slice(0, -1).map(Number);
      expect(numbers.length).toBeGreaterThan(0);
      expect(numbers).toContain(last + 1);
      const reading = await readRunJournal(run);
      expect(reading.faults).toEqual([]);
      expect(reading.whole).toBeGreaterThanOrEqual(Math.max(...numbers));
      for (const { data } of reading.events) {
        const { text } = data as { text?: ContentRef };
        if (text !== undefined) expect(await readContent(run, text)).toMatchObject({ kind: 'value' });
      }
      last = reading.whole;
    }
  }));

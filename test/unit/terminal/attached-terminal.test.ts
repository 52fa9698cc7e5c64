import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  AttachedTerminal,
  type RecordedCommand,
  type RecordedTerminal,
} from '../../../electron/engine/runs/attached-terminal';
import type { Follower } from '../../../electron/engine/terminals/follower';
import type { TerminalCommand } from '../../../shared/terminal/commands';
import { textOf } from '../../../shared/terminal/kept-ends';

const AT = '2026-11-28T02:00:00.000Z';
const command = (id: number, text: string | null): TerminalCommand => ({
  id,
  text,
  directory: '/srv',
  started: AT,
  ended: null,
  status: null,
});
const ended = (id: number, text: string | null, status = 0): TerminalCommand => ({
  ...command(id, text),
  ended: AT,
  status,
});

let folder: string;
let done: RecordedCommand[];
let terminal: RecordedTerminal;
let followers: Set<Follower>;
let attached: AttachedTerminal;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wb-attached-'));
  followers = new Set();
  // Nothing here asks for the rest of what is known of a terminal.
  terminal = {
    id: 't',
    info: {} as RecordedTerminal['info'],
    recording: null,
    follow: (follower) => {
      followers.add(follower);
      return () => void followers.delete(follower);
    },
  };
  done = [];
  begin(join(folder, 't'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

function begin(place: string): void {
  attached = new AttachedTerminal(
    terminal,
    { folder: place, log: () => undefined, done: (one) => done.push(one), left: () => undefined },
    {
      run: '/runs/one',
      short: 'abcdef',
      environment: { name: 'dev', colour: 'teal', guard: 'none', gates: 'confirm' },
    },
  );
}

const printed = async (one: RecordedCommand | undefined): Promise<string | null> =>
  (await one?.output?.output())?.content.shown ?? null;
const names = (): Promise<string[]> => readdir(folder, { recursive: true });

describe('what follows a terminal for a run', () => {
  it('tells a command once it has ended, also where its text became known only then', async () => {
    attached.wrote('me> ');
    attached.began(command(1, null));
    attached.wrote('one\r\n');
    attached.ended(ended(1, null, 3));
    attached.began(command(2, 'two'));
    expect(done).toEqual([]);
    attached.named(command(1, 'first'));
    expect(done.map(({ command: of }) => [of.id, of.text, of.status])).toEqual([[1, 'first', 3]]);
    expect(await printed(done[0])).toBe('one\n');
    attached.detach();
    expect(done[1]).toMatchObject({ command: { id: 2, ended: null }, notRecorded: null });
    expect([followers.size, terminal.recording]).toEqual([0, null]);
    for (const { output } of done) await output?.discard();
  });

  it('writes nothing of a command that is not to be recorded, and nothing before that is known', async () => {
    attached.began(command(1, null));
    attached.wrote('hidden\r\n');
    expect(await names()).toEqual([]);
    attached.named(command(1, ' secret'));
    attached.wrote('hidden\r\n');
    attached.ended(ended(1, null));
    attached.began(command(2, null));
    attached.named(command(2, null));
    attached.ended(ended(2, null));
    attached.began(command(3, null));
    attached.detach();
    expect(done.map(({ notRecorded, output }) => [notRecorded, output])).toEqual([
      ['space', null],
      ['unread', null],
      ['unread', null],
    ]);
    expect(await names()).toEqual([]);
  });

  it('leaves out what is printed while it is paused', async () => {
    attached.began(command(1, 'tail'));
    attached.wrote('before\r\n');
    attached.pause(true);
    expect(terminal.recording).toMatchObject({ run: '/runs/one', short: 'abcdef', isPaused: true });
    attached.wrote('meanwhile\r\n');
    attached.pause(false);
    attached.wrote('after\r\n');
    attached.ended(ended(1, 'tail'));
    expect(done[0]).toMatchObject({ paused: true, notRecorded: null });
    expect(await printed(done[0])).toBe('before\nafter\n');
    await done[0]!.output!.discard();
    expect(await names()).toEqual(['t']);
  });

  it('has both ends where the disk takes nothing, and says how much is lost', async () => {
    const place = join(folder, 'file');
    await writeFile(place, '');
    begin(place);
    attached.began(command(1, 'flood'));
    for (let line = 0; line < 300_000; line += 1) attached.wrote(`line ${line}\r\n`);
    attached.ended(ended(1, 'flood'));
    const found = await done[0]!.output!.output();
    expect(found.full).toEqual([]);
    expect(found.content.lost).toBeGreaterThan(1_000_000);
    expect(found.content.shown.startsWith('line 0\nline 1\n')).toBe(true);
    expect(found.content.shown).toContain(
      `[${found.content.lost.toLocaleString('en-US')} characters could not`,
    );
    expect(found.content.shown.endsWith('line 299999\n')).toBe(true);
    expect(textOf(found.content.raw.map(([at, text]) => ({ at, text }))).length).toBeLessThan(140_000);
    expect(await readFile(place, 'utf8')).toBe('');
  });
});

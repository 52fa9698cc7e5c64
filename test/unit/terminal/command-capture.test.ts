import { describe, expect, it } from 'vitest';
import {
  CAPTURED_ALL,
  CAPTURED_EACH,
  CommandCapture,
  MOST_CAPTURED,
} from '../../../electron/engine/terminals/command-capture';
import { plainText, shownText } from '../../../shared/terminal/shown-text';
import { textOf } from '../../../shared/terminal/kept-ends';
import type { TerminalCommand } from '../../../shared/terminal/commands';

const command = (id: number, text: string | null = 'make'): TerminalCommand => ({
  id,
  text,
  directory: '/srv',
  started: '2026-11-28T02:00:00.000Z',
  ended: null,
  status: null,
});
const ended = (id: number, status: number): TerminalCommand => ({
  ...command(id),
  ended: '2026-11-28T02:00:01.000Z',
  status,
});

describe('what is kept of the commands of a terminal', () => {
  it('is what each printed, raw and as shown, and nothing of the prompts between', () => {
    let now = 1_000;
    const capture = new CommandCapture(() => now);
    capture.wrote('$ make\r\n');
    capture.began(command(1));
    now = 1_250;
    capture.wrote('10%\r');
    now = 2_000;
    capture.wrote('\u001b[32m100%\u001b[0m\r\n');
    expect(capture.output(1)?.command.ended).toBeNull();
    capture.ended(ended(1, 0));
    capture.wrote('$ ');
    expect(capture.output(1)).toEqual({
      command: ended(1, 0),
      shown: '\u001b[32m100%\u001b[0m\n',
      raw: [
        { at: 250, text: '10%\r' },
        { at: 1_000, text: '\u001b[32m100%\u001b[0m\r\n' },
      ],
      rawEnd: [],
      cut: 0,
    });
    expect(capture.output(2)).toBeNull();
  });

  it('has the name that the screen showed, also where it comes after the end', () => {
    const capture = new CommandCapture();
    capture.began(command(1, null));
    capture.ended({ ...ended(1, 3), text: null });
    capture.named(command(1, 'deploy'));
    expect(capture.output(1)?.command).toMatchObject({ text: 'deploy', status: 3 });
  });

  it('has both ends of a flood, and says how much is between them', () => {
    const capture = new CommandCapture();
    capture.began(command(1));
    for (let line = 0; line < 100_000; line += 1) capture.wrote(`line ${line}\r\n`);
    capture.ended(ended(1, 0));
    const found = capture.output(1);
    expect(found?.shown.startsWith('line 0\nline 1\n')).toBe(true);
    expect(found?.shown.endsWith('line 99999\n')).toBe(true);
    expect(found?.shown).toContain('characters not kept here]\n');
    expect(found?.cut).toBeGreaterThan(0);
    expect(textOf(found?.raw ?? []).length).toBeLessThanOrEqual(CAPTURED_EACH);
  });

  it('is of the newest commands alone, by their number and by their size', () => {
    const many = new CommandCapture();
    for (let id = 1; id <= MOST_CAPTURED + 5; id += 1) {
      many.began(command(id));
      many.ended(ended(id, 0));
    }
    expect([many.output(5), many.output(6)?.command.id]).toEqual([null, 6]);
    const large = new CommandCapture();
    const count = Math.ceil(CAPTURED_ALL / CAPTURED_EACH) + 2;
    for (let id = 1; id <= count; id += 1) {
      large.began(command(id));
      large.wrote('x'.repeat(CAPTURED_EACH));
      large.ended(ended(id, 0));
    }
    expect([large.output(1), large.output(count)?.cut]).toEqual([null, 0]);
  });
});

describe('output as it is shown', () => {
  it('names a full-screen program, and keeps what is around it', () => {
    const raw = 'before\r\n\u001b[?1049h\u001b[2J\u001b[Hsecret screen\u001b[?1049lafter\r\n';
    expect(shownText(raw)).toBe(
      'before\n\n[a full-screen program ran here; what it drew is in the raw output]\nafter\n',
    );
  });

  it('is without the sign that zsh draws behind output', () => {
    const sign = `\u001b[1m\u001b[7m%\u001b[27m\u001b[1m\u001b[0m${' '.repeat(79)}\r \r`;
    expect(shownText(`done\r\n${sign}`)).toBe('done\n');
    expect(shownText(`no line end${sign}`)).toBe('no line end');
  });

  it('hides nothing by erasing the screen', () => {
    expect(plainText(shownText('\u001b[31mrm -rf /\u001b[0m\r\n\u001b[2J\u001b[3J\u001b[Hok\r\n'))).toBe(
      'rm -rf /\nok\n',
    );
  });
});

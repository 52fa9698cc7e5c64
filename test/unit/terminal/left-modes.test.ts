import { describe, expect, it } from 'vitest';
import { LeftModes } from '../../../shared/terminal/left-modes';
import { SequenceReader } from '../../../shared/terminal/sequences';

const ESC = '\u001b';

function left(text: string): string {
  const modes = new LeftModes();
  for (const sequence of new SequenceReader().push(text)) modes.see(sequence);
  const back = modes.giveBack();
  expect(modes.giveBack()).toBe('');
  return back;
}

describe('what a program did not give back', () => {
  it.each([
    ['the whole screen', `${ESC}[?1049h${ESC}[2J`, `${ESC}[?1049l`],
    [
      'the mouse and the cursor',
      `${ESC}[?1000;1006;25h${ESC}[?25l${ESC}[?1003h`,
      `${ESC}[?1000l${ESC}[?1003l${ESC}[?25h`,
    ],
    ['the focus', `${ESC}[?1004h`, `${ESC}[?1004l`],
    ['the letters', `${ESC}(0lqk`, `\u000f${ESC}(B`],
  ])('is taken back from it: %s', (_, text, back) => {
    expect(left(text)).toBe(back);
  });

  it.each([
    ['what was given back', `${ESC}[?1049;1000;25h${ESC}[?25l${ESC}[?1000;25h${ESC}[?1049;1000l`],
    ['in another spelling', `${ESC}[?1049h${ESC}[?47l`],
    ['by starting anew', `${ESC}[?1049h${ESC}[?25l${ESC}(0${ESC}c`],
    ['what is the shell’s own', `${ESC}[?2004h${ESC}[?1h${ESC}=${ESC}[31m${ESC}[4 q`],
    ['letters that were given back', `${ESC}(0x${ESC}(B`],
  ])('is nothing: %s', (_, text) => {
    expect(left(text)).toBe('');
  });
});

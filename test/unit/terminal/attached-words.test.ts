import { expect, it } from 'vitest';
import { attachedWords } from '../../../renderer/terminal/attached-item';
import type { TerminalInfo } from '../../../shared/terminal/contract';

const one = (isPaused: boolean) => ({ recording: { isPaused } }) as Pick<TerminalInfo, 'recording'>;

it.each([
  ['1 terminal recorded', [false]],
  ['1 terminal, recording paused', [true]],
  ['2 terminals recorded', [false, false]],
  ['3 terminals recorded, 1 paused', [false, true, false]],
  ['2 terminals, recording paused', [true, true]],
])('the status bar says: %s', (words, paused) => expect(attachedWords(paused.map(one))).toBe(words));

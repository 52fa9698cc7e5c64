import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { readPaste, type PastePart } from '../../../shared/terminal/paste';

const words = (line: readonly PastePart[] | undefined): string =>
  (line ?? []).map((part) => ('text' in part ? part.text : `[${part.hidden}]`)).join('');

it('types one plain line without a question, without its line end', () => {
  expect(readPaste('ls -l\n')).toMatchObject({ text: 'ls -l', lineCount: 1, isAsked: false });
  expect(readPaste('größe\tß 日本')).toMatchObject({ text: 'größe\tß 日本', isAsked: false });
});

it('asks before several lines, and shows them', () => {
  const paste = readPaste('cd /srv\r\nmake\rmake test\n');
  expect(paste.text).toBe('cd /srv\nmake\nmake test');
  expect(paste.lines.map(words)).toEqual(['cd /srv', 'make', 'make test']);
  expect(paste).toMatchObject({ lineCount: 3, hiddenCount: 0, isAsked: true });
});

it('marks what nobody would see, and takes control characters out', () => {
  const paste = readPaste('ls\u202e\u200b \u001b[201~rm\u00a0x');
  expect(words(paste.lines[0])).toBe(
    'ls[U+202E direction][U+200B zero width] [U+001B control][201~rm[U+00A0 no-break space]x',
  );
  expect(paste.text).toBe('ls\u202e\u200b [201~rm\u00a0x');
  expect(paste).toMatchObject({ hiddenCount: 4, isAsked: true });
});

it('shows a part of what is very long, and types all of it', () => {
  const paste = readPaste(`${'x'.repeat(10_000)}\n`.repeat(200));
  expect(paste.lines).toHaveLength(50);
  expect(words(paste.lines[0])).toHaveLength(401);
  expect(paste.lineCount).toBe(200);
  expect(paste.text).toHaveLength(200 * 10_001 - 1);
});

it('never types a key: no control character but line ends and tabs gets through', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const paste = readPaste(text);
      // oxlint-disable-next-line no-control-regex -- control characters are what this is about
      expect(paste.text).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/);
      expect(paste.lineCount).toBe(paste.text.split('\n').length);
    }),
  );
});

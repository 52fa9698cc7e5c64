import { execFileSync } from 'node:child_process';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { commandLine } from '../../../electron/cli/command-line';

describe('the line of a command', () => {
  it('is what was given where it is one word: a line of the shell', () => {
    expect(commandLine(['make | tee "log file"'], 'bash')).toBe('make | tee "log file"');
  });

  it.each([
    ['bash', "echo 'a b' 'it'\\''s' '$HOME!' 'x'$'\\x0a''y' ''"],
    ['zsh', "echo 'a b' 'it'\\''s' '$HOME!' 'x'$'\\x0a''y' ''"],
    ['fish', "echo 'a b' 'it\\'s' '$HOME!' 'x'\\X0a'y' ''"],
  ] as const)('passes on words as they are in %s', (shell, line) => {
    expect(commandLine(['echo', 'a b', "it's", '$HOME!', 'x\ny', ''], shell)).toBe(line);
  });

  it.each([[['a\nb']], [['a\u001b[201~']], [['  ']], [['\u0085']], [['echo', 'a\0b']]])(
    'is none for %j',
    (words) => {
      expect(commandLine(words, 'bash')).toBeNull();
    },
  );

  it('holds no control character, and gives bash the words back', () => {
    const word = fc.string({ unit: 'grapheme', maxLength: 8 }).map((text) => text.replaceAll('\0', ''));
    const odd = fc.constantFrom("'", '\\', '\n', '\u001b', '\u0085', '!', '*', '~', '\t', '\r', 'é', '$(x)');
    const any = fc.array(fc.oneof(word, odd), { maxLength: 4 }).map((parts) => parts.join(''));
    fc.assert(
      fc.property(fc.array(any, { minLength: 1, maxLength: 4 }), (words) => {
        const line = commandLine([`printf`, String.raw`%s\n.\n`, ...words], 'bash') ?? '';
        // oxlint-disable-next-line no-control-regex -- control characters are what this is about
        expect(line).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);
        const out = execFileSync('bash', ['-c', line], {
          encoding: 'utf8',
          env: { LC_ALL: 'C.UTF-8', HOME: '/nowhere' },
        });
        expect(out).toBe(words.map((one) => `${one}\n.\n`).join(''));
      }),
      { numRuns: 30 },
    );
  });
});

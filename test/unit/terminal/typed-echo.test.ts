import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { typedKeys } from '../../../shared/terminal/send';
import { TypedEcho } from '../../../shared/terminal/typed-echo';

const LOOP = "eval 'for region in eu us; do\n  echo $region\ndone'";
/** What bash draws of it with readline 8: marked as pasted, and anew without the mark. */
const BASH =
  "\u001b[7meval \u001b[27m\r\u001b[C\u001b[C\u001b[C\u001b[C\u001b[Ceval 'for region in eu us; do\r\n  echo $region\r\ndone'\r\n\u001b[?2004l\r";
/** Zsh gives the paste up before it goes to the next line. */
const ZSH = '\u001b[7mls\u001b[27m\u001b[2D\u001b[27ml\u001b[27ms\u001b[?1l\u001b>\u001b[?2004l\r\r\n';

function left(keys: string, ...parts: readonly string[]): string {
  const echo = new TypedEcho(keys);
  return parts.map((part) => echo.push(part)).join('') + echo.end();
}

describe('the echo of what was typed', () => {
  it.each([
    ['a line editor hands it over on a new line', LOOP, true, BASH, 'eu\r\nus\r\n'],
    ['the first line that is printed is empty', LOOP, true, BASH, '\r\neu\r\n'],
    ['a line editor goes to the next line last', 'ls', true, ZSH, 'a\r\n'],
    ['a program that gives pastes up is left as it is', 'ls', true, ZSH, 'a\r\n\u001b[?2004l\rb\r\n'],
    ['there is no line editor', 'ls -l', false, 'ls -l\r\n', 'ls -l\r\nis a line of its own\r\n'],
  ])('is taken off where %s', (_name, line, isBracketed, drawn, printed) => {
    const keys = typedKeys(line, isBracketed);
    fc.assert(
      fc.property(fc.array(fc.nat({ max: drawn.length + printed.length }), { maxLength: 6 }), (cuts) => {
        const all = drawn + printed;
        const at = [0, ...cuts.toSorted((a, b) => a - b), all.length];
        expect(left(keys, ...at.slice(1).map((to, index) => all.slice(at[index], to)))).toBe(printed);
      }),
    );
  });

  it.each([
    ['several lines are typed one by one', typedKeys(LOOP, false), "eval 'for\r\n> do\r\n"],
    ['the terminal echoes something else', typedKeys('stty -echo', false), 'stty -ec'],
    ['the line editor never hands it over', typedKeys('ls', true), '\u001b[7mls\u001b[27m'],
    ['nothing is echoed', typedKeys('ls', false), 'a\r\nb\r\n'],
  ])('is left as it came where %s', (_name, keys, all) => {
    expect(left(keys, all)).toBe(all);
    expect(left(keys, ...all)).toBe(all);
  });

  it('is given up where it is longer than any echo, and nothing of it is lost', () => {
    const echo = new TypedEcho(typedKeys('ls', true));
    const flood = 'x'.repeat(20_000);
    expect(echo.push(flood) + echo.push(flood)).toBe(flood + flood);
    expect(left(typedKeys('ls', true), ZSH.slice(0, -2))).toBe('');
  });
});

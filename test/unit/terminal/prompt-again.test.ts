import { describe, expect, it } from 'vitest';
import { PromptAgain } from '../../../shared/terminal/prompt-again';

const PROMPT = '\u001b[?2004h\u001b[32mmara@eu1\u001b[0m:~$ ';

function left(prompt: string, ...parts: readonly string[]): string {
  const again = new PromptAgain(prompt);
  return parts.map((part) => again.push(part)).join('') + again.end();
}

describe('the prompt behind what a command printed', () => {
  it('is no output of it, however it comes', () => {
    expect(left('mara@eu1:~$ ', `eu\r\n${PROMPT}`)).toBe('eu\r\n');
    expect(
      left('mara@eu1:~$', 'eu\r', '\n', '\u001b[?2004h', '\u001b[32m', 'mara@', 'eu1\u001b[0m:~$ '),
    ).toBe('eu\r\n');
  });

  it('is held until more comes, and then it was no prompt', () => {
    const again = new PromptAgain('> ');
    expect(again.push('one\r\n> ')).toBe('one\r\n');
    expect(again.push('two\r\n')).toBe('> two\r\n');
    expect(again.push('far')).toBe('far');
    expect(again.end()).toBe('');
  });

  it.each([
    ['it is another one', 'mara@eu1:~$ ', 'eu\r\nmara@eu1:/srv$ '],
    ['it is not whole', 'mara@eu1:~$ ', 'eu\r\nmara@'],
    ['it stands behind output on its line', '$ ', 'no line end$ '],
    ['nothing stood there', '', 'eu\r\n'],
  ])('is left as it came where %s', (_name, prompt, all) => {
    expect(left(prompt, all)).toBe(all);
    expect(left(prompt, ...all)).toBe(all);
  });

  it('costs nothing on a long line', () => {
    const again = new PromptAgain('$ ');
    const long = 'x'.repeat(100_000);
    expect(again.push(long) + again.push(long)).toHaveLength(200_000);
  });
});

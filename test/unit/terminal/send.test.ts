import { describe, expect, it } from 'vitest';
import { commandLine, isPlainLine, sendableText, typedKeys } from '../../../shared/terminal/send';

describe('a text to send', () => {
  it.each([
    ['  ls -l  ', '  ls -l'],
    ['\n\n  a\r\nb\r\n\n', '  a\nb'],
    ['a\tb', 'a\tb'],
  ])('is %j as %j', (text, sent) => expect(sendableText(text)).toBe(sent));

  it.each(['', ' \n\t\n', 'a\u001bb', 'a\u0003', 'a\u009bb', 'a\u007f'])('is never %j', (text) =>
    expect(sendableText(text)).toBeNull(),
  );
});

describe('a line', () => {
  it.each([
    'kubectl get pods -o jsonpath={.items[0].metadata.name}',
    'echo "a (b" | grep -c \'x (\' && true',
    'sleep 5 &',
    'echo done-if-ever',
    'echo a\\ b',
  ])('is plain: %s', (line) => expect(isPlainLine(line)).toBe(true));

  it.each([
    'echo "open',
    "echo 'open",
    'echo (a',
    'echo a)',
    'cat <<EOF',
    'echo a \\',
    'make |',
    'make &&',
    'echo hi!',
    'ls # all',
    'for i in 1 2; do echo $i; done',
    'echo `date`',
    "echo 'a\\'",
    'a\nb',
    'a\tb',
  ])('is not plain: %s', (line) => expect(isPlainLine(line)).toBe(false));
});

describe('the line that a shell gets', () => {
  it('is the text where that is plain', () => expect(commandLine('ls -l', 'bash', true)).toBe('ls -l'));

  it.each([
    ['a\nb', 'bash', true, "eval 'a\nb'"],
    ['a\nb', 'bash', false, "eval $'a\\nb'"],
    ["echo 'x'\necho hi!", 'zsh', true, "eval $'echo \\'x\\'\necho hi\\x21'"],
    ["echo 'x\\y'\nb", 'fish', true, "eval 'echo \\'x\\\\y\\'\nb'"],
    ['echo "a', 'bash', true, ". <(printf %s 'echo \"a')"],
    ['echo $(date)', 'fish', true, "eval 'echo $(date)'"],
    ['a\n\tb', 'fish', false, "eval 'a'\\n''\\t'b'"],
  ] as const)('quotes %j for %s (pastes: %s)', (text, shell, isBracketed, line) =>
    expect(commandLine(text, shell, isBracketed)).toBe(line),
  );

  it('is a paste where the shell asks for that, and Enter stands behind it', () => {
    expect(typedKeys('a\nb', true)).toBe('\u001b[200~a\rb\u001b[201~\r');
    expect(typedKeys('a', false)).toBe('a\r');
  });
});

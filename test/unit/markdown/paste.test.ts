import { describe, expect, it } from 'vitest';
import { attachmentName } from '../../../renderer/notebook/attach-pictures';
import { linkFor } from '../../../renderer/notebook/code/paste-text';

describe('an address pasted over words', () => {
  it.each<[string, string, string | null]>([
    ['the board', 'https://example.org/a?b#c', '[the board](https://example.org/a?b#c)'],
    ['the board', '  https://example.org/a\n', '[the board](https://example.org/a)'],
    ['a (b) [c]', 'https://example.org/x_(y)', '[a (b) \\[c\\]](https://example.org/x_%28y%29)'],
    ['write', 'mailto:oncall@example.org', '[write](mailto:oncall@example.org)'],
    ['undo it', 'undo.ipynb#Roll-back', '[undo it](undo.ipynb#Roll-back)'],
    ['', 'https://example.org/', null],
    ['two\nlines', 'https://example.org/', null],
    ['https://example.com/', 'https://example.org/', null],
    ['the board', 'not an address', null],
    ['the board', 'https://example.org/ and more', null],
    ['the board', 'javascript:alert(1)', null],
    ['the board', 'file:///etc/passwd', null],
  ])('%j with %j', (selected, pasted, link) => {
    expect(linkFor(selected, pasted)).toBe(link);
  });
});

describe('the name of an attachment', () => {
  it.each<[string, string, readonly string[], string]>([
    ['image.png', 'png', [], 'image.png'],
    ['image.png', 'png', ['image.png', 'image-1.png'], 'image-2.png'],
    ['a b (c).PNG', 'png', [], 'a-b-c.png'],
    ['../../etc/passwd', 'png', [], 'passwd.png'],
    ['C:\\shots\\one.jpeg', 'jpg', [], 'one.jpg'],
    ['Überblick.svg', 'svg', [], 'Überblick.svg'],
    ['.png', 'png', [], 'png.png'],
    ['](javascript:x).png', 'png', [], 'javascript-x.png'],
    ['', 'png', [], 'image.png'],
    ['__proto__', 'png', [], '__proto__.png'],
  ])('of %j', (file, ending, taken, name) => {
    expect(attachmentName(file, ending, new Set(taken))).toBe(name);
  });
});

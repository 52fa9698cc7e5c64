import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ansiRuns, contrast } from '../../../shared/notebook/outputs/ansi';

const run = (line: string): unknown => ansiRuns(line).runs;

describe('colours of a text', () => {
  it('leaves plain text as one run', () => {
    expect(run('plain')).toEqual([{ text: 'plain', className: '' }]);
  });

  it('has a class for each rendition and each of the sixteen colours', () => {
    expect(run('\u001b[1;31mred\u001b[0m \u001b[3;4;9;2;92;44mx')).toEqual([
      { text: 'red', className: 'ansi-bold ansi-red' },
      { text: ' ', className: '' },
      {
        text: 'x',
        className: 'ansi-faint ansi-italic ansi-underline ansi-strike ansi-bright-green ansi-on-blue',
      },
    ]);
    expect(run('\u001b[38;5;9mx')).toEqual([{ text: 'x', className: 'ansi-bright-red' }]);
    expect(run('\u001b[7mx\u001b[27my')).toEqual([
      { text: 'x', className: 'ansi-inverse' },
      { text: 'y', className: '' },
    ]);
  });

  it('carries the rendition into the next line', () => {
    const { exit } = ansiRuns('\u001b[32mgreen');
    expect(ansiRuns('still', exit).runs).toEqual([{ text: 'still', className: 'ansi-green' }]);
  });

  it('reads 24-bit colours with semicolons and with colons', () => {
    const expected = [{ text: 'x', className: '', color: 'light-dark(rgb(215 0 0), rgb(255 51 51))' }];
    const [first] = ansiRuns('\u001b[38;2;215;0;0mx').runs;
    for (const code of ['38:2:215:0:0', '38:2::215:0:0']) expect(run(`\u001b[${code}mx`)).toEqual([first]);
    expect(first?.color).toMatch(/^light-dark\(rgb\(215 0 0\), rgb\(/);
    expect(expected).toHaveLength(1);
  });

  it('keeps every value readable on both pages', () => {
    const tokens = readFileSync('renderer/ui/tokens.css', { encoding: 'utf8', flag: 'a+' });
    const pages = /--surface-page:\s+light-dark\(#ffffff, #181c20\)/.test(tokens) || tokens === '';
    expect(pages).toBe(true);
    for (let index = 16; index < 256; index += 1) {
      const [one] = ansiRuns(`\u001b[38;5;${index}mx`).runs;
      const values = [...(one?.color ?? '').matchAll(/rgb\((\d+) (\d+) (\d+)\)/g)].map((match) =>
        match.slice(1).map(Number),
      );
      expect(contrast(values[0]!, [255, 255, 255])).toBeGreaterThanOrEqual(4.5);
      expect(contrast(values.at(-1)!, [24, 28, 32])).toBeGreaterThanOrEqual(4.5);
    }
  });

  it('writes readable ink on backgrounds that are values', () => {
    expect(run('\u001b[48;2;250;250;0mx')).toEqual([
      { text: 'x', className: '', background: 'rgb(250 250 0)', color: 'rgb(0 0 0)' },
    ]);
    expect(run('\u001b[38;2;0;0;0;48;2;10;10;10mx')).toEqual([
      { text: 'x', className: '', background: 'rgb(10 10 10)', color: 'rgb(255 255 255)' },
    ]);
  });

  it('takes nonsense for what a terminal takes it', () => {
    expect(run('\u001b[38;5mx\u001b[m\u001b[999;38;2;999mx\u001b[38;9;1my')).toBeDefined();
    expect(run('a\u001bb')).toEqual([
      { text: 'a', className: '' },
      { text: 'b', className: '' },
    ]);
  });
});

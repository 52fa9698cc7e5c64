import { describe, expect, it } from 'vitest';
import { guessFrameHeight } from '../../../shared/notebook/outputs/frame-height';
import { FRAME_MAX_HEIGHT } from '../../../shared/notebook/outputs/frame-protocol';
import { holdInCss, judgeResource } from '../../../shared/notebook/outputs/held-resource';
import { heldWords } from '../../../shared/notebook/outputs/held-words';
import { latexParts } from '../../../shared/notebook/outputs/latex-parts';
import { lineAt, linesInView, scrollTopOf } from '../../../shared/notebook/outputs/line-window';
import { sizeInHeader, sizeInMetadata } from '../../../shared/notebook/outputs/picture-size';
import { plainHtml } from '../../../shared/notebook/outputs/plain-html';
import { savedName } from '../../../shared/notebook/outputs/saved-name';
import { columnSides } from '../../../shared/notebook/outputs/table-sides';

describe('what an output would load', () => {
  it.each([
    ['data:image/png;base64,AAAA', { kind: 'inside' }],
    ['#part', { kind: 'inside' }],
    ['', { kind: 'inside' }],
    ['https://CDN.example:8443/x.js?y', { kind: 'held', host: 'cdn.example:8443' }],
    ['//cdn.example/x', { kind: 'held', host: 'cdn.example' }],
    ['\\\\host\\share', { kind: 'held', host: 'host' }],
    ['https://user:word@evil.example/', { kind: 'held', host: 'evil.example' }],
    ['ht\ntps://split.example/', { kind: 'held', host: 'split.example' }],
    ['plot.png', { kind: 'held', host: null }],
    ['javascript:alert(1)', { kind: 'held', host: null }],
  ])('%s', (address, verdict) => expect(judgeResource(address)).toEqual(verdict));

  it('is emptied in styles, and told', () => {
    const told: string[] = [];
    const css =
      'a{background:url("https://a.example/x.png")} b{background:url(data:image/png;base64,AA)} @import "//b.example/c.css";';
    const quiet = holdInCss(css, (address) => told.push(address));
    expect(told).toEqual(['https://a.example/x.png', '//b.example/c.css']);
    expect(quiet).not.toMatch(/example/);
    expect(quiet).toContain('url(data:image/png;base64,AA)');
  });

  it('is said in a sentence', () => {
    const held = { resources: 2, hosts: ['a.example', 'b.example'], scripts: 1 };
    expect(heldWords(held, 'still')).toBe(
      '2 resources from a.example, b.example were not loaded: outputs have no network. Its script did not run, as it was not made here.',
    );
    expect(heldWords(held, 'live')).toBe(
      '2 resources from a.example, b.example were not loaded: outputs have no network.',
    );
    expect(heldWords({ resources: 0, hosts: [], scripts: 3 }, 'live')).toBeNull();
  });
});

describe('a LaTeX output', () => {
  it.each([
    ['$x$', [['block', 'x']]],
    [
      'The rate is $a$ and $$b$$',
      [
        ['text', 'The rate is '],
        ['inline', 'a'],
        ['text', ' and '],
        ['block', 'b'],
      ],
    ],
    [
      '\\[x\\] or \\(y\\)',
      [
        ['block', 'x'],
        ['text', ' or '],
        ['inline', 'y'],
      ],
    ],
    ['\\begin{align}a&=b\\end{align}', [['block', '\\begin{align}a&=b\\end{align}']]],
    ['\\frac{1}{2}', [['block', '\\frac{1}{2}']]],
    ['only words', [['text', 'only words']]],
    ['it costs \\$5', [['text', 'it costs $5']]],
    ['a $ that stays open', [['text', 'a $ that stays open']]],
  ])('%s', (latex, parts) => {
    expect(latexParts(latex).map(({ kind, text }) => [kind, text])).toEqual(parts);
  });

  it('that is endless is text', () => {
    expect(latexParts(`$${'x'.repeat(1_000_000)}$`)).toMatchObject([{ kind: 'text' }]);
    expect(latexParts('$'.repeat(19_999)).every(({ kind }) => kind === 'text')).toBe(true);
  });
});

describe('the size of a picture', () => {
  it('is read from its header', () => {
    const png = Buffer.from([
      137, 80, 78, 71, 13, 10, 26, 10, 0, 0, 0, 13, 73, 72, 68, 82, 0, 0, 2, 128, 0, 0, 1, 224,
    ]);
    expect(sizeInHeader('image/png', png.toString('base64'))).toEqual({ width: 640, height: 480 });
    const gif = Buffer.from([71, 73, 70, 56, 57, 97, 120, 0, 24, 1]);
    expect(sizeInHeader('image/gif', gif.toString('base64'))).toEqual({ width: 120, height: 280 });
    const notes = Buffer.alloc(1_000);
    const jpeg = Buffer.concat([
      Buffer.from([0xff, 0xd8, 0xff, 0xe1, 0x03, 0xea]),
      notes,
      Buffer.from([0xff, 0xc0, 0, 17, 8, 0, 24, 0, 120, 3, 0, 0]),
    ]);
    const lines = jpeg.toString('base64').replace(/(.{76})/g, '$1\n');
    expect(sizeInHeader('image/jpeg', lines)).toEqual({ width: 120, height: 24 });
  });

  it('is none where the header says none', () => {
    expect(sizeInHeader('image/png', '')).toBeNull();
    expect(sizeInHeader('image/jpeg', 'not base64!')).toBeNull();
    expect(
      sizeInHeader('image/jpeg', Buffer.from([0xff, 0xd8, 0xff, 0xff, 0xff]).toString('base64')),
    ).toBeNull();
  });

  it('is what the metadata ask for', () => {
    expect(sizeInMetadata({ 'image/png': { width: 320, height: 200 } }, 'image/png')).toEqual({
      width: 320,
      height: 200,
    });
    expect(sizeInMetadata({ 'image/png': { width: -1, height: 'x' } }, 'image/png')).toBeNull();
    expect(sizeInMetadata({}, 'image/png')).toBeNull();
  });
});

describe('the sides of a table’s columns', () => {
  it('put numbers to the right and words to the left', () => {
    const rows = [
      ['0', 'api', '182.40', '1,204', '12.1 %', 'NaN', '-3e-05', 'v1.2'],
      ['1', 'web', 'NaN', '3', '0 %', '', '7', '2.0'],
    ];
    expect(columnSides(rows)).toEqual(['right', 'left', 'right', 'right', 'right', 'left', 'right', 'left']);
  });
  it('take rows of any length', () => {
    expect(columnSides([['a'], ['b', '1']])).toEqual(['left', 'right']);
    expect(columnSides([])).toEqual([]);
  });
});

describe('lines in view', () => {
  const text = { rowHeight: 20, viewHeight: 600 };
  it('are all there are of a short text', () => {
    expect(linesInView({ ...text, total: 10, scrollTop: 0 })).toEqual({
      height: 200,
      from: 0,
      to: 10,
      top: 0,
    });
  });
  it('are where the scroll bar is', () => {
    const view = linesInView({ ...text, total: 5_000, scrollTop: 20_000 });
    expect([view.from, view.to]).toEqual([988, 1_042]);
    expect(view.top).toBe(988 * 20);
  });
  it('reach from the first to the last of ten million', () => {
    const total = 10_000_000;
    const bottom = linesInView({ ...text, total, scrollTop: 0 }).height - text.viewHeight;
    expect(bottom).toBeLessThan(20_000_000);
    expect(linesInView({ ...text, total, scrollTop: bottom }).to).toBe(total);
    expect(linesInView({ ...text, total, scrollTop: 0 }).from).toBe(0);
    for (const line of [0, 1, 4_321_987, 9_999_999]) {
      const scrollTop = scrollTopOf(line, { ...text, total });
      const first = lineAt({ ...text, total, scrollTop });
      expect(line).toBeGreaterThanOrEqual(Math.floor(first));
      expect(line).toBeLessThanOrEqual(first + text.viewHeight / 20);
    }
  });
});

describe('small rules', () => {
  it('leave of HTML what other programs can use', () => {
    const html =
      '<style>a{}</style><p style="color: red" class=x onclick=\'go(">")\'>a style="b" c</p><script>x</script >';
    expect(plainHtml(html)).toBe('<p class=x>a style="b" c</p>');
    expect(plainHtml('a<script>never closed')).toBe('a');
    // None of these may take long.
    for (const part of ['<p style="', '<style>', '<a', '<a "', "<p onx='"]) {
      expect(plainHtml(part.repeat(200_000)).length).toBeGreaterThanOrEqual(0);
    }
  });
  it('name a saved output after its notebook and step', () => {
    expect(savedName('/ops/api.ipynb', 7, null)).toBe('/ops/api.step7.txt');
    expect(savedName('/ops/api.ipynb', 7, 'image/png')).toBe('/ops/api.step7.png');
    expect(savedName('/ops/api.ipynb', 7, 'application/vnd.x+json')).toBe('/ops/api.step7.json');
    expect(savedName('/ops/api.ipynb', 7, 'constructor')).toBe('/ops/api.step7.bin');
  });
  it('guess a height that a frame can have', () => {
    expect(guessFrameHeight('html', '<tr>'.repeat(3))).toBe(93);
    expect(guessFrameHeight('html', '<tr>'.repeat(1_000))).toBe(FRAME_MAX_HEIGHT);
    expect(guessFrameHeight('svg', '<svg width="10" height="60">')).toBe(60);
    expect(guessFrameHeight('svg', '<svg height="1e999px"/>')).toBeLessThanOrEqual(FRAME_MAX_HEIGHT);
    expect(guessFrameHeight('script', '')).toBeGreaterThan(0);
  });
});

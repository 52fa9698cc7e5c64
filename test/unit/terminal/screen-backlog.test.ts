import { SerializeAddon } from '@xterm/addon-serialize';
import { Terminal } from '@xterm/headless';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Screen } from '../../../electron/engine/terminals/screen';
import { ScreenBacklog } from '../../../shared/terminal/screen-backlog';
import { JudgedStream } from '../../../shared/terminal/judged-stream';

const ESC = '\u001b';

describe('what waits for a screen', () => {
  it('is given out as it came, where it is little', () => {
    const backlog = new ScreenBacklog();
    backlog.push('one\r\n', 2);
    backlog.push('two', 2);
    expect(backlog.length).toBe(8);
    expect(backlog.take()).toBe('one\r\ntwo');
    expect(backlog.take()).toBe('');
  });

  it('of a flood is no more than its last lines and some, with the colours that hold before them', () => {
    const backlog = new ScreenBacklog();
    backlog.push(`${ESC}[1mone ${ESC}[0m${ESC}[32mtwo${ESC}[44m\r\n`, 100);
    let most = 0;
    for (let n = 0; n < 200_000; n += 1) {
      backlog.push(`line ${n} of a flood\r\n`, 100);
      most = Math.max(most, backlog.length);
    }
    expect(most).toBeLessThan(600_000);
    expect(backlog.isFull).toBe(false);
    const text = backlog.take();
    expect(text).toMatch(new RegExp(`^${ESC}\\[0m${ESC}\\[32m${ESC}\\[44mline \\d+ of a flood\r\n`));
    expect(text.split('\n').length).toBeGreaterThan(100);
    expect(text).toMatch(/line 199999 of a flood\r\n$/);
  });

  it('is full where it holds no lines that could be let go', () => {
    const backlog = new ScreenBacklog();
    for (let n = 0; n < 3 && !backlog.isFull; n += 1) backlog.push('x'.repeat(1_000_000), 100);
    expect(backlog.isFull).toBe(true);
    expect(backlog.take()).toBe('x'.repeat(3_000_000));
  });

  it('is full where colours pile up that nothing sets back', () => {
    const backlog = new ScreenBacklog({ least: 64, most: 8_192 });
    for (let n = 0; n < 5_000 && !backlog.isFull; n += 1) backlog.push(`${ESC}[1mx\r\n`, 10);
    expect(backlog.isFull).toBe(true);
  });
});

/** Lines enough for a screen that keeps so few. */
const COLUMNS = 12;
const ROWS = 4;
const KEPT = 6;

/** Before a chunk the terminal gets another size. */
interface Resize {
  readonly before: number;
  readonly columns: number;
  readonly rows: number;
}

/** What a terminal shows that is written to piece by piece. */
async function drawn(chunks: readonly string[], resize: Resize | null): Promise<string> {
  const terminal = new Terminal({ cols: COLUMNS, rows: ROWS, scrollback: KEPT, allowProposedApi: true });
  const serializer = new SerializeAddon();
  terminal.loadAddon(serializer);
  for (const [index, chunk] of chunks.entries()) {
    if (index === resize?.before) terminal.write('', () => terminal.resize(resize.columns, resize.rows));
    terminal.write(chunk);
  }
  await new Promise<void>((resolve) => terminal.write('', resolve));
  const text = serializer.serialize();
  terminal.dispose();
  return text;
}

const COLOURS = ['[0m', '[m', '[1m', '[31m', '[44m', '[7m', '[38;2;1;2;3m', '[4:3m', '[0;32m', '[39;49m'].map(
  (code) => ESC + code,
);
const PLAIN = [
  'word ',
  'a line that is longer than the screen is wide',
  '語é\t',
  '\n',
  'same\rline',
  ...Array.from({ length: 12 }, (_, n) => `line ${n}\r\n`),
  ...COLOURS,
];
/** What sets the screen up: all that may hold while plain text is printed. */
const BEFORE = [
  ...PLAIN,
  'x\b',
  '\u000e',
  '\u000f',
  ...[
    '[2J',
    '[H',
    '[3;4H',
    '[?6h',
    '[?7l',
    '[?7h',
    '[4h',
    '[4l',
    '[20h',
    '[2;3r',
    '[r',
    '[1;4r',
    '[?1049h',
    '[?1049l',
    '7',
    '8',
    '(0',
    '(B',
    'c',
    '[!p',
    'M',
    'D',
    '[3g',
    '[L',
    ']8;;http://a.example\u0007',
  ].map((code) => ESC + code),
];
/** What is seen of the screen's state afterwards. */
const AFTER = [
  'z',
  `${ESC}8z`,
  `${ESC}[3b`,
  '\bz',
  `${ESC}[Hz`,
  `${ESC}[A${ESC}[Kz`,
  '\tz',
  `${ESC}[?1049lz`,
];

/** Lets go of every line as soon as it may, as no backlog of a true size does. */
function hurried(): ScreenBacklog {
  return new ScreenBacklog({ least: 0, most: 4_096 });
}

describe('a screen that draws late', () => {
  it('shows what it would show if it had drawn all at once', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom(...BEFORE), { maxLength: 12 }),
        fc.array(fc.constantFrom(...PLAIN), { minLength: 10, maxLength: 60 }),
        fc.constantFrom(...AFTER),
        fc.integer({ min: 2, max: 60 }),
        fc.option(
          fc.record({
            before: fc.nat(60),
            columns: fc.integer({ min: 5, max: 20 }),
            rows: fc.integer({ min: 1, max: 9 }),
          }),
        ),
        async (before, plain, after, size, resize) => {
          const text = [...before, ...plain].join('');
          const chunks = [...(text.match(new RegExp(`[^]{1,${size}}`, 'g')) ?? []), after];
          const screen = new Screen(COLUMNS, ROWS, KEPT, () => undefined, hurried());
          const stream = new JudgedStream();
          for (const [index, chunk] of chunks.entries()) {
            if (index === resize?.before) screen.resize(resize.columns, resize.rows);
            for (const part of stream.push(chunk)) {
              if (part.kind === 'plain') screen.writePlain(part.text, () => undefined);
              else {
                screen.write(part.sequence.text, () => undefined);
                screen.see(part.sequence);
              }
            }
          }
          expect((await screen.snapshot()).screen).toBe(await drawn(chunks, resize));
          screen.dispose();
        },
      ),
      { numRuns: 500 },
    );
  }, 120_000);
});

import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, expect, test } from 'vitest';

const RENDERER = join(__dirname, '../../../renderer');
const files = readdirSync(RENDERER, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => relative(RENDERER, join(entry.parentPath, entry.name)));

/** Written-out colours, by number, by function, or by the names that people reach for. */
const COLOUR =
  /#[0-9a-f]{3,8}\b|\b(?:rgba?|hsla?|hwb|lab|lch|oklab|oklch)\(|(?<=[:\s,(])(?:white|black|red|green|blue|gr[ae]y|silver|orange|yellow|purple)(?=[\s;,)])/gi;

/** What an inline style may say: measures that are computed. */
const GEOMETRY = new Set([
  'width',
  'height',
  'minHeight',
  'flexGrow',
  'top',
  'left',
  'paddingLeft',
  'transform',
  // Of what lies over a page, for the style sheet of that page.
  '--width-over',
]);

/** Colours that a program chose among sixteen million; the law knows no other. */
const PROGRAM_COLOURS = 'notebook/outputs/ansi-text.tsx';

describe('every stylesheet', () => {
  const sheets = files.filter(
    // The frame has its own page: the tokens come to it by message.
    (file) => file.endsWith('.css') && file !== join('ui', 'tokens.css') && !file.startsWith('frame'),
  );

  test.each(sheets)('%s takes its colours from the tokens', (file) => {
    const css = readFileSync(join(RENDERER, file), 'utf8').replaceAll(/\/\*[\s\S]*?\*\//g, '');
    expect(css.match(COLOUR) ?? []).toEqual([]);
  });

  test.each(sheets)('%s asks only for tokens that there are', (file) => {
    const all = [join('ui', 'tokens.css'), ...sheets].map((sheet) =>
      readFileSync(join(RENDERER, sheet), 'utf8'),
    );
    const css = readFileSync(join(RENDERER, file), 'utf8');
    const asked = [...css.matchAll(/var\(--([\w-]+)/g)].map(([, name]) => name);
    const own = new Set([...all.join('\n').matchAll(/--([\w-]+)\s*:/g)].map(([, name]) => name));
    // Base UI tells its parts their measures by variables of its own.
    expect(
      asked.filter((name) => !own.has(name) && !/^(anchor|available|transform)-/.test(name ?? '')),
    ).toEqual([]);
  });
});

describe('every component', () => {
  const parts = files.filter((file) => file.endsWith('.tsx') && file !== PROGRAM_COLOURS);

  test.each(parts)('%s has no inline style but measures', (file) => {
    const source = readFileSync(join(RENDERER, file), 'utf8').replaceAll(/\$\{[^}]*\}/g, '');
    for (const [, style = ''] of source.matchAll(/\bstyle=\{(\{[^}]*\}|[^}]*)\}/g)) {
      const keys = [...style.matchAll(/(?:[{,]\s*)'?((?:--)?[\w-]+)/g)].map(([, key]) => key ?? '');
      expect(keys.length, `the style ${style} is written out`).toBeGreaterThan(0);
      expect(keys.filter((key) => !GEOMETRY.has(key))).toEqual([]);
    }
  });
});

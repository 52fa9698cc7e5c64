import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { expect, test } from 'vitest';

const RENDERER = join(__dirname, '../../../renderer');
const FORCED = '@media (forced-colors: active)';

interface Rule {
  readonly file: string;
  readonly selector: string;
  readonly body: string;
}

/** The rules of all style sheets: those of every screen, and those where the system forces its own few colours. */
const RULES = { usual: [] as Rule[], forced: [] as Rule[] };
for (const entry of readdirSync(RENDERER, { recursive: true, withFileTypes: true })) {
  if (!entry.name.endsWith('.css') || entry.name === 'tokens.css') continue;
  const path = join(entry.parentPath, entry.name);
  const css = readFileSync(path, 'utf8').replaceAll(/\/\*.*?\*\//gs, '');
  const [usual, forced] = apart(css);
  for (const [kind, text] of [
    ['usual', usual],
    ['forced', forced],
  ] as const)
    for (const [, selectors = '', body = ''] of text.matchAll(/([^{};]+)\{([^{}]*)\}/g))
      for (const selector of selectors.split(/,(?![^(]*\))/))
        RULES[kind].push({ file: relative(RENDERER, path), selector: selector.trim(), body });
}

/** A sheet without its blocks for forced colours, and what is in them. */
function apart(css: string): readonly [string, string] {
  const at = css.indexOf(FORCED);
  if (at < 0) return [css, ''];
  const begin = css.indexOf('{', at) + 1;
  let end = begin;
  for (let depth = 1; depth > 0; end += 1) depth += { '{': 1, '}': -1 }[css[end] ?? '}'] ?? 0;
  const [usual, forced] = apart(css.slice(end));
  return [css.slice(0, at) + usual, css.slice(begin, end - 1) + forced];
}

test('words on a ground of their own are not lost on the one that the system lays under them', () => {
  // They hold a sign alone, which has no such ground.
  const signs = ["run-check[aria-checked='true'] .run-check-box", 'tick-box[data-checked]'];
  const inked = RULES.usual.filter(({ body }) => /(?:^|[\s;])color:\s*var\(--[a-z-]+-on\)/.test(body));
  expect(inked.length).toBeGreaterThan(6);
  const kept = RULES.forced.filter(({ body }) => body.includes('forced-color-adjust: none'));
  const lost = inked.filter(
    ({ file, selector }) =>
      !signs.some((sign) => selector.endsWith(sign)) &&
      !kept.some((rule) => rule.file === file && rule.selector === selector),
  );
  expect(lost.map(({ file, selector }) => `${file}: ${selector}`)).toEqual([]);
});

test('an edge that is drawn by a shadow is drawn by a line where shadows are not', () => {
  const edged = RULES.usual.filter(({ body }) => /box-shadow:\s*inset/.test(body));
  expect(edged.length).toBeGreaterThan(20);
  // What is chosen has a line around it everywhere (base.css); where a tab would come to stand is seen by its moving.
  const isElsewhere = /\[aria-(?:selected|pressed)='true'\]|\[data-drop/;
  const forced = RULES.forced.map(({ selector }) => selector).join('\n');
  const lost = edged.filter(({ selector }) => {
    const last = /\.[a-z-]+(?!.*\.[a-z])/.exec(selector)?.[0] ?? selector;
    return !isElsewhere.test(selector) && !new RegExp(`\\${last}(?![a-z-])`).test(forced);
  });
  expect(lost.map(({ file, selector }) => `${file}: ${selector}`)).toEqual([]);
});

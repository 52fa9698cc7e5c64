import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

type Theme = 'light' | 'dark';
type Contrast = 'normal' | 'high';
type Rgb = readonly [number, number, number];

const CSS = readFileSync(join(__dirname, '../../../renderer/ui/tokens.css'), 'utf8');
const HIGH_AT = CSS.indexOf(":root[data-contrast='high']");
const NORMAL = readTokens(CSS.slice(0, HIGH_AT));
const TOKENS = { normal: NORMAL, high: new Map([...NORMAL, ...readTokens(CSS.slice(HIGH_AT))]) };
const STATES = ['todo', 'queued', 'running', 'done', 'failed', 'waiting', 'skipped', 'rolledback', 'edited'];
const ENVIRONMENTS = ['local', 'dev', 'staging', 'prod', 'indigo', 'moss'];
const CODE = ['keyword', 'string', 'number', 'function', 'comment'];

/** Words, and what they stand on: at least 4.5:1. */
const TEXT_PAIRS: readonly (readonly [string, string])[] = [
  ...['surface-page', 'surface-panel', 'surface-window', 'surface-sunken', 'surface-raised'].flatMap(
    (surface): (readonly [string, string])[] =>
      ['text-primary', 'text-secondary', 'text-muted'].map((text) => [text, surface]),
  ),
  ['text-primary', 'surface-selected'],
  ['text-secondary', 'surface-selected'],
  ['action-on', 'action'],
  ['action-on', 'action-hover'],
  ['danger-on', 'danger'],
  ['danger-on', 'danger-hover'],
  ['accent-text', 'surface-page'],
  ['accent-text', 'surface-panel'],
  ['accent-text', 'accent-soft'],
  ...STATES.flatMap((state): (readonly [string, string])[] => [
    [`state-${state}-text`, 'surface-page'],
    [`state-${state}-text`, 'surface-panel'],
    [`state-${state}-text`, `state-${state}-soft`],
    ['text-primary', `state-${state}-soft`],
    ['text-secondary', `state-${state}-soft`],
  ]),
  ...ENVIRONMENTS.flatMap((environment): (readonly [string, string])[] => [
    [`env-${environment}-on`, `env-${environment}`],
    [`env-${environment}-text`, 'surface-page'],
    [`env-${environment}-text`, `env-${environment}-soft`],
  ]),
  ...CODE.flatMap((kind): (readonly [string, string])[] => [
    [`code-${kind}`, 'surface-page'],
    [`code-${kind}`, 'surface-sunken'],
  ]),
  ...['added', 'added-word', 'removed', 'removed-word'].map((kind): readonly [string, string] => [
    'text-primary',
    `diff-${kind}`,
  ]),
];

/** Signs and the edges of controls: at least 3:1. */
const SIGN_PAIRS: readonly (readonly [string, string])[] = [
  ['border-control', 'surface-page'],
  ['border-control', 'surface-panel'],
  ['border-control', 'surface-raised'],
  ['accent', 'surface-page'],
  ['focus', 'surface-page'],
  ['focus', 'surface-panel'],
  ['focus', 'surface-window'],
  ['focus', 'surface-raised'],
  ...STATES.flatMap((state): (readonly [string, string])[] => [
    [`state-${state}`, 'surface-page'],
    ...(state === 'todo' ? [] : [[`state-${state}`, `state-${state}-soft`] as const]),
  ]),
];

describe.each(['light', 'dark'] as const)('in the %s theme', (theme) => {
  test.each(TEXT_PAIRS)('words in %s can be read on %s', (text, surface) => {
    expect(contrast(text, surface, theme)).toBeGreaterThanOrEqual(4.5);
  });

  test.each(SIGN_PAIRS)('%s is seen on %s', (sign, surface) => {
    expect(contrast(sign, surface, theme)).toBeGreaterThanOrEqual(3);
  });

  describe('with high contrast', () => {
    // Filled badges and buttons, and the words of a comparison, are strong already.
    const isFilled = (text: string): boolean => text.endsWith('-on');
    test.each(TEXT_PAIRS)('words in %s can be read on %s', (text, surface) => {
      expect(contrast(text, surface, theme, 'high')).toBeGreaterThanOrEqual(isFilled(text) ? 4.5 : 7);
    });

    test.each([...SIGN_PAIRS, ['border-subtle', 'surface-page'] as const])(
      '%s is seen on %s',
      (sign, surface) => {
        expect(contrast(sign, surface, theme, 'high')).toBeGreaterThanOrEqual(4.5);
      },
    );
  });
});

function readTokens(css: string): ReadonlyMap<string, Readonly<Record<Theme, Rgb>>> {
  const found = new Map<string, Readonly<Record<Theme, Rgb>>>();
  for (const [, name = '', light = '', dark = light] of css.matchAll(
    /--([\w-]+):\s*(?:light-dark\()?(#[0-9a-f]{6})(?:, *(#[0-9a-f]{6})\))?;/gi,
  ))
    found.set(name, { light: toRgb(light), dark: toRgb(dark) });
  return found;
}

function toRgb(hex: string): Rgb {
  const part = (at: number): number => Number.parseInt(hex.slice(at, at + 2), 16);
  return [part(1), part(3), part(5)];
}

/** WCAG 2's contrast of two tokens. */
function contrast(one: string, other: string, theme: Theme, kind: Contrast = 'normal'): number {
  const [light, dark] = [luminance(one, theme, kind), luminance(other, theme, kind)].toSorted(
    (a, b) => b - a,
  ) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

function luminance(name: string, theme: Theme, kind: Contrast): number {
  const token = TOKENS[kind].get(name);
  if (token === undefined) throw new Error(`There is no colour --${name}`);
  const [red, green, blue] = token[theme].map((value) => {
    const part = value / 255;
    return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

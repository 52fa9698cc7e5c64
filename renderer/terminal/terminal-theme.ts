import type { ITheme } from '@xterm/xterm';

/** A colour where `probe` stands in the page, as `#rrggbb`: a token is light or dark as its place says. */
function colour(probe: HTMLElement, words: string): string {
  probe.style.setProperty('color', words);
  const parts = /^rgba?\((\d+), (\d+), (\d+)/.exec(getComputedStyle(probe).color) ?? [];
  return `#${parts
    .slice(1)
    .map((part) => Number(part).toString(16).padStart(2, '0'))
    .join('')}`;
}

/** Whether the system forces its own few colours. It has two for what is selected; our soft grounds are none there. */
function isForced(): boolean {
  return window.matchMedia('(forced-colors: active)').matches;
}

/** The colours of a terminal, all from the tokens: the sixteen are those of outputs. */
export function terminalTheme(host: HTMLElement): ITheme {
  const probe = document.createElement('span');
  host.append(probe);
  const of = (token: string): string => colour(probe, `var(--${token})`);
  const sixteen = {
    black: of('border-control'),
    red: of('state-failed-text'),
    green: of('state-done-text'),
    yellow: of('state-waiting-text'),
    blue: of('state-running-text'),
    magenta: of('state-rolledback-text'),
    cyan: of('state-edited-text'),
    white: of('text-secondary'),
  };
  const theme: ITheme = {
    ...sixteen,
    background: of('surface-window'),
    foreground: of('text-primary'),
    cursor: of('text-primary'),
    cursorAccent: of('surface-window'),
    ...(isForced()
      ? {
          selectionBackground: colour(probe, 'Highlight'),
          selectionForeground: colour(probe, 'HighlightText'),
        }
      : { selectionBackground: of('accent-soft') }),
    brightBlack: of('text-muted'),
    brightRed: sixteen.red,
    brightGreen: sixteen.green,
    brightYellow: sixteen.yellow,
    brightBlue: sixteen.blue,
    brightMagenta: sixteen.magenta,
    brightCyan: sixteen.cyan,
    brightWhite: of('text-primary'),
    scrollbarSliderBackground: of('border-default'),
    scrollbarSliderHoverBackground: of('border-control'),
    scrollbarSliderActiveBackground: of('border-control'),
  };
  probe.remove();
  return theme;
}

/** How matches of a search stand out; by a line around each where grounds are not drawn. */
export function matchColours(host: HTMLElement): {
  readonly matchBackground: string;
  readonly activeMatchBackground: string;
  readonly matchOverviewRuler: string;
  readonly activeMatchColorOverviewRuler: string;
  readonly matchBorder?: string;
  readonly activeMatchBorder?: string;
} {
  const probe = document.createElement('span');
  host.append(probe);
  const match = colour(probe, 'var(--state-waiting-soft)');
  const active = colour(probe, 'var(--diff-removed-word)');
  const lines = isForced()
    ? { matchBorder: colour(probe, 'CanvasText'), activeMatchBorder: colour(probe, 'Highlight') }
    : {};
  probe.remove();
  return {
    ...lines,
    matchBackground: match,
    activeMatchBackground: active,
    matchOverviewRuler: match,
    activeMatchColorOverviewRuler: active,
  };
}

/** The font of a person first, where it is here; else that of sources. */
export function fontOf(host: HTMLElement, wish: string): string {
  const own = getComputedStyle(host).fontFamily;
  const names = wish.split(',').map((name) => name.replace(/["'\\;{}]/g, '').trim());
  const wished = names.filter((name) => name !== '').map((name) => `"${name}"`);
  return [...wished, own].join(', ');
}

import type { ITheme } from '@xterm/xterm';

/** A token's colour where `host` stands in the page, as `#rrggbb`: it is light or dark as its place says. */
function colour(probe: HTMLElement, token: string): string {
  probe.style.setProperty('color', `var(--${token})`);
  const parts = /^rgba?\((\d+), (\d+), (\d+)/.exec(getComputedStyle(probe).color) ?? [];
  return `#${parts
    .slice(1)
    .map((part) => Number(part).toString(16).padStart(2, '0'))
    .join('')}`;
}

/** The colours of a terminal, all from the tokens: the sixteen are those of outputs. */
export function terminalTheme(host: HTMLElement): ITheme {
  const probe = document.createElement('span');
  host.append(probe);
  const of = (token: string): string => colour(probe, token);
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
    selectionBackground: of('accent-soft'),
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

/** How matches of a search stand out. */
export function matchColours(host: HTMLElement): {
  readonly matchBackground: string;
  readonly activeMatchBackground: string;
  readonly matchOverviewRuler: string;
  readonly activeMatchColorOverviewRuler: string;
} {
  const probe = document.createElement('span');
  host.append(probe);
  const match = colour(probe, 'state-waiting-soft');
  const active = colour(probe, 'diff-removed-word');
  probe.remove();
  return {
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

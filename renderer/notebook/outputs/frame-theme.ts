import { useSyncExternalStore } from 'react';
import { FRAME_TOKENS, type FrameTheme } from '../../../shared/notebook/outputs/frame-protocol';

const dark = window.matchMedia('(prefers-color-scheme: dark)');
let theme: FrameTheme | null = null;
const tellers = new Set<() => void>();

function read(): FrameTheme {
  const root = document.documentElement;
  const style = getComputedStyle(root);
  const chosen = root.dataset['theme'];
  const scheme =
    chosen === 'light' || chosen === 'dark' ? chosen : dark.matches ? ('dark' as const) : ('light' as const);
  const tokens = FRAME_TOKENS.map((name): [string, string] => [name, style.getPropertyValue(name).trim()]);
  return { scheme, tokens: Object.fromEntries(tokens) };
}

function change(): void {
  theme = null;
  for (const tell of tellers) tell();
}

const observer = new MutationObserver(change);

function subscribe(tell: () => void): () => void {
  if (tellers.size === 0) {
    dark.addEventListener('change', change);
    observer.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] });
    // Nobody looked meanwhile.
    theme = null;
  }
  tellers.add(tell);
  return () => {
    tellers.delete(tell);
    if (tellers.size > 0) return;
    dark.removeEventListener('change', change);
    observer.disconnect();
  };
}

/** The window's tokens as frames get them; the same object until the theme changes. */
export function useFrameTheme(): FrameTheme {
  return useSyncExternalStore(subscribe, () => (theme ??= read()));
}

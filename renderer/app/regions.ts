/** What of a region takes the focus, the best first: where a person was, else the first control. */
const ENTRIES = [
  // Of terminals side by side the one that had the keys.
  '.terminal-pane[data-active] [data-keys="terminal"] textarea',
  'article[aria-current]',
  '[role="tree"]',
  '[aria-current], [aria-selected="true"]',
  '[tabindex="0"], button:not([disabled]):not([tabindex="-1"]), a[href], input, select',
];

/** Moves the focus round the regions of the window, in their order on screen. */
export function moveRegion(by: 1 | -1): void {
  const regions = [...document.querySelectorAll<HTMLElement>('[data-region]')].filter(
    (region) => region.offsetParent !== null,
  );
  // The innermost one: a region may stand inside of another.
  const at = regions.findLastIndex((region) => region.contains(document.activeElement));
  const next = regions[at === -1 ? 0 : (at + by + regions.length) % regions.length];
  if (next === undefined) return;
  enterRegion(next);
}

/** Gives the focus to the best place of a region, else to the region itself. */
export function enterRegion(region: HTMLElement): void {
  // The tabs of a half come before what is in it, and are reached from there.
  const inside = ENTRIES.flatMap((entry) => [...region.querySelectorAll<HTMLElement>(entry)]).find(
    (element) => element.closest('.pane > .strip-of-tabs') === null,
  );
  (inside ?? region).focus();
}

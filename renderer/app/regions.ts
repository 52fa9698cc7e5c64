/** Moves the focus round the regions of the window, in their order on screen. */
export function moveRegion(by: 1 | -1): void {
  const regions = [...document.querySelectorAll<HTMLElement>('[data-region]')].filter(
    (region) => region.offsetParent !== null,
  );
  const at = regions.findIndex((region) => region.contains(document.activeElement));
  const next = regions[(at + by + regions.length) % regions.length];
  if (next === undefined) return;
  const inside = next.querySelector<HTMLElement>(
    '[aria-current], [aria-selected="true"], [tabindex="0"], button:not([disabled]), a[href], input',
  );
  (inside ?? next).focus();
}

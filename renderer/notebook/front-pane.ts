/**
 * Where a part of the notebook that has the keys is looked for: with two notebooks side by side both have a cell that
 * is active, a find bar, and cells of the same name.
 */
export function frontPane(): ParentNode {
  return document.querySelector('[data-front]') ?? document;
}

/** True where nothing has the focus, or only the page around the panes: somebody pressed beside every control. */
export function isBesideAll(holder: EventTarget | null): boolean {
  return holder === null || (holder instanceof Element && holder.matches('body, main'));
}

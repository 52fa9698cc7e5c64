import { send } from './send';

/** Esc gives the keyboard back to the page. */
export function giveKeysBack(): void {
  window.addEventListener(
    'keydown',
    (event) => {
      if (event.key === 'Escape' && !event.isComposing) send({ v: 1, t: 'escape' });
    },
    { capture: true },
  );
}

/** A click on a link goes nowhere by itself: the page is told, and asks. Links inside of the output move it. */
export function reportLinks(root: HTMLElement): void {
  const follow = (event: MouseEvent): void => {
    const origin = event.target;
    const link = origin instanceof Element ? origin.closest('a[href], area[href], a') : null;
    if (link === null) return;
    const href = (link.getAttribute('href') ?? link.getAttribute('xlink:href') ?? '').trim();
    event.preventDefault();
    if (href === '') return;
    if (href.startsWith('#')) {
      if (href.length > 1) root.querySelector(`[id="${CSS.escape(href.slice(1))}"]`)?.scrollIntoView();
      return;
    }
    send({ v: 1, t: 'link', href: href.slice(0, 2_048) });
  };
  window.addEventListener('click', follow, { capture: true });
  window.addEventListener('auxclick', follow, { capture: true });
}

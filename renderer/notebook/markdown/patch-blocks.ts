/** What of two lists stays at their beginning and at their end: numbers of items, which never overlap. */
export function keptEnds(
  before: readonly string[],
  after: readonly string[],
): { readonly start: number; readonly end: number } {
  const most = Math.min(before.length, after.length);
  let start = 0;
  while (start < most && before[start] === after[start]) start += 1;
  let end = 0;
  while (end < most - start && before[before.length - 1 - end] === after[after.length - 1 - end]) {
    end += 1;
  }
  return { start, end };
}

/**
 * Puts the blocks of `fragment` into `root`, of which those that did not change keep their nodes: what is shown in
 * them is not loaded or drawn again, and nothing jumps while somebody types.
 *
 * @param before keys of the blocks that are in `root`, one for each of its child nodes
 * @param after keys of the blocks in `fragment`, as they were before `dress` changed them
 * @param dress finishes new blocks before they are shown; it must leave their number as it is
 */
export function patchBlocks(
  root: Element,
  fragment: DocumentFragment,
  before: readonly string[],
  after: readonly string[],
  dress: (blocks: DocumentFragment) => void,
): void {
  const isKnown = root.childNodes.length === before.length && fragment.childNodes.length === after.length;
  const { start, end } = isKnown ? keptEnds(before, after) : { start: 0, end: 0 };
  const fresh = document.createDocumentFragment();
  fresh.append(...[...fragment.childNodes].slice(start, fragment.childNodes.length - end));
  dress(fresh);
  const last = root.childNodes.length - end;
  const next = root.childNodes[last] ?? null;
  for (const old of [...root.childNodes].slice(start, last)) old.remove();
  root.insertBefore(fresh, next);
}

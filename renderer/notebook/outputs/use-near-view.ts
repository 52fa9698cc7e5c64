import { useEffect, useState, type RefObject } from 'react';

/** Pixels around the view in which outputs are brought. */
const MARGIN = 800;

interface Watch {
  readonly observer: IntersectionObserver;
  readonly tell: Map<Element, (isNear: boolean) => void>;
}
const watches = new WeakMap<Element, Watch>();

/** One observer for each scrolling pane. */
function watchOf(root: Element): Watch {
  const known = watches.get(root);
  if (known !== undefined) return known;
  const tell = new Map<Element, (isNear: boolean) => void>();
  const observer = new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries) tell.get(target)?.(isIntersecting);
    },
    { root, rootMargin: `${MARGIN}px 0px` },
  );
  const made = { observer, tell };
  watches.set(root, made);
  return made;
}

/** True while the element is in the view of its pane, or near it. Never reads layout. */
export function useNearView(element: RefObject<Element | null>): boolean {
  const [isNear, setNear] = useState(false);
  useEffect(() => {
    const target = element.current;
    const root = target?.closest('.doc, .text-body');
    if (!target || !root) return undefined;
    const { observer, tell } = watchOf(root);
    tell.set(target, setNear);
    observer.observe(target);
    return () => {
      tell.delete(target);
      observer.unobserve(target);
    };
  }, [element]);
  return isNear;
}

import type { FRAME_MAX_HEIGHT } from '../../shared/notebook/outputs/frame-protocol';

/** A frame grows to this many pixels, by the page's rule; what is taller scrolls in here. */
const TALL: typeof FRAME_MAX_HEIGHT = 640;

/**
 * Tells how tall the content is, whenever that changes. Answers a function that looks at once.
 *
 * A content that is too wide scrolls sideways in its own box, whose bar counts.
 */
export function watchHeight(
  scroller: HTMLElement,
  content: HTMLElement,
  tell: (height: number) => void,
): () => void {
  let told = -1;
  const look = (): void => {
    const inner = content.getBoundingClientRect().height;
    scroller.classList.toggle('is-tall', inner > TALL);
    const bar = scroller.offsetHeight - scroller.clientHeight;
    const height = Math.ceil(inner + bar);
    if (height === told) return;
    told = height;
    tell(height);
  };
  const observer = new ResizeObserver(look);
  observer.observe(content);
  observer.observe(scroller);
  return look;
}

import type { FromFrame } from '../../shared/notebook/outputs/frame-protocol';

/** Tells the page. The content policy lets no page but ours be around this one. */
export function send(message: FromFrame): void {
  window.parent.postMessage(message, '*');
}

/** Takes the messages of one frame. `data` is read only when it is asked for: reading is what costs. */
export type FrameListener = (data: () => unknown) => void;

const listeners = new Map<MessageEventSource, FrameListener>();

function receive(event: MessageEvent): void {
  // A frame of ours has no origin. The window of any other page is not in the map.
  if (event.source === null || event.origin !== 'null') return;
  const listener = listeners.get(event.source);
  listener?.(() => event.data as unknown);
}

/** Listens to one frame, by its window, and to nothing else. Returns the unsubscriber. */
export function listenToFrame(frame: Window, listener: FrameListener): () => void {
  if (listeners.size === 0) window.addEventListener('message', receive);
  listeners.set(frame, listener);
  return () => {
    listeners.delete(frame);
    if (listeners.size === 0) window.removeEventListener('message', receive);
  };
}

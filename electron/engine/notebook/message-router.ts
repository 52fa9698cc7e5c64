import type { KernelMessage } from '@jupyterlab/services';
import type { KernelHandle } from '../kernels/kernel-handle';

/** Gets every message whose parent is the one it listens for, in the order of arrival. */
export type MessageListener = (message: KernelMessage.IMessage) => void;

/**
 * Leads a kernel's messages to the execution that caused them, by parent message id.
 *
 * Not by the connection's futures: those are gone after the engine was killed, while the messages still come.
 */
export class MessageRouter {
  private readonly listeners = new Map<string, MessageListener>();
  private readonly disconnect: () => void;

  /**
   * `stray` gets what belongs to nobody: messages of another client's requests, and of executions long settled.
   * `first` sees each message before its listener, and answers true for one that nobody else is to get.
   */
  constructor(
    handle: KernelHandle,
    stray: MessageListener,
    first: (message: KernelMessage.IMessage) => boolean = () => false,
  ) {
    const slot: Parameters<KernelHandle['connection']['anyMessage']['connect']>[0] = (
      _,
      { msg, direction },
    ) => {
      if (direction !== 'recv' || first(msg)) return;
      const parent = parentOf(msg);
      const listener = parent === null ? undefined : this.listeners.get(parent);
      (listener ?? stray)(msg);
    };
    handle.connection.anyMessage.connect(slot);
    this.disconnect = () => void handle.connection.anyMessage.disconnect(slot);
  }

  /** Returns the unsubscriber. A late message of a settled execution still finds its listener until then. */
  listen(messageId: string, listener: MessageListener): () => void {
    this.listeners.set(messageId, listener);
    return () => {
      if (this.listeners.get(messageId) === listener) this.listeners.delete(messageId);
    };
  }

  dispose(): void {
    this.disconnect();
    this.listeners.clear();
  }
}

function parentOf(message: KernelMessage.IMessage): string | null {
  const parent: unknown = message.parent_header;
  if (typeof parent !== 'object' || parent === null || !('msg_id' in parent)) return null;
  return typeof parent.msg_id === 'string' ? parent.msg_id : null;
}

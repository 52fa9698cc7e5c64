import type { KernelMessage } from '@jupyterlab/services';

/** What a closed socket says. Code 1000 is an end on purpose: the connection then does not try again. */
export interface SocketClose {
  readonly type: 'close';
  readonly code: number;
  readonly reason: string;
}

type Listener<E> = ((event: E) => void) | null;

/**
 * The WebSocket's shape as Jupyter's `KernelConnection` uses it, over any way to a kernel of this machine.
 *
 * Messages cross as objects, never as text: there is no wire between the connection and this socket, so encoding
 * them twice would only cost time. A message that was given to either side must not be changed afterwards.
 *
 * A subclass implements `send` and `close`, and calls `opened`, `deliver` and `closed`, none of them from its
 * constructor: the connection sets its listeners after it.
 */
export abstract class MessageSocket {
  static readonly CONNECTING = 0;
  static readonly OPEN = 1;
  static readonly CLOSING = 2;
  static readonly CLOSED = 3;

  /** Empty: no sub-protocol was negotiated. */
  readonly protocol = '';
  binaryType = 'arraybuffer';
  onopen: Listener<{ readonly type: 'open' }> = null;
  onclose: Listener<SocketClose> = null;
  onerror: Listener<SocketClose> = null;
  onmessage: Listener<{ readonly type: 'message'; readonly data: KernelMessage.IMessage }> = null;
  #state: 0 | 1 | 2 | 3 = MessageSocket.CONNECTING;
  #refused = 0;

  get readyState(): 0 | 1 | 2 | 3 {
    return this.#state;
  }

  /** Messages from the kernel that the connection refused because they were malformed. */
  get refused(): number {
    return this.#refused;
  }

  /** Sends to the kernel. Never throws; what can not be sent ends the socket. */
  abstract send(message: KernelMessage.IMessage): void;

  /** Called by the connection when it is disposed. Must be idempotent. */
  abstract close(): void;

  /** Messages may be sent from now on. */
  protected opened(): void {
    if (this.#state !== MessageSocket.CONNECTING) return;
    this.#state = MessageSocket.OPEN;
    this.onopen?.({ type: 'open' });
  }

  /**
   * Hands one message from the kernel to the connection, in order.
   *
   * Answers false for a malformed one, which is dropped and counted: a kernel's mistake must not end the engine.
   */
  protected deliver(message: KernelMessage.IMessage): boolean {
    if (this.#state !== MessageSocket.OPEN) return false;
    try {
      this.onmessage?.({ type: 'message', data: message });
      return true;
    } catch (error) {
      // KernelConnection throws on a message that breaks the messaging specification; everything else is ours.
      if (!(error instanceof Error && error.message.startsWith('Kernel message validation error')))
        throw error;
      this.#refused += 1;
      return false;
    }
  }

  /** The way to the kernel is closed. 1000: for good. */
  protected closed(code: number, reason: string): void {
    if (this.#state === MessageSocket.CLOSED) return;
    this.#state = MessageSocket.CLOSED;
    this.onclose?.({ type: 'close', code, reason });
  }
}

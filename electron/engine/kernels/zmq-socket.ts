import { randomUUID } from 'node:crypto';
import type { KernelMessage } from '@jupyterlab/services';
import { Dealer, Subscriber } from 'zeromq';
import { WatchbookError } from '../../../shared/rpc/errors';
import { endpoint, type Channel, type ConnectionFile } from './connection-file';
import type { SocketClass } from './kernel-connection';
import { MessageSocket } from './message-socket';
import { encodeMessage, WireReader, type Rejection } from './wire';

/** How often a kernel is asked for a sign that our subscription is through. Milliseconds. */
const PROBE_INTERVAL = 100;
/** Kernels without a control thread answer on shell. Asked there too after so many probes. */
const SHELL_PROBES: ReadonlySet<number> = new Set([15, 50, 150, 300]);
/** A kernel that is taken up while it computes may not answer; its sockets being through is enough then. */
const QUIET_PROBES = 15;

export interface ZmqLinkOptions {
  readonly file: ConnectionFile;
  /** The same on shell, control and stdin, and again after taking up: replies find their way by it. */
  readonly routingId: string;
  /** Told once for each kind of message that is dropped, and again at every hundredth. */
  readonly onRejected: (rejection: Rejection, count: number) => void;
  /** A socket failed in a way it should not; the link is closed. */
  readonly onFailure: (error: unknown) => void;
}

type Requester = Exclude<Channel, 'iopub'>;

/**
 * The four sockets of one kernel. Opened once, then handed to a `KernelConnection` by {@link zmqSocketClass}.
 *
 * Nothing is dropped for want of room (high-water mark 0). Messages that arrive before there is a listener, or
 * while the link is held, wait.
 */
export class ZmqLink {
  readonly #options: ZmqLinkOptions;
  readonly #reader: WireReader;
  readonly #probeSession = randomUUID();
  readonly #requesters: Readonly<Record<Requester, Dealer>>;
  readonly #iopub: Subscriber;
  readonly #sending: Record<Requester, Buffer[][]> = { shell: [], control: [], stdin: [] };
  readonly #rejected = new Map<Rejection, number>();
  readonly #waiting: KernelMessage.IMessage[] = [];
  #listener: ((message: KernelMessage.IMessage) => void) | null = null;
  #onClosed: (() => void) | null = null;
  #held = false;
  #subscribed: (() => void) | null = null;
  #closed = false;
  #lastReceived = 0;

  constructor(options: ZmqLinkOptions) {
    this.#options = options;
    this.#reader = new WireReader(options.file.key);
    const common = { linger: 0, receiveHighWaterMark: 0, reconnectInterval: 20, reconnectMaxInterval: 250 };
    const dealer = (): Dealer =>
      new Dealer({ ...common, sendHighWaterMark: 0, routingId: options.routingId });
    this.#requesters = { shell: dealer(), control: dealer(), stdin: dealer() };
    this.#iopub = new Subscriber(common);
  }

  /** How many messages were dropped, by reason. */
  get rejected(): ReadonlyMap<Rejection, number> {
    return this.#rejected;
  }

  /**
   * Connects, and resolves when messages of iopub arrive here.
   *
   * A subscription takes effect some time after connecting, and what is published before is lost: a client that
   * does not wait for it can miss the first `idle` and hang. `takenUp`: also resolves when all sockets are through
   * and the kernel, busy with a cell, says nothing; its silence is not its death.
   *
   * Rejects with the signal's reason.
   */
  async open(signal: AbortSignal, takenUp = false): Promise<void> {
    const { file } = this.#options;
    let through = 0;
    if (takenUp)
      for (const socket of [this.#requesters.shell, this.#iopub])
        socket.events.on('handshake', () => (through += 1));
    this.#iopub.subscribe('');
    this.#iopub.connect(endpoint(file, 'iopub'));
    void this.#receive('iopub', this.#iopub);
    for (const channel of ['shell', 'control', 'stdin'] as const) {
      this.#requesters[channel].connect(endpoint(file, channel));
      void this.#receive(channel, this.#requesters[channel]);
    }
    await new Promise<void>((resolve, reject) => {
      let probes = 0;
      const finish = (settle: () => void): void => {
        clearInterval(timer);
        signal.removeEventListener('abort', onAbort);
        this.#subscribed = null;
        settle();
      };
      const onAbort = (): void => finish(() => reject(signal.reason as Error));
      const probe = (): void => {
        probes += 1;
        this.#push('control', this.#probe('control'));
        if (SHELL_PROBES.has(probes) && !takenUp) this.#push('shell', this.#probe('shell'));
        if (takenUp && probes > QUIET_PROBES && through >= 2) finish(resolve);
      };
      const timer = setInterval(probe, PROBE_INTERVAL);
      this.#subscribed = () => finish(resolve);
      if (signal.aborted) return onAbort();
      signal.addEventListener('abort', onAbort, { once: true });
      probe();
    });
  }

  /** Signs and sends. Messages of one channel keep their order. */
  send(message: KernelMessage.IMessage): void {
    const channel = message.channel;
    if (channel === 'iopub') throw new WatchbookError('internal', 'Nothing is sent on iopub.');
    this.#push(channel, encodeMessage(message, this.#options.file.key));
  }

  /** Hands over all messages from now on, those that wait first. */
  listen(listener: (message: KernelMessage.IMessage) => void, onClosed: () => void): void {
    this.#listener = listener;
    this.#onClosed = onClosed;
    this.#flush();
  }

  /** Keeps messages back until {@link release}. */
  hold(): void {
    this.#held = true;
  }

  release(): void {
    this.#held = false;
    this.#flush();
  }

  /** Resolves when nothing has arrived for `quiet` milliseconds, at the latest after ten times that. */
  async drained(quiet: number): Promise<void> {
    const began = performance.now();
    this.#lastReceived = began;
    for (;;) {
      await new Promise((resolve) => setTimeout(resolve, quiet));
      const now = performance.now();
      if (now - this.#lastReceived >= quiet || now - began >= 10 * quiet) return;
    }
  }

  /** Idempotent. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const socket of [...Object.values(this.#requesters), this.#iopub]) socket.close();
    this.#onClosed?.();
  }

  #push(channel: Requester, frames: Buffer[]): void {
    if (this.#closed) return;
    const queue = this.#sending[channel];
    queue.push(frames);
    if (queue.length === 1) void this.#drain(channel);
  }

  /** ZMQ rejects a send while another one is under way on the same socket: one after the other. */
  async #drain(channel: Requester): Promise<void> {
    const queue = this.#sending[channel];
    try {
      for (let frames = queue[0]; frames !== undefined; frames = queue[0]) {
        await this.#requesters[channel].send(frames);
        queue.shift();
      }
    } catch (error) {
      this.#failed(error);
    }
  }

  async #receive(channel: Channel, socket: Dealer | Subscriber): Promise<void> {
    try {
      for await (const frames of socket) this.#arrived(channel, frames);
    } catch (error) {
      this.#failed(error);
    }
  }

  /** Closing a socket rejects what waits on it; only a failure before that is one. */
  #failed(error: unknown): void {
    if (this.#closed) return;
    this.#options.onFailure(error);
    this.close();
  }

  #arrived(channel: Channel, frames: readonly Buffer[]): void {
    this.#lastReceived = performance.now();
    const decoded = this.#reader.decode(channel, frames);
    if ('rejected' in decoded) {
      const count = (this.#rejected.get(decoded.rejected) ?? 0) + 1;
      this.#rejected.set(decoded.rejected, count);
      if (count === 1 || count % 100 === 0) this.#options.onRejected(decoded.rejected, count);
      if (decoded.rejected === 'too-large' && channel === 'iopub' && decoded.header && decoded.parent)
        this.#hand(leftOut(decoded.header, decoded.parent));
      return;
    }
    const { message } = decoded;
    // Our subscription is asked for with an empty topic, so a kernel that welcomes does it once, to us.
    const isWelcome = (message.header.msg_type as string) === 'iopub_welcome';
    const parent = message.parent_header as Partial<KernelMessage.IHeader>;
    if (isWelcome || parent.session === this.#probeSession) {
      if (channel === 'iopub') this.#subscribed?.();
      return;
    }
    this.#hand(message);
  }

  #hand(message: KernelMessage.IMessage): void {
    if (this.#held || this.#listener === null || this.#waiting.length > 0) this.#waiting.push(message);
    else this.#listener(message);
  }

  #flush(): void {
    if (this.#held || this.#listener === null) return;
    for (const message of this.#waiting.splice(0)) this.#listener(message);
  }

  #probe(channel: 'control' | 'shell'): Buffer[] {
    const header = {
      msg_id: randomUUID(),
      msg_type: 'kernel_info_request',
      session: this.#probeSession,
      username: '',
      version: '5.3',
      date: new Date().toISOString(),
    };
    const message = { channel, header, parent_header: {}, metadata: {}, content: {} };
    return encodeMessage(message as unknown as KernelMessage.IMessage, this.#options.file.key);
  }
}

/** Stands in for an output that is too large to be read, so that its absence is seen at its cell. */
function leftOut(header: KernelMessage.IHeader, parent: KernelMessage.IHeader): KernelMessage.IMessage {
  const text =
    'An output of over 400 MB was left out: it is too large to be read. Write it to a file instead.\n';
  return {
    channel: 'iopub',
    header: { ...header, msg_type: 'stream' },
    parent_header: parent,
    metadata: {},
    content: { name: 'stderr', text },
    buffers: [],
  } as unknown as KernelMessage.IMessage;
}

/** The WebSocket-shaped class over an open link. A connection makes one of it; closing it closes the link. */
export function zmqSocketClass(link: ZmqLink): SocketClass {
  return class ZmqSocket extends MessageSocket {
    constructor(_url: string) {
      super();
      // The connection sets its listeners right after making the socket.
      queueMicrotask(() => {
        this.opened();
        link.listen(
          (message) => void this.deliver(message),
          () => this.closed(1000, 'the kernel is gone'),
        );
      });
    }

    send(message: KernelMessage.IMessage): void {
      link.send(message);
    }

    close(): void {
      link.close();
    }
  };
}

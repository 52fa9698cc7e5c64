import { randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';
import * as z from 'zod';
import type { EventData, EventName, Method } from '../../shared/rpc/contracts';
import { isMethod, requests } from '../../shared/rpc/contracts';
import type { Right } from '../../shared/rpc/contract';
import { toWireError, WatchbookError } from '../../shared/rpc/errors';
import {
  BULK_WINDOW_BYTES,
  clientFrameSchema,
  type ClientKind,
  type EngineFrame,
} from '../../shared/rpc/protocol';
import type { FrameWriter } from './connection';
import type { CallContext, EngineClient, Handlers } from './engine-client';

/** A client that takes nothing while this much waits for it is cut off, so that it costs nobody else. */
const MOST_WAITING_BYTES = 512 * 1024 * 1024;
/** Requests of one client that may be under way at once. */
const MOST_REQUESTS = 256;

export interface ClientConnectionOptions {
  readonly socket: Socket;
  readonly writer: FrameWriter;
  readonly kind: ClientKind;
  readonly isPerson: boolean;
  readonly handlers: Handlers<Method>;
  readonly log: (message: string) => void;
}

/** One client after its handshake: its requests in, answers and events out. */
export class ClientConnection implements EngineClient {
  readonly id = randomUUID();
  readonly kind: ClientKind;
  readonly isPerson: boolean;
  private readonly ended = new AbortController();
  private readonly calls = new Map<number, AbortController>();
  private readonly creditListeners = new Set<() => void>();
  private credit = BULK_WINDOW_BYTES;

  constructor(private readonly options: ClientConnectionOptions) {
    this.kind = options.kind;
    this.isPerson = options.isPerson;
  }

  get gone(): AbortSignal {
    return this.ended.signal;
  }

  get bulkCredit(): number {
    return this.credit;
  }

  send<E extends EventName>(event: E, data: EventData<E>): void {
    this.write({ t: 'event', event, data: data as never });
  }

  sendBulk<E extends EventName>(event: E, data: EventData<E>): void {
    const json = JSON.stringify(data);
    this.credit -= json.length;
    this.writeText(`{"t":"event","event":${JSON.stringify(event)},"bytes":${json.length},"data":${json}}`);
  }

  onCredit(listener: () => void): () => void {
    this.creditListeners.add(listener);
    return () => void this.creditListeners.delete(listener);
  }

  /** Takes one frame. What is no frame of the protocol ends the connection. */
  receive(value: unknown): void {
    const parsed = clientFrameSchema.safeParse(value);
    if (!parsed.success) {
      this.options.log(`client ${this.id} sent what is no frame; it is cut off`);
      this.close();
      return;
    }
    const frame = parsed.data;
    switch (frame.t) {
      case 'request':
        void this.call(frame.id, frame.method, frame.params);
        return;
      case 'cancel':
        this.calls.get(frame.id)?.abort();
        return;
      case 'credit':
        this.credit = Math.min(BULK_WINDOW_BYTES, this.credit + frame.bytes);
        for (const listener of this.creditListeners) listener();
        return;
    }
  }

  /** The socket closed: what runs for this client alone is told. */
  closed(): void {
    if (this.ended.signal.aborted) return;
    this.ended.abort();
    for (const call of this.calls.values()) call.abort();
    this.creditListeners.clear();
  }

  close(): void {
    this.options.socket.destroy();
    this.closed();
  }

  private async call(id: number, method: string, params: unknown): Promise<void> {
    const call = new AbortController();
    try {
      if (this.calls.has(id))
        throw new WatchbookError('bad-request', 'A request with this number is under way.');
      if (this.calls.size >= MOST_REQUESTS) {
        throw new WatchbookError('busy', 'Too many requests at once.', { retryable: true });
      }
      this.calls.set(id, call);
      const result = await this.answer(method, params, call.signal);
      this.write({ t: 'result', id, result: result as never });
    } catch (error) {
      const wire = toWireError(error);
      if (wire.code === 'internal') this.options.log(`${method}: ${wire.detail ?? wire.message}`);
      this.write({ t: 'error', id, error: wire });
    } finally {
      if (this.calls.get(id) === call) this.calls.delete(id);
    }
  }

  private async answer(method: string, params: unknown, signal: AbortSignal): Promise<unknown> {
    if (!isMethod(method)) {
      throw new WatchbookError('bad-request', `There is no request ${JSON.stringify(method.slice(0, 80))}.`);
    }
    const spec = requests[method];
    this.checkRight(spec.right, method);
    const parsed = spec.params.safeParse(params);
    if (!parsed.success) {
      throw new WatchbookError('bad-request', `${method} does not take these values. Nothing was changed.`, {
        detail: z.prettifyError(parsed.error),
      });
    }
    const context: CallContext = { client: this, signal };
    // One handler for each method, by the type of the record; the compiler can not follow the pair through the union.
    const handler = this.options.handlers[method] as (params: unknown, context: CallContext) => unknown;
    return handler(parsed.data, context);
  }

  private checkRight(right: Right, method: string): void {
    const isAllowed = right === 'step' || (this.kind !== 'step' && (right === 'client' || this.isPerson));
    if (!isAllowed) {
      throw new WatchbookError(
        'forbidden',
        `${method} is not for this client: it runs inside a kernel or terminal that Watchbook started.`,
      );
    }
  }

  private write(frame: EngineFrame): void {
    this.writeText(JSON.stringify(frame));
  }

  private writeText(frame: string): void {
    if (this.ended.signal.aborted) return;
    this.options.writer.writeText(frame);
    if (this.options.writer.waiting > MOST_WAITING_BYTES) {
      this.options.log(`client ${this.id} takes nothing; it is cut off`);
      this.close();
    }
  }
}

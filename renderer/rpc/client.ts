import type * as z from 'zod';
import {
  isEventName,
  type EventData,
  type EventName,
  type Method,
  type ParamsInput,
  type Result,
} from '../../shared/rpc/contracts';
import { desktopContract } from '../../shared/rpc/desktop-contract';
import { fromWireError, WatchbookError } from '../../shared/rpc/errors';
import { windowFrameSchema, type ClientFrame, type ConnectionState } from '../../shared/rpc/protocol';

type DesktopRequests = typeof desktopContract.requests;
type DesktopEvents = typeof desktopContract.events;
export type DesktopMethod = keyof DesktopRequests;
export type DesktopEvent = keyof DesktopEvents;

/** The window's way to the engine and to the desktop. */
export interface Client {
  request<M extends Method>(method: M, params: ParamsInput<M>): Promise<Result<M>>;
  desktop<M extends DesktopMethod>(
    method: M,
    params: z.input<DesktopRequests[M]['params']>,
  ): Promise<z.output<DesktopRequests[M]['result']>>;
  /** Returns the unsubscriber. Credit for bulk events is given back in the frame after their listeners ran. */
  on<E extends EventName>(event: E, listener: (data: EventData<E>) => void): () => void;
  onDesktop<E extends DesktopEvent>(
    event: E,
    listener: (data: z.output<DesktopEvents[E]>) => void,
  ): () => void;
  readonly connection: ConnectionState['state'];
  onConnection(listener: (state: ConnectionState['state']) => void): () => void;
}

interface Call {
  readonly resolve: (value: never) => void;
  readonly reject: (error: WatchbookError) => void;
  readonly isDesktop: boolean;
}

/** Asks for the port and answers a client that works from the start: what is asked before the port came is sent then. */
export function createClient(): Client {
  const calls = new Map<number, Call>();
  const listeners = new Map<string, Set<(data: never) => void>>();
  const connectionListeners = new Set<(state: ConnectionState['state']) => void>();
  const early: ClientFrame[] = [];
  let port: MessagePort | null = null;
  let connection: ConnectionState['state'] = 'connecting';
  let lastId = 0;
  let creditBytes = 0;

  const send = (frame: ClientFrame): void => {
    if (port === null) early.push(frame);
    else port.postMessage(frame);
  };
  const giveCredit = (bytes: number): void => {
    if (creditBytes === 0) {
      requestAnimationFrame(() => {
        send({ t: 'credit', bytes: creditBytes });
        creditBytes = 0;
      });
      // A hidden window has no frames; the engine must not wait for it.
      if (document.hidden) {
        setTimeout(() => {
          if (creditBytes === 0) return;
          send({ t: 'credit', bytes: creditBytes });
          creditBytes = 0;
        }, 100);
      }
    }
    creditBytes += bytes;
  };
  const tell = (event: string, data: unknown): void => {
    for (const listener of listeners.get(event) ?? []) listener(data as never);
  };

  const receive = (value: unknown): void => {
    const parsed = windowFrameSchema.safeParse(value);
    if (!parsed.success) return;
    const frame = parsed.data;
    switch (frame.t) {
      case 'connection':
        connection = frame.state;
        if (connection === 'lost') failEngineCalls();
        for (const listener of connectionListeners) listener(connection);
        return;
      case 'event':
        if (isEventName(frame.event) || Object.hasOwn(desktopContract.events, frame.event))
          tell(frame.event, frame.data);
        if (frame.bytes !== undefined && frame.bytes > 0) giveCredit(frame.bytes);
        return;
      case 'result':
      case 'error': {
        const call = calls.get(frame.id);
        calls.delete(frame.id);
        if (frame.t === 'result') call?.resolve(frame.result as never);
        else call?.reject(fromWireError(frame.error));
      }
    }
  };
  const failEngineCalls = (): void => {
    for (const [id, call] of calls) {
      if (call.isDesktop) continue;
      calls.delete(id);
      call.reject(
        new WatchbookError(
          'engine-lost',
          'The engine was lost. What was saved is kept; it is being started again.',
          {
            retryable: true,
          },
        ),
      );
    }
  };
  const ask = (method: string, params: unknown, isDesktop: boolean): Promise<never> => {
    const id = (lastId += 1);
    return new Promise((resolve, reject) => {
      calls.set(id, { resolve, reject, isDesktop });
      send({ t: 'request', id, method, params: params as never });
    });
  };
  const listen = (event: string, listener: (data: never) => void): (() => void) => {
    const all = listeners.get(event) ?? new Set();
    listeners.set(event, all.add(listener));
    return () => void all.delete(listener);
  };

  window.addEventListener('message', (event) => {
    const [given] = event.ports;
    if (event.source !== window || event.data !== 'watchbook:port' || given === undefined) return;
    port = given;
    port.addEventListener('message', ({ data }) => receive(data));
    port.start();
    for (const frame of early.splice(0)) port.postMessage(frame);
  });
  window.postMessage('watchbook:ready', window.location.origin);

  return {
    request: (method, params) => ask(method, params, false),
    desktop: (method, params) => ask(method, params, true),
    on: (event, listener) => listen(event, listener as (data: never) => void),
    onDesktop: (event, listener) => listen(event, listener as (data: never) => void),
    get connection() {
      return connection;
    },
    onConnection: (listener) => {
      connectionListeners.add(listener);
      return () => void connectionListeners.delete(listener);
    },
  };
}

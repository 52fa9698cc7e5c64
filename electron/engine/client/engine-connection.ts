import { connect, type Socket } from 'node:net';
import type { EventData, EventName, Method, ParamsInput, Result } from '../../../shared/rpc/contracts';
import { isEventName } from '../../../shared/rpc/contracts';
import { fromWireError, WatchbookError } from '../../../shared/rpc/errors';
import {
  challengeSchema,
  engineFrameSchema,
  PROTOCOL,
  refusedSchema,
  welcomeSchema,
  type ClientFrame,
  type ClientKind,
  type EngineFrame,
} from '../../../shared/rpc/protocol';
import { FrameReader, FrameWriter } from '../connection';
import { isProof, makeNonce, prove } from '../handshake';

const HANDSHAKE_MS = 10_000;

/** A way to the engine. Its end is told once by `closed`; making a new one is the caller's choice. */
export interface EngineConnection {
  readonly client: string;
  readonly enginePid: number;
  request<M extends Method>(
    method: M,
    params: ParamsInput<M>,
    options?: { readonly signal?: AbortSignal },
  ): Promise<Result<M>>;
  /** Returns the unsubscriber. Credit for bulk events is given back when the listeners have run. */
  on<E extends EventName>(event: E, listener: (data: EventData<E>) => void): () => void;
  /** Resolves when the connection has ended, however it ended. */
  readonly closed: Promise<void>;
  dispose(): void;
}

/** Frames as they are, for the bridge between a window and the engine, which keeps the window's own numbers. */
export interface RawConnection {
  readonly client: string;
  readonly enginePid: number;
  send(frame: ClientFrame): void;
  onFrame(listener: (frame: EngineFrame) => void): void;
  readonly closed: Promise<void>;
  dispose(): void;
}

export interface OpenOptions {
  readonly socketPath: string;
  readonly token: Buffer;
  readonly kind: ClientKind;
  readonly version: string;
}

/**
 * Connects and proves both sides to each other.
 *
 * @throws WatchbookError `not-found` when nobody listens, `unauthorized`, `protocol-mismatch`, `timeout`
 */
export async function openRawConnection(options: OpenOptions): Promise<RawConnection> {
  const socket = await connectSocket(options.socketPath);
  const writer = new FrameWriter(socket);
  let listener: (frame: EngineFrame) => void = () => undefined;
  const waiting: unknown[] = [];
  let wake: (() => void) | null = null;
  let isReady = false;
  const reader = new FrameReader(
    (value) => {
      if (isReady) return deliver(value);
      waiting.push(value);
      wake?.();
    },
    () => socket.destroy(),
  );
  const deliver = (value: unknown): void => {
    const parsed = engineFrameSchema.safeParse(value);
    if (parsed.success) listener(parsed.data);
    else socket.destroy();
  };
  const closed = new Promise<void>((resolve) => {
    socket.once('close', () => {
      reader.stop();
      wake?.();
      resolve();
    });
  });
  // The reason of an end is not told apart: it is an end.
  socket.on('error', () => undefined);
  socket.on('data', (chunk) => reader.push(chunk));

  const nextFrame = async (): Promise<unknown> => {
    while (waiting.length === 0) {
      if (socket.destroyed) throw lost();
      await new Promise<void>((resolve) => (wake = resolve));
    }
    return waiting.shift();
  };
  const timer = setTimeout(() => socket.destroy(), HANDSHAKE_MS);
  try {
    const { client, enginePid } = await shakeHands(options, writer, nextFrame);
    isReady = true;
    return {
      client,
      enginePid,
      send: (frame) => writer.write(frame),
      onFrame: (next) => {
        listener = next;
        for (const value of waiting.splice(0)) deliver(value);
      },
      closed,
      dispose: () => socket.destroy(),
    };
  } catch (error) {
    socket.destroy();
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

/** The connection as requests and events. */
export async function openConnection(options: OpenOptions): Promise<EngineConnection> {
  const raw = await openRawConnection(options);
  const calls = new Map<number, { resolve: (value: never) => void; reject: (error: unknown) => void }>();
  const listeners = new Map<EventName, Set<(data: never) => void>>();
  let lastId = 0;
  let isClosed = false;
  raw.onFrame((frame) => {
    switch (frame.t) {
      case 'result':
        calls.get(frame.id)?.resolve(frame.result as never);
        calls.delete(frame.id);
        return;
      case 'error':
        calls.get(frame.id)?.reject(fromWireError(frame.error));
        calls.delete(frame.id);
        return;
      case 'event':
        if (isEventName(frame.event)) {
          for (const listener of listeners.get(frame.event) ?? []) listener(frame.data as never);
        }
        if (frame.bytes !== undefined && frame.bytes > 0) raw.send({ t: 'credit', bytes: frame.bytes });
        return;
    }
  });
  const closed = raw.closed.then(() => {
    isClosed = true;
    for (const { reject } of calls.values()) reject(lost());
    calls.clear();
  });
  return {
    client: raw.client,
    enginePid: raw.enginePid,
    closed,
    dispose: () => raw.dispose(),
    request: (method, params, { signal } = {}) => {
      if (isClosed) return Promise.reject(lost());
      const id = (lastId += 1);
      raw.send({ t: 'request', id, method, params: params as never });
      signal?.addEventListener('abort', () => raw.send({ t: 'cancel', id }), { once: true });
      return new Promise((resolve, reject) => calls.set(id, { resolve, reject }));
    },
    on: (event, listener) => {
      const all = listeners.get(event) ?? new Set();
      listeners.set(event, all.add(listener as never));
      return () => void all.delete(listener as never);
    },
  };
}

async function shakeHands(
  { token, kind, version }: OpenOptions,
  writer: FrameWriter,
  nextFrame: () => Promise<unknown>,
): Promise<{ readonly client: string; readonly enginePid: number }> {
  const nonce = makeNonce();
  writer.write({ t: 'hello', protocol: PROTOCOL, kind, pid: process.pid, version, nonce });
  const first = await nextFrame();
  const refused = refusedSchema.safeParse(first);
  if (refused.success) throw fromWireError(refused.data.error);
  const challenge = challengeSchema.safeParse(first);
  if (
    !challenge.success ||
    !isProof(prove(token, 'engine', nonce, challenge.data.nonce), challenge.data.proof)
  ) {
    throw new WatchbookError(
      'unauthorized',
      'What listens on the engine’s socket is not this profile’s engine.',
    );
  }
  writer.write({ t: 'proof', proof: prove(token, 'client', nonce, challenge.data.nonce) });
  const last = await nextFrame();
  const refusedAtLast = refusedSchema.safeParse(last);
  if (refusedAtLast.success) throw fromWireError(refusedAtLast.data.error);
  const welcome = welcomeSchema.safeParse(last);
  if (!welcome.success) throw lost();
  return { client: welcome.data.client, enginePid: challenge.data.pid };
}

function connectSocket(path: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.removeAllListeners('error');
      resolve(socket);
    });
    socket.once('error', (error: NodeJS.ErrnoException) =>
      reject(new WatchbookError('not-found', 'No engine runs here.', { retryable: true, cause: error })),
    );
  });
}

function lost(): WatchbookError {
  return new WatchbookError('engine-lost', 'The connection to the engine was lost. What was saved is kept.', {
    retryable: true,
  });
}

import { join } from 'node:path';
import { MessageChannelMain, type BrowserWindow, type MessagePortMain } from 'electron';
import * as z from 'zod';
import { desktopContract } from '../../shared/rpc/desktop-contract';
import { toWireError, WatchbookError } from '../../shared/rpc/errors';
import {
  clientFrameSchema,
  type ClientFrame,
  type ConnectionState,
  type EngineFrame,
} from '../../shared/rpc/protocol';
import { VERSION } from '../../shared/version';
import { connectEngineRaw } from '../engine/client/connect-engine';
import type { RawConnection } from '../engine/client/engine-connection';
import type { Places } from '../engine/places';
import { checkGrantedPath } from './policies/granted-paths';

/** A packaged program runs the engine from inside its archive, which Electron reads as Node too. */
const ENGINE_PROGRAM = join(__dirname, '..', 'engine', 'engine.cjs');
/** A connection that ends sooner than this was none. */
const BRIEF_MS = 1_000;
const RETRY_MS = [200, 500, 1_000, 2_000, 5_000] as const;

type DesktopRequests = typeof desktopContract.requests;
export type DesktopMethod = keyof DesktopRequests;
export type DesktopEvent = keyof typeof desktopContract.events;

/** Answers what a window asks of the desktop itself. */
export type DesktopHandlers = {
  readonly [M in DesktopMethod]: (
    params: z.output<DesktopRequests[M]['params']>,
  ) => Promise<z.input<DesktopRequests[M]['result']>> | z.input<DesktopRequests[M]['result']>;
};

/**
 * The way between one window and the engine: frames are checked and passed on, `desktop.*` is answered here.
 *
 * When the engine goes, a new one is started and connected; the window is told and asks anew for what it shows.
 */
export class Bridge {
  private port: MessagePortMain | null = null;
  private engine: RawConnection | null = null;
  private isDisposed = false;
  private state: ConnectionState = { t: 'connection', state: 'connecting' };

  constructor(
    private readonly window: BrowserWindow,
    private readonly places: Places,
    private readonly handlers: DesktopHandlers,
    /** Places that a person picked for this window. */
    private readonly granted: ReadonlySet<string>,
    private readonly log: (message: string) => void,
  ) {
    void this.stayConnected();
  }

  /** The page asks for its port, at each load once. An older port ends. */
  open(): void {
    this.port?.close();
    const { port1, port2 } = new MessageChannelMain();
    this.port = port1;
    port1.on('message', ({ data }) => this.receive(data));
    port1.start();
    this.window.webContents.postMessage('watchbook:port', null, [port2]);
    this.post(this.state);
    // A page that was loaded anew must not get the answers and events of the one before.
    if (this.state.state === 'ready') this.engine?.dispose();
  }

  send(event: DesktopEvent, data: unknown): void {
    this.post({ t: 'event', event, data: data as never });
  }

  dispose(): void {
    this.isDisposed = true;
    this.port?.close();
    this.port = null;
    this.engine?.dispose();
  }

  private async stayConnected(): Promise<void> {
    for (let attempt = 0; !this.isDisposed;) {
      this.tell({ t: 'connection', state: attempt === 0 ? 'connecting' : 'lost' });
      try {
        const engine = await connectEngineRaw({
          places: this.places,
          kind: 'window',
          version: VERSION,
          start: true,
          program: ENGINE_PROGRAM,
        });
        if (this.isDisposed) return engine.dispose();
        this.engine = engine;
        engine.onFrame((frame) => this.post(frame));
        this.tell({ t: 'connection', state: 'ready' });
        const since = Date.now();
        await engine.closed;
        this.engine = null;
        // One that ends as soon as it is there is not asked again and again without a pause.
        attempt = Date.now() - since < BRIEF_MS ? attempt + 1 : 1;
        if (attempt > 1) await this.pause(attempt);
      } catch (error) {
        const { message } = toWireError(error);
        this.log(`no way to the engine: ${message}`);
        this.tell({ t: 'connection', state: 'lost', message });
        await this.pause(attempt);
        attempt += 1;
      }
    }
  }

  private pause(attempt: number): Promise<void> {
    return new Promise((resolve) => setTimeout(resolve, RETRY_MS[Math.min(attempt, RETRY_MS.length - 1)]));
  }

  private receive(data: unknown): void {
    const parsed = clientFrameSchema.safeParse(data);
    if (!parsed.success) {
      this.log('a window sent what is no frame; it is passed over');
      return;
    }
    const frame = parsed.data;
    if (frame.t !== 'request') this.engine?.send(frame);
    else if (frame.method.startsWith('desktop.')) void this.answer(frame);
    else this.passOn(frame);
  }

  private passOn(frame: Extract<ClientFrame, { t: 'request' }>): void {
    try {
      checkGrantedPath(frame, this.granted);
      if (this.engine === null) throw lost();
      this.engine.send(frame);
    } catch (error) {
      this.fail(frame.id, error);
    }
  }

  private async answer(frame: Extract<ClientFrame, { t: 'request' }>): Promise<void> {
    try {
      if (!Object.hasOwn(desktopContract.requests, frame.method)) {
        throw new WatchbookError(
          'bad-request',
          `There is no request ${JSON.stringify(frame.method.slice(0, 80))}.`,
        );
      }
      const method = frame.method as DesktopMethod;
      const parsed = desktopContract.requests[method].params.safeParse(frame.params);
      if (!parsed.success) {
        throw new WatchbookError('bad-request', `${method} does not take these values.`, {
          detail: z.prettifyError(parsed.error),
        });
      }
      // One handler for each method, by the type of the record; the compiler can not follow the pair.
      const handler = this.handlers[method] as (params: unknown) => unknown;
      this.post({ t: 'result', id: frame.id, result: (await handler(parsed.data)) as never });
    } catch (error) {
      this.fail(frame.id, error);
    }
  }

  private fail(id: number, error: unknown): void {
    this.post({ t: 'error', id, error: toWireError(error) });
  }

  private tell(state: ConnectionState): void {
    this.state = state;
    this.post(state);
  }

  private post(frame: EngineFrame | ConnectionState): void {
    this.port?.postMessage(frame);
  }
}

function lost(): WatchbookError {
  return new WatchbookError(
    'engine-lost',
    'The engine is not connected. What was saved is kept; trying again.',
    {
      retryable: true,
    },
  );
}

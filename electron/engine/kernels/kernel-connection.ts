import { KernelConnection, ServerConnection, type KernelMessage } from '@jupyterlab/services';
import type { MessageSocket } from './message-socket';

/** Who the connection is. `id` is the kernel's own id in this engine, `clientId` the session of its messages. */
export interface ConnectionOptions {
  readonly id: string;
  readonly name: string;
  readonly clientId: string;
  readonly username: string;
}

/** Makes the socket when the connection asks for it. The url carries nothing that is needed here. */
export type SocketClass = new (url: string) => MessageSocket;

/** The address is never connected to: the socket class and the failing `fetch` stand in front of it. */
const NOWHERE = 'http://kernel.invalid/';

/**
 * Makes Jupyter's kernel client over a socket of ours, without any server.
 *
 * The connection is live at once: it opens its socket in its constructor. When the socket closes with code 1000
 * it goes to `disconnected` and stays there; call `handleShutdown` when the kernel is gone. `onListen` is called
 * each time somebody asks for the signal of messages, which is to say, is about to connect to it.
 */
export function makeConnection(
  Socket: SocketClass,
  options: ConnectionOptions,
  onListen: () => void = () => undefined,
): KernelConnection {
  silenceDebug();
  const serverSettings = ServerConnection.makeSettings({
    baseUrl: NOWHERE,
    wsUrl: 'ws://kernel.invalid/',
    token: '',
    appendToken: false,
    // A local kernel has no REST service. Asked for the kernel's model, this answer means "it is gone".
    fetch: async () => new Response('{"message":"no server"}', { status: 404 }),
    WebSocket: Socket as unknown as typeof WebSocket,
    serializer: {
      serialize: (message: KernelMessage.IMessage) => message as unknown as string,
      deserialize: (data: ArrayBuffer | string) => data as unknown as KernelMessage.IMessage,
    },
  });
  return new ListenedConnection(onListen, {
    model: { id: options.id, name: options.name },
    clientId: options.clientId,
    username: options.username,
    serverSettings,
    // Widgets are read from the messages themselves; a comm that nobody handles is left alone, as a kernel expects.
    handleComms: false,
  });
}

class ListenedConnection extends KernelConnection {
  readonly #onListen: () => void;

  constructor(onListen: () => void, options: ConstructorParameters<typeof KernelConnection>[0]) {
    super(options);
    this.#onListen = onListen;
  }

  override get anyMessage() {
    this.#onListen();
    return super.anyMessage;
  }

  override get iopubMessage() {
    this.#onListen();
    return super.iopubMessage;
  }
}

let silenced = false;

/** KernelConnection prints each connection and state with `console.debug`; the engine's log is not the console. */
function silenceDebug(): void {
  if (silenced) return;
  silenced = true;
  // oxlint-disable-next-line no-console -- the one place that speaks of it, to make it silent
  console.debug = () => undefined;
}

import { createServer, type Server, type Socket } from 'node:net';
import type { Method } from '../../shared/rpc/contracts';
import { toWireError, WatchbookError, type WireError } from '../../shared/rpc/errors';
import {
  helloSchema,
  MAX_FRAME_BYTES,
  proofFrameSchema,
  PROTOCOL,
  type ClientKind,
} from '../../shared/rpc/protocol';
import { ClientConnection } from './client-connection';
import { FrameReader, FrameWriter } from './connection';
import type { EngineClient, Handlers } from './engine-client';
import { isProof, makeNonce, prove } from './handshake';
import { descendsFrom, peerProcesses } from './rights';

const HANDSHAKE_MS = 5_000;
const HANDSHAKE_FRAME_BYTES = 4_096;

export interface EngineServerOptions {
  readonly socketPath: string;
  readonly token: Buffer;
  readonly version: string;
  readonly handlers: Handlers<Method>;
  /** Processes of kernels and terminals of this engine: what they start may do little. */
  readonly ownProcesses: () => ReadonlySet<number>;
  readonly clientsChanged: (count: number) => void;
  readonly log: (message: string) => void;
}

/** The engine's socket: handshakes, then one {@link ClientConnection} for each client. */
export class EngineServer {
  private readonly server: Server;
  private readonly sockets = new Set<Socket>();
  private readonly connections = new Set<ClientConnection>();
  private isEnding = false;

  constructor(private readonly options: EngineServerOptions) {
    this.server = createServer((socket) => this.accept(socket));
  }

  get clients(): readonly EngineClient[] {
    return [...this.connections];
  }

  /** Listens. The socket file is readable and writable by this user alone from its first moment. */
  listen(): Promise<void> {
    return new Promise((resolve, reject) => {
      const before = process.umask(0o177);
      this.server.once('error', reject);
      this.server.listen(this.options.socketPath, () => {
        process.umask(before);
        this.server.off('error', reject);
        resolve();
      });
    });
  }

  /** From now on nobody is let in, nor whoever is just saying who it is: the next engine is theirs. */
  takeNoMore(): void {
    this.isEnding = true;
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.server.close(() => resolve()));
    for (const socket of this.sockets) socket.end();
    setTimeout(() => {
      for (const socket of this.sockets) socket.destroy();
    }, 500).unref();
    await closed;
  }

  private accept(socket: Socket): void {
    if (this.isEnding) {
      socket.destroy();
      return;
    }
    this.sockets.add(socket);
    const writer = new FrameWriter(socket);
    const session = new Handshake(socket, writer, this.options);
    let connection: ClientConnection | null = null;
    const early: unknown[] = [];
    const reader = new FrameReader(
      (value) => {
        if (connection !== null) connection.receive(value);
        else if (session.isProved) early.push(value);
        else session.receive(value);
      },
      (reason) => {
        this.options.log(`a connection was cut off: ${reason}`);
        socket.destroy();
      },
      HANDSHAKE_FRAME_BYTES,
    );
    socket.on('data', (chunk) => reader.push(chunk));
    socket.on('error', (error) => this.options.log(`a connection failed: ${error.message}`));
    socket.on('close', () => {
      reader.stop();
      session.stop();
      this.sockets.delete(socket);
      if (connection === null) return;
      connection.closed();
      this.connections.delete(connection);
      this.options.clientsChanged(this.connections.size);
    });
    session.onProved = () => reader.allow(MAX_FRAME_BYTES);
    session.onWelcome = (kind, isPerson) => {
      if (this.isEnding) socket.destroy();
      if (socket.destroyed) return;
      const { handlers, log } = this.options;
      connection = new ClientConnection({ socket, writer, kind, isPerson, handlers, log });
      this.connections.add(connection);
      this.options.clientsChanged(this.connections.size);
      writer.write({ t: 'welcome', client: connection.id });
      for (const value of early.splice(0)) connection.receive(value);
    };
  }
}

/** The mutual challenge of one connection, and the question who it is that connects. */
class Handshake {
  isProved = false;
  onProved: () => void = () => undefined;
  onWelcome: (kind: ClientKind, isPerson: boolean) => void = () => undefined;
  private expected: string | null = null;
  private kind: ClientKind = 'cli';
  private claimedPid = 0;
  private readonly timer: NodeJS.Timeout;

  constructor(
    private readonly socket: Socket,
    private readonly writer: FrameWriter,
    private readonly options: EngineServerOptions,
  ) {
    this.timer = setTimeout(() => this.refuse(unproved('took too long to say who it is')), HANDSHAKE_MS);
  }

  receive(value: unknown): void {
    if (this.expected === null) this.hello(value);
    else this.proof(value, this.expected);
  }

  stop(): void {
    clearTimeout(this.timer);
  }

  private hello(value: unknown): void {
    const parsed = helloSchema.safeParse(value);
    if (!parsed.success) return this.refuse(unproved('did not begin with a greeting'));
    const { nonce, kind, pid, protocol } = parsed.data;
    if (protocol !== PROTOCOL) {
      return this.refuse(
        new WatchbookError(
          'protocol-mismatch',
          `This engine speaks protocol ${PROTOCOL}, the client ${protocol}. Update the older one.`,
        ),
      );
    }
    const { token, version } = this.options;
    const own = makeNonce();
    this.kind = kind;
    this.claimedPid = pid;
    this.expected = prove(token, 'client', nonce, own);
    const answer = prove(token, 'engine', nonce, own);
    this.writer.write({
      t: 'challenge',
      protocol: PROTOCOL,
      pid: process.pid,
      version,
      nonce: own,
      proof: answer,
    });
  }

  private proof(value: unknown, expected: string): void {
    const parsed = proofFrameSchema.safeParse(value);
    if (!parsed.success || !isProof(expected, parsed.data.proof)) {
      return this.refuse(unproved('does not know the token of this engine'));
    }
    this.isProved = true;
    clearTimeout(this.timer);
    this.onProved();
    void this.welcome();
  }

  private async welcome(): Promise<void> {
    const peers = (await peerProcesses(this.socket)) ?? [this.claimedPid];
    const ours = this.options.ownProcesses();
    // Who can not be seen is nobody that we know.
    const isStep = this.kind === 'step' || peers.length === 0 || peers.some((pid) => descendsFrom(pid, ours));
    this.onWelcome(isStep ? 'step' : this.kind, !isStep);
  }

  private refuse(error: WatchbookError): void {
    clearTimeout(this.timer);
    this.options.log(`a client was refused: ${error.message}`);
    const wire: WireError = toWireError(error);
    this.writer.write({ t: 'refused', error: wire });
    this.socket.end();
  }
}

function unproved(reason: string): WatchbookError {
  return new WatchbookError('unauthorized', `The client ${reason}. It was not let in.`);
}

import type { ClientKind } from '../../shared/rpc/protocol';
import type { EventData, EventName, Method, Params, Result } from '../../shared/rpc/contracts';

/** One connected client, as the features of the engine see it. */
export interface EngineClient {
  readonly id: string;
  readonly kind: ClientKind;
  /** A person's terminal that we did not start, or our window. */
  readonly isPerson: boolean;
  /** Aborted when the connection ends, however it ends. */
  readonly gone: AbortSignal;
  /** Sends at once. Not for events of BULK_EVENTS. */
  send<E extends EventName>(event: E, data: EventData<E>): void;
  /** Bytes of bulk events that may be sent now; nothing may be sent while it is not positive. */
  readonly bulkCredit: number;
  /** Sends a bulk event and takes its size from the credit. */
  sendBulk<E extends EventName>(event: E, data: EventData<E>): void;
  /** Calls back each time credit came back. Returns the unsubscriber. */
  onCredit(listener: () => void): () => void;
}

export interface CallContext {
  readonly client: EngineClient;
  /** Aborted on cancel and when the client is gone. Work that must go on ignores it. */
  readonly signal: AbortSignal;
}

/** A feature's answers. The server has validated the params against the contract before. */
export type Handlers<M extends Method> = {
  readonly [K in M]: (params: Params<K>, context: CallContext) => Promise<Result<K>> | Result<K>;
};

/** The methods of one feature, by the prefix of their names. */
export type MethodsOf<Prefix extends string> = Extract<Method, `${Prefix}.${string}`>;

/** What the engine's life depends on: it ends 60 s after its last client left if nothing of this is held. */
export interface Holdings {
  readonly kernels: number;
  readonly terminals: number;
  readonly runs: number;
  /** Documents with something that is only in memory, because the recovery log can not be written. */
  readonly atRisk: number;
  /** Cells running or queued. */
  readonly busy: number;
  /** For messages: what runs, one line each. */
  readonly running: readonly string[];
}

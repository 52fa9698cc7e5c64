import type { EventData, EventName, Method, ParamsInput, Result } from '../../shared/rpc/contracts';
import type { ConnectionState } from '../../shared/rpc/protocol';

/** What a document needs of the way to the engine. The window's client has it; tests may bring their own. */
export interface EnginePort {
  request<M extends Method>(method: M, params: ParamsInput<M>): Promise<Result<M>>;
  /** Returns the unsubscriber. */
  on<E extends EventName>(event: E, listener: (data: EventData<E>) => void): () => void;
  readonly connection: ConnectionState['state'];
  /** Called at each change of the connection. Returns the unsubscriber. */
  onConnection(listener: (state: ConnectionState['state']) => void): () => void;
}

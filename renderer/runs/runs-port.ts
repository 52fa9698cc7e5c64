import type * as z from 'zod';
import type { runsContract } from '../../shared/runs/contract';
import type { EnginePort } from '../notebook/engine-port';

type Requests = typeof runsContract.requests;
type Events = typeof runsContract.events;

/** The way to the engine, with what it is asked about runs. */
export interface RunsPort {
  request<M extends keyof Requests>(
    method: M,
    params: z.input<Requests[M]['params']>,
  ): Promise<z.output<Requests[M]['result']>>;
  on<E extends keyof Events>(event: E, listener: (data: z.output<Events[E]>) => void): () => void;
}

export function runsPort(engine: EnginePort): RunsPort {
  return engine as unknown as RunsPort;
}

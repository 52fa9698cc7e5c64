import type * as z from 'zod';
import { kernelsContract } from '../kernels/contract';
import { libraryContract } from '../library/contract';
import { gitContract } from '../library/git-contract';
import { linkContract } from '../library/link-contract';
import { searchContract } from '../library/search-contract';
import { textContract } from '../library/text-contract';
import { treeContract } from '../library/tree-contract';
import { checkpointContract } from '../notebook/checkpoint-contract';
import { notebookContract } from '../notebook/contract';
import { configContract } from '../runs/config-contract';
import { runsContract } from '../runs/contract';
import { tryContract } from '../runs/try-contract';
import { executeContract } from '../runs/execute-contract';
import { settingsContract } from '../settings/contract';
import { terminalContract } from '../terminal/contract';
import { recordingContract } from '../terminal/recording-contract';
import { promoteContract } from '../terminal/promote-contract';
import { engineContract } from './engine-contract';
import type { RequestSpec } from './contract';

/** Every request the engine answers, by method name. */
export const requests = {
  ...engineContract.requests,
  ...settingsContract.requests,
  ...libraryContract.requests,
  ...treeContract.requests,
  ...searchContract.requests,
  ...linkContract.requests,
  ...textContract.requests,
  ...gitContract.requests,
  ...kernelsContract.requests,
  ...notebookContract.requests,
  ...checkpointContract.requests,
  ...executeContract.requests,
  ...configContract.requests,
  ...runsContract.requests,
  ...tryContract.requests,
  ...terminalContract.requests,
  ...recordingContract.requests,
  ...promoteContract.requests,
} as const satisfies Record<string, RequestSpec>;

/** Every event the engine sends, by name. */
export const events = {
  ...engineContract.events,
  ...settingsContract.events,
  ...libraryContract.events,
  ...treeContract.events,
  ...linkContract.events,
  ...gitContract.events,
  ...kernelsContract.events,
  ...notebookContract.events,
  ...checkpointContract.events,
  ...executeContract.events,
  ...configContract.events,
  ...runsContract.events,
  ...tryContract.events,
  ...terminalContract.events,
  ...recordingContract.events,
} as const satisfies Record<string, z.ZodType>;

export type Requests = typeof requests;
export type Method = keyof Requests;
export type Params<M extends Method> = z.output<Requests[M]['params']>;
export type ParamsInput<M extends Method> = z.input<Requests[M]['params']>;
export type Result<M extends Method> = z.output<Requests[M]['result']>;

export type Events = typeof events;
export type EventName = keyof Events;
export type EventData<E extends EventName> = z.output<Events[E]>;

/** Events sent against credits. */
export const BULK_EVENTS: ReadonlySet<EventName> = new Set<EventName>([
  'notebook.outputs',
  'notebook.widget',
]);

/** True for a name that is a method; a plain `in` would accept `constructor`. */
export function isMethod(name: string): name is Method {
  return Object.hasOwn(requests, name);
}

export function isEventName(name: string): name is EventName {
  return Object.hasOwn(events, name);
}

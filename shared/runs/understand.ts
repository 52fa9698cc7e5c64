import type { JournalEvent } from './chain';
import { EVENT_DATA, isEventType, type RunEvent } from './events';

/** An event as journals hold it: one of ours, or of a type that this version does not know. */
export type AnyEvent = RunEvent | JournalEvent;

/** An event with its data checked; null for one that this version does not understand. */
export function understand(event: AnyEvent): RunEvent | null {
  if (!isEventType(event.type)) return null;
  const parsed = EVENT_DATA[event.type].safeParse(event.data);
  // The schema is that of the type, which the compiler can not follow.
  return parsed.success ? ({ ...event, data: parsed.data } as RunEvent) : null;
}

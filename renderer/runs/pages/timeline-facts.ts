import { useMemo } from 'react';
import { useStore } from 'zustand';
import type { Json } from '../../../shared/rpc/contract';
import type { ContentRef, RunEvent } from '../../../shared/runs/events';
import type { Plan } from '../../../shared/runs/plan';
import type { Run } from '../../../shared/runs/model';
import { taskItems } from '../../../shared/runs/task-items';
import {
  attachedIn,
  deviationsOf,
  quotedContent,
  timelineKind,
  timelineLine,
  timelineText,
  type TimelineFacts,
  type TimelineKind,
  type TimelineLine,
} from '../../../shared/runs/timeline';
import type { DocumentModel } from '../../notebook/document-model';
import { runsPort } from '../runs-port';
import type { RunPort } from './run-port';

/** What of the timeline is shown. */
export type TimelineFilter = 'all' | Exclude<TimelineKind, 'other'> | 'deviations';

export const FILTERS: readonly (readonly [TimelineFilter, string])[] = [
  ['all', 'All'],
  ['steps', 'Steps'],
  ['gates', 'Gates'],
  ['terminal', 'Terminal'],
  ['notes', 'Notes'],
  ['deviations', 'Deviations'],
];

/** The facts that make a line of an event, from contents that were read. */
export function factsOf(
  plan: Plan,
  run: Run | null,
  byId: DocumentModel['byId'],
  contents: ReadonlyMap<string, Json>,
): TimelineFacts {
  const items = new Map<string, ReturnType<typeof taskItems>['items']>();
  return {
    plan,
    deviations: run === null ? new Set() : deviationsOf(run),
    content: ({ file }) => contents.get(file),
    item: (cell, item) => {
      const known = items.get(cell) ?? taskItems(byId.get(cell)?.source ?? '').items;
      items.set(cell, known);
      return known.find((one) => one.item === item)?.text ?? null;
    },
    attached: attachedIn(run),
  };
}

/** The facts of an open run; they change as content files come in. */
export function useTimelineFacts(run: RunPort): TimelineFacts {
  const { plan, run: reduced, contents } = useStore(run.store);
  const byId = useStore(run.document.store, (model) => model.byId);
  return useMemo(() => factsOf(plan, reduced, byId, contents), [plan, reduced, byId, contents]);
}

/** How many events each filter shows. */
export function countEvents(
  events: readonly RunEvent[],
  deviations: ReadonlySet<number>,
): Readonly<Record<TimelineFilter, number>> {
  const counts = {
    all: events.length,
    steps: 0,
    gates: 0,
    terminal: 0,
    notes: 0,
    deviations: deviations.size,
  };
  for (const event of events) {
    const kind = timelineKind(event);
    if (kind !== 'other') counts[kind] += 1;
  }
  return counts;
}

/** The events that a filter shows, in their order. */
export function filterEvents(
  events: readonly RunEvent[],
  filter: TimelineFilter,
  deviations: ReadonlySet<number>,
): readonly RunEvent[] {
  if (filter === 'all') return events;
  if (filter === 'deviations') return events.filter(({ seq }) => deviations.has(seq));
  return events.filter((event) => timelineKind(event) === filter);
}

const MOST_FILES = 1_000;

/** Events as lines, with all that they quote. */
export async function linesOf(run: RunPort, events: readonly RunEvent[]): Promise<readonly TimelineLine[]> {
  const { plan, run: reduced, contents } = run.store.getState();
  const all = new Map(contents);
  const known = { attached: attachedIn(reduced) };
  const missing: ContentRef[] = events
    .flatMap((event) => quotedContent(event, known))
    .filter(({ file }) => !all.has(file));
  for (let at = 0; at < missing.length; at += MOST_FILES) {
    const files = missing.slice(at, at + MOST_FILES);
    const { values } = await runsPort(run.engine).request('runs.content', { run: run.folder, files });
    files.forEach(({ file }, index) => all.set(file, values[index] ?? null));
  }
  const facts = factsOf(plan, reduced, run.document.store.getState().byId, all);
  return events.map((event) => timelineLine(event, facts));
}

/** Events as text, a line each, with all that they quote. `clock` writes an instant. */
export async function eventsText(
  run: RunPort,
  events: readonly RunEvent[],
  clock: (instant: string) => string,
): Promise<string> {
  return (await linesOf(run, events)).map((line) => timelineText(line, clock)).join('\n');
}

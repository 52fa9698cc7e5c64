import type { Json } from '../rpc/contract';
import type { ContentRef, RunEvent } from './events';
import type { Run, StepState } from './model';
import type { Plan } from './plan';
import { timelineWords } from './timeline-words';

/** A piece of a line. Code is of programs and people and is shown as text, whatever is in it. */
export interface TimelinePart {
  readonly text: string;
  readonly style?: 'strong' | 'code';
}

/** What a line is about, for the filter. An event may be a deviation besides. */
export type TimelineKind = 'steps' | 'gates' | 'terminal' | 'notes' | 'other';

/** The sign before a line, by what it shows. */
export type TimelineSign =
  | 'start'
  | 'again'
  | 'done'
  | 'failed'
  | 'stopped'
  | 'adjusted'
  | 'added'
  | 'skipped'
  | 'by-hand'
  | 'check'
  | 'gate'
  | 'answered'
  | 'timer'
  | 'ticked'
  | 'unticked'
  | 'checkpoint'
  | 'restored'
  | 'undone'
  | 'terminal'
  | 'widget'
  | 'secret'
  | 'note'
  | 'gap'
  | 'lost'
  | 'kernel'
  | 'person'
  | 'link'
  | 'withheld'
  | 'archived'
  | 'library';

/** One event as one line. */
export interface TimelineLine {
  readonly seq: number;
  readonly at: string;
  readonly kind: TimelineKind;
  readonly isDeviation: boolean;
  readonly sign: TimelineSign;
  /** Colours the node and the sign; null for what changes no state. */
  readonly state: StepState | 'edited' | null;
  readonly parts: readonly TimelinePart[];
  /** Who did it; null where nobody's hand was in it. */
  readonly by: string | null;
  /** The step that a click goes to. */
  readonly cell: string | null;
  /** The terminal that it goes to, where it is still open. */
  readonly terminal: string | null;
}

/** What a line needs to know besides its event. */
export interface TimelineFacts {
  readonly plan: Plan;
  /** Numbers of the events that the report names as deviations. */
  readonly deviations: ReadonlySet<number>;
  /** A content file without its salt: null for one that is withheld or missing, undefined while it is not read. */
  content(ref: ContentRef): Json | undefined;
  /** The text of an item of a checklist, from 1; null where it is not there. */
  item(cell: string, item: number): string | null;
  /** What the record says of a terminal, as of its last attaching before an event of this number; null without one. */
  attached(terminal: string, before: number): ContentRef | null;
}

/** What {@link TimelineFacts} knows of the terminals of a run. */
export function attachedIn(run: Pick<Run, 'terminals'> | null): TimelineFacts['attached'] {
  return (terminal, before) =>
    run?.terminals.findLast((one) => one.terminal === terminal && one.seq < before)?.content ?? null;
}

const KINDS: Partial<Record<RunEvent['type'], TimelineKind>> = {
  'cell-started': 'steps',
  'cell-finished': 'steps',
  'limit-passed': 'steps',
  'step-adjusted': 'steps',
  'step-added': 'steps',
  'step-skipped': 'steps',
  'step-marked-done': 'steps',
  'roll-back-begun': 'steps',
  'rolled-back': 'steps',
  'roll-back-ended': 'steps',
  'retry-planned': 'steps',
  'retry-stopped': 'steps',
  interrupted: 'steps',
  'gate-opened': 'gates',
  'gate-answered': 'gates',
  'gate-voided': 'gates',
  ticked: 'gates',
  unticked: 'gates',
  'terminal-attached': 'terminal',
  'terminal-command': 'terminal',
  'terminal-detached': 'terminal',
  'hint-followed': 'notes',
  note: 'notes',
};

/** What an event is about. */
export function timelineKind(event: Pick<RunEvent, 'type'>): TimelineKind {
  return KINDS[event.type] ?? 'other';
}

/** The step that an event is about; null for one of the run as a whole. */
export function cellOf(event: RunEvent): string | null {
  if (event.type === 'secret-used') return event.data.step;
  if (event.type === 'handed-out' || event.type === 'gathered') return event.data.section;
  if (event.type === 'resumed') return event.data.from;
  if (event.type === 'roll-back-begun') return event.data.to;
  return 'cell' in event.data ? event.data.cell : null;
}

/** An event as a line. What is not read yet is left out of it; the line is made anew when it is. */
export function timelineLine(event: RunEvent, facts: TimelineFacts): TimelineLine {
  return {
    seq: event.seq,
    at: event.at,
    kind: timelineKind(event),
    isDeviation: facts.deviations.has(event.seq),
    by: event.actor.via === 'engine' ? null : event.actor.name,
    cell: cellOf(event),
    terminal: 'terminal' in event.data ? event.data.terminal : null,
    ...timelineWords(event, facts),
  };
}

/** The content files that the line of an event quotes. */
export function quotedContent(
  event: RunEvent,
  { attached }: Pick<TimelineFacts, 'attached'>,
): readonly ContentRef[] {
  switch (event.type) {
    case 'cell-finished':
    case 'terminal-attached':
      return [event.data.content];
    case 'terminal-detached': {
      const content = attached(event.data.terminal, event.seq);
      return content === null ? [] : [content];
    }
    case 'terminal-command': {
      const { content, step, asked } = event.data;
      // Of one that the run sent, that what it was is the record.
      return content === null || step !== undefined || asked !== undefined ? [] : [content];
    }
    case 'step-adjusted':
      return [event.data.before, event.data.after];
    case 'step-skipped':
    case 'step-marked-done':
    case 'override':
    case 'content-withheld':
      return [event.data.reason];
    case 'rolled-back':
      return event.data.reason === undefined ? [] : [event.data.reason];
    case 'check':
      return [event.data.found];
    case 'gate-answered':
    case 'run-finished':
      return event.data.reason === null ? [] : [event.data.reason];
    case 'checkpoint':
      return event.data.name === null ? [] : [event.data.name];
    case 'kernel-lost':
      return event.data.why === null ? [] : [event.data.why];
    case 'note':
      return [event.data.text];
    case 'hint-followed':
      return [event.data.target];
    default:
      return [];
  }
}

/** Numbers of the events that are deviations. */
export function deviationsOf(run: Pick<Run, 'deviations'>): ReadonlySet<number> {
  return new Set(run.deviations.map(({ seq }) => seq));
}

/** A line as plain text: `02:16:58  Step 6 Validate row counts started (mara)`. `clock` writes the time. */
export function timelineText(
  { at, parts, by }: Pick<TimelineLine, 'at' | 'parts' | 'by'>,
  clock: (instant: string) => string,
): string {
  const words = parts.map(({ text }) => text.replace(/\s*\n\s*/g, ' ')).join('');
  return `${clock(at)}  ${words}${by === null ? '' : ` (${by})`}`;
}

import { isJsonObject } from '../notebook/notebook-values';
import type { ContentRef } from './events';
import { RUN_PARAMETERS } from './plan';
import type { TimelineFacts, TimelineLine, TimelinePart, TimelineSign } from './timeline';

/** How a line of the timeline says an event: its sign, the state that colours it, and what it says. */
export type Words = Pick<TimelineLine, 'sign' | 'state' | 'parts'>;

const LONGEST_QUOTE = 300;

/** A line of pieces; empty ones are left out. */
export function words(
  sign: TimelineSign,
  state: TimelineLine['state'],
  ...parts: (string | TimelinePart)[]
): Words {
  const all = parts.filter((part) => part !== '');
  return { sign, state, parts: all.map((part) => (typeof part === 'string' ? { text: part } : part)) };
}

/** A name within a line. */
export const strong = (text: string): TimelinePart => ({ text, style: 'strong' });

/** `Step 7`, `Rollback 7r`, or what has no number by its name. */
export function nameOf({ plan }: TimelineFacts, cell: string): string {
  const step = plan.byCell.get(cell);
  if (step !== undefined) {
    if (step.number === null) return step.title === RUN_PARAMETERS ? step.title : 'Parameters';
    return step.gate?.kind === 'confirm' || step.gate?.kind === 'approve'
      ? `Gate ${step.number}`
      : `Step ${step.number}`;
  }
  const undone = plan.rollbackOf.get(cell);
  if (undone === undefined) return 'A cell';
  const of = plan.byCell.get(undone);
  const at = of?.rollback.indexOf(cell) ?? -1;
  return `Rollback ${of?.number ?? ''}r${at > 0 ? at + 1 : ''}`;
}

/** A name within a sentence: `step 7`. */
export function within(name: string): string {
  return `${name.charAt(0).toLowerCase()}${name.slice(1)}`;
}

/** A text of a content file; undefined while it is not read, null where there is none. */
export function textIn(
  facts: TimelineFacts,
  ref: ContentRef | null,
  member: string,
): string | null | undefined {
  if (ref === null) return null;
  const value = facts.content(ref);
  if (value === undefined) return undefined;
  const text = isJsonObject(value) && Object.hasOwn(value, member) ? value[member] : null;
  return typeof text === 'string' ? text : null;
}

/** `: “reason”`; nothing while it is not read, and where there is none. */
export function quoted(facts: TimelineFacts, ref: ContentRef | null, before = ': '): string {
  const text = textIn(facts, ref, 'text');
  if (text === undefined || ref === null) return '';
  if (text === null) return `${before}(content withheld or missing)`;
  const line = text.trim();
  if (line === '') return '';
  return `${before}“${line.length > LONGEST_QUOTE ? `${line.slice(0, LONGEST_QUOTE)}…` : line}”`;
}

/** A text on one line, cut where it is long. */
export function oneLine(text: string): string {
  const line = text.trim().replace(/\s+/g, ' ');
  return line.length > LONGEST_QUOTE ? `${line.slice(0, LONGEST_QUOTE)}…` : line;
}

/** What programs and people wrote, as that. */
export function code(text: string): TimelinePart {
  return { text: oneLine(text), style: 'code' };
}

import type { Gate } from './cell-metadata';

const TIME_OF_DAY = /^([01]?\d|2[0-3]):([0-5]\d)$/;

/** An instant with a zone; without one nobody could say when it is. */
const INSTANT = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?\s*(?:Z|[+-]\d{2}:?\d{2})$/i;

/**
 * When a wait that begins now ends: the later one of its length and its time, where a time of the day is the next one
 * here. Null: it says neither, or something that is no time, and waits for a person.
 */
export function waitEnd({ until, duration }: Pick<Gate, 'until' | 'duration'>, now: Date): Date | null {
  const ends: number[] = [];
  if (duration !== undefined) ends.push(now.getTime() + duration * 1_000);
  if (until !== undefined) {
    const end = instantOf(until.trim(), now);
    if (end === null) return null;
    ends.push(end);
  }
  return ends.length === 0 ? null : new Date(Math.max(...ends));
}

function instantOf(text: string, now: Date): number | null {
  const [, hours, minutes] = TIME_OF_DAY.exec(text) ?? [];
  if (hours !== undefined && minutes !== undefined) {
    const at = new Date(now);
    at.setHours(Number(hours), Number(minutes), 0, 0);
    if (at.getTime() <= now.getTime()) at.setDate(at.getDate() + 1);
    return at.getTime();
  }
  const at = INSTANT.test(text) ? Date.parse(text.replace(' ', 'T')) : Number.NaN;
  return Number.isNaN(at) ? null : at;
}

import { durationWords } from '../../shared/notebook/duration-words';

export { durationWords };

const clock = new Intl.DateTimeFormat(undefined, {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
});
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const;

/** `02:18:05` in this machine's zone. */
export function clockTime(instant: string): string {
  return clock.format(new Date(instant));
}

/** `24 Nov`, with the year where it is not this one; null for today. */
export function dayWords(instant: string, now = new Date()): string | null {
  return new Date(instant).toDateString() === now.toDateString() ? null : dateWords(instant, now);
}

/** `24 Nov`, also for today: a record is read on other days too. */
export function dateWords(instant: string, now = new Date()): string {
  const date = new Date(instant);
  const day = `${date.getDate()} ${MONTHS[date.getMonth()] ?? ''}`;
  return date.getFullYear() === now.getFullYear() ? day : `${day} ${date.getFullYear()}`;
}

/** `24 Nov 2026, 01:18:05 UTC`, for hovering. */
export function utcWords(instant: string): string {
  const date = new Date(instant);
  const day = `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()] ?? ''} ${date.getUTCFullYear()}`;
  return `${day}, ${date.toISOString().slice(11, 19)} UTC`;
}

const zoneFormats = ['en-GB', 'en-US', 'en-AU'].map(
  (locale) => new Intl.DateTimeFormat(locale, { timeZoneName: 'short' }),
);

/** This machine's zone as people say it: `CET`, `EDT`, else `UTC+2`. A locale knows the names of its own zones only. */
export function zoneWord(now: Date): string {
  const names = zoneFormats.map(
    (format) => format.formatToParts(now).find((part) => part.type === 'timeZoneName')?.value ?? 'local',
  );
  const named = names.find((name) => !/^(GMT|UTC)[+-]/.test(name));
  return named ?? (names[0] ?? 'local').replace('GMT', 'UTC');
}

/** A live counter: whole seconds, so that it moves once a second. */
export function counterWords(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  return seconds < 10 ? `${seconds}s` : durationWords(seconds * 1000);
}

import { dayWords } from '../notebook/time-words';

/** `today 02:10`, `24 Nov 02:10`; with the year where it is not this one. `now`: milliseconds since 1970. */
export function startWords(instant: string, now: number): string {
  const time = new Date(instant).toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' });
  return `${dayWords(instant, new Date(now)) ?? 'today'} ${time}`;
}

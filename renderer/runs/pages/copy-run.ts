import type { RunEvent } from '../../../shared/runs/events';
import { statusUpdate } from '../../../shared/runs/status-update';
import type { NotebookHost } from '../../notebook/document-context';
import { clockTime, zoneWord } from '../../notebook/time-words';
import { runEvents } from './run-events';
import type { RunPort } from './run-port';
import { eventsText } from './timeline-facts';

/** `24 Nov 02:18:05 CET`: whole, as it is read elsewhere and later. */
function wholeClock(instant: string): string {
  const date = new Date(instant);
  const day = date.toLocaleDateString('en-GB', { day: 'numeric', month: 'short' });
  return `${day} ${clockTime(instant)} ${zoneWord(date)}`;
}

/** Copies a status update for chat or mail: state, step, since when, what next; no output and no values. */
export async function copyStatus(run: RunPort, host: NotebookHost): Promise<void> {
  const { view, run: reduced, live, plan, position } = run.store.getState();
  if (view === null || reduced === null || live === null || position === null) return;
  const text = statusUpdate({
    title: view.details.title,
    plan,
    run: reduced,
    live,
    position,
    now: Date.now(),
    clock: wholeClock,
  });
  try {
    await host.copyText(text);
  } catch (error) {
    run.document.say(error);
  }
}

/** Copies events of a run as text, a line each; all of them where none are given. */
export async function copyTimeline(
  run: RunPort,
  host: NotebookHost,
  events: readonly RunEvent[] = runEvents(run).getState().events,
): Promise<void> {
  try {
    await host.copyText(await eventsText(run, events, wholeClock));
  } catch (error) {
    run.document.say(error);
  }
}

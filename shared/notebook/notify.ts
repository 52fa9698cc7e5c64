import type { Settings } from '../settings/contract';
import type { CellRun, InputRequest } from './view';

/** What a person who looks elsewhere may want to be told of a cell. */
export type NoticeKind = 'done' | 'failed' | 'waiting' | 'silent';

/** Something that happened to a cell, in facts; never its output, nor what its program asked. */
export interface CellNotice {
  readonly kind: NoticeKind;
  readonly cell: string;
  /** Milliseconds that the cell ran, or was silent; null where it is not known. */
  readonly lasted: number | null;
}

/** What the rule looks at of a document. Of two, equal parts have the same identity. */
export interface WatchedRuns {
  readonly runs: ReadonlyMap<string, CellRun>;
  readonly inputs: readonly InputRequest[];
}

/**
 * What is worth a notice of all that came between two looks: the end of a long cell, a failure however short, a
 * question. Of several failures only the first: the others stopped for it. What a person interrupted is no news.
 */
export function noticesBetween(
  before: WatchedRuns,
  after: WatchedRuns,
  longSeconds: number,
): readonly CellNotice[] {
  const notices: CellNotice[] = [];
  let hasFailed = false;
  if (before.runs !== after.runs) {
    for (const [cell, run] of after.runs) {
      const was = before.runs.get(cell);
      if (was === run || run.endedAt === null || was?.endedAt === run.endedAt) continue;
      // It came with what it shows: a file that was read anew, a command that was made a step.
      if (run.fromFile === true) continue;
      const lasted = run.startedAt === null ? null : Date.parse(run.endedAt) - Date.parse(run.startedAt);
      if (run.status === 'failed' && run.summary !== 'interrupted' && !hasFailed) {
        hasFailed = true;
        notices.push({ kind: 'failed', cell, lasted });
      } else if (run.status === 'done' && (lasted ?? 0) >= longSeconds * 1000) {
        notices.push({ kind: 'done', cell, lasted });
      }
    }
  }
  if (before.inputs !== after.inputs) {
    const known = new Set(before.inputs.map(({ request }) => request));
    const asking = after.inputs.filter(({ request }) => !known.has(request)).map(({ cell }) => cell);
    for (const cell of new Set(asking)) notices.push({ kind: 'waiting', cell, lasted: null });
  }
  return notices;
}

/**
 * The cells that have been silent for long, each told once for a silence.
 *
 * @param signs When each running cell was last heard of: its start, or its last output, in milliseconds.
 * @param told The signs after which a silence was told already, by cell.
 */
export function silentCells(
  signs: ReadonlyMap<string, number>,
  told: ReadonlyMap<string, number>,
  now: number,
  silentMinutes: number,
): readonly CellNotice[] {
  return [...signs]
    .filter(([cell, sign]) => now - sign >= silentMinutes * 60_000 && told.get(cell) !== sign)
    .map(([cell, sign]) => ({ kind: 'silent', cell, lasted: now - sign }));
}

/** Whether the system tells it, by the setting. The list in the window has all of them. */
export function isTold(kind: NoticeKind, wish: Settings['notifications']): boolean {
  switch (wish) {
    case 'all':
      return true;
    case 'needed':
      return kind !== 'done';
    case 'off':
      return false;
  }
}

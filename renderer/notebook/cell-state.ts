import type { CellRun } from '../../shared/notebook/view';
import { splitFirstSentence } from './first-sentence';

/**
 * The state a cell's node shows. A runbook's node stays hollow after a good try: what was tried here is no record,
 * its times are those of the last try.
 */
export type NodeState = 'todo' | 'queued' | 'running' | 'failed';

export function nodeState(run: CellRun | undefined): NodeState {
  switch (run?.status) {
    case 'queued':
    case 'running':
    case 'failed':
      return run.status;
    case 'idle':
    case 'done':
    case undefined:
      return 'todo';
  }
}

/** The state in words for people who hear the page; `place` in line of a cell that waits. */
export function stateWords(run: CellRun | undefined, place: number | null = null): string {
  switch (run?.status) {
    case undefined:
    case 'idle':
      return 'not run here';
    case 'queued':
      return place === null ? 'queued' : `queued, place ${place} in line`;
    case 'running':
      return 'running';
    case 'done':
      return 'done';
    case 'failed':
      return run.summary === null ? 'failed' : `failed, ${splitFirstSentence(run.summary).first}`;
  }
}

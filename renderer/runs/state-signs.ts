import {
  Check,
  Circle,
  CircleCheck,
  CircleDashed,
  CirclePause,
  LoaderCircle,
  OctagonX,
  Pause,
  SkipForward,
  Timer,
  Undo2,
  Unplug,
  UserCheck,
  X,
  type LucideIcon,
} from 'lucide-react';
import { assertNever } from '../../shared/rpc/errors';
import type { StepRecord, StepState } from '../../shared/runs/model';
import type { PlanStep } from '../../shared/runs/plan';

/** True for a step whose session ended while it ran: how it would have ended nobody knows. */
function wasCutOff(record: StepRecord | undefined): boolean {
  return record?.attempts.at(-1)?.finished === null;
}

/** The sign of a state in lists and chips. */
export const STATE_SIGNS: Readonly<Record<StepState, LucideIcon>> = {
  todo: Circle,
  queued: CircleDashed,
  running: LoaderCircle,
  done: CircleCheck,
  failed: OctagonX,
  waiting: CirclePause,
  skipped: SkipForward,
  rolledback: Undo2,
};

/** The sign inside of a node on the spine; null for a hollow one. */
export const NODE_SIGNS: Readonly<Record<StepState, LucideIcon | null>> = {
  todo: null,
  queued: CircleDashed,
  running: LoaderCircle,
  done: Check,
  failed: X,
  waiting: Pause,
  skipped: SkipForward,
  rolledback: Undo2,
};

/** How a step is shown: a wait that ends by itself runs, as nobody has to act. */
export interface ShownState {
  readonly state: StepState;
  readonly sign: LucideIcon;
  readonly words: string;
}

/** The state of a step as sign and word. `what`: whom a waiting step waits for. */
export function shownState(
  step: PlanStep | null,
  record: StepRecord | undefined,
  state: StepState,
): ShownState {
  const isTimed = step?.gate?.kind === 'wait' || step?.gate?.kind === 'condition';
  switch (state) {
    case 'todo':
      return { state, sign: STATE_SIGNS.todo, words: 'to come' };
    case 'queued':
      return { state, sign: STATE_SIGNS.queued, words: 'queued' };
    case 'running':
      return {
        state,
        sign: isTimed ? Timer : STATE_SIGNS.running,
        words: isTimed ? 'waits by itself' : 'running',
      };
    case 'done':
      return {
        state,
        sign: record?.byHand === true ? UserCheck : STATE_SIGNS.done,
        words:
          record?.byHand === true
            ? 'done by hand'
            : record?.attempts.at(-1)?.isCaptured === true
              ? 'done in the terminal'
              : doneWord(step),
      };
    case 'failed':
      if (wasCutOff(record)) return { state, sign: Unplug, words: 'cut off' };
      return {
        state,
        sign: STATE_SIGNS.failed,
        words: step?.gate
          ? 'rejected'
          : record?.attempts.at(-1)?.finished?.status === 'interrupted'
            ? 'interrupted'
            : record?.attempts.at(-1)?.isCaptured === true
              ? 'failed in the terminal'
              : 'failed',
      };
    case 'waiting':
      // Before its gate is open its items are what it waits for, and those are ticked by a person.
      if (isTimed && record?.gate?.isOpen === true)
        return { state: 'running', sign: Timer, words: 'waits by itself' };
      return { state, sign: STATE_SIGNS.waiting, words: waitingWord(step, record) };
    case 'skipped':
      return { state, sign: STATE_SIGNS.skipped, words: 'skipped' };
    case 'rolledback':
      return { state, sign: STATE_SIGNS.rolledback, words: 'rolled back' };
    default:
      return assertNever(state, 'state of a step');
  }
}

function doneWord(step: PlanStep | null): string {
  if (step?.gate?.kind === 'approve') return 'approved';
  return step?.gate?.kind === 'confirm' ? 'confirmed' : 'done';
}

function waitingWord(step: PlanStep | null, record: StepRecord | undefined): string {
  if (record?.gate?.isOpen !== true) return 'waiting for its items';
  return step?.gate?.kind === 'approve' ? 'waiting for approval' : 'waiting for confirmation';
}

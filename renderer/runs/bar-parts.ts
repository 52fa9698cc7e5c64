import {
  Bookmark,
  CircleCheck,
  CircleDot,
  CirclePause,
  CircleSlash,
  CircleStop,
  FastForward,
  LoaderCircle,
  OctagonX,
  Play,
  Plus,
  RefreshCw,
  RotateCw,
  SkipForward,
  Timer,
  Undo2,
  Unplug,
  UserCheck,
  type LucideIcon,
} from 'lucide-react';
import type { ActionKind, ActionOffer } from '../../shared/runs/actions';
import type { Plan, PlanStep } from '../../shared/runs/plan';
import type { Position } from '../../shared/runs/position';
import type { BarSign } from './run-words';
import { rollbackName } from './step-names';

/** The sign beside the words of the bar. */
export const BAR_SIGNS: Readonly<Record<BarSign, LucideIcon>> = {
  running: LoaderCircle,
  failed: OctagonX,
  waiting: CirclePause,
  timer: Timer,
  ready: CircleDot,
  undo: Undo2,
  lost: Unplug,
  done: CircleCheck,
  stopped: CircleStop,
  changed: RefreshCw,
};

export const ACTION_SIGNS: Readonly<Record<ActionKind, LucideIcon>> = {
  next: Play,
  'run-on': FastForward,
  retry: RotateCw,
  'retry-later': Timer,
  skip: SkipForward,
  'roll-back': Undo2,
  'roll-back-next': Undo2,
  'roll-back-by-hand': UserCheck,
  'roll-back-stop': CircleStop,
  'mark-done': UserCheck,
  abort: CircleStop,
  interrupt: CircleStop,
  confirm: UserCheck,
  approve: UserCheck,
  reject: CircleSlash,
  'cut-wait': FastForward,
  resume: RotateCw,
  checkpoint: Bookmark,
  'add-step': Plus,
};

/** What a button says: a verb with its object; `…` where a form follows. */
export function actionWords(offer: ActionOffer, plan: Plan, position: Position): string {
  const more = offer.asks === 'nothing' ? '' : '…';
  const step: PlanStep | undefined = offer.cell === null ? undefined : plan.byCell.get(offer.cell);
  const named = step === undefined || step.number === null ? 'the parameters' : `step ${step.number}`;
  switch (offer.kind) {
    case 'next':
      return `Run ${named}${more}`;
    case 'run-on':
      return `Run on to ${named}`;
    case 'retry':
      return step !== undefined && step.gate !== null ? 'Ask again' : `Retry${more}`;
    case 'retry-later':
      return `Retry with wait${more}`;
    case 'skip':
      return `Skip${more}`;
    case 'roll-back':
      return `Roll back${more}`;
    case 'roll-back-next': {
      const by = position.kind === 'rolling-back' ? position.by : null;
      return by === null || offer.cell === null
        ? `Step ${step?.number ?? ''} is undone`
        : `Run ${rollbackName(plan, offer.cell, by)}${more}`;
    }
    case 'roll-back-by-hand':
      return `Undone by hand${more}`;
    case 'roll-back-stop':
      return 'Stop rolling back';
    case 'mark-done':
      return `Mark done by hand${more}`;
    case 'abort':
      return `Abort run${more}`;
    case 'interrupt':
      return 'Interrupt';
    case 'confirm':
      return `Confirm${more}`;
    case 'approve':
      return `Approve on this laptop${more}`;
    case 'reject':
      return `Reject${more}`;
    case 'cut-wait':
      return `Cut the wait short${more}`;
    case 'resume':
      return `Choose where to go on${more}`;
    case 'checkpoint':
      return 'Checkpoint';
    case 'add-step':
      return `Add a step${more}`;
  }
}

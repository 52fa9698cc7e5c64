import type { EnvironmentRef } from './events';
import type { Run } from './model';
import type { Plan, PlanStep } from './plan';
import { undoPlan, wordsFor, type Position } from './position';
import { mayRepeat, nextAbove } from './run-above';

/** What can be done where a run stands; each has one key in every state (look.md section 7). */
export type ActionKind =
  | 'next'
  | 'run-on'
  | 'retry'
  | 'retry-later'
  | 'skip'
  | 'roll-back'
  | 'roll-back-next'
  | 'roll-back-by-hand'
  | 'roll-back-stop'
  | 'mark-done'
  | 'abort'
  | 'interrupt'
  | 'confirm'
  | 'approve'
  | 'reject'
  | 'cut-wait'
  | 'add-step'
  | 'resume'
  | 'checkpoint';

/** The key of each action, as Playwright and our key settings spell it; null for a button without one. */
export const ACTION_KEYS: Readonly<Record<ActionKind, string | null>> = {
  next: 'Shift+Enter',
  'run-on': null,
  retry: 'Alt+R',
  'retry-later': 'Alt+W',
  skip: 'Alt+S',
  'roll-back': 'Alt+B',
  'roll-back-next': 'Alt+B',
  'roll-back-by-hand': 'Alt+H',
  'roll-back-stop': null,
  'mark-done': 'Alt+H',
  abort: 'Alt+X',
  interrupt: 'I I',
  confirm: 'Alt+A',
  approve: 'Alt+A',
  reject: 'Alt+J',
  'cut-wait': null,
  'add-step': 'Alt+N',
  resume: 'Alt+C',
  checkpoint: null,
};

/** An action as it can be taken now. */
export interface ActionOffer {
  readonly kind: ActionKind;
  readonly key: string | null;
  /** The cell it acts on; null for one on the whole run. */
  readonly cell: string | null;
  /** What comes between the key and the deed: nothing, a form in the bar, or words to be typed. */
  readonly asks: 'nothing' | 'form' | 'words';
  /** The words, where they are asked. */
  readonly words: string | null;
  /** `aside`: it has a key and a place at the step, and no button in the bar. */
  readonly role: 'primary' | 'plain' | 'danger' | 'aside';
}

/** All that can be done where a run stands, in the order of the buttons. The engine refuses everything else. */
export function actionsOf(plan: Plan, run: Run, position: Position): readonly ActionOffer[] {
  const environment = run.started?.data.environment;
  if (environment === undefined) return [];
  switch (position.kind) {
    case 'finished':
    case 'complete':
      return [];
    case 'running':
      return [offer('checkpoint', null), offer('interrupt', position.cell, { role: 'danger' })];
    case 'rolling-back':
      return rollingBack(plan, environment, position);
    case 'lost':
      return [offer('resume', null, { asks: 'form', role: 'primary' }), abort()];
    case 'timed':
      return [
        ...(environment.gates === 'confirm' ? [form('cut-wait', position.step)] : []),
        offer('checkpoint', null),
        abort(),
        addStep(position.step),
      ];
    case 'waiting':
      return [...waiting(environment, position), addStep(position.step)];
    case 'ready':
      return ready(plan, run, environment, position);
    case 'failed':
      return failed(plan, run, environment, position.step);
  }
}

/** The offer of one kind, where it is there now. */
export function offered(
  offers: readonly ActionOffer[],
  kind: ActionKind,
  cell: string | null = null,
): ActionOffer | null {
  return offers.find((one) => one.kind === kind && (cell === null || one.cell === cell)) ?? null;
}

function offer(
  kind: ActionKind,
  cell: string | null,
  more: Partial<Pick<ActionOffer, 'asks' | 'words' | 'role'>> = {},
): ActionOffer {
  return { kind, key: ACTION_KEYS[kind], cell, asks: 'nothing', words: null, role: 'plain', ...more };
}

function form(kind: ActionKind, step: PlanStep): ActionOffer {
  return offer(kind, step.cell, { asks: 'form' });
}

/** One more step where the run stands. */
function addStep(step: PlanStep): ActionOffer {
  return offer('add-step', step.cell, { asks: 'form', role: 'aside' });
}

function abort(): ActionOffer {
  return offer('abort', null, { asks: 'form', role: 'danger' });
}

function sending(kind: ActionKind, environment: EnvironmentRef, step: PlanStep): ActionOffer {
  const words = wordsFor(environment, step, step.isDestructive);
  // No primary button on a destructive act in a strict environment (look.md section 11).
  return offer(kind, step.cell, {
    asks: words === null ? 'nothing' : 'words',
    words,
    role: words === null ? 'primary' : 'plain',
  });
}

function rollBack(plan: Plan, run: Run): readonly ActionOffer[] {
  const [first] = plan.steps;
  if (first === undefined || undoPlan(plan, run, first.cell).length === 0) return [];
  return [offer('roll-back', null, { asks: 'form' })];
}

function ready(
  plan: Plan,
  run: Run,
  environment: EnvironmentRef,
  position: Extract<Position, { readonly kind: 'ready' }>,
): readonly ActionOffer[] {
  const { step } = position;
  const above = nextAbove(plan, run, position);
  return [
    sending('next', environment, step),
    ...(above === null ? [] : [offer('run-on', run.above?.upTo ?? run.resumed?.from ?? above.cell)]),
    form('skip', step),
    ...rollBack(plan, run),
    form('mark-done', step),
    // Six buttons at most; it has a key of its own.
    ...(above === null ? [offer('checkpoint', null)] : []),
    abort(),
    addStep(step),
  ];
}

function failed(plan: Plan, run: Run, environment: EnvironmentRef, step: PlanStep): readonly ActionOffer[] {
  const isStrict = environment.guard === 'strict';
  const mayAgain = mayRepeat(environment, step);
  const isSetup = step.kind === 'setup';
  const isGate = step.gate !== null;
  return [
    sending('retry', environment, step),
    // A gate is asked by a person.
    ...(isGate || !mayAgain ? [] : [form('retry-later', step)]),
    ...(isSetup || (isGate && isStrict) ? [] : [form('skip', step)]),
    ...rollBack(plan, run),
    // What somebody else has to say, or time, is not done by the driver's hand.
    ...(step.kind === 'code' ? [form('mark-done', step)] : []),
    abort(),
    ...(isSetup ? [] : [addStep(step)]),
  ];
}

function waiting(
  environment: EnvironmentRef,
  { step, for: what }: Extract<Position, { readonly kind: 'waiting' }>,
): readonly ActionOffer[] {
  const skip = environment.guard === 'strict' ? [] : [form('skip', step)];
  switch (what) {
    case 'items':
      return [...skip, offer('checkpoint', null), abort()];
    case 'confirmation':
      return [offer('confirm', step.cell, { asks: 'form', role: 'primary' }), ...skip, abort()];
    case 'approval':
      return [
        offer('approve', step.cell, { asks: 'form', role: 'primary' }),
        offer('reject', step.cell, { asks: 'form', role: 'danger' }),
        ...skip,
        abort(),
      ];
  }
}

function rollingBack(
  plan: Plan,
  environment: EnvironmentRef,
  { cell, by }: Extract<Position, { readonly kind: 'rolling-back' }>,
): readonly ActionOffer[] {
  const step = plan.byCell.get(cell);
  const words = by === null || step === undefined ? null : wordsFor(environment, step, step.isDestructive);
  return [
    offer('roll-back-next', cell, {
      asks: words === null ? 'nothing' : 'words',
      words,
      role: words === null ? 'primary' : 'plain',
    }),
    // A step that names no cell is undone by hand anyway.
    ...(by === null ? [] : [offer('roll-back-by-hand', cell, { asks: 'form' })]),
    offer('roll-back-stop', null),
    abort(),
  ];
}

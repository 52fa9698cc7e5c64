import type { Position } from '../../../shared/runs/position';
import { conflict, type RunState } from './run-state';

/** Throws `conflict` where the run stands at none of these, or at another cell than this one. */
export function refuseUnlessAt(
  state: RunState,
  kinds: readonly Exclude<Position['kind'], 'running'>[],
  cell: string | null = null,
): void {
  const fits = kinds.some((kind) => kind === state.position.kind);
  if (!fits || (cell !== null && cell !== state.place))
    throw conflict('The run does not stand there any more.');
}

/** Throws `conflict` for a run that has ended. */
export function refuseFinished(state: RunState): void {
  if (state.run.finished !== null) throw conflict('The run has ended.');
}

/** Throws `conflict` while a step runs. */
export function refuseRunning(state: RunState): void {
  if (state.position.kind === 'running') throw conflict('A step runs: interrupt it first.');
}

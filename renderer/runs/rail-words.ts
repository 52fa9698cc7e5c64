import type { PlanStep } from '../../shared/runs/plan';
import { recordOf, stateOf } from '../../shared/runs/position';
import { clockTime, durationWords } from '../notebook/time-words';
import { aboutWords } from './about-words';
import type { WordFacts } from './run-words';
import { capital, cellName } from './step-names';

/** What the head of the step list says: `Step 7 of 14 is running`, `8m 49s so far, about 27m to go`. */
export function railWords(facts: WordFacts): { readonly title: string; readonly sub: string } {
  const { plan, run, position, usual, now, live } = facts;
  const started = run.started?.at;
  const end = run.finished === null ? now : Date.parse(run.finished.at);
  const soFar = started === undefined ? '' : `${durationWords(end - Date.parse(started))} so far`;
  const left = plan.steps.reduce((sum, step) => {
    const isToCome = stateOf(plan, run, step, live.queue) === 'todo';
    return sum + (isToCome && Object.hasOwn(usual, step.cell) ? (usual[step.cell] ?? 0) : 0);
  }, 0);
  const toGo = left > 0 ? `, about ${aboutWords(left)} ` : '';
  const of = (step: PlanStep): string =>
    step.number === null ? 'The parameters' : `Step ${step.number} of ${plan.count}`;
  switch (position.kind) {
    case 'running':
      return {
        title:
          position.step === null
            ? `${capital(cellName(plan, position.cell))} is running`
            : `${of(position.step)} ${position.step.number === null ? 'are set' : 'is running'}`,
        sub: `${soFar}${toGo === '' ? '' : `${toGo}to go`}`,
      };
    case 'timed':
      return { title: `${of(position.step)} waits`, sub: `${soFar}${toGo === '' ? '' : `${toGo}to go`}` };
    case 'failed': {
      const at = recordOf(run, position.step.cell)?.at;
      return {
        title: `${of(position.step)} ${position.step.gate === null ? 'failed' : 'was rejected'}`,
        sub: at === undefined ? soFar : `Stopped at ${clockTime(at)}, ${soFar}`,
      };
    }
    case 'waiting':
      return {
        title: `${of(position.step)} waits for ${{ items: 'its items', confirmation: 'you', approval: 'approval' }[position.for]}`,
        sub: `${soFar}${toGo === '' ? '' : `${toGo}after it`}`,
      };
    case 'ready':
      return { title: `${of(position.step)} is next`, sub: `${soFar}${toGo === '' ? '' : `${toGo}to go`}` };
    case 'lost':
      return { title: 'Stopped, a session was lost', sub: soFar };
    case 'rolling-back':
      return { title: `Rolling back, ${position.left} left`, sub: soFar };
    case 'complete':
      return { title: `All ${plan.count} steps are done`, sub: soFar };
    case 'finished':
      return {
        title: position.status === 'done' ? 'Finished' : 'Aborted',
        sub: started === undefined ? '' : `${durationWords(end - Date.parse(started))} in all`,
      };
  }
}

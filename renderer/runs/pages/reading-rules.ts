import { headingLines, sectionLevel } from '../../../shared/notebook/sections';
import type { Cell } from '../../../shared/notebook/model';
import type { Run, StepRecord, StepState } from '../../../shared/runs/model';
import type { Plan, PlanStep } from '../../../shared/runs/plan';
import { isPassed, recordOf, stateOf } from '../../../shared/runs/position';

/** What the reading view shows of a run, in order: the runbook's own text and a line for each step. No code. */
export type ReadingPart =
  | { readonly kind: 'text'; readonly key: string; readonly source: string }
  | {
      readonly kind: 'step';
      readonly key: string;
      readonly step: PlanStep;
      readonly state: StepState;
      readonly record: StepRecord | null;
    };

/** The parts of a run for people who do not run it. `queue`: cells sent or in line. */
export function readingParts(
  cells: readonly Pick<Cell, 'id' | 'type' | 'source'>[],
  plan: Plan,
  run: Run,
  queue: readonly string[],
): readonly ReadingPart[] {
  let isTitleSeen = false;
  return cells.flatMap((cell): readonly ReadingPart[] => {
    const step = plan.byCell.get(cell.id);
    if (step !== undefined) {
      // The parameters are values, and those are not for everybody.
      if (step.number === null) return [];
      const state = stateOf(plan, run, step, queue);
      const part = {
        kind: 'step',
        key: cell.id,
        step,
        state,
        record: recordOf(run, cell.id) ?? null,
      } as const;
      const text = step.kind === 'code' ? '' : withoutTitle(cell.source, step.title);
      return text === '' ? [part] : [part, { kind: 'text', key: `${cell.id} text`, source: text }];
    }
    if (cell.type !== 'markdown' || cell.source.trim() === '') return [];
    // A deeper heading right above a step is that step's title already.
    if (sectionLevel(cell as Cell) === 1 && !isTitleSeen) {
      isTitleSeen = true;
      const rest = withoutFirstHeading(cell.source);
      return rest === '' ? [] : [{ kind: 'text', key: cell.id, source: rest }];
    }
    return [{ kind: 'text', key: cell.id, source: cell.source }];
  });
}

function withoutFirstHeading(source: string): string {
  const lines = source.split('\n');
  const at = lines.findIndex((line) => /^#{1,6}\s/.test(line));
  return (at < 0 ? lines : lines.toSpliced(at, 1)).join('\n').trim();
}

function withoutTitle(source: string, title: string): string {
  const [heading] = headingLines(source);
  return heading !== undefined && title !== '' ? withoutFirstHeading(source) : source.trim();
}

/** How far a run is: steps that are passed, and all. */
export function progressOf(
  plan: Plan,
  run: Run,
  queue: readonly string[],
): { readonly done: number; readonly of: number } {
  const numbered = plan.steps.filter(({ number }) => number !== null);
  return {
    done: numbered.filter((step) => isPassed(stateOf(plan, run, step, queue))).length,
    of: numbered.length,
  };
}

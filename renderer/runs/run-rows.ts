import { headingLines, sectionLevel } from '../../shared/notebook/sections';
import type { Cell } from '../../shared/notebook/model';
import type { Run, StepState } from '../../shared/runs/model';
import type { Plan, PlanStep } from '../../shared/runs/plan';
import {
  isPassed,
  latestStep,
  recordOf,
  standingState,
  stateOf,
  type Position,
} from '../../shared/runs/position';
import { lastAttempt } from './step-names';

/** Two steps with more than this between them have a pause there. Milliseconds. */
const PAUSE_MS = 60_000;

/** A section of a run: the heading that begins it, and its steps. */
export interface RunSection {
  readonly heading: string;
  readonly title: string;
  readonly steps: readonly PlanStep[];
  readonly cells: readonly string[];
}

/** One row of the written spine. `key` is the cell's id where a row is a cell. */
export type RunRow =
  | { readonly kind: 'step'; readonly key: string; readonly step: PlanStep; readonly state: StepState }
  | { readonly kind: 'text'; readonly key: string }
  | { readonly kind: 'heading'; readonly key: string; readonly title: string; readonly canFold: boolean }
  /** A section of which nothing is left to do, in one line. */
  | {
      readonly kind: 'section';
      readonly key: string;
      readonly section: RunSection;
      readonly from: string | null;
      readonly lasted: number | null;
    }
  | {
      readonly kind: 'rollback';
      readonly key: string;
      readonly of: PlanStep | null;
      readonly state: StepState;
    }
  /** A cell that takes no part: frozen, empty, skipped by its tag, raw. */
  | { readonly kind: 'aside'; readonly key: string }
  | {
      readonly kind: 'pause';
      readonly key: string;
      readonly lasted: number;
      readonly notes: number;
    }
  | { readonly kind: 'gap'; readonly key: string; readonly gap: Run['gaps'][number] }
  | { readonly kind: 'end'; readonly key: string };

/** When a step began and ended, as the journal has it; null for what is not known or not yet so. */
export function stepTimes(
  run: Run,
  cell: string,
): { readonly from: string | null; readonly to: string | null; readonly lasted: number | null } {
  const record = recordOf(run, cell);
  if (record === undefined) return { from: null, to: null, lasted: null };
  const attempt = lastAttempt(record);
  if (record.decision !== null && (attempt === undefined || record.decision.at > attempt.startedAt)) {
    return { from: record.decision.at, to: record.decision.at, lasted: null };
  }
  if (attempt !== undefined) {
    return {
      from: attempt.startedAt,
      to: attempt.finished?.at ?? null,
      lasted: attempt.finished?.durationMs ?? null,
    };
  }
  if (record.gate !== null) {
    const from = record.gate.openedAt;
    const to = record.state === 'waiting' || record.gate.isOpen ? null : record.at;
    return { from, to, lasted: to === null ? null : Date.parse(to) - Date.parse(from) };
  }
  const ticks = Object.values(record.ticks).map(({ at }) => at);
  const first = ticks.toSorted()[0] ?? record.at;
  return { from: first, to: record.at, lasted: null };
}

/** Headings of these levels begin a section of a run, as in its plan. */
const SECTION_LEVEL = 2;

/** The sections of a run's notebook, in order; what stands above the first has none. */
export function sectionsOf(
  cells: readonly Pick<Cell, 'id' | 'type' | 'source'>[],
  plan: Plan,
): readonly RunSection[] {
  const sections: { heading: string; title: string; steps: PlanStep[]; cells: string[] }[] = [];
  let isTitleSeen = false;
  for (const cell of cells) {
    const level = sectionLevel(cell);
    if (level === 1 && !isTitleSeen) isTitleSeen = true;
    else if (level !== null && level <= SECTION_LEVEL) {
      const [heading] = headingLines(cell.source);
      sections.push({ heading: cell.id, title: plainTitle(heading?.markup ?? ''), steps: [], cells: [] });
    }
    const section = sections.at(-1);
    if (section === undefined) continue;
    section.cells.push(cell.id);
    const step = plan.byCell.get(cell.id);
    if (step !== undefined) section.steps.push(step);
  }
  return sections;
}

function plainTitle(markup: string): string {
  return markup
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/[*_`~]+/g, '')
    .trim();
}

/** True for a text that is nothing but one heading. */
function isBareHeading({ type, source }: Pick<Cell, 'type' | 'source'>): boolean {
  return type === 'markdown' && /^\s*#{1,6}\s.*$/.test(source.trim()) && !source.trim().includes('\n');
}

export interface RowFacts {
  readonly cells: readonly Pick<Cell, 'id' | 'type' | 'source'>[];
  readonly plan: Plan;
  readonly run: Run;
  readonly queue: readonly string[];
  readonly position: Position;
  /** Sections that a person opened (true) or folded (false), by their heading. */
  readonly opened: ReadonlyMap<string, boolean>;
  /** The cell that has the selection: its section is never folded by itself. */
  readonly active: string | null;
}

/** The cell that the run stands at; null where it stands at none. */
export function cellOf(position: Position): string | null {
  switch (position.kind) {
    case 'running':
      return position.cell;
    case 'rolling-back':
      return position.cell;
    case 'failed':
    case 'waiting':
    case 'timed':
    case 'ready':
      return position.step.cell;
    case 'lost':
    case 'complete':
    case 'finished':
      return null;
  }
}

function isSectionFolded(
  section: RunSection,
  facts: RowFacts,
  states: ReadonlyMap<string, StepState>,
): boolean {
  const own = facts.opened.get(section.heading);
  if (own !== undefined) return !own;
  const { steps, cells } = section;
  if (steps.length === 0 || (facts.active !== null && cells.includes(facts.active))) return false;
  if (!steps.every(({ cell }) => isPassed(states.get(cell) ?? 'todo'))) return false;
  const here = cellOf(facts.position);
  if (here !== null && cells.includes(here)) return false;
  const latest = latestStep(facts.plan, facts.run);
  return latest === null || !cells.includes(latest.cell);
}

/** The line that a folded section is: when it began, and how long it took from its first step to its last. */
function sectionRow(section: RunSection, run: Run): RunRow {
  const times = section.steps.map(({ cell }) => stepTimes(run, cell));
  const from = times.find((one) => one.from !== null)?.from ?? null;
  const to = times.findLast((one) => one.to !== null)?.to ?? null;
  const lasted = from === null || to === null ? null : Math.max(0, Date.parse(to) - Date.parse(from));
  return { kind: 'section', key: section.heading, section, from, lasted };
}

function notesBetween(run: Run, from: number, to: number): number {
  return run.notes.filter(({ at }) => Date.parse(at) >= from && Date.parse(at) <= to).length;
}

/** The rows of the written spine, in the order of the notebook; what happened between two steps stands between them. */
export function runRows(facts: RowFacts): readonly RunRow[] {
  const { cells, plan, run, queue } = facts;
  const states = new Map(
    plan.steps.map((step) => [
      step.cell,
      standingState(facts.position, step.cell, stateOf(plan, run, step, queue)),
    ]),
  );
  const sections = sectionsOf(cells, plan);
  const byHeading = new Map(sections.map((section) => [section.heading, section]));
  const folded = new Set<string>();
  for (const section of sections) {
    if (!isSectionFolded(section, facts, states)) continue;
    for (const cell of section.cells) if (cell !== section.heading) folded.add(cell);
  }
  const gaps = placeGaps(run, plan);
  const rows: RunRow[] = [];
  let last: number | null = null;
  let isTitleSeen = false;
  for (const [index, cell] of cells.entries()) {
    const step = plan.byCell.get(cell.id);
    const times = stepTimes(run, cell.id);
    const began = recordOf(run, cell.id)?.attempts[0]?.startedAt ?? times.from;
    const pause = last === null || began === null ? 0 : Date.parse(began) - last;
    if (!folded.has(cell.id)) {
      if (pause > PAUSE_MS && step !== undefined && last !== null && began !== null) {
        const notes = notesBetween(run, last, Date.parse(began));
        rows.push({ kind: 'pause', key: `pause ${cell.id}`, lasted: pause, notes });
      }
      const section = byHeading.get(cell.id);
      const isTitle = sectionLevel(cell) === 1 && !isTitleSeen;
      if (sectionLevel(cell) === 1) isTitleSeen = true;
      const row = rowOf();
      if (row !== null) rows.push(row);

      function rowOf(): RunRow | null {
        if (section !== undefined) {
          if (isSectionFolded(section, facts, states)) return sectionRow(section, run);
          const canFold =
            section.steps.length > 0 &&
            section.steps.every((one) => isPassed(states.get(one.cell) ?? 'todo'));
          if (isBareHeading(cell)) return { kind: 'heading', key: cell.id, title: section.title, canFold };
        }
        if (step !== undefined)
          return { kind: 'step', key: cell.id, step, state: states.get(cell.id) ?? 'todo' };
        const undone = plan.rollbackOf.get(cell.id);
        if (undone !== undefined) {
          const of = plan.byCell.get(undone) ?? null;
          return { kind: 'rollback', key: cell.id, of, state: undoState(run, cell.id, queue) };
        }
        if (cell.type !== 'markdown')
          return cell.source.trim() === '' ? null : { kind: 'aside', key: cell.id };
        // The runbook's title is that of the page, and a heading right above a step is the step's title.
        const names = cells[index + 1];
        const isNamed = names !== undefined && plan.byCell.get(names.id)?.kind === 'code';
        if (isBareHeading(cell) && (isTitle || (isNamed && (sectionLevel(cell) ?? 0) > SECTION_LEVEL)))
          return null;
        return cell.source.trim() === '' ? null : { kind: 'text', key: cell.id };
      }
    }
    // A hole in the record is never folded away: under the line of its section it stands as well.
    for (const gap of gaps.get(cell.id) ?? []) rows.push({ kind: 'gap', key: `gap ${gap.seq}`, gap });
    if (times.to !== null) last = Math.max(last ?? 0, Date.parse(times.to));
  }
  for (const gap of gaps.get('') ?? []) rows.push({ kind: 'gap', key: `gap ${gap.seq}`, gap });
  if (run.finished !== null) rows.push({ kind: 'end', key: 'end of the run' });
  return rows;
}

function undoState(run: Run, cell: string, queue: readonly string[]): StepState {
  if (run.running.includes(cell)) return 'running';
  return queue.includes(cell) ? 'queued' : (recordOf(run, cell)?.state ?? 'todo');
}

/** Each gap after the step it is of, else after the last one that had begun before it; '' for the end. */
function placeGaps(run: Run, plan: Plan): ReadonlyMap<string, readonly Run['gaps'][number][]> {
  const placed = new Map<string, Run['gaps'][number][]>();
  for (const gap of run.gaps) {
    const before = plan.steps.filter(({ cell }) => {
      const { from } = stepTimes(run, cell);
      return from !== null && from <= gap.data.from;
    });
    const at = gap.data.cell ?? before.at(-1)?.cell ?? '';
    placed.set(at, [...(placed.get(at) ?? []), gap]);
  }
  return placed;
}

import type { Cell, Notebook } from '../notebook/model';
import { headingLines, sectionLevel } from '../notebook/sections';
import { cellTags, isShellCell, wantedKernel } from '../notebook/model';
import { boundTerminal, type BoundTerminal } from './bound-terminal';
import { cellMembers, type Gate } from './cell-metadata';
import { passedOver } from './passed-over';

export type PlanKind = 'code' | 'gate' | 'checklist' | 'setup';

/** A cell that takes part in a run. */
export interface PlanStep {
  readonly cell: string;
  /** Its place among the steps, from 0. */
  readonly index: number;
  /** From 1; null for the cells with parameters, which are sent before the first step of their session. */
  readonly number: number | null;
  readonly kind: PlanKind;
  readonly title: string;
  /** The heading it stands under; null above the first one. */
  readonly section: string | null;
  readonly session: 'kernel' | 'shell' | 'terminal';
  /** The terminal that it is bound to; null where it runs in a session of the notebook. */
  readonly terminal: BoundTerminal | null;
  readonly isDestructive: boolean;
  /** The cells that undo it, in the order of the notebook. */
  readonly rollback: readonly string[];
  readonly gate: Gate | null;
  /** Items of a checklist that have to be ticked, from 1. */
  readonly required: readonly number[];
}

/** What a run goes through, in order: a function of the notebook alone. */
export interface Plan {
  readonly steps: readonly PlanStep[];
  readonly byCell: ReadonlyMap<string, PlanStep>;
  /** Rollback cells and the step each undoes. */
  readonly rollbackOf: ReadonlyMap<string, string>;
  /** How many steps have a number. */
  readonly count: number;
}

function kindOf(cell: Cell): PlanKind | null {
  const why = passedOver(cell);
  if (why === 'rollback') return null;
  const members = cellMembers(cell);
  if (cell.type === 'markdown') {
    if (members.gate !== undefined) return 'gate';
    return members.checklist !== undefined ? 'checklist' : null;
  }
  if (cell.type !== 'code' || cell.source.trim() === '' || why !== null) return null;
  const tags = cellTags(cell);
  return tags.includes('parameters') || tags.includes('injected-parameters') ? 'setup' : 'code';
}

/** Headings of these levels begin a section of the run; a deeper one names the step below it. */
/** The title of the cell with the values that a run was started with. */
export const RUN_PARAMETERS = 'Parameters of this run';
const SECTION_LEVEL = 2;
const LONGEST_TITLE = 120;

/** A line of markdown or code without the marks around its words. */
function plain(line: string): string {
  const words = line
    .slice(0, 1_000)
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/[*_`~]+/g, '')
    .trim();
  return words.length > LONGEST_TITLE ? `${words.slice(0, LONGEST_TITLE)}…` : words;
}

/** What a text is called: its first heading, else its first line. */
function textTitle(source: string): string {
  const [heading] = headingLines(source);
  return plain(heading?.markup ?? source.trim().split('\n', 1)[0] ?? '');
}

/** What a code cell is called: the deeper heading right above it that is no step's own title, else its leading comment, else its first line. */
function codeTitle(cell: Cell, above: Cell | undefined): string {
  if (above?.type === 'markdown' && kindOf(above) === null) {
    const heading = headingLines(above.source).findLast(({ level }) => level > SECTION_LEVEL);
    if (heading !== undefined) return plain(heading.markup);
  }
  const lines = cell.source.split('\n').map((line) => line.trim());
  const first = lines.find((line) => line !== '' && !line.startsWith('%%') && !line.startsWith('#!')) ?? '';
  const comment = /^(?:#|--|\/\/)\s*(\S.*)$/.exec(first)?.[1];
  const tags = cellTags(cell);
  // What was injected begins with a comment of no use; a first value is no name.
  if (tags.includes('injected-parameters')) return RUN_PARAMETERS;
  if (comment === undefined && tags.includes('parameters')) return 'Parameters';
  return plain(comment ?? first);
}

/** The steps of a notebook: code, gates and checklists in their order; rollback cells stand beside what they undo. */
export function planOf(notebook: Pick<Notebook, 'cells' | 'metadata'>): Plan {
  const rollbackOf = new Map<string, string>();
  const undoes = new Map<string, string[]>();
  for (const cell of notebook.cells) {
    const of = cell.type === 'code' ? cellMembers(cell).rollbackOf : undefined;
    if (of === undefined) continue;
    rollbackOf.set(cell.id, of);
    undoes.set(of, [...(undoes.get(of) ?? []), cell.id]);
  }
  const isShellNotebook = wantedKernel({ metadata: notebook.metadata }).name === 'bash';
  let number = 0;
  let section: string | null = null;
  let isTitleSeen = false;
  const steps: PlanStep[] = [];
  for (const [index, cell] of notebook.cells.entries()) {
    const level = sectionLevel(cell);
    // The first heading of the first level is the runbook's title.
    if (level === 1 && !isTitleSeen) isTitleSeen = true;
    else if (level !== null && level <= SECTION_LEVEL) section = textTitle(cell.source);
    const kind = kindOf(cell);
    if (kind === null) continue;
    const members = cellMembers(cell);
    if (kind !== 'setup') number += 1;
    const isShell = isShellNotebook || isShellCell(cell);
    const terminal = kind === 'code' ? boundTerminal(cell, notebook) : null;
    steps.push({
      cell: cell.id,
      index: steps.length,
      number: kind === 'setup' ? null : number,
      kind,
      title:
        members.title ??
        (cell.type === 'markdown' ? textTitle(cell.source) : codeTitle(cell, notebook.cells[index - 1])),
      section,
      session: terminal !== null ? 'terminal' : isShell ? 'shell' : 'kernel',
      terminal,
      isDestructive: cellTags(cell).includes('destructive'),
      rollback: undoes.get(cell.id) ?? [],
      gate: members.gate ?? null,
      required: members.checklist?.required ?? [],
    });
  }
  return { steps, byCell: new Map(steps.map((step) => [step.cell, step])), rollbackOf, count: number };
}

import type { Notebook } from '../../notebook/model';
import type { JsonObject } from '../../rpc/contract';
import { durationWords } from '../../notebook/duration-words';
import type { ContentRef } from '../events';
import type { Run, StepRecord } from '../model';
import { planOf, type Plan } from '../plan';
import { codeText, foreignText, shortened } from './foreign-text';

export const LONGEST_LINE = 2_000;
export const LONGEST_VALUE = 300;

/** `2026-11-24 02:10:14`. */
export function moment(at: string): string {
  return `${at.slice(0, 10)} ${at.slice(11, 19)}`;
}

/** `02:10:14`. */
export function clock(at: string): string {
  return at.slice(11, 19);
}

export function between(from: string, to: string): string {
  return durationWords(Date.parse(to) - Date.parse(from));
}

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |\n`;
  return line(head) + line(head.map(() => '---')) + rows.map((row) => line(row)).join('');
}

/** What every part of a report reads beside the journal. */
export interface WordFacts {
  /** `run.ipynb`: its steps and their titles. */
  readonly notebook: Pick<Notebook, 'cells' | 'metadata'>;
  /** A content file without its salt; null for one that is withheld, missing or was changed. */
  readonly content: (ref: ContentRef) => JsonObject | null;
}

/** A run in the words of its report: names of steps, what people wrote. A class because all parts read the same facts. */
export class ReportWords {
  readonly plan: Plan;

  constructor(
    readonly run: Run,
    readonly facts: WordFacts,
  ) {
    this.plan = planOf(facts.notebook);
  }

  /** A person's words, from a content file. */
  words(ref: ContentRef): string {
    const value = this.facts.content(ref);
    const text = value !== null && Object.hasOwn(value, 'text') ? value['text'] : null;
    if (typeof text !== 'string') return this.absent(ref);
    const evidence =
      value !== null && typeof value['evidence'] === 'string'
        ? ` Evidence: ${foreignText(shortened(value['evidence'], LONGEST_LINE))}`
        : '';
    return `“${foreignText(shortened(text, LONGEST_LINE))}”${evidence}`;
  }

  /** `: “words”`; nothing where none were asked and none given. */
  reason(ref: ContentRef | null): string {
    const words = ref === null ? '“”' : this.words(ref);
    return words === '“”' ? '' : `: ${words}`;
  }

  absent(ref: ContentRef): string {
    return Object.hasOwn(this.run.withheld, ref.file) ? '(withheld)' : '(its content file is missing)';
  }

  parsed<T>(
    schema: { safeParse(value: unknown): { readonly success: boolean; readonly data?: T } },
    ref: ContentRef,
  ): T | null {
    return schema.safeParse(this.facts.content(ref)).data ?? null;
  }

  record(cell: string): StepRecord | undefined {
    return Object.hasOwn(this.run.steps, cell) ? this.run.steps[cell] : undefined;
  }

  /** Records in the order of the notebook, then those of other cells. */
  inOrder(): readonly StepRecord[] {
    const planned = this.plan.steps.flatMap(({ cell }) => this.record(cell) ?? []);
    const names = new Set(planned.map(({ cell }) => cell));
    return [...planned, ...Object.values(this.run.steps).filter(({ cell }) => !names.has(cell))];
  }

  /** `Step 7, Deploy to the first batch`, `Rollback of step 7`, or a cell by its id. */
  nameOf(cell: string, isCell = false): string {
    const step = this.plan.byCell.get(cell);
    if (step !== undefined) {
      const title = foreignText(shortened(step.title, 120), isCell);
      return step.number === null ? `Parameters, ${title}` : `Step ${step.number}, ${title}`;
    }
    const undone = this.plan.byCell.get(this.plan.rollbackOf.get(cell) ?? '');
    return undone === undefined
      ? `Cell ${codeText(cell, isCell)}`
      : `Rollback of step ${undone.number ?? ''}`;
  }
}

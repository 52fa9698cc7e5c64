import { durationWords } from '../../notebook/duration-words';
import { attemptContentSchema } from '../content';
import type { StepRecord } from '../model';
import type { PlanStep } from '../plan';
import { foreignText, shortened } from './foreign-text';
import { between, clock, table, type ReportWords } from './report-words';

/** One row a step, with its last attempt. */
export function steps(report: ReportWords): string {
  const planned = new Set(report.plan.steps.map(({ cell }) => cell));
  const others = Object.values(report.run.steps).filter(
    ({ cell, attempts }) => !planned.has(cell) && attempts.length > 0,
  );
  const rows = [
    ...report.plan.steps.map((step) => stepRow(report, step, report.record(step.cell))),
    ...others.map((record) => otherRow(report, record)),
  ];
  return `## Steps\n\n${table(['No.', 'Step', 'Start', 'Took', 'Try', 'Result'], rows)}`;
}

function stepRow(report: ReportWords, step: PlanStep, record: StepRecord | undefined): readonly string[] {
  const number = step.number === null ? '' : String(step.number);
  return [number, foreignText(shortened(step.title, 120), true), ...stepTimes(report, step, record)];
}

function stepTimes(report: ReportWords, step: PlanStep, record: StepRecord | undefined): readonly string[] {
  if (record === undefined) return ['', '', '', 'to come'];
  const last = record.attempts.at(-1);
  const start = last?.startedAt ?? record.gate?.openedAt ?? (step.kind === 'checklist' ? '' : record.at);
  const took = last?.finished
    ? durationWords(last.finished.durationMs)
    : record.gate !== null && !record.gate.isOpen
      ? between(record.gate.openedAt, record.at)
      : '';
  const tries = record.attempts.length === 0 ? '' : String(record.attempts.length);
  return [start === '' ? '' : clock(start), took, tries, result(report, step, record)];
}

/** A rollback cell, or one that is in the notebook no more. */
function otherRow(report: ReportWords, record: StepRecord): readonly string[] {
  const last = record.attempts.at(-1);
  return [
    '',
    report.nameOf(record.cell, true),
    last === undefined ? '' : clock(last.startedAt),
    last?.finished ? durationWords(last.finished.durationMs) : '',
    String(record.attempts.length),
    stateWords(report, record),
  ];
}

function result(report: ReportWords, step: PlanStep, record: StepRecord): string {
  const words = stateWords(report, record);
  if (step.kind === 'checklist' && record.state === 'todo') {
    const ticked = step.required.filter((item) => Object.hasOwn(record.ticks, String(item))).length;
    return `${ticked} of ${step.required.length} required items ticked`;
  }
  const finished = record.attempts.at(-1)?.finished;
  if (!finished || record.byHand || record.state === 'skipped') return words;
  const content = report.parsed(attemptContentSchema, finished.content);
  const said = content?.failure ?? content?.line ?? '';
  const line = said === '' || said === 'done' ? '' : `: ${foreignText(shortened(said, 160), true)}`;
  return `${words}${line}`;
}

function stateWords(report: ReportWords, record: StepRecord): string {
  const before = record.beforeRerun ? ', before a step above it ran again' : '';
  switch (record.state) {
    case 'todo':
    case 'queued':
      return 'to come';
    case 'running':
      return 'running';
    case 'waiting':
      return 'waiting';
    case 'failed':
      return isRejected(report, record) ? 'rejected' : `failed${typedWords(record)}`;
    case 'skipped':
      return 'skipped';
    case 'rolledback':
      return record.rolledBackBy === null
        ? 'rolled back'
        : `rolled back by ${report.nameOf(record.rolledBackBy, true)}`;
    case 'done':
      return `${record.byHand ? 'done by hand' : doneWords(report, record)}${typedWords(record)}${before}`;
  }
}

/** What was typed in a terminal is never taken for something that the run sent. */
function typedWords({ attempts, byHand }: StepRecord): string {
  return attempts.at(-1)?.isCaptured === true && !byHand ? ' in the terminal' : '';
}

function isRejected(report: ReportWords, record: StepRecord): boolean {
  return record.gate?.answers.at(-1)?.verdict === 'rejected';
}

function doneWords(report: ReportWords, record: StepRecord): string {
  const verdict = record.gate?.answers.at(-1)?.verdict;
  if (verdict === undefined) return 'done';
  return verdict === 'cut' ? 'cut short' : verdict === 'passed' ? 'time or condition came' : verdict;
}

/** Each attempt of the steps that did not go well at once, and what was typed in a terminal. */
export function attempts(report: ReportWords): string {
  const lines: string[] = [];
  for (const record of report.inOrder()) {
    const isTyped = record.attempts.some(({ isCaptured }) => isCaptured === true);
    const isPlain = record.attempts.length <= 1 && record.adjustments.length === 0 && !isTyped;
    if (isPlain && record.state !== 'failed') continue;
    for (const attempt of record.attempts) {
      for (const adjustment of record.adjustments) {
        if (adjustment.beforeAttempt !== attempt.number) continue;
        lines.push(
          `${report.nameOf(record.cell)} was adjusted at ${clock(adjustment.at)} by ${foreignText(adjustment.by)}`,
        );
      }
      const { finished } = attempt;
      const exit = (finished?.exitStatus ?? null) === null ? '' : `, exit status ${finished?.exitStatus}`;
      const end =
        finished === null
          ? 'its end was not seen'
          : `${finished.status} after ${durationWords(finished.durationMs)}${exit}`;
      lines.push(
        `${report.nameOf(record.cell)}, attempt ${attempt.number}${attempt.isCaptured === true ? ', typed in a terminal' : ''}: started ${clock(attempt.startedAt)}, ${end}`,
      );
    }
  }
  return lines.length === 0 ? '' : `## Attempts\n\n${lines.map((line) => `- ${line}\n`).join('')}`;
}

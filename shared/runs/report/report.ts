import { canonicalJson } from '../../notebook/outputs/output-digest';
import { outputToJson } from '../../notebook/cell-json';
import { durationWords } from '../../notebook/duration-words';
import type { Notebook, Output } from '../../notebook/model';
import type { JsonObject } from '../../rpc/contract';
import type { ChainHead, Sha256 } from '../chain';
import { attemptContentSchema, checkContentSchema, startDetailsSchema, startNotesSchema } from '../content';
import type { ContentRef } from '../events';
import type { Deviation, Run, StepRecord } from '../model';
import { planOf, type Plan, type PlanStep } from '../plan';
import { taskItems } from '../task-items';
import { codeText, foreignText, shortened } from './foreign-text';
import { recipe } from './recipe';

/** What a report is made of: a run's journal, and the other files of its folder. */
export interface ReportFacts {
  /** `run.ipynb`: its steps and their titles. */
  readonly notebook: Pick<Notebook, 'cells' | 'metadata'>;
  /** A content file without its salt; null for one that is withheld, missing or was changed. */
  readonly content: (ref: ContentRef) => JsonObject | null;
  readonly files: ReportFiles;
  readonly sha256: Sha256;
}

/** Digests as the files lay there when the report was made; its recipe holds them against what lies there later. */
export interface ReportFiles {
  readonly head: ChainHead;
  /** Of the journal's bytes up to its last line. */
  readonly journal: string;
  /** `run.ipynb` and `runbook.ipynb`; null for one that is not there. */
  readonly notebook: string | null;
  readonly runbook: string | null;
  /** Digests of the files in `output/` that are named by them. */
  readonly outputs: readonly string[];
}

/** The digest that `cell-finished` keeps of a step's outputs, as they stand in `run.ipynb`. */
export function outputsDigest(outputs: readonly Output[], sha256: Sha256): string {
  return sha256(
    new TextEncoder().encode(canonicalJson(outputs.map((output) => outputToJson(output, 'string')))),
  );
}

/** The heading from which on a report is not part of its own digest. */
export const CHECK_HEADING = '## How to check this record';

/**
 * `report.md` of a run. Pure: the same files give the same text, on every machine. Times are UTC. Texts of people and
 * programs are escaped.
 */
export function reportMarkdown(run: Run, facts: ReportFacts): string {
  const report = new Report(run, facts);
  const body = report.body();
  const digest = facts.sha256(new TextEncoder().encode(body));
  return `${body}${CHECK_HEADING}\n\n${recipe(run, facts.files, digest)}`;
}

const LONGEST_LINE = 2_000;
const LONGEST_VALUE = 300;

/** `2026-11-24 02:10:14`. */
function moment(at: string): string {
  return `${at.slice(0, 10)} ${at.slice(11, 19)}`;
}

/** `02:10:14`. */
function clock(at: string): string {
  return at.slice(11, 19);
}

function between(from: string, to: string): string {
  return durationWords(Date.parse(to) - Date.parse(from));
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |\n`;
  return line(head) + line(head.map(() => '---')) + rows.map((row) => line(row)).join('');
}

const DEVIATION_WORDS: Readonly<Record<Deviation['kind'], string>> = {
  skipped: 'was skipped',
  'by-hand': 'was marked as done by hand',
  override: 'A refusal was overridden',
  adjusted: 'was adjusted',
  added: 'was added during the run',
  'not-rehearsed': 'was not rehearsed as it is',
  uncommitted: 'The library had files in no commit',
  weaker: 'Something weaker than last time was accepted',
  unsigned: 'was approved by a name typed on this laptop, not signed',
  gap: 'A gap in the record',
  'kernel-lost': 'A session was lost, with what was in its memory',
  clock: 'The clock jumped',
  withheld: 'Content was withheld',
  'library-changed': 'The library changed during the run',
  restored: 'A checkpoint was restored',
  foreign: 'An event that this version does not know',
};

/** A class because all parts read the same facts. */
class Report {
  private readonly plan: Plan;

  constructor(
    private readonly run: Run,
    private readonly facts: ReportFacts,
  ) {
    this.plan = planOf(facts.notebook);
  }

  body(): string {
    const parts = [
      this.summary(),
      this.deviations(),
      this.steps(),
      this.attempts(),
      this.gates(),
      this.checklists(),
      this.checks(),
      this.notes(),
    ];
    return `${parts.filter((part) => part !== '').join('\n')}\n`;
  }

  private summary(): string {
    const { started, finished, lastAt, driver, deviations } = this.run;
    if (started === null) return '# A run without a start\n';
    const { data } = started;
    const details = this.parsed(startDetailsSchema, data.parameters);
    const title = foreignText(shortened(details?.title ?? '', LONGEST_VALUE));
    const end = finished?.at ?? lastAt ?? started.at;
    const state = finished === null ? 'Not finished' : finished.status === 'done' ? 'Done' : 'Aborted';
    const count = deviations.length;
    const environment = `${foreignText(data.environment.name)} (${data.environment.guard} guard${data.environment.gates === 'confirm' ? ', a rehearsal' : ''})`;
    const words = [
      `${state} after ${between(started.at, end)}: ${moment(started.at)} to ${moment(end)} UTC,`,
      `driver ${foreignText(driver ?? started.by.name)}, environment ${environment}.`,
      count === 0 ? 'No deviations.' : count === 1 ? 'One deviation.' : `${count} deviations.`,
    ];
    const rows: (readonly [string, string])[] = [
      [
        'Runbook',
        `${codeText(data.runbook, true)}${data.commit === null ? '' : ` at ${codeText(data.commit.slice(0, 12), true)}`}`,
      ],
      ['Started by', this.actorWords()],
      ['Kernel', data.kernel === null ? 'none' : codeText(data.kernel, true)],
      ...(details?.parameters ?? [])
        .toSorted((a, b) => Number(b.pinned) - Number(a.pinned))
        .map(({ name, value, source }): readonly [string, string] => [
          codeText(name, true),
          `${codeText(shortened(JSON.stringify(value), LONGEST_VALUE), true)} (${source})`,
        ]),
      ...(details === null ? [['Parameters', this.absent(data.parameters)] as const] : []),
      ...(details?.links ?? []).map(({ kind, text }): readonly [string, string] => [
        kind,
        foreignText(shortened(text, LONGEST_VALUE), true),
      ]),
      ...this.run.linked.map(({ data: { run, relation } }): readonly [string, string] => [
        `${relation} run`,
        codeText(run, true),
      ]),
      ...(data.previous === null ? [] : [['Run before', codeText(data.previous.run, true)] as const]),
    ];
    const reason = finished?.reason ?? null;
    return [
      `# ${title === '' ? 'A run' : title}\n`,
      `${words.join(' ')}\n`,
      ...(reason === null ? [] : [`Reason: ${this.words(reason)}\n`]),
      table(['', ''], rows),
    ].join('\n');
  }

  private actorWords(): string {
    const by = this.run.started?.by;
    if (by === undefined) return '';
    const account = codeText(`${by.account}@${by.host}`, true);
    return `${foreignText(by.name, true)} (${account}, ${foreignText(by.zone, true)}, by ${by.via})`;
  }

  private deviations(): string {
    const { deviations } = this.run;
    if (deviations.length === 0) return '## Deviations\n\nNone.\n';
    return `## Deviations\n\n${deviations.map((deviation) => `- ${this.deviation(deviation)}\n`).join('')}`;
  }

  private deviation(deviation: Deviation): string {
    const { kind, cell, reason, by, at } = deviation;
    const name = cell === null ? '' : this.nameOf(cell);
    const plain = DEVIATION_WORDS[kind];
    const isOfStep = /^[a-z]/.test(plain);
    const words = isOfStep
      ? `${name === '' ? 'The run:' : name} ${plain}`
      : `${plain}${name === '' ? '' : ` in ${name}`}`;
    const why = reason === null ? '' : kind === 'weaker' ? this.accepted(reason) : `: ${this.words(reason)}`;
    return `${words}${this.more(deviation)}${why} (${foreignText(by)}, ${clock(at)})`;
  }

  /** What the record says of a deviation besides its reason. */
  private more({ kind, seq, cell, at }: Deviation): string {
    if (kind === 'adjusted' && cell !== null) {
      const before = this.record(cell)?.adjustments.find((adjustment) => adjustment.at === at)?.beforeAttempt;
      return before === undefined ? '' : ` before attempt ${before}`;
    }
    const uncommitted = this.run.started?.data.uncommitted;
    if (kind === 'uncommitted' && uncommitted) return `: ${uncommitted.files}`;
    const gap = this.run.gaps.find((one) => one.seq === seq)?.data;
    if (gap === undefined) return '';
    return `, ${moment(gap.from)} to ${moment(gap.to)} UTC, ${between(gap.from, gap.to)}, cause: ${gap.why}`;
  }

  private accepted(ref: ContentRef): string {
    const notes = this.parsed(startNotesSchema, ref);
    if (notes === null) return `: ${this.absent(ref)}`;
    const cells = (notes.notRehearsed ?? []).map((cell) => this.nameOf(cell));
    const parts = [
      ...notes.weaker.map((text) => foreignText(shortened(text, LONGEST_VALUE))),
      ...(notes.notRehearsed === null ? ['no rehearsal before it'] : []),
      ...(cells.length === 0 ? [] : [`changed since the last rehearsal: ${cells.join(', ')}`]),
    ];
    return parts.length === 0 ? '' : `: ${parts.join('; ')}`;
  }

  private steps(): string {
    const planned = new Set(this.plan.steps.map(({ cell }) => cell));
    const others = Object.values(this.run.steps).filter(
      ({ cell, attempts }) => !planned.has(cell) && attempts.length > 0,
    );
    const rows = [
      ...this.plan.steps.map((step) => this.stepRow(step, this.record(step.cell))),
      ...others.map((record) => this.otherRow(record)),
    ];
    return `## Steps\n\n${table(['No.', 'Step', 'Start', 'Took', 'Try', 'Result'], rows)}`;
  }

  private stepRow(step: PlanStep, record: StepRecord | undefined): readonly string[] {
    const number = step.number === null ? '' : String(step.number);
    return [number, foreignText(shortened(step.title, 120), true), ...this.stepTimes(step, record)];
  }

  private stepTimes(step: PlanStep, record: StepRecord | undefined): readonly string[] {
    if (record === undefined) return ['', '', '', 'to come'];
    const last = record.attempts.at(-1);
    const start = last?.startedAt ?? record.gate?.openedAt ?? (step.kind === 'checklist' ? '' : record.at);
    const took = last?.finished
      ? durationWords(last.finished.durationMs)
      : record.gate !== null && !record.gate.isOpen
        ? between(record.gate.openedAt, record.at)
        : '';
    const tries = record.attempts.length === 0 ? '' : String(record.attempts.length);
    return [start === '' ? '' : clock(start), took, tries, this.result(step, record)];
  }

  /** A rollback cell, or one that is in the notebook no more. */
  private otherRow(record: StepRecord): readonly string[] {
    const last = record.attempts.at(-1);
    return [
      '',
      this.nameOf(record.cell, true),
      last === undefined ? '' : clock(last.startedAt),
      last?.finished ? durationWords(last.finished.durationMs) : '',
      String(record.attempts.length),
      this.stateWords(record),
    ];
  }

  private result(step: PlanStep, record: StepRecord): string {
    const words = this.stateWords(record);
    if (step.kind === 'checklist' && record.state === 'todo') {
      const ticked = step.required.filter((item) => Object.hasOwn(record.ticks, String(item))).length;
      return `${ticked} of ${step.required.length} required items ticked`;
    }
    const finished = record.attempts.at(-1)?.finished;
    if (!finished || record.byHand || record.state === 'skipped') return words;
    const content = this.parsed(attemptContentSchema, finished.content);
    const said = content?.failure ?? content?.line ?? '';
    const line = said === '' || said === 'done' ? '' : `: ${foreignText(shortened(said, 160), true)}`;
    return `${words}${line}`;
  }

  private stateWords(record: StepRecord): string {
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
        return this.isRejected(record) ? 'rejected' : 'failed';
      case 'skipped':
        return 'skipped';
      case 'rolledback':
        return record.rolledBackBy === null
          ? 'rolled back'
          : `rolled back by ${this.nameOf(record.rolledBackBy, true)}`;
      case 'done':
        return `${record.byHand ? 'done by hand' : this.doneWords(record)}${before}`;
    }
  }

  private isRejected(record: StepRecord): boolean {
    return record.gate?.answers.at(-1)?.verdict === 'rejected';
  }

  private doneWords(record: StepRecord): string {
    const verdict = record.gate?.answers.at(-1)?.verdict;
    if (verdict === undefined) return 'done';
    return verdict === 'cut' ? 'cut short' : verdict === 'passed' ? 'time or condition came' : verdict;
  }

  private attempts(): string {
    const lines: string[] = [];
    for (const record of this.inOrder()) {
      const isPlain = record.attempts.length <= 1 && record.adjustments.length === 0;
      if (isPlain && record.state !== 'failed') continue;
      for (const attempt of record.attempts) {
        for (const adjustment of record.adjustments) {
          if (adjustment.beforeAttempt !== attempt.number) continue;
          lines.push(
            `${this.nameOf(record.cell)} was adjusted at ${clock(adjustment.at)} by ${foreignText(adjustment.by)}`,
          );
        }
        const { finished } = attempt;
        const exit = (finished?.exitStatus ?? null) === null ? '' : `, exit status ${finished?.exitStatus}`;
        const end =
          finished === null
            ? 'its end was not seen'
            : `${finished.status} after ${durationWords(finished.durationMs)}${exit}`;
        lines.push(
          `${this.nameOf(record.cell)}, attempt ${attempt.number}: started ${clock(attempt.startedAt)}, ${end}`,
        );
      }
    }
    return lines.length === 0 ? '' : `## Attempts\n\n${lines.map((line) => `- ${line}\n`).join('')}`;
  }

  private gates(): string {
    const lines = this.inOrder().flatMap((record) => {
      const { gate } = record;
      if (gate === null) return [];
      const of = gate.kind === 'approve' ? `, ${gate.minimum} needed` : '';
      const opened = `${this.nameOf(record.cell)}: ${gate.kind}${of}, opened ${clock(gate.openedAt)}${gate.isOpen ? ', open' : ''}`;
      const answers = gate.answers.map(({ verdict, approver, actor, how, at, reason }) => {
        const who = foreignText(approver ?? actor.name);
        const why = reason === null ? '' : `: ${this.words(reason)}`;
        return `  - ${verdict} ${verdict === 'passed' ? '' : `by ${who} `}at ${clock(at)}, ${this.howWords(how, actor.host)}${why}`;
      });
      const voided = gate.voided.map(({ at, why }) => `  - earlier answers voided at ${clock(at)}: ${why}`);
      return [`- ${opened}`, ...voided, ...answers];
    });
    return lines.length === 0 ? '' : `## Gates\n\n${lines.join('\n')}\n`;
  }

  private howWords(how: string, host: string): string {
    switch (how) {
      case 'laptop':
        return `typed on ${foreignText(host)}, not signed`;
      case 'rehearsal':
        return 'a rehearsal';
      case 'import':
        return 'by an imported answer';
      case 'time':
        return 'by time';
      default:
        return 'by its condition';
    }
  }

  private checklists(): string {
    const lines = this.plan.steps.flatMap((step) => {
      const source = this.facts.notebook.cells.find(({ id }) => id === step.cell)?.source ?? '';
      const { items } = step.kind === 'checklist' || step.kind === 'gate' ? taskItems(source) : { items: [] };
      if (items.length === 0) return [];
      const ticks = this.record(step.cell)?.ticks ?? {};
      return [
        `- ${this.nameOf(step.cell)}`,
        ...items.map(({ item, text }) => {
          const tick = Object.hasOwn(ticks, String(item)) ? ticks[String(item)] : undefined;
          const must = step.required.includes(item) ? ' (required)' : '';
          const by =
            tick === undefined ? 'not ticked' : `ticked by ${foreignText(tick.by)} at ${clock(tick.at)}`;
          return `  - ${foreignText(shortened(text, LONGEST_VALUE))}${must}: ${by}`;
        }),
      ];
    });
    return lines.length === 0 ? '' : `## Checklists\n\n${lines.join('\n')}\n`;
  }

  private checks(): string {
    const lines = this.run.checks.map(({ at, data, overridden }) => {
      const content = this.parsed(checkContentSchema, data.found);
      const title = data.title ?? content?.command.join(' ') ?? 'Check';
      const where = data.in === 'laptop' ? 'on this laptop' : `in the ${data.in}`;
      const result =
        data.result === 'match'
          ? 'as expected'
          : data.result === 'mismatch'
            ? 'not as expected'
            : 'could not be checked';
      const found =
        data.result === 'match' || content === null
          ? ''
          : `: found ${codeText(shortened(content.found, LONGEST_VALUE))}`;
      return `- ${clock(at)} ${foreignText(shortened(title, LONGEST_VALUE))}, ${where}: ${result}${found}${overridden ? ', overridden' : ''}\n`;
    });
    return lines.length === 0 ? '' : `## Checks\n\n${lines.join('')}`;
  }

  private notes(): string {
    const lines = this.run.notes.map(({ at, by, cell, text }) => {
      const where = cell === null ? '' : `, ${this.nameOf(cell)}`;
      return `- ${clock(at)} ${foreignText(by)}${where}: ${this.words(text)}\n`;
    });
    return lines.length === 0 ? '' : `## Notes\n\n${lines.join('')}`;
  }

  /** A person's words, from a content file. */
  private words(ref: ContentRef): string {
    const value = this.facts.content(ref);
    const text = value !== null && Object.hasOwn(value, 'text') ? value['text'] : null;
    if (typeof text !== 'string') return this.absent(ref);
    const evidence =
      value !== null && typeof value['evidence'] === 'string'
        ? ` Evidence: ${foreignText(shortened(value['evidence'], LONGEST_LINE))}`
        : '';
    return `“${foreignText(shortened(text, LONGEST_LINE))}”${evidence}`;
  }

  private absent(ref: ContentRef): string {
    return Object.hasOwn(this.run.withheld, ref.file) ? '(withheld)' : '(its content file is missing)';
  }

  private parsed<T>(
    schema: { safeParse(value: unknown): { readonly success: boolean; readonly data?: T } },
    ref: ContentRef,
  ): T | null {
    return schema.safeParse(this.facts.content(ref)).data ?? null;
  }

  private record(cell: string): StepRecord | undefined {
    return Object.hasOwn(this.run.steps, cell) ? this.run.steps[cell] : undefined;
  }

  /** Records in the order of the notebook, then those of other cells. */
  private inOrder(): readonly StepRecord[] {
    const planned = this.plan.steps.flatMap(({ cell }) => this.record(cell) ?? []);
    const names = new Set(planned.map(({ cell }) => cell));
    return [...planned, ...Object.values(this.run.steps).filter(({ cell }) => !names.has(cell))];
  }

  /** `Step 7, Deploy to the first batch`, `Rollback of step 7`, or a cell by its id. */
  private nameOf(cell: string, isCell = false): string {
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

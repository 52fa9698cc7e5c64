import { startDetailsSchema, startNotesSchema } from '../content';
import type { ContentRef } from '../events';
import type { Deviation } from '../model';
import { codeText, foreignText, shortened } from './foreign-text';
import { between, clock, LONGEST_VALUE, moment, table, type ReportWords } from './report-words';

const DEVIATION_WORDS: Readonly<Record<Deviation['kind'], string>> = {
  skipped: 'was skipped',
  'by-hand': 'was marked as done by hand',
  undone: 'was undone by hand',
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

/** Title, how it ended, and what it was started with. */
export function summary(report: ReportWords): string {
  const { started, finished, lastAt, driver, deviations } = report.run;
  if (started === null) return '# A run without a start\n';
  const { data } = started;
  const details = report.parsed(startDetailsSchema, data.parameters);
  const title = foreignText(shortened(details?.title ?? '', LONGEST_VALUE));
  const end = finished?.at ?? lastAt ?? started.at;
  const state = finished === null ? 'Not finished' : finished.status === 'done' ? 'Done' : 'Aborted';
  const count = deviations.length;
  const environment = `${foreignText(data.environment.name)} (${data.environment.guard === 'none' ? 'no' : data.environment.guard} guard${data.environment.gates === 'confirm' ? ', a rehearsal' : ''})`;
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
    ['Started by', actorWords(report)],
    ['Kernel', data.kernel === null ? 'none' : codeText(data.kernel, true)],
    ...(details?.parameters ?? [])
      .toSorted((a, b) => Number(b.pinned) - Number(a.pinned))
      .map(({ name, value, source }): readonly [string, string] => [
        codeText(name, true),
        `${codeText(shortened(JSON.stringify(value), LONGEST_VALUE), true)} (${source})`,
      ]),
    ...(details === null ? [['Parameters', report.absent(data.parameters)] as const] : []),
    ...(details?.links ?? []).map(({ kind, text }): readonly [string, string] => [
      `${kind.charAt(0).toUpperCase()}${kind.slice(1)}`,
      foreignText(shortened(text, LONGEST_VALUE), true),
    ]),
    ...report.run.linked.map(({ data: { run, relation } }): readonly [string, string] => [
      `${relation} run`,
      codeText(run, true),
    ]),
    ...(data.previous === null ? [] : [['Run before', codeText(data.previous.run, true)] as const]),
  ];
  const reason = finished?.reason ?? null;
  return [
    `# ${title === '' ? 'A run' : title}\n`,
    `${words.join(' ')}\n`,
    ...(reason === null ? [] : [`Reason: ${report.words(reason)}\n`]),
    table(['Fact', 'Value'], rows),
  ].join('\n');
}

function actorWords(report: ReportWords): string {
  const by = report.run.started?.by;
  if (by === undefined) return '';
  const account = codeText(`${by.account}@${by.host}`, true);
  return `${foreignText(by.name, true)} (${account}, ${foreignText(by.zone, true)}, by ${by.via})`;
}

/** What was not as the runbook and its rules have it. */
export function deviations(report: ReportWords): string {
  const { deviations } = report.run;
  if (deviations.length === 0) return '## Deviations\n\nNone.\n';
  return `## Deviations\n\n${deviations.map((deviation) => `- ${deviationLine(report, deviation)}\n`).join('')}`;
}

function deviationLine(report: ReportWords, deviation: Deviation): string {
  const { kind, cell, reason, by, at } = deviation;
  const name = cell === null ? '' : report.nameOf(cell);
  const plain = DEVIATION_WORDS[kind];
  const isOfStep = /^[a-z]/.test(plain);
  const words = isOfStep
    ? `${name === '' ? 'The run:' : name} ${plain}`
    : `${plain}${name === '' ? '' : ` in ${name.replace(/^Step /, 'step ')}`}`;
  const why = kind === 'weaker' && reason !== null ? accepted(report, reason) : report.reason(reason);
  return `${words}${more(report, deviation)}${why} (${foreignText(by)}, ${clock(at)})`;
}

/** What the record says of a deviation besides its reason. */
function more(report: ReportWords, { kind, seq, cell, at }: Deviation): string {
  if (kind === 'adjusted' && cell !== null) {
    const before = report.record(cell)?.adjustments.find((adjustment) => adjustment.at === at)?.beforeAttempt;
    return before === undefined ? '' : ` before attempt ${before}`;
  }
  if (kind === 'added' && cell !== null) {
    const typed = report.record(cell)?.attempts.find(({ isCaptured }) => isCaptured === true);
    return typed === undefined ? '' : `, a command that was typed in a terminal at ${clock(typed.startedAt)}`;
  }
  const uncommitted = report.run.started?.data.uncommitted;
  if (kind === 'uncommitted' && uncommitted) return `: ${uncommitted.files}`;
  const gap = report.run.gaps.find((one) => one.seq === seq)?.data;
  if (gap === undefined) return '';
  return `, ${moment(gap.from)} to ${moment(gap.to)} UTC, ${between(gap.from, gap.to)}, cause: ${gap.why}`;
}

function accepted(report: ReportWords, ref: ContentRef): string {
  const notes = report.parsed(startNotesSchema, ref);
  if (notes === null) return `: ${report.absent(ref)}`;
  const cells = (notes.notRehearsed ?? []).map((cell) => report.nameOf(cell));
  const parts = [
    ...notes.weaker.map((text) => foreignText(shortened(text, LONGEST_VALUE))),
    ...(notes.notRehearsed === null ? ['no rehearsal before it'] : []),
    ...(cells.length === 0 ? [] : [`changed since the last rehearsal: ${cells.join(', ')}`]),
  ];
  return parts.length === 0 ? '' : `: ${parts.join('; ')}`;
}

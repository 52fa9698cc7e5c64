import { checkContentSchema } from '../content';
import { taskItems } from '../task-items';
import { codeText, foreignText, shortened } from './foreign-text';
import { clock, LONGEST_VALUE, type ReportWords } from './report-words';

/** Gates, with who answered, when, and how that is known. */
export function gates(report: ReportWords): string {
  const lines = report.inOrder().flatMap((record) => {
    const { gate } = record;
    if (gate === null) return [];
    const of = gate.kind === 'approve' ? `, ${gate.minimum} needed` : '';
    const opened = `${report.nameOf(record.cell)}: ${gate.kind}${of}, opened ${clock(gate.openedAt)}${gate.isOpen ? ', open' : ''}`;
    const answers = gate.answers.map(({ verdict, approver, actor, how, at, reason }) => {
      const who = foreignText(approver ?? actor.name);
      return `  - ${verdict} ${verdict === 'passed' ? '' : `by ${who} `}at ${clock(at)}, ${howWords(report, how, actor.host)}${report.reason(reason)}`;
    });
    const voided = gate.voided.map(({ at, why }) => `  - earlier answers voided at ${clock(at)}: ${why}`);
    return [`- ${opened}`, ...voided, ...answers];
  });
  return lines.length === 0 ? '' : `## Gates\n\n${lines.join('\n')}\n`;
}

function howWords(report: ReportWords, how: string, host: string): string {
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

/** The words that a list in a text begins with. */
function listTitle(source: string): string {
  const line =
    taskItems(source)
      .rest.split('\n')
      .find((one) => one.trim() !== '') ?? '';
  const words = line.replace(/^\s*#{1,6}\s+/, '').trim();
  return words === '' ? 'without a title' : `“${foreignText(shortened(words, LONGEST_VALUE))}”`;
}

/** Task items, with who ticked them and when. */
export function checklists(report: ReportWords): string {
  const lines = report.facts.notebook.cells.flatMap(({ id, type, source }) => {
    const step = report.plan.byCell.get(id);
    const { items } = type === 'markdown' && step?.kind !== 'code' ? taskItems(source) : { items: [] };
    const ticks = report.record(id)?.ticks ?? {};
    // A list in the text around the steps is told where somebody used it.
    if (items.length === 0 || (step === undefined && Object.keys(ticks).length === 0)) return [];
    return [
      `- ${step === undefined ? `A list in the text, ${listTitle(source)}` : report.nameOf(step.cell)}`,
      ...items.map(({ item, text }) => {
        const tick = Object.hasOwn(ticks, String(item)) ? ticks[String(item)] : undefined;
        const must = step?.required.includes(item) === true ? ' (required)' : '';
        const by =
          tick === undefined ? 'not ticked' : `ticked by ${foreignText(tick.by)} at ${clock(tick.at)}`;
        return `  - ${foreignText(shortened(text, LONGEST_VALUE))}${must}: ${by}`;
      }),
    ];
  });
  return lines.length === 0 ? '' : `## Checklists\n\n${lines.join('\n')}\n`;
}

/** What the checks of the environment found. */
export function checks(report: ReportWords): string {
  const lines = report.run.checks.map(({ at, data, overridden }) => {
    const content = report.parsed(checkContentSchema, data.found);
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

/** What people wrote down meanwhile. */
export function notes(report: ReportWords): string {
  const lines = report.run.notes.map(({ at, by, cell, text }) => {
    const where = cell === null ? '' : `, ${report.nameOf(cell)}`;
    return `- ${clock(at)} ${foreignText(by)}${where}: ${report.words(text)}\n`;
  });
  return lines.length === 0 ? '' : `## Notes\n\n${lines.join('')}`;
}

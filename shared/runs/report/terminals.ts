import { plainText } from '../../terminal/shown-text';
import { attachedContentSchema, commandContentSchema } from '../content';
import type { AttachedTerminal, TerminalCommandRecord } from '../model';
import { commandEndWords, DETACHED, notRecordedWords, sentName, shellWords } from '../terminal-words';
import { codeText, foreignText, shortened } from './foreign-text';
import { clock, LONGEST_VALUE, moment, type ReportWords } from './report-words';

/** Lines of an output that stand in a report; the whole is in the content file. */
const MOST_LINES = 5;

/** What was done in terminals while they were attached: when, who, where, how it ended, and how its output begins. */
export function terminals(report: ReportWords): string {
  const { terminals: all } = report.run;
  return all.length === 0 ? '' : `## Terminals\n\n${all.map((of) => terminal(report, of)).join('')}`;
}

function terminal(report: ReportWords, of: AttachedTerminal): string {
  const content = report.parsed(attachedContentSchema, of.content);
  const name =
    content === null
      ? report.absent(of.content)
      : `${foreignText(shortened(content.title, LONGEST_VALUE))} (${foreignText(shellWords(content))}) in ${codeText(content.directory)}`;
  const end =
    of.detached === null
      ? 'still attached'
      : `detached ${moment(of.detached.at)}${DETACHED[of.detached.why]}`;
  const head = `- ${name}: attached ${moment(of.at)} by ${foreignText(of.by)}, ${end}\n`;
  return (
    head +
    together(of.commands)
      .map((some) => commandLines(report, some))
      .join('')
  );
}

/** Commands that were not recorded, for the same reason and one behind the other, are one line. */
function together(
  commands: readonly TerminalCommandRecord[],
): readonly (readonly [TerminalCommandRecord, number])[] {
  const lines: [TerminalCommandRecord, number][] = [];
  for (const command of commands) {
    const last = lines.at(-1);
    const isLike = isUntold(command) && last !== undefined && isUntold(last[0]);
    if (isLike && last[0].notRecorded === command.notRecorded) last[1] += 1;
    else lines.push([command, 1]);
  }
  return lines;
}

function isUntold({ content, step, asked }: TerminalCommandRecord): boolean {
  return content === null && step === undefined && asked === undefined;
}

function commandLines(
  report: ReportWords,
  [command, count]: readonly [TerminalCommandRecord, number],
): string {
  const at = clock(command.started);
  const sent = sentName(command, (cell) => report.nameOf(cell));
  if (sent !== null) return `  - ${at} ${sent}, sent by the run: ${commandEndWords(command)}\n`;
  if (command.content === null) return `  - ${at} ${notRecordedWords(command.notRecorded, count)}\n`;
  const content = report.parsed(commandContentSchema, command.content);
  const by = `by ${foreignText(command.by)}`;
  if (content === null)
    return `  - ${at} ${report.absent(command.content)} ${by}: ${commandEndWords(command)}\n`;
  const where =
    content.directory === null ? '' : ` in ${codeText(shortened(content.directory, LONGEST_VALUE))}`;
  const text = codeText(shortened(content.command, LONGEST_VALUE));
  const paused = content.paused ? ', in part not recorded' : '';
  return `  - ${at} ${text}${where} ${by}: ${commandEndWords(command)}${paused}\n${outputLines(content.shown)}`;
}

function outputLines(shown: string): string {
  const lines = plainText(shown)
    .split('\n')
    .filter((line) => line.trim() !== '');
  const first = lines
    .slice(0, MOST_LINES)
    .map((line) => `    - ${codeText(shortened(line, LONGEST_VALUE))}\n`);
  const left = lines.length - MOST_LINES;
  return first.join('') + (left > 0 ? `    - ${left} more ${left === 1 ? 'line' : 'lines'}\n` : '');
}

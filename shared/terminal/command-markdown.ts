import { durationWords } from '../notebook/duration-words';
import type { TerminalCommand } from './commands';

/** A past command with what it printed. */
export interface CommandWithOutput {
  readonly command: TerminalCommand;
  /** As a terminal would show it, perhaps with colours; null where it is not kept any more. */
  readonly output: string | null;
}

// Colours and what else no text has are what is taken away.
// oxlint-disable-next-line no-control-regex -- it is what is taken away
const NOT_TEXT = /\u001b\[[0-9;:]*m|[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;

/** An output without colours, with `\n` alone, and without the empty lines at its end. */
export function plainOutput(shown: string): string {
  return shown.replaceAll('\r\n', '\n').replace(NOT_TEXT, '').replace(/\s+$/, '');
}

/** The outputs of commands, one after the other; those that are not kept are left out. */
export function outputsText(commands: readonly CommandWithOutput[]): string {
  return commands
    .flatMap(({ output }) => (output === null ? [] : [plainOutput(output)]))
    .filter((text) => text !== '')
    .map((text) => `${text}\n`)
    .join('');
}

/** How a command ended, as words: `exit status 2 after 2.0s`. */
export function endWords({ started, ended, status }: TerminalCommand): string {
  if (ended === null) return 'still running';
  const took = durationWords(Date.parse(ended) - Date.parse(started));
  return status === null
    ? `ended after ${took}, its exit status is not known`
    : `exit status ${status} after ${took}`;
}

/** `2026-11-25 01:59:40 UTC`. */
function whenWords(instant: string): string {
  return `${instant.slice(0, 10)} ${instant.slice(11, 19)} UTC`;
}

/** A fence that ends at no line of the text. */
function fenceFor(text: string): string {
  const longest = Math.max(2, ...(text.match(/`+/g) ?? []).map((run) => run.length));
  return '`'.repeat(longest + 1);
}

/** Foreign words as code within a line; they end it nowhere. */
function inlineCode(words: string): string {
  const text = plainOutput(words).replaceAll(/\s+/g, ' ').trim();
  const fence = '`'.repeat(Math.max(0, ...(text.match(/`+/g) ?? []).map((run) => run.length)) + 1);
  const pad = text.startsWith('`') || text.endsWith('`') ? ' ' : '';
  return `${fence}${pad}${text}${pad}${fence}`;
}

/** The command as it was typed at a prompt: `$ ` before its first line, `> ` before those that follow. */
function promptLines(text: string | null): string {
  if (text === null) return '$ (the shell did not say which command)';
  const [first = '', ...rest] = plainOutput(text).split('\n');
  return [`$ ${first}`, ...rest.map((line) => `> ${line}`)].join('\n');
}

/**
 * Past commands for a ticket or a chat: each a fenced block with the command and its output as text, and below it how
 * and when it ended, and where.
 */
export function commandsMarkdown(commands: readonly CommandWithOutput[], terminal: string): string {
  return commands.map((one) => commandMarkdown(one, terminal)).join('\n');
}

function commandMarkdown({ command, output }: CommandWithOutput, terminal: string): string {
  const text = output === null ? '' : plainOutput(output);
  const body = `${promptLines(command.text)}\n${text === '' ? '' : `${text}\n`}`;
  const fence = fenceFor(body);
  const facts = [
    endWords(command),
    whenWords(command.started),
    ...(command.directory === null ? [] : [`in ${inlineCode(command.directory)}`]),
    ...(terminal.trim() === '' ? [] : [`terminal ${inlineCode(terminal)}`]),
  ];
  const sentence = facts.join(', ');
  const missing = output === null ? ' Its output is not kept any more.' : '';
  return `${fence}console\n${body}${fence}\n\n${sentence.charAt(0).toUpperCase()}${sentence.slice(1)}.${missing}\n`;
}

import { newCellId } from '../notebook/cell-ids';
import type { Cell } from '../notebook/model';

/** Names of languages in fences whose text a shell can run. */
const SHELL = new Set(['sh', 'bash', 'shell', 'zsh', 'ksh']);
/** Fences that show a session: a prompt before each command, and what was printed between. */
const SESSION = new Set(['console', 'shell-session', 'shellsession', 'terminal', 'sh-session']);

const FENCE = /^(?<indent>[ \t]*)(?<marks>`{3,}|~{3,})[ \t]*(?<info>[^`]*)$/;

interface Fence {
  readonly indent: string;
  readonly marks: string;
  readonly kind: 'shell' | 'session' | 'other';
}

/**
 * The cells of a runbook made from a Markdown text: each fenced shell block a code cell, all between them markdown,
 * front matter a raw cell. Of a session with prompts the commands are taken, not what they printed. A fence that is
 * never closed stays text.
 */
export function cellsFromMarkdown(text: string): readonly Cell[] {
  const cells: Cell[] = [];
  const add = (type: Cell['type'], lines: readonly string[]): void => {
    const source = trimBlank(lines).join('\n');
    if (source !== '') cells.push(cellOf(type, source));
  };
  const { front, body } = splitFrontMatter(text.replace(/^\uFEFF/, '').split(/\r\n|\n|\r/));
  add('raw', front);
  let prose: string[] = [];
  for (let at = 0; at < body.length;) {
    const line = body[at] ?? '';
    const fence = openFence(line);
    const end = fence === null ? -1 : findClose(body, at + 1, fence);
    if (fence === null || end < 0) {
      prose.push(line);
      at += 1;
    } else if (fence.kind === 'other') {
      prose.push(...body.slice(at, end + 1));
      at = end + 1;
    } else {
      const inner = body.slice(at + 1, end).map((one) => dedent(one, fence.indent));
      add('markdown', prose);
      prose = [];
      add('code', fence.kind === 'session' ? commandsOf(inner) : inner);
      at = end + 1;
    }
  }
  add('markdown', prose);
  return cells.length > 0 ? cells : [cellOf('code', '')];
}

function cellOf(type: Cell['type'], source: string): Cell {
  return { id: newCellId(), type, source, metadata: {}, outputs: [], executionCount: null };
}

function openFence(line: string): Fence | null {
  const groups = FENCE.exec(line)?.groups;
  if (groups === undefined) return null;
  const { indent = '', marks = '', info = '' } = groups;
  // `bash`, `{bash}`, `bash title="x"`, `{.bash .numberLines}`
  const language = (/^[{.]*(?<name>[\w-]+)/.exec(info.trim())?.groups?.['name'] ?? '').toLowerCase();
  return { indent, marks, kind: SHELL.has(language) ? 'shell' : SESSION.has(language) ? 'session' : 'other' };
}

/** The line that closes a fence: the same marks, at least as many, and nothing after them. */
function findClose(lines: readonly string[], from: number, { marks }: Fence): number {
  const mark = marks.charAt(0);
  for (let at = from; at < lines.length; at += 1) {
    const text = (lines[at] ?? '').trim();
    if (text.length >= marks.length && text === mark.repeat(text.length)) return at;
  }
  return -1;
}

/** Takes as much indentation as the fence had, as CommonMark does. */
function dedent(line: string, indent: string): string {
  let at = 0;
  while (at < indent.length && (line[at] === ' ' || line[at] === '\t')) at += 1;
  return line.slice(at);
}

function commandsOf(lines: readonly string[]): readonly string[] {
  const commands: string[] = [];
  let isContinued = false;
  for (const line of lines) {
    const prompted = /^[$#%] (?<rest>.*)$/.exec(line)?.groups?.['rest'];
    const further: string | null = isContinued ? line.replace(/^> /, '') : null;
    const command: string | null = prompted ?? further;
    if (command !== null) commands.push(command);
    isContinued = command !== null && command.endsWith('\\');
  }
  return commands.length > 0 ? commands : lines;
}

function splitFrontMatter(lines: readonly string[]): {
  readonly front: readonly string[];
  readonly body: readonly string[];
} {
  const end =
    lines[0]?.trimEnd() === '---'
      ? lines.findIndex((line, at) => at > 0 && /^(?:---|\.\.\.)\s*$/.test(line))
      : -1;
  return end < 0
    ? { front: [], body: lines }
    : { front: lines.slice(0, end + 1), body: lines.slice(end + 1) };
}

function trimBlank(lines: readonly string[]): readonly string[] {
  const first = lines.findIndex((line) => line.trim() !== '');
  return first < 0 ? [] : lines.slice(first, lines.findLastIndex((line) => line.trim() !== '') + 1);
}

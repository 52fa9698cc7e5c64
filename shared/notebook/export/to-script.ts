import type { ExportedCell, ExportedNotebook } from './exported';

/** How a script of a language is written. */
interface ScriptKind {
  readonly extension: string;
  readonly comment: string;
  /** The first line of a script that is started by itself. */
  readonly start: string | null;
}

const KINDS: Readonly<Record<string, ScriptKind>> = {
  python: { extension: 'py', comment: '# ', start: '#!/usr/bin/env python3' },
  shell: { extension: 'sh', comment: '# ', start: '#!/usr/bin/env bash' },
  sql: { extension: 'sql', comment: '-- ', start: null },
  javascript: { extension: 'js', comment: '// ', start: null },
  powershell: { extension: 'ps1', comment: '# ', start: null },
};
const OTHER: ScriptKind = { extension: 'txt', comment: '# ', start: null };

function kindOf(language: string): ScriptKind {
  return Object.hasOwn(KINDS, language) ? (KINDS[language] ?? OTHER) : OTHER;
}

/** Ending of the script's file, without the point. */
export function scriptExtension(language: string): string {
  return kindOf(language).extension;
}

/**
 * The code of the notebook as one script of its language, texts as comments.
 *
 * Cells of another language, the shell's beside a Python kernel for one, can not run in it: they are comments too, and
 * so are lines that only a notebook understands (`%magic`, `!command`).
 */
export function toScript(notebook: ExportedNotebook): string {
  const { language } = notebook;
  const { comment, start } = kindOf(language);
  const parts = notebook.cells.flatMap((cell): string[] => {
    if (cell.source === null || cell.source.trim() === '') return [];
    const head = cell.number === null ? [] : [`${comment.trimEnd()} --- ${cell.number} ---`];
    return [[...head, ...linesOf(cell, language, comment)].join('\n')];
  });
  const begin = start === null ? [] : [start];
  return `${[...begin, ...parts].join('\n\n')}\n`;
}

function linesOf(cell: ExportedCell, language: string, comment: string): readonly string[] {
  const lines = (cell.source ?? '')
    .replace(/\r\n?|[\u2028\u2029]/g, '\n')
    .replace(/\s+$/, '')
    .split('\n');
  const commented = (all: readonly string[]): readonly string[] =>
    all.map((line) => `${comment}${line}`.trimEnd());
  if (cell.type !== 'code') return commented(lines);
  if (cell.language !== language || lines[0]?.trimStart().startsWith('%%') === true) {
    const name = cell.language === '' ? 'another language' : cell.language;
    return [`${comment}In the notebook this runs as ${name}:`, ...commented(lines)];
  }
  if (language !== 'python') return lines;
  return lines.map((line) => (/^\s*[%!]/.test(line) ? line.replace(/^(\s*)/, `$1${comment}`) : line));
}

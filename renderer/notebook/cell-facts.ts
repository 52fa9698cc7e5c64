import type { CellView } from '../../shared/notebook/contract';
import { isDeletableCell, isEditableCell } from '../../shared/notebook/cell-protection';
import { cellTags, isShellCell, type CellType } from '../../shared/notebook/model';
import type { Json, JsonObject } from '../../shared/rpc/contract';
import { languageNamed, languageOfSource, type LanguageName } from './code/language-of';
import { plainHeading } from './markdown/heading-slug';

function member(value: Json | undefined, key: string): Json | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as JsonObject)[key]
    : undefined;
}

/** The notebook's language by its metadata, for colouring; `language_info` first, as it is the more exact. */
export function notebookLanguage(metadata: JsonObject): LanguageName {
  const names = [
    member(metadata['language_info'], 'name'),
    member(metadata['kernelspec'], 'language'),
    member(metadata['kernelspec'], 'name'),
  ];
  for (const name of names) {
    const language = typeof name === 'string' ? languageNamed(name.replace(/[\d.]+$/, '')) : 'text';
    if (language !== 'text') return language;
  }
  return 'text';
}

/** What a cell's source is coloured as. */
export function cellLanguage(
  cell: Pick<CellView, 'type' | 'source' | 'metadata'>,
  base: LanguageName,
): LanguageName {
  switch (cell.type) {
    case 'markdown':
      return 'markdown';
    case 'raw':
      return 'text';
    case 'code':
      return languageOfSource(cell.source, isShellCell(cell) ? 'shell' : base);
  }
}

const LINE_COMMENT = /^(?:#(?!!)|--|\/\/|%(?!%))\s*(.*\S)/;
const HEADING = /^#{1,6}\s+(.*?)\s*#*\s*$/;

/**
 * The title of a cell: `metadata.watchbook.title`, else `metadata.name`, else a code cell's first line where it is a
 * comment, or a text's first heading, else what its tag makes it (parameters; those of a run whatever they begin with). Null when it has none.
 */
export function cellTitle(cell: Pick<CellView, 'type' | 'source' | 'metadata'>): string | null {
  for (const named of [member(cell.metadata['watchbook'], 'title'), cell.metadata['name']]) {
    if (typeof named === 'string' && named.trim() !== '') return named.trim();
  }
  const lines = cell.source.slice(0, 4_000).split('\n');
  if (cell.type === 'markdown') {
    const heading = lines.map((line) => HEADING.exec(line)?.[1]).find((text) => text !== undefined);
    return heading === undefined ? null : plainHeading(heading) || null;
  }
  if (cell.type === 'raw') return null;
  const tags = cellTags(cell);
  // What was injected begins with a comment of no use.
  if (tags.includes('injected-parameters')) return 'Parameters of this run';
  const first = lines.find((line) => line.trim() !== '' && !line.startsWith('%%') && !line.startsWith('#!'));
  const comment = first === undefined ? undefined : LINE_COMMENT.exec(first.trim())?.[1];
  return comment ?? (tags.includes('parameters') ? 'Parameters' : null);
}

/** The first line of what a person noted of a cell, shown beside its title; null where nothing is. */
export function cellNote(cell: Pick<CellView, 'metadata'>): string | null {
  const note = member(cell.metadata['watchbook'], 'note');
  return typeof note === 'string' && note.trim() !== '' ? (note.trim().split('\n', 1)[0] ?? null) : null;
}

/** How many lines a source has, for "8 lines of SQL"; an empty one has none. */
export function lineCount(source: string): number {
  if (source === '') return 0;
  let lines = source.endsWith('\n') ? 0 : 1;
  for (let at = source.indexOf('\n'); at !== -1; at = source.indexOf('\n', at + 1)) lines += 1;
  return lines;
}

/** "8 lines of SQL", for a source that is not shown. */
export function linesOf(lines: number, language: string): string {
  return lines === 0 ? 'empty' : `${lines} ${lines === 1 ? 'line' : 'lines'} of ${language}`;
}

/** Whether the cell's own metadata let it be edited. */
export function isEditable(cell: Pick<CellView, 'metadata'>): boolean {
  return isEditableCell(cell);
}

/** Whether the cell's own metadata let it be deleted. */
export function isDeletable(cell: Pick<CellView, 'metadata'>): boolean {
  return isDeletableCell(cell);
}

/** True for one cell that differs in its source at most: what was typed draws nothing anew that does not show it. */
export function isSameBesideSource(before: CellView, after: CellView): boolean {
  const { id, type, metadata } = before;
  return id === after.id && type === after.type && metadata === after.metadata;
}

/** Code cells are numbered in the order of the notebook; texts have no number. */
export function cellNumbers(
  cells: readonly { readonly id: string; readonly type: CellType }[],
): ReadonlyMap<string, number> {
  const known = numbersOf.get(cells);
  if (known !== undefined) return known;
  const numbers = new Map<string, number>();
  for (const cell of cells) if (cell.type === 'code') numbers.set(cell.id, numbers.size + 1);
  numbersOf.set(cells, numbers);
  return numbers;
}

/** Lists of cells are values, and several parts of the window ask for the numbers of the same one. */
const numbersOf = new WeakMap<object, ReadonlyMap<string, number>>();

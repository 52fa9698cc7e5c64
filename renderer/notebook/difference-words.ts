import type { CellDifference } from '../../shared/notebook/contract';
import { languageOfSource, type LanguageName } from './code/language-of';

/** The engine's title is the first line; its comment or heading mark says nothing here. */
export function plainTitle(title: string): string {
  return title.replace(/^\s*(?:#+|--|\/\/)\s*/, '') || title;
}

/** How a cell was changed, and by how much. */
export function changeWords({ lines, kind }: CellDifference): string {
  const changed = lines === 0 ? 'settings' : `${lines} ${lines === 1 ? 'line' : 'lines'}`;
  return { changed, added: 'added', removed: 'removed', moved: 'moved' }[kind];
}

/** The language that both versions of a cell are coloured in. */
export function languageOf({ type, shell, here, disk }: CellDifference, base: LanguageName): LanguageName {
  if (type === 'markdown') return 'markdown';
  return type === 'raw' ? 'text' : languageOfSource(here ?? disk ?? '', shell ? 'shell' : base);
}

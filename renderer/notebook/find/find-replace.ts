import { ChangeSet } from '@codemirror/state';
import type { Operation } from '../../../shared/notebook/operation';
import { sourceText } from '../../../shared/notebook/text-changes';
import { isEditable } from '../cell-facts';
import type { OpenDocument } from '../document-store';
import type { Find, NotebookMatch } from './find-store';

/** Whether this match can be replaced: one in the source of a cell that may be edited. */
export function mayReplace(open: OpenDocument, match: NotebookMatch | undefined): boolean {
  if (match?.kind !== 'shown' || match.output !== null) return false;
  const cell = open.store.getState().byId.get(match.cell);
  return cell !== undefined && isEditable(cell) && open.store.getState().state?.readOnly === null;
}

/** Replaces the match that is shown. Answers whether it did. */
export async function replaceOne(open: OpenDocument, find: Find): Promise<boolean> {
  const { found, current } = find.store.getState();
  const match = found?.matches[current];
  if (match === undefined || !mayReplace(open, match)) return false;
  return (await replace(open, find, match)).count > 0;
}

/** Replaces all matches in sources, as one step of undo, and says how many, and what was left as it is. */
export async function replaceAll(open: OpenDocument, find: Find): Promise<void> {
  const { found } = find.store.getState();
  if (found === null || open.store.getState().state?.readOnly !== null) return;
  const { byId } = open.store.getState();
  const isIn = (match: NotebookMatch): boolean => match.kind === 'shown' && match.output === null;
  const kept = found.matches.filter(
    (match) => isIn(match) && !isEditable(byId.get(match.cell) ?? { metadata: {} }),
  ).length;
  const { count, hasMore } = await replace(open, find, null);
  if (count > 0 || kept > 0) find.set({ done: doneWords(count, kept, hasMore) });
}

function doneWords(count: number, kept: number, hasMore: boolean): string {
  const done = count === 0 ? 'Nothing replaced' : `${count.toLocaleString('en-US')} replaced`;
  const left = kept === 0 ? '' : `, ${kept} kept in cells that are not editable`;
  return `${done}${left}${hasMore ? ', more are left' : ''}.`;
}

/** How many were replaced, and whether that was not all. */
async function replace(
  open: OpenDocument,
  find: Find,
  only: NotebookMatch | null,
): Promise<{ readonly count: number; readonly hasMore: boolean }> {
  const answer = await find.replacements(only);
  if (answer === null) return { count: 0, hasMore: false };
  const { byId } = open.store.getState();
  const operations: Operation[] = [];
  let count = 0;
  for (const { cell, text } of answer.texts) {
    // Edited while it was being searched: its places are not those any more.
    if (byId.get(cell)?.source !== text) continue;
    const changes = answer.replacements.filter((each) => each.cell === cell);
    if (changes.length === 0) continue;
    count += changes.length;
    const set = ChangeSet.of(
      changes.map(({ from, to, insert }) => ({ from, to, insert: sourceText(insert) })),
      text.length,
    );
    operations.push({ kind: 'text', cell, changes: set.toJSON() });
  }
  // A group even of one: alone, it could be taken for more typing and be undone with it.
  if (operations.length > 0 && !open.edit({ kind: 'group', operations })) count = 0;
  const [first] = answer.replacements;
  // Behind what was put in: that may hold what is looked for.
  const behind =
    only === null || first === undefined
      ? null
      : { cell: first.cell, from: first.from + first.insert.length };
  await find.search(behind);
  return { count, hasMore: answer.hasMore };
}

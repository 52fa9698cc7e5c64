import { applyEdits, modify, type Node } from 'jsonc-parser';
import type { Json } from '../../rpc/contract';
import type { ConfigEdit } from '../config-contract';
import { nodeAt, parseCommentedJson } from './commented-json';

const FORMAT = { formattingOptions: { insertSpaces: true, tabSize: 2 } };

/** The beginning of a `watchbook.json` that was not there. */
const NEW_CONFIG = '{\n  "version": 1\n}\n';

/**
 * A text with changes made in place, so that comments, spelling and unknown members stay; null where the text can not
 * be read or a place is not there. Changes are made one after the other: each sees those before it.
 */
export function editConfig(text: string, edits: readonly ConfigEdit[]): string | null {
  let edited = text.trim() === '' ? NEW_CONFIG : text;
  for (const edit of edits) {
    const { tree, mistakes } = parseCommentedJson(edited);
    if (tree === null || mistakes.length > 0 || !isPlace(tree, edit)) return null;
    switch (edit.kind) {
      case 'set':
        edited = applyEdits(edited, modify(edited, [...edit.path], edit.value as Json, FORMAT));
        break;
      case 'remove':
        edited = applyEdits(edited, modify(edited, [...edit.path], undefined, FORMAT));
        break;
      case 'move':
        edited = moveItem(edited, nodeAt(tree, edit.path)?.children ?? [], edit.from, edit.to);
        break;
    }
  }
  return edited;
}

/** False where a change would have to make up what lies above its place, or where it means a list that is none. */
function isPlace(tree: Node, edit: ConfigEdit): boolean {
  if (edit.kind === 'move') {
    const list = nodeAt(tree, edit.path);
    const count = list?.type === 'array' ? (list.children ?? []).length : 0;
    return edit.from < count && edit.to < count;
  }
  if (edit.kind === 'remove') return nodeAt(tree, edit.path) !== undefined;
  let above: Node | undefined = tree;
  for (const part of edit.path) {
    // What is not there yet is made, objects and lists alike.
    if (above === undefined) return true;
    if (above.type !== (typeof part === 'number' ? 'array' : 'object')) return false;
    if (typeof part === 'number' && part > (above.children ?? []).length) return false;
    above = nodeAt(above, [part]);
  }
  return true;
}

/** Puts the texts of a list's items in another order; what stands between them keeps its place. */
function moveItem(text: string, items: readonly Node[], from: number, to: number): string {
  const texts = items.map(({ offset, length }) => text.slice(offset, offset + length));
  const moved = texts.toSpliced(from, 1).toSpliced(to, 0, texts[from] ?? '');
  let result = '';
  let at = 0;
  for (const [index, { offset, length }] of items.entries()) {
    result += text.slice(at, offset) + (moved[index] ?? '');
    at = offset + length;
  }
  return result + text.slice(at);
}

import {
  countColumn,
  EditorSelection,
  findColumn,
  type EditorState,
  type Extension,
} from '@codemirror/state';
import { EditorView } from '@codemirror/view';

interface Place {
  readonly line: number;
  /** Columns as drawn: a tab counts for several. */
  readonly column: number;
}

function placeAt(view: EditorView, event: MouseEvent): Place {
  const pos = view.posAtCoords({ x: event.clientX, y: event.clientY }, false);
  const line = view.state.doc.lineAt(pos);
  const column = countColumn(line.text, view.state.tabSize, pos - line.from);
  if (pos < line.to) return { line: line.number, column };
  // Right of the end of a line the rectangle goes on, by the width of a character.
  const end = view.coordsAtPos(line.to);
  const beyond = end === null ? 0 : Math.max(0, (event.clientX - end.left) / view.defaultCharacterWidth);
  return { line: line.number, column: column + Math.round(beyond) };
}

/** The ranges between two corners, one for each line that reaches into the rectangle. */
export function rectangleRanges(
  state: EditorState,
  from: Place,
  to: Place,
): readonly { readonly anchor: number; readonly head: number }[] {
  const ranges: { anchor: number; head: number }[] = [];
  const left = Math.min(from.column, to.column);
  for (let n = Math.min(from.line, to.line); n <= Math.max(from.line, to.line); n += 1) {
    const { from: start, text } = state.doc.line(n);
    // Of a line that ends before the rectangle nothing is selected, as long as others reach it.
    if (countColumn(text, state.tabSize) < left) continue;
    ranges.push({
      anchor: start + findColumn(text, from.column, state.tabSize),
      head: start + findColumn(text, to.column, state.tabSize),
    });
  }
  return ranges;
}

/**
 * `Alt` with the mouse, as in VS Code: a click adds a cursor (or takes away the one that is there), a drag selects a
 * rectangle.
 */
export function altMouse(): Extension {
  return EditorView.mouseSelectionStyle.of((view, event) => {
    if (event.button !== 0 || !event.altKey) return null;
    let start = view.posAtCoords({ x: event.clientX, y: event.clientY }, false);
    const from = placeAt(view, event);
    let before = view.state.selection;
    return {
      get(current) {
        const to = placeAt(view, current);
        if (to.line === from.line && to.column === from.column) return withCursor(before, start);
        const last = view.state.doc.lines;
        const corner = { line: Math.min(from.line, last), column: from.column };
        const ranges = rectangleRanges(view.state, corner, to).map(({ anchor, head }) =>
          EditorSelection.range(anchor, head),
        );
        return ranges.length === 0 ? before : EditorSelection.create(ranges, ranges.length - 1);
      },
      update(update) {
        // Somebody else's change during the gesture moves what it began with.
        if (!update.docChanged) return;
        start = update.changes.mapPos(start);
        before = before.map(update.changes);
      },
    };
  });
}

function withCursor(selection: EditorSelection, pos: number): EditorSelection {
  const others = selection.ranges.filter((range) => !(range.empty && range.head === pos));
  if (others.length === selection.ranges.length) return selection.addRange(EditorSelection.cursor(pos), true);
  return others.length === 0 ? selection : EditorSelection.create(others);
}

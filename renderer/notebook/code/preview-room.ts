import type { Extension } from '@codemirror/state';
import { EditorView } from '@codemirror/view';

/** Pixels between the line of the cursor and a preview over the lines below it. */
const GAP = 8;

/** Keeps the cursor of a text above its preview, which in a narrow pane lies over the last lines of a long source. */
export const previewRoom: Extension = EditorView.scrollMargins.of((view) => {
  const preview = view.dom
    .closest('.md-writing-parts')
    ?.querySelector('.md-preview')
    ?.getBoundingClientRect();
  if (preview === undefined || preview.left >= view.dom.getBoundingClientRect().right) return null;
  return { bottom: preview.height + GAP };
});

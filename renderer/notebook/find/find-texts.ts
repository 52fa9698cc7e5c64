import { SGR_PATTERN } from '../../../shared/notebook/outputs/sgr';
import { isShortened } from '../../../shared/notebook/outputs/text-rows';
import { countLines } from '../../../shared/notebook/outputs/text-lines';
import type { FindText } from '../../../shared/notebook/find';
import type { OutputView, TextView } from '../../../shared/notebook/view';
import type { DocumentModel } from '../document-model';

/** A text of the notebook that is searched: the source of a cell, or what is shown of one of its outputs. */
export interface NotebookText extends FindText {
  readonly cell: string;
  /** Key of the output; null for the source. */
  readonly output: string | null;
  /** What is not in `text`, for the engine to search: lines between these two numbers (from 0). */
  readonly hidden: { readonly from: number; readonly to: number; readonly at: number } | null;
  /** Something of it is left out, if only the end of a long line. */
  readonly isShortened: boolean;
}

/** Which texts are searched. */
export interface FindPlaces {
  readonly withOutputs: boolean;
  /** Only these cells; null for all. */
  readonly cells: readonly string[] | null;
}

const bare = new WeakMap<TextView, string>();

/** A view's text as it is read, without colours. */
function bareText(view: TextView): { readonly head: string; readonly all: string } {
  const head = view.head.replace(SGR_PATTERN, '');
  const all = bare.get(view) ?? head + view.tail.replace(SGR_PATTERN, '');
  bare.set(view, all);
  return { head, all };
}

function textOfView(cell: string, key: string, view: TextView, title = ''): NotebookText {
  const { head, all } = bareText(view);
  const from = countLines(view.head);
  const to = view.lines - countLines(view.tail);
  return {
    id: `${cell} ${key}`,
    cell,
    output: key,
    text: title + all,
    hidden: view.omittedLines > 0 ? { from, to, at: title.length + head.length } : null,
    isShortened: isShortened(view),
  };
}

function textOfOutput(cell: string, output: OutputView): NotebookText | null {
  switch (output.kind) {
    case 'stream':
      return textOfView(cell, output.key, output.text);
    case 'error':
      return textOfView(cell, output.key, output.traceback, `${output.ename}: ${output.evalue}\n`);
    case 'data': {
      // What a table says stands in its plain text too, and that can be searched without looking into a frame.
      const text = ['text/plain', 'text/markdown', 'text/latex']
        .map((mime) => (Object.hasOwn(output.data, mime) ? output.data[mime] : undefined))
        .find((value) => typeof value === 'string');
      return typeof text === 'string'
        ? {
            id: `${cell} ${output.key}`,
            cell,
            output: output.key,
            text: text.replace(SGR_PATTERN, ''),
            hidden: null,
            isShortened: false,
          }
        : null;
    }
    case 'gap':
    case 'unknown':
      return null;
  }
}

/** All texts of the notebook in the order in which they are read. */
export function notebookTexts(
  model: Pick<DocumentModel, 'cells' | 'outputs'>,
  places: FindPlaces,
): readonly NotebookText[] {
  const only = places.cells === null ? null : new Set(places.cells);
  return model.cells.flatMap((cell) => {
    if (only?.has(cell.id) === false) return [];
    const source: NotebookText = {
      id: `${cell.id} source`,
      cell: cell.id,
      output: null,
      text: cell.source,
      hidden: null,
      isShortened: false,
    };
    if (!places.withOutputs) return [source];
    const outputs = (model.outputs.get(cell.id) ?? []).map((output) => textOfOutput(cell.id, output));
    return [source, ...outputs.filter((text) => text !== null)];
  });
}

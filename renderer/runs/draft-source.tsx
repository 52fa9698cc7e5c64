import { Text, type ChangeSet } from '@codemirror/state';
import { Pencil } from 'lucide-react';
import type { JSX } from 'react';
import type { Cell } from '../../shared/notebook/model';
import { toWireError } from '../../shared/rpc/errors';
import { cellLanguage, notebookLanguage } from '../notebook/cell-facts';
import { LiveEditor } from '../notebook/code/live-editor';
import { useModel, useNotebook } from '../notebook/document-context';
import { focusActiveCell } from '../notebook/focus-cell';
import { useLineNumbers } from '../notebook/line-numbers';
import { useSetting } from '../settings/settings-store';
import { useRun, useRunModel } from './run-context';

/** The adjusted copy of a step, being written. What was sent stays above it; nothing is recorded before it is sent. */
export function DraftSource(props: {
  readonly cell: Pick<Cell, 'id' | 'type' | 'source' | 'metadata'>;
  readonly wasSent: boolean;
}): JSX.Element {
  const { cell, wasSent } = props;
  const run = useRun();
  const { open } = useNotebook();
  const base = useModel((model) => notebookLanguage(model.metadata));
  const wrap = useModel((model) => model.wrapLines);
  const lineNumbers = useLineNumbers();
  const indent = useSetting('editorIndent');
  const draft = useRunModel(({ drafts }) => drafts.get(cell.id) ?? cell.source);
  const read = (): string => run.store.getState().drafts.get(cell.id) ?? cell.source;
  const ask = async <T,>(work: () => Promise<T>): Promise<T | null> => {
    try {
      return await work();
    } catch (error) {
      // Without a kernel there is nothing to complete; that is no failure worth a word.
      if (toWireError(error).code === 'internal') open.say(error);
      return null;
    }
  };
  const document = (): string => open.store.getState().document;
  return (
    <div className="entry-part">
      <div className="source is-editing run-draft">
        <LiveEditor
          source={draft}
          readSource={read}
          language={cellLanguage(cell, base)}
          wrap={wrap}
          lineNumbers={lineNumbers}
          indent={indent}
          vim={null}
          label="Adjusted copy"
          autoFocus
          complete={(code, cursor) =>
            ask(() =>
              open.engine.request('notebook.complete', { document: document(), cell: cell.id, code, cursor }),
            )
          }
          inspect={(code, cursor) =>
            ask(
              async () =>
                (
                  await open.engine.request('notebook.inspect', {
                    document: document(),
                    cell: cell.id,
                    code,
                    cursor,
                  })
                ).text,
            )
          }
          onChange={(changes: ChangeSet) =>
            run.draft(cell.id, changes.apply(Text.of(read().split('\n'))).toString())
          }
          onCursor={() => undefined}
          onFocus={() => open.set({ mode: 'edit' })}
          onPictures={null}
          onLeave={() => undefined}
        />
        <div className="source-foot">
          <Pencil className="icon" aria-hidden="true" />
          <span className="cut">
            {wasSent
              ? 'Adjusted copy, sent by the next attempt. What was sent is kept above.'
              : 'Adjusted before it is sent: both texts are recorded.'}
          </span>
          <span className="grow" />
          <button
            type="button"
            className="out-link"
            onClick={() => {
              run.draft(cell.id, null);
              open.set({ mode: 'command' });
              focusActiveCell();
            }}
          >
            Drop the change
          </button>
        </div>
      </div>
    </div>
  );
}

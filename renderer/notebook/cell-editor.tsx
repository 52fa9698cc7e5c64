import type { ChangeSet } from '@codemirror/state';
import type { EditorView } from '@codemirror/view';
import { useCallback, useMemo, useState, type JSX } from 'react';
import type { CellView } from '../../shared/notebook/contract';
import { attachPictures } from './attach-pictures';
import { endEditing, moveSelection, undo } from './cell-actions';
import type { LanguageName } from './code/language-of';
import { fromOutside, LiveEditor, type CursorPlace } from './code/live-editor';
import { useVimKeys, type VimMode } from './code/vim-mode';
import { useModel, useNotebook } from './document-context';
import { setEditorCuts } from './editor-cursor';
import { useSetting } from '../settings/settings-store';
import { save } from './file-actions';
import { useKeyWords } from './keys-in-use';
import { useLineNumbers } from './line-numbers';
import { toWireError } from '../../shared/rpc/errors';

/** The live editor of the cell being edited, with the keys that matter at its foot. */
export function CellEditor(props: {
  readonly cell: CellView;
  readonly language: LanguageName;
  readonly initialOffset?: number | undefined;
  readonly className: string;
  /** How far down the source the cursor stands, from 0 to 1. */
  readonly onProgress?: (progress: number) => void;
}): JSX.Element {
  const { cell, language, initialOffset, className, onProgress } = props;
  const { open } = useNotebook();
  const words = useKeyWords();
  const wrap = useModel((model) => model.wrapLines);
  const lineNumbers = useLineNumbers();
  const indent = useSetting('editorIndent');
  const makeVim = useVimKeys(useSetting('vimKeys'), open.say);
  const [vimMode, setVimMode] = useState<VimMode>('normal');
  const vim = useMemo(
    () =>
      makeVim?.({
        undo: () => void undo(open, 'undo'),
        redo: () => void undo(open, 'redo'),
        save: () => void save(open),
        leave: () => endEditing(open),
        onMode: setVimMode,
      }) ?? null,
    [makeVim, open],
  );
  const [place, setPlace] = useState<CursorPlace>({ line: 1, column: 1, cuts: [] });

  const onCursor = useCallback(
    (next: CursorPlace) => {
      setPlace(next);
      setEditorCuts(cell.id, next.cuts);
      const length = open.store.getState().byId.get(cell.id)?.source.length ?? 0;
      onProgress?.(Math.min(1, (next.cuts.at(-1) ?? 0) / Math.max(1, length)));
    },
    [cell.id, open, onProgress],
  );
  const ask = {
    complete: async (code: string, cursor: number) => {
      try {
        const { document } = open.store.getState();
        return await open.engine.request('notebook.complete', { document, cell: cell.id, code, cursor });
      } catch (error) {
        // Without a kernel there is nothing to complete; that is no failure worth a word.
        if (toWireError(error).code === 'internal') open.say(error);
        return null;
      }
    },
    inspect: async (code: string, cursor: number) => {
      try {
        const { document } = open.store.getState();
        return (await open.engine.request('notebook.inspect', { document, cell: cell.id, code, cursor }))
          .text;
      } catch (error) {
        if (toWireError(error).code === 'internal') open.say(error);
        return null;
      }
    },
  };
  const isInNormal = vim === null || vimMode === 'normal';
  const takePictures = (files: readonly File[], view: EditorView): void =>
    void attachPictures(open, cell.id, files, (markdown) => {
      // The change goes to the engine with the pictures; the editor only shows it.
      const transaction = view.state.update(view.state.replaceSelection(markdown), {
        annotations: fromOutside.of(true),
        scrollIntoView: true,
      });
      return { changes: transaction.changes, done: () => view.dispatch(transaction) };
    });
  return (
    <div className={className}>
      <LiveEditor
        source={cell.source}
        readSource={() => open.store.getState().byId.get(cell.id)?.source ?? cell.source}
        language={language}
        wrap={wrap}
        lineNumbers={lineNumbers}
        indent={indent}
        vim={vim}
        label={cell.type === 'markdown' ? 'Text' : 'Source'}
        initialOffset={initialOffset}
        autoFocus
        complete={ask.complete}
        inspect={ask.inspect}
        onChange={(changes: ChangeSet) => {
          open.edit({ kind: 'text', cell: cell.id, changes: changes.toJSON() });
        }}
        onCursor={onCursor}
        onFocus={() => open.set({ mode: 'edit' })}
        onPictures={cell.type === 'markdown' ? takePictures : null}
        onLeave={(direction) => {
          if (cell.type === 'markdown') return;
          endEditing(open);
          moveSelection(open, direction === 'up' ? -1 : 1);
        }}
      />
      <div className="source-foot">
        <span>
          <kbd className="kbd">{words('run-and-advance')}</kbd>{' '}
          {cell.type === 'markdown' ? 'show the text' : 'run'}
        </span>
        <span>
          <kbd className="kbd">{isInNormal ? words('leave-edit') : 'Esc'}</kbd>{' '}
          {isInNormal ? 'command mode' : 'normal mode'}
        </span>
        {vim !== null && <span>Vim: {vimMode}</span>}
        <span className="num source-place">
          line {place.line}, column {place.column}
        </span>
      </div>
    </div>
  );
}

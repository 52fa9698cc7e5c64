import { Bookmark, GitCompare, Pencil, RotateCcw, Trash2, Undo2 } from 'lucide-react';
import { useEffect, useRef, useState, type JSX, type KeyboardEvent } from 'react';
import { useStore } from 'zustand';
import { MAX_CHECKPOINT_NAME, type Checkpoint } from '../../../shared/notebook/checkpoint-contract';
import { useModel, useNotebook } from '../document-context';
import { closeInspector, inspectorState } from '../inspector/inspector-state';
import { useTooltip } from '../keys-in-use';
import { utcWords } from '../time-words';
import { ToolButton } from '../tool-button';
import {
  checkpointTime,
  checkpointTitle,
  keepCheckpoint,
  putBackCheckpoint,
  removeCheckpoint,
  renameCheckpoint,
  restoreCheckpoint,
} from './checkpoint-actions';
import type { CheckpointList } from './use-checkpoints';

/** The checkpoints of a runbook, and what can be done with them: compare, go back, another name, away. */
export function CheckpointsPanel(props: { readonly list: CheckpointList | null }): JSX.Element {
  const { list } = props;
  const { open } = useNotebook();
  const [chosen, setChosen] = useState<string | null>(null);
  const [renamed, setRenamed] = useState<string | null>(null);
  const [removed, setRemoved] = useState<Checkpoint | null>(null);
  const box = useRef<HTMLUListElement>(null);
  const putBack = useRef<HTMLButtonElement>(null);
  /** The row that gets the focus as soon as it is drawn: the list follows what was done to it. */
  const wanted = useRef<string | null>(null);
  const focusRow = (id: string): void => {
    setChosen(id);
    wanted.current = id;
  };
  useEffect(() => {
    if (removed !== null) putBack.current?.focus();
  }, [removed]);
  useEffect(() => {
    const row = wanted.current === null ? null : document.getElementById(rowId(wanted.current));
    if (row === null) return;
    wanted.current = null;
    row.focus();
  });
  const checkpoints = list?.checkpoints ?? [];
  const remove = (checkpoint: Checkpoint): void => {
    void removeCheckpoint(open, checkpoint.id).then((isDone) => {
      if (isDone) setRemoved(checkpoint);
    });
  };

  function onKeyDown(event: KeyboardEvent): void {
    if (event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return;
    if (!(event.target instanceof HTMLElement) || !event.target.matches('.kept-row')) return;
    const rows = [...(box.current?.querySelectorAll<HTMLElement>('.kept-row') ?? [])];
    const at = rows.indexOf(event.target);
    const here = checkpoints[at];
    const next = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: rows.length - 1 }[event.key];
    if (next !== undefined) rows[next]?.focus();
    else if (event.key === 'Delete' && here !== undefined) remove(here);
    else if (event.key === 'F2' && here !== undefined) {
      setChosen(here.id);
      setRenamed(here.id);
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }
  return (
    <>
      <KeepForm onKept={focusRow} />
      {removed !== null && (
        <p className="kept-removed" role="status">
          <span>{checkpointTitle(removed)} was removed.</span>
          <button
            ref={putBack}
            type="button"
            className="nb-button"
            onClick={() => {
              setRemoved(null);
              focusRow(removed.id);
              void putBackCheckpoint(open, removed.id);
            }}
          >
            <Undo2 className="icon" aria-hidden="true" />
            Put it back
          </button>
        </p>
      )}
      {list !== null && checkpoints.length === 0 && (
        <p className="hint">
          A checkpoint keeps the texts and settings of this runbook as they are now, saved or not. It will be
          listed here, to be compared with and gone back to. A runbook that is saved as another file takes a
          copy of them along.
        </p>
      )}
      {checkpoints.length > 0 && (
        <ul ref={box} className="kept-list" aria-label="Checkpoints" onKeyDown={onKeyDown}>
          {checkpoints.map((checkpoint, index) => (
            <li key={checkpoint.id}>
              {renamed === checkpoint.id ? (
                <RenameForm
                  checkpoint={checkpoint}
                  onDone={() => {
                    setRenamed(null);
                    focusRow(checkpoint.id);
                  }}
                />
              ) : (
                <button
                  type="button"
                  id={rowId(checkpoint.id)}
                  className="kept-row"
                  aria-expanded={checkpoint.id === chosen}
                  tabIndex={checkpoint.id === chosen || (chosen === null && index === 0) ? 0 : -1}
                  title={`Kept ${utcWords(checkpoint.at)}`}
                  onFocus={() => setChosen(checkpoint.id)}
                  onClick={() => setChosen(checkpoint.id)}
                >
                  <Bookmark className="icon" aria-hidden="true" />
                  <span className="kept-words">
                    <span className={checkpoint.name === null ? 'cut' : 'cut kept-name'}>
                      {checkpointTitle(checkpoint)}
                    </span>
                    <span className="small muted num">
                      {checkpointTime(checkpoint)},{' '}
                      {checkpoint.cells === 1 ? '1 cell' : `${checkpoint.cells} cells`}
                      {checkpoint.why !== 'person' && ', kept by itself'}
                    </span>
                  </span>
                </button>
              )}
              {checkpoint.id === chosen && renamed !== checkpoint.id && (
                <RowActions
                  checkpoint={checkpoint}
                  onRename={() => setRenamed(checkpoint.id)}
                  onRemove={() => remove(checkpoint)}
                />
              )}
            </li>
          ))}
        </ul>
      )}
      {(list?.unreadable ?? 0) > 0 && (
        <p className="hint">
          {list?.unreadable === 1 ? 'One more checkpoint' : `${list?.unreadable} more checkpoints`} there can
          not be read: a part is missing or was changed by another program. Nothing of it is removed.
        </p>
      )}
      {checkpoints.length > 0 && (
        <p className="hint">
          Going back is one step, taken back by undo, and keeps what is here as a checkpoint first. Results
          and the kernel’s memory stay as they are now.
        </p>
      )}
    </>
  );
}

function rowId(id: string): string {
  return `kept-${id}`;
}

function RowActions(props: {
  readonly checkpoint: Checkpoint;
  readonly onRename: () => void;
  readonly onRemove: () => void;
}): JSX.Element {
  const { checkpoint, onRename, onRemove } = props;
  const { open, host } = useNotebook();
  const isReadOnly = useModel((model) => (model.state?.readOnly ?? null) !== null);
  return (
    <div className="kept-actions">
      <button
        type="button"
        className="nb-button"
        title="What differs between this checkpoint and now"
        onClick={() => {
          open.set({ comparedWith: checkpoint, comparing: false, mode: 'command' });
          // There it lies over the page that is compared.
          if (window.matchMedia('(max-width: 1240px)').matches) closeInspector();
        }}
      >
        <GitCompare className="icon" aria-hidden="true" />
        Compare
      </button>
      <button
        type="button"
        className="nb-button"
        disabled={isReadOnly}
        title={isReadOnly ? 'This notebook is open for reading' : 'Make the runbook what it was then'}
        onClick={() => void restoreCheckpoint(open, host, checkpoint)}
      >
        <RotateCcw className="icon" aria-hidden="true" />
        Go back
      </button>
      <span className="grow" />
      <ToolButton label="Rename the checkpoint" keys="F2" icon={Pencil} onClick={onRename} />
      <ToolButton label="Remove the checkpoint" keys="Delete" icon={Trash2} onClick={onRemove} />
    </div>
  );
}

/** One button, and the field for a name once it was pressed or the key was. */
function KeepForm(props: { readonly onKept: (id: string) => void }): JSX.Element {
  const { open, host } = useNotebook();
  const isKeeping = useStore(inspectorState, (state) => state.isKeeping);
  const tooltip = useTooltip();
  const [name, setName] = useState('');
  const [isSending, setSending] = useState(false);
  const close = (): void => {
    setName('');
    inspectorState.setState({ isKeeping: false });
  };
  if (!isKeeping) {
    return (
      <button
        type="button"
        className="nb-button kept-keep"
        title={tooltip('Keep the texts and settings as they are now', 'keep-checkpoint')}
        onClick={() => inspectorState.setState({ isKeeping: true })}
      >
        <Bookmark className="icon" aria-hidden="true" />
        Keep a checkpoint…
      </button>
    );
  }
  return (
    <form
      className="kept-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (isSending) return;
        setSending(true);
        void keepCheckpoint(open, host, name.trim() === '' ? null : name.trim()).then((id) => {
          setSending(false);
          if (id === null) return;
          close();
          props.onKept(id);
        });
      }}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.preventDefault();
        event.stopPropagation();
        close();
      }}
    >
      <input
        className="input"
        aria-label="Name of the checkpoint"
        placeholder="Name, or none"
        autoFocus
        maxLength={MAX_CHECKPOINT_NAME}
        value={name}
        onChange={(event) => setName(event.target.value)}
      />
      <button type="submit" className="nb-button" disabled={isSending}>
        Keep it
      </button>
    </form>
  );
}

function RenameForm(props: { readonly checkpoint: Checkpoint; readonly onDone: () => void }): JSX.Element {
  const { checkpoint, onDone } = props;
  const { open } = useNotebook();
  const [name, setName] = useState(checkpoint.name ?? '');
  return (
    <form
      className="kept-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (name.trim() === '') return;
        void renameCheckpoint(open, checkpoint.id, name.trim()).then((isDone) => {
          if (isDone) onDone();
        });
      }}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.preventDefault();
        event.stopPropagation();
        onDone();
      }}
    >
      <input
        className="input"
        aria-label="New name of the checkpoint"
        autoFocus
        maxLength={MAX_CHECKPOINT_NAME}
        value={name}
        onChange={(event) => setName(event.target.value)}
      />
      <button type="submit" className="nb-button" disabled={name.trim() === ''}>
        Rename
      </button>
    </form>
  );
}

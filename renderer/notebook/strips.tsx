import {
  CircleAlert,
  FileClock,
  FileInput,
  FileWarning,
  FileX,
  HardDrive,
  Info,
  Lock,
  RotateCw,
  Save,
  TriangleAlert,
} from 'lucide-react';
import { useState, type JSX } from 'react';
import { SGR_PATTERN } from '../../shared/notebook/outputs/sgr';
import { useModel, useNotebook } from './document-context';
import { discardRecovered, resolveDisk, save, saveAs, takeBackMerge } from './file-actions';
import { fileName } from './file-name';
import { splitFirstSentence } from './first-sentence';
import { askRestart } from './run-actions';
import { TryStrip } from '../runs/try-strip';
import { Strip } from '../ui/strip';
import { clockTime } from './time-words';

function useDismiss(key: string): { readonly isDismissed: boolean; readonly dismiss: () => void } {
  const { open } = useNotebook();
  const isDismissed = useModel((model) => model.dismissed.has(key));
  return {
    isDismissed,
    dismiss: () => open.set({ dismissed: new Set([...open.store.getState().dismissed, key]) }),
  };
}

/** What the engine can not write at this moment; it tells what is kept and the way out. */
function ProblemStrip(): JSX.Element | null {
  const problem = useModel((model) => model.state?.problem ?? null);
  if (problem === null) return null;
  return (
    <Strip state="failed" icon={HardDrive} title="Not everything is on disk.">
      {problem}
    </Strip>
  );
}

function ReadOnlyStrip(): JSX.Element | null {
  const { open, host } = useNotebook();
  const reason = useModel((model) => model.state?.readOnly ?? null);
  if (reason === null) return null;
  return (
    <Strip
      state="queued"
      icon={Lock}
      title="Read only."
      actions={
        <button
          type="button"
          className="nb-button"
          onClick={() => void saveAs(open, (suggested) => host.chooseSavePath(suggested))}
        >
          Save a copy…
        </button>
      }
    >
      {reason}
    </Strip>
  );
}

function DiskStrip(): JSX.Element | null {
  const { open, host } = useNotebook();
  const disk = useModel((model) => model.state?.disk ?? 'same');
  const path = useModel((model) => model.state?.path ?? '');
  const at = useModel((model) => model.state?.diskChangedAt ?? null);
  const edited = useModel((model) => model.state?.editedCells ?? 0);
  const isComparing = useModel((model) => model.comparing);
  if (disk === 'same') return null;
  const name = fileName(path);
  if (disk === 'gone') {
    return (
      <Strip
        state="waiting"
        icon={FileX}
        title={`${name} is not there any more.`}
        actions={
          <>
            <button
              type="button"
              className="nb-button"
              onClick={() => void saveAs(open, (suggested) => host.chooseSavePath(suggested))}
            >
              Save as…
            </button>
            <button type="button" className="nb-button" onClick={() => void save(open, { overwrite: true })}>
              Write it again
            </button>
          </>
        }
      >
        It was deleted or moved. Everything is kept here.
      </Strip>
    );
  }
  const kept =
    edited === 1
      ? 'Your edited cell is kept here.'
      : edited > 1
        ? `Your ${edited} edited cells are kept here.`
        : 'Nothing is lost here.';
  return (
    <Strip
      state="waiting"
      icon={FileWarning}
      title={`${name} was changed on disk${at === null ? '' : ` at ${clockTime(at)}`}.`}
      actions={
        isComparing ? undefined : (
          <>
            <button type="button" className="nb-button" onClick={() => void resolveDisk(open, 'mine')}>
              Keep mine
            </button>
            <button type="button" className="nb-button" onClick={() => void resolveDisk(open, 'theirs')}>
              Take theirs
            </button>
            <button
              type="button"
              className="nb-button nb-button-primary"
              onClick={() => open.set({ comparing: true })}
            >
              Compare
            </button>
          </>
        )
      }
    >
      {kept} Saving waits for your choice.
    </Strip>
  );
}

/** A change on disk that nobody had to choose for; it can be taken back until the next save. */
function MergedStrip(): JSX.Element | null {
  const { open } = useNotebook();
  const merged = useModel((model) => model.state?.merged ?? null);
  const path = useModel((model) => model.state?.path ?? '');
  const edited = useModel((model) => model.state?.editedCells ?? 0);
  const { isDismissed, dismiss } = useDismiss(`merged ${merged?.at ?? ''}`);
  const isSettled = useModel((model) => model.state?.disk === 'same');
  // What waits for a choice is said alone.
  if (merged === null || isDismissed || !isSettled) return null;
  const taken = `${merged.cells} ${merged.cells === 1 ? 'cell was' : 'cells were'} taken in`;
  const kept = edited === 1 ? 'your edited cell is kept' : `your ${edited} edited cells are kept`;
  return (
    <Strip
      state="running"
      icon={FileInput}
      title={`${fileName(path)} was changed on disk at ${clockTime(merged.at)}.`}
      onClose={dismiss}
      actions={
        <button type="button" className="nb-button" onClick={() => void takeBackMerge(open)}>
          Undo this
        </button>
      }
    >
      {edited === 0 ? `${taken}.` : `${taken}, ${kept}.`}
    </Strip>
  );
}

function RecoveredStrip(): JSX.Element | null {
  const { open } = useNotebook();
  const isRecovered = useModel((model) => model.recovered);
  const isUnsaved = useModel((model) => model.state?.unsavedEdits ?? false);
  const edited = useModel((model) => model.state?.editedCells ?? 0);
  const { isDismissed, dismiss } = useDismiss('recovered');
  if (!isRecovered || isDismissed || !isUnsaved) return null;
  return (
    <Strip
      state="running"
      icon={FileClock}
      title="Edits from an earlier session were brought back."
      actions={
        <>
          <button type="button" className="nb-button" onClick={() => void discardRecovered(open)}>
            Discard them
          </button>
          <button type="button" className="nb-button" onClick={dismiss}>
            Keep them
          </button>
        </>
      }
    >
      {edited > 0
        ? `${edited} ${edited === 1 ? 'cell' : 'cells'}, not in the file yet.`
        : 'They are not in the file yet.'}
    </Strip>
  );
}

function KernelDiedStrip(props: { readonly isRun: boolean }): JSX.Element | null {
  const { open } = useNotebook();
  const kernel = useModel((model) => model.state?.kernel ?? null);
  const [isOpen, setOpen] = useState(false);
  if (kernel?.state !== 'dead') return null;
  const name = kernel.spec?.displayName ?? kernel.wanted ?? 'The kernel';
  // One that never became ready has a reason in whole sentences, with what was kept.
  const neverReady = kernel.reason?.endsWith('.') === true ? kernel.reason : null;
  const stderr = kernel.stderr?.replace(SGR_PATTERN, '').trim() ?? '';
  return (
    <Strip
      state="failed"
      icon={CircleAlert}
      title={
        neverReady === null
          ? `${name} ended at ${clockTime(kernel.since)}${kernel.reason === null ? '' : `: ${kernel.reason}`}.`
          : splitFirstSentence(neverReady).first
      }
      actions={
        <>
          {stderr !== '' && (
            <button
              type="button"
              className="nb-button"
              aria-expanded={isOpen}
              onClick={() => setOpen(!isOpen)}
            >
              {isOpen ? 'Hide its last words' : 'Show its last words'}
            </button>
          )}
          {/* A run starts it by its next step, and where to go on is chosen in its bar. */}
          {!props.isRun && (
            <button
              type="button"
              className="nb-button nb-button-primary"
              onClick={() => askRestart(open, false)}
            >
              <RotateCw className="icon" aria-hidden="true" />
              Start it again
            </button>
          )}
        </>
      }
      details={isOpen && <pre className="strip-words">{stderr}</pre>}
    >
      {neverReady === null
        ? 'Its variables are gone. Everything it printed until then is kept.'
        : splitFirstSentence(neverReady).rest}
    </Strip>
  );
}

function SaveNotesStrip(): JSX.Element | null {
  const notes = useModel((model) => model.state?.saveNotes ?? null);
  const isUnsaved = useModel((model) => model.state?.unsavedEdits ?? false);
  const { isDismissed, dismiss } = useDismiss(`notes ${notes?.join('\n') ?? ''}`);
  if (notes === null || notes.length === 0 || !isUnsaved || isDismissed) return null;
  return (
    <Strip state="queued" icon={Save} title="The next save changes more than your edits." onClose={dismiss}>
      {notes.join(' ')}
    </Strip>
  );
}

function FindingsStrip(): JSX.Element | null {
  const findings = useModel((model) => model.findings);
  const [isOpen, setOpen] = useState(false);
  const { isDismissed, dismiss } = useDismiss('findings');
  const heavy = findings.filter((finding) => finding.severity !== 'note');
  if (heavy.length === 0 || isDismissed) return null;
  const [first] = heavy;
  const isMany = heavy.length > 1;
  return (
    <Strip
      state="waiting"
      icon={TriangleAlert}
      title={isMany ? `${heavy.length} things about this file should be known.` : 'About this file:'}
      onClose={dismiss}
      actions={
        isMany && (
          <button type="button" className="nb-button" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
            {isOpen ? 'Hide them' : 'Show them'}
          </button>
        )
      }
      details={
        isOpen &&
        isMany && (
          <ul className="strip-list">
            {heavy.map((finding, index) => (
              <li key={index}>
                {finding.message}
                {finding.place !== null && <span className="muted"> {finding.place}</span>}
              </li>
            ))}
          </ul>
        )
      }
    >
      {isMany ? 'The file itself is not changed by opening.' : first?.message}
    </Strip>
  );
}

function Notices(): JSX.Element {
  const { open } = useNotebook();
  const notices = useModel((model) => model.notices);
  return (
    <>
      {notices.map(({ id, error }) => (
        <Strip
          key={id}
          state="failed"
          icon={error.retryable ? Info : CircleAlert}
          title={error.message}
          onClose={() =>
            open.set({ notices: open.store.getState().notices.filter((notice) => notice.id !== id) })
          }
        />
      ))}
    </>
  );
}

/** Everything about the document that a person should know now, the gravest first. */
export function Strips(props: { readonly isRun: boolean }): JSX.Element {
  return (
    <div className="strips">
      <TryStrip />
      <Notices />
      <DiskStrip />
      <MergedStrip />
      <KernelDiedStrip isRun={props.isRun} />
      <RecoveredStrip />
      <ProblemStrip />
      <ReadOnlyStrip />
      <SaveNotesStrip />
      <FindingsStrip />
    </div>
  );
}

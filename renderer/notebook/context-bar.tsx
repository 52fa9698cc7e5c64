import { Menu } from '@base-ui/react/menu';
import { CirclePlay, CircleStop, Ellipsis, NotebookPen, Play, Save } from 'lucide-react';
import { useMemo, type JSX } from 'react';
import type { DocumentState } from '../../shared/notebook/contract';
import { useModel, useNotebook } from './document-context';
import { FilePath } from '../library/file-path';
import { GitLine } from '../library/git-line';
import { firstHeading } from './contents';
import type { NotebookCommandId } from './commands';
import { fileName } from './file-name';
import { InspectorButton } from './inspector/inspector-button';
import { useKeyWords, useTooltip } from './keys-in-use';
import { kernelWords } from './kernel-words';
import { EnvironmentChooser } from '../runs/environment-chooser';
import { LastRuns } from '../runs/last-runs';
import { askStart } from '../runs/start/start-wish';
import { runCommand } from './run-command';
import { clockTime } from './time-words';
import { useNow } from './use-now';

interface Entry {
  readonly id: NotebookCommandId;
  readonly label: string;
}

const MENU: readonly (readonly Entry[])[] = [
  [
    { id: 'run-above', label: 'Run the cells above' },
    { id: 'run-below', label: 'Run this cell and those below' },
    { id: 'restart-run-all', label: 'Restart and run all…' },
  ],
  [
    { id: 'interrupt', label: 'Interrupt' },
    { id: 'restart', label: 'Restart the kernel…' },
    { id: 'shut-down', label: 'Shut down the kernel' },
    { id: 'choose-kernel', label: 'Use another kernel…' },
  ],
  [
    { id: 'undo', label: 'Undo' },
    { id: 'redo', label: 'Redo' },
    { id: 'clear-all-outputs', label: 'Clear all outputs' },
  ],
  [
    { id: 'find', label: 'Find…' },
    { id: 'replace', label: 'Find and replace…' },
  ],
  [
    { id: 'save', label: 'Save' },
    { id: 'save-as', label: 'Save as…' },
    { id: 'export', label: 'Export…' },
    { id: 'print', label: 'Print…' },
  ],
  [
    { id: 'keep-checkpoint', label: 'Keep a checkpoint…' },
    { id: 'show-checkpoints', label: 'Checkpoints' },
  ],
];

function NotebookMenu(): JSX.Element {
  const { open, host } = useNotebook();
  const words = useKeyWords();
  const canUndo = useModel((model) => model.state?.canUndo ?? false);
  const canRedo = useModel((model) => model.state?.canRedo ?? false);
  const isBusy = useModel((model) => (model.state?.queue.length ?? 0) > 0);
  const wrap = useModel((model) => model.wrapLines);
  const isCodeHidden = useModel((model) => model.codeHidden);
  const isBeside = useModel((model) => model.outputsBeside);
  const isOff = (id: NotebookCommandId): boolean =>
    (id === 'undo' && !canUndo) || (id === 'redo' && !canRedo) || (id === 'interrupt' && !isBusy);
  return (
    <Menu.Root>
      <Menu.Trigger
        className="tool tool-large"
        aria-label="More for this notebook"
        title="More for this notebook"
      >
        <Ellipsis className="icon" aria-hidden="true" />
      </Menu.Trigger>
      <Menu.Portal>
        <Menu.Positioner className="menu-place" align="end" sideOffset={4}>
          <Menu.Popup className="menu">
            {MENU.map((group, index) => (
              <Menu.Group key={index} className="menu-group">
                {group.map((entry) => (
                  <Menu.Item
                    key={entry.id}
                    className="menu-item"
                    disabled={isOff(entry.id)}
                    onClick={() => runCommand(entry.id, open, host)}
                  >
                    <span>{entry.label}</span>
                    <span className="menu-keys">{words(entry.id)}</span>
                  </Menu.Item>
                ))}
              </Menu.Group>
            ))}
            <Menu.Group className="menu-group">
              <Menu.CheckboxItem
                className="menu-item"
                checked={wrap}
                onCheckedChange={(checked) => open.set({ wrapLines: checked })}
              >
                <span>Wrap long lines</span>
                <span className="menu-keys">{wrap ? 'on' : 'off'}</span>
              </Menu.CheckboxItem>
              <Menu.CheckboxItem
                className="menu-item"
                checked={isCodeHidden}
                onCheckedChange={(checked) =>
                  runCommand(checked ? 'hide-all-code' : 'show-all-code', open, host)
                }
              >
                <span>Hide all code</span>
                <span className="menu-keys">{isCodeHidden ? 'on' : 'off'}</span>
              </Menu.CheckboxItem>
              <Menu.CheckboxItem
                className="menu-item"
                checked={isBeside}
                onCheckedChange={() => runCommand('toggle-beside', open, host)}
              >
                <span>Outputs beside their sources</span>
                <span className="menu-keys">{isBeside ? 'on' : 'off'}</span>
              </Menu.CheckboxItem>
            </Menu.Group>
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  );
}

/** How what is here stands to the file, in a word or two; it gives way as a whole before the title is cut. */
function SavedMark(): JSX.Element | null {
  const state = useModel((model) => model.state);
  const unacknowledged = useModel((model) => model.unacknowledged);
  if (state === null) return null;
  const words = savedWords(state, unacknowledged);
  if (words === null) return null;
  return (
    <span className="saved-mark small muted">
      <span className="nowrap">{words}</span>
    </span>
  );
}

function savedWords(state: DocumentState, unacknowledged: number): string | null {
  if (state.unsavedEdits || unacknowledged > 0) return 'not saved';
  if (state.unsavedOutputs) return 'results not saved';
  return state.savedAt === null ? null : `saved ${clockTime(state.savedAt)}`;
}

/** Facts in the order of what matters: the last ones go first where there is no room. */
function Facts(): JSX.Element {
  const { open } = useNotebook();
  const state = useModel((model) => model.state);
  const isBusy = state?.kernel.state === 'busy' || state?.kernel.state === 'starting';
  const now = useNow(isBusy);
  const edited = state?.editedCells ?? 0;
  const waiting = Math.max(0, (state?.queue.length ?? 0) - 1);
  const path = state?.path ?? open.path;
  return (
    <div className="context-sub is-ranked">
      <GitLine />
      {state !== null && (
        <button
          type="button"
          className="context-fact"
          title="Use another kernel…"
          // It may lie out of sight in a narrow bar: by keys the menu and the palette lead there.
          tabIndex={-1}
          onMouseDown={(event) => event.preventDefault()}
          onClick={() => open.set({ choosingKernel: true })}
        >
          {kernelWords(state, now)}
        </button>
      )}
      {waiting > 0 && <span>{waiting} in line</span>}
      {edited > 0 && state?.unsavedEdits && (
        <span>
          {edited} {edited === 1 ? 'cell' : 'cells'} edited here
        </span>
      )}
      <LastRuns />
      <FilePath className="context-path" path={path} />
    </div>
  );
}

/** What is open, how it stands to its file and kernel, and the one thing to do with the whole. */
export function ContextBar(): JSX.Element {
  const { open } = useNotebook();
  const cells = useModel((model) => model.cells);
  const phase = useModel((model) => model.phase);
  const isOpen = phase === 'open';
  const path = useModel((model) => model.state?.path ?? open.path);
  const first = useMemo(() => firstHeading(cells), [cells]);
  const title = first?.level === 1 ? first.text : fileName(path).replace(/\.ipynb$/i, '');
  return (
    <div className="context">
      <div className="grow">
        <div className="row">
          <span className="env-line">
            <NotebookPen className="icon icon-s" aria-hidden="true" />
            Runbook
          </span>
          <h1 className="cut" title={title}>
            {title}
          </h1>
          <SavedMark />
          <EnvironmentChooser />
        </div>
        <Facts />
      </div>
      {phase !== 'failed' && <Actions isOpen={isOpen} />}
    </div>
  );
}

/** Saving, and the one thing to do with the whole. */
function Actions(props: { readonly isOpen: boolean }): JSX.Element {
  const { isOpen } = props;
  const { open, host } = useNotebook();
  const tooltip = useTooltip();
  const isBusy = useModel((model) => (model.state?.queue.length ?? 0) > 0);
  const isUnsaved = useModel(
    (model) =>
      (model.state?.unsavedEdits ?? false) ||
      (model.state?.unsavedOutputs ?? false) ||
      model.unacknowledged > 0,
  );
  // One button at a time is the next thing to do: below, while a runbook is only read, or waits for a choice.
  const isNextBelow = useModel(
    ({ start, state }) =>
      start !== null ||
      state?.disk === 'changed' ||
      (state !== null && state.kernel.spec === null && state.kernel.wanted !== null),
  );
  // Each button has a place of its own: one that turned into another would be pressed by a second click.
  return (
    <>
      {isBusy && (
        <button
          type="button"
          className="nb-button nb-button-stop"
          title={tooltip('Interrupt', 'interrupt')}
          onClick={() => runCommand('interrupt', open, host)}
        >
          <CircleStop className="icon" aria-hidden="true" />
          Interrupt
        </button>
      )}
      <button
        type="button"
        className="nb-button"
        disabled={!isOpen || !isUnsaved}
        title={tooltip('Save', 'save')}
        onClick={() => runCommand('save', open, host)}
      >
        <Save className="icon" aria-hidden="true" />
        Save
      </button>
      <button
        type="button"
        className="nb-button"
        disabled={!isOpen || isBusy}
        title={isBusy ? 'Cells are running' : tooltip('Run all cells', 'run-all')}
        onClick={() => runCommand('run-all', open, host)}
      >
        <Play className="icon" aria-hidden="true" />
        Run all
      </button>
      <button
        type="button"
        className={isNextBelow ? 'nb-button' : 'nb-button nb-button-primary'}
        disabled={!isOpen}
        title={tooltip('Start a run: a fresh copy, recorded step by step', 'start-run')}
        onClick={() => askStart(open)}
      >
        <CirclePlay className="icon" aria-hidden="true" />
        Start run…
      </button>
      <InspectorButton />
      <NotebookMenu />
    </>
  );
}

import { SquareTerminal, TriangleAlert, Unplug, UserCheck } from 'lucide-react';
import { useEffect, useMemo, useState, type JSX } from 'react';
import { useStore } from 'zustand';
import { boundTerminal, boundWords, profileOf, type BoundTerminal } from '../../shared/runs/bound-terminal';
import type { AttemptContent } from '../../shared/runs/content';
import type { RunLive } from '../../shared/runs/contract';
import type { PlanStep } from '../../shared/runs/plan';
import type { Position } from '../../shared/runs/position';
import { useWindow } from '../app/window-context';
import { clockTime } from '../notebook/time-words';
import { openTerminal } from '../terminal/terminal-commands';
import { placeWords } from '../terminal/send-target';
import { terminalFocus } from '../terminal/terminal-focus';
import { boundStand, statusOf, type BoundStand } from './bound-words';
import { Count } from './form-frame';
import { useRun, useRunModel } from './run-context';

/** How the terminal stands that the next step runs in; null where that is in none. What is sent then goes there. */
export function useBoundStand(position: Position, live: RunLive): BoundStand | null {
  const run = useRun();
  const { terminals, library } = useWindow();
  const all = useStore(terminals.store, (model) => model.terminals);
  const active = useStore(terminals.store, (model) => model.active);
  const isOpen = useStore(library.layout, ({ terminal }) => terminal.isOpen);
  // One that nobody sees is not the one that is meant.
  const shown = isOpen ? active : null;
  const bound = useBound(position);
  const stand = useMemo(
    () => (bound === null || all === null ? null : boundStand(bound, all, live.terminals, shown)),
    [bound, all, live.terminals, shown],
  );
  const target = stand !== null && 'terminal' in stand ? stand.terminal.id : null;
  useEffect(() => run.set({ sendTo: target }), [run, target]);
  return stand;
}

function useBound(position: Position): BoundTerminal | null {
  const { document } = useRun();
  const cells = useStore(document.store, (model) => model.byId);
  const metadata = useStore(document.store, (model) => model.metadata);
  return useMemo(() => {
    switch (position.kind) {
      case 'ready':
      case 'failed':
        return position.step.terminal;
      case 'rolling-back': {
        const cell = position.by === null ? undefined : cells.get(position.by);
        return cell === undefined ? null : boundTerminal(cell, { metadata });
      }
      default:
        return null;
    }
  }, [position, cells, metadata]);
}

/** In which terminal the next step runs; where that can not be now, why, and the one way to it. */
export function BoundLine(props: { readonly stand: BoundStand; readonly cell: string | null }): JSX.Element {
  const { stand, cell } = props;
  const run = useRun();
  const context = useWindow();
  const show = (terminal: string): void => {
    context.terminals.activate(terminal);
    context.library.layout.setState((layout) => ({ terminal: { ...layout.terminal, isOpen: true } }));
    terminalFocus.wish();
  };
  const Sign = stand.kind === 'ready' ? SquareTerminal : TriangleAlert;
  return (
    <p className="actionbar-line" data-bound={stand.kind}>
      <Sign className="icon icon-s" aria-hidden="true" />
      <span>{stand.words}</span>
      {stand.kind === 'none' && (
        <button
          type="button"
          className="nb-button"
          onClick={() => openTerminal(context, { profile: stand.profile })}
        >
          Open the terminal
        </button>
      )}
      {stand.kind === 'several' &&
        stand.terminals.slice(0, 4).map((info) => (
          <button
            key={info.id}
            type="button"
            className="nb-button"
            title={placeWords(info)}
            onClick={() => show(info.id)}
          >
            Show {info.title}
          </button>
        ))}
      {(stand.kind === 'busy' || stand.kind === 'unmarked') && (
        <button type="button" className="nb-button" onClick={() => show(stand.terminal.id)}>
          Go to the terminal
        </button>
      )}
      {stand.kind === 'unmarked' && cell !== null && <SendAllTheSame cell={cell} run={run} />}
    </p>
  );
}

/** A person looked at the prompt there, and will say how the step ended. */
function SendAllTheSame(props: {
  readonly cell: string;
  readonly run: ReturnType<typeof useRun>;
}): JSX.Element {
  const { cell, run } = props;
  const isMeant = useRunModel((model) => model.isUnmarkedMeant);
  const isSending = useRunModel((model) => model.isSending);
  return (
    <button
      type="button"
      className="nb-button"
      aria-pressed={isMeant === cell}
      disabled={isSending}
      onClick={() => run.set({ isUnmarkedMeant: isMeant === cell ? null : cell })}
    >
      Send it all the same
    </button>
  );
}

/** True where the buttons that send a step are of no use yet. */
export function isHeldBack(stand: BoundStand | null, unmarkedMeant: boolean): boolean {
  if (stand === null || stand.kind === 'ready') return false;
  return !(stand.kind === 'unmarked' && unmarkedMeant);
}

/** The terminal of the step that runs answers no key: what can be done where its connection is dead. */
export function SilentLine(props: {
  readonly position: Position;
  readonly live: RunLive;
}): JSX.Element | null {
  const { position, live } = props;
  const { terminals, library } = useWindow();
  const all = useStore(terminals.store, (model) => model.terminals);
  const bound = position.kind === 'running' ? (position.step?.terminal ?? null) : null;
  const profile = bound === null ? null : profileOf(bound);
  const info = all?.find(({ id }) => profile !== null && id === live.terminals[profile]);
  if (info?.silentSince === undefined) return null;
  return (
    <p className="actionbar-line" role="status">
      <Unplug className="icon icon-s" aria-hidden="true" />
      <span>
        {info.title} has not answered since {clockTime(info.silentSince)}. Closing it gives this step up,
        which is then not done.
      </span>
      <button
        type="button"
        className="nb-button"
        onClick={() => {
          library.layout.setState((layout) => ({ terminal: { ...layout.terminal, isOpen: true } }));
          terminals.askClose(info.id);
        }}
      >
        Close the terminal…
      </button>
    </p>
  );
}

/** A step in a terminal has come to where a person says how it ended. */
export function EndedLine(props: { readonly live: RunLive }): JSX.Element | null {
  const { unconfirmed } = props.live;
  return unconfirmed === null ? null : <EndedForm key={unconfirmed.since} unconfirmed={unconfirmed} />;
}

function EndedForm(props: { readonly unconfirmed: NonNullable<RunLive['unconfirmed']> }): JSX.Element {
  const { cell, status: told } = props.unconfirmed;
  const run = useRun();
  const isSending = useRunModel((model) => model.isSending);
  const [typed, setTyped] = useState(told === null ? '' : String(told));
  const status = statusOf(typed);
  return (
    <form
      className="actionbar-line"
      aria-label="How the step ended"
      onSubmit={(event) => {
        event.preventDefault();
        if (status !== null && !isSending) void run.answer({ kind: 'ended', cell, status });
      }}
    >
      <Count label="Exit status" value={typed} onChange={setTyped} />
      <button type="submit" className="nb-button nb-button-primary" disabled={status === null || isSending}>
        {status === null || status === 0 ? 'It is done' : 'It failed'}
      </button>
    </form>
  );
}

/** In which terminal a step runs, or ran. */
export function RunsInTag(props: {
  readonly step: PlanStep | null;
  readonly content: AttemptContent | null;
}): JSX.Element | null {
  const { step, content } = props;
  const bound = step?.terminal ?? null;
  const title = content?.ranIn?.title ?? null;
  if (bound === null && title === null) return null;
  // Where there is no name to read, the words for it.
  const where = bound === null ? (title ?? '') : bound.name === '' ? boundWords(bound) : bound.name;
  const words = bound === null ? where : boundWords(bound);
  return (
    <span className="tag" title={title === null ? `Runs in ${words}` : `Typed into the terminal ${title}`}>
      <SquareTerminal className="icon" aria-hidden="true" />
      runs in {where}
    </span>
  );
}

/** A person said how it ended, in the terminal's place. */
export function ConfirmedBy(props: { readonly content: AttemptContent | null }): JSX.Element | null {
  const confirmed = props.content?.confirmed;
  if (confirmed === undefined) return null;
  return (
    <p className="entry-part run-decision">
      <UserCheck className="icon icon-s" aria-hidden="true" /> {confirmed.by} said how it ended: exit status{' '}
      {confirmed.status}.
    </p>
  );
}

import { Toolbar } from '@base-ui/react/toolbar';
import { Copy, CornerDownLeft, X } from 'lucide-react';
import { useEffect, useRef, type JSX, type Ref } from 'react';
import { useStore } from 'zustand';
import { durationWords } from '../../shared/notebook/duration-words';
import type { TerminalCommand } from '../../shared/terminal/commands';
import { useWindow } from '../app/window-context';
import { useKeyWords } from '../notebook/keys-in-use';
import { clockTime } from '../notebook/time-words';
import { actOnCommands, makeStepsOfRun } from './command-actions';
import { actsThatFit, actWords } from './command-keys';
import { picks, type Picked } from './command-picks';
import { factsOf } from './command-signs';
import { useFrontRun } from './other-run';
import { runOf } from './run-of-terminal';

/** A command in words for who does not see its sign: `pg_isready, exit status 2, took 2.0s, at 02:59:40`. */
function commandWords({ text, status, started, ended }: TerminalCommand): string {
  const end =
    ended === null ? 'running' : status === null ? 'ended, exit status not known' : `exit status ${status}`;
  const took = ended === null ? '' : `, took ${durationWords(Date.parse(ended) - Date.parse(started))}`;
  return `${text ?? 'a command'}, ${end}${took}, at ${clockTime(started)}`;
}

/** What is selected, for a screen reader. */
export function pickedWords({ commands, active }: Picked): string {
  const more = commands.length > 1 ? `${commands.length} commands selected, up to ` : '';
  return `${more}command ${active.at} of ${active.of}: ${commandWords(active.command)}`;
}

/** What can be done with the past commands that are selected in a terminal. It lies over empty rows of its screen. */
export function CommandBar(props: {
  readonly picked: Picked;
  readonly ref: Ref<HTMLDivElement>;
  /** The keys go back to the shell; `isLeft`: nothing is selected any more. */
  readonly onBack: (isLeft: boolean) => void;
  readonly onStep: (by: 1 | -1, isExtending: boolean) => void;
}): JSX.Element {
  const { picked, ref, onBack, onStep } = props;
  const context = useWindow();
  const words = useKeyWords();
  const isAsked = useStore(picks, (model) => model.isAsked);
  // What it can be made a step of follows the tab in front.
  useStore(context.tabs.store);
  const [first] = picked.commands;
  const several = picked.commands.length > 1;
  const facts = several
    ? `${picked.commands.length} commands`
    : picked.isCrowded && first !== undefined
      ? factsOf(first)
      : null;
  return (
    <div
      ref={ref}
      className="terminal-command-bar"
      onKeyDown={(event) => {
        const by = event.key === 'ArrowUp' ? -1 : event.key === 'ArrowDown' ? 1 : null;
        if (event.key === 'Escape') onBack(true);
        else if (by !== null && event.shiftKey && !event.ctrlKey) onStep(by, true);
        else return;
        event.preventDefault();
        event.stopPropagation();
      }}
    >
      {isAsked ? (
        <StrictQuestion picked={picked} />
      ) : (
        <Toolbar.Root
          className="terminal-command-tools"
          aria-label={several ? 'Selected commands' : 'Selected command'}
        >
          {facts !== null && <span className="terminal-command-facts">{facts}</span>}
          {actsThatFit(runOf(picked.terminal, context) !== null).map(({ act, label, command }) => {
            const keys = words(command);
            const isOff = act === 'run-again' && several;
            const title = `${actWords(label, several)}${keys === undefined ? '' : ` (${keys})`}`;
            return (
              <Toolbar.Button
                key={act}
                className={act === 'make-step' ? 'btn' : 'btn btn-quiet'}
                disabled={isOff}
                title={isOff ? 'One command at a time is run again' : title}
                aria-keyshortcuts={keys?.replaceAll(' ', '+')}
                onClick={() => void actOnCommands(act, context).then(() => onBack(false))}
              >
                {act === 'make-step' && <CornerDownLeft className="icon icon-s" aria-hidden="true" />}
                {act === 'copy-markdown' && <Copy className="icon icon-s" aria-hidden="true" />}
                {actWords(label, several)}
              </Toolbar.Button>
            );
          })}
          <Toolbar.Button
            className="tool"
            aria-label="Leave it"
            title="Leave it (Esc)"
            onClick={() => onBack(true)}
          >
            <X className="icon" aria-hidden="true" />
          </Toolbar.Button>
        </Toolbar.Root>
      )}
    </div>
  );
}

/** In a strict run a person says that they take the shell's word for how a command ended. */
function StrictQuestion(props: { readonly picked: Picked }): JSX.Element | null {
  const { picked } = props;
  const context = useWindow();
  const first = useRef<HTMLButtonElement>(null);
  useEffect(() => first.current?.focus(), []);
  const run = useFrontRun(context);
  const name = run?.store.getState().run?.started?.data.environment.name ?? '';
  const leave = (): void => picks.setState({ isAsked: false });
  if (run === null) return null;
  return (
    <div className="terminal-command-tools" role="group" aria-label="A strict run asks">
      <p>
        {name} is strict: how this command ended is the word of its shell alone. <b>Take it?</b>
      </p>
      <span className="terminal-command-answers">
        <button
          type="button"
          className="btn"
          onClick={() => void makeStepsOfRun(run, picked, true, context.toast)}
        >
          Take it, make it a step
        </button>
        <button ref={first} type="button" className="btn" onClick={leave}>
          Leave it
        </button>
      </span>
    </div>
  );
}

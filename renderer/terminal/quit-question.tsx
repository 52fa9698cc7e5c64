import { AlertDialog } from '@base-ui/react/alert-dialog';
import { useRef, useState, type JSX } from 'react';
import { toWireError } from '../../shared/rpc/errors';
import type { TerminalInfo } from '../../shared/terminal/contract';
import { useWindow } from '../app/window-context';

/** A terminal that does something, or of which that can not be told. */
export function stillRuns({ ended, phase }: TerminalInfo): boolean {
  return ended === null && (phase === 'running' || phase === 'unknown');
}

/** What runs in a terminal, for a person who is about to leave it. */
export function runningWords({ title, phase, command }: TerminalInfo): readonly [string, string] {
  if (phase !== 'running') return [title, 'open; whether a command runs there is not known'];
  return [title, command?.text ?? 'a command'];
}

/** The last window is about to close: names what still runs in terminals, and asks what becomes of it. */
export function QuitQuestion(props: { readonly onAnswer: (close: boolean) => void }): JSX.Element {
  const { onAnswer } = props;
  const { client, terminals } = useWindow();
  const first = useRef<HTMLButtonElement>(null);
  // As it was when it was asked: a list that changes under the pointer answers another question.
  const [all] = useState(() => terminals.store.getState().terminals ?? []);
  const [isEnding, setEnding] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);
  const running = all.filter(stillRuns);
  const endAll = async (): Promise<void> => {
    setEnding(true);
    const open = terminals.store.getState().terminals ?? [];
    const ends = await Promise.allSettled(
      open.map(({ id }) => client.request('terminal.close', { terminal: id, force: true })),
    );
    const failed = ends.find((end) => end.status === 'rejected');
    if (failed === undefined) return onAnswer(true);
    setFailure(toWireError(failed.reason).message);
    return setEnding(false);
  };
  const count = running.length;
  return (
    <AlertDialog.Root open onOpenChange={(isOpen) => !isOpen && !isEnding && onAnswer(false)}>
      <AlertDialog.Portal>
        <AlertDialog.Backdrop className="scrim" />
        <AlertDialog.Popup className="dialog" initialFocus={first}>
          <div className="dialog-head">
            <AlertDialog.Title render={<h2 />}>
              {count === 1 ? 'A terminal is still in use' : `${count} terminals are still in use`}
            </AlertDialog.Title>
            <AlertDialog.Description render={<p />}>
              {count === 1
                ? 'Left running, it goes on without a window, and the next one shows it again.'
                : 'Left running, they go on without a window, and the next one shows them again.'}
            </AlertDialog.Description>
          </div>
          <ul className="terminal-running">
            {running.map((info) => {
              const [title, what] = runningWords(info);
              return (
                <li key={info.id}>
                  <b>{title}</b> <span className={info.phase === 'running' ? 'mono' : 'muted'}>{what}</span>
                </li>
              );
            })}
          </ul>
          {failure !== null && (
            <p className="terminal-running-failure" role="alert">
              {failure}
            </p>
          )}
          <div className="dialog-foot">
            <button
              ref={first}
              type="button"
              className="btn"
              disabled={isEnding}
              onClick={() => onAnswer(false)}
            >
              Keep the window open
            </button>
            <span className="grow" />
            <button
              type="button"
              className="btn btn-danger"
              disabled={isEnding}
              onClick={() => void endAll()}
            >
              {all.length === 1 ? 'End the terminal' : `End all ${all.length} terminals`}
            </button>
            <button
              type="button"
              className="btn btn-primary"
              disabled={isEnding}
              onClick={() => onAnswer(true)}
            >
              {count === 1 ? 'Leave it running' : 'Leave them running'}
            </button>
          </div>
        </AlertDialog.Popup>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  );
}

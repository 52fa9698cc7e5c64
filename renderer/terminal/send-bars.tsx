import { ListChecks, SquareTerminal } from 'lucide-react';
import { useEffect, useState, type JSX } from 'react';
import { useStore } from 'zustand';
import { toWireError } from '../../shared/rpc/errors';
import { useWindow } from '../app/window-context';
import { splitFirstSentence } from '../notebook/first-sentence';
import { focusActiveCell } from '../notebook/focus-cell';
import { askMarks, askSend, sendQuestion } from './send-question';
import { Bar } from './terminal-bars';
import { terminalFocus } from './terminal-focus';

/** Below a screen: why a text was not sent there, and marks for a shell elsewhere. */
export function SendBars(props: { readonly terminal: string }): JSX.Element | null {
  const { terminal } = props;
  const { asked, marking } = useStore(sendQuestion);
  if (marking === terminal) return <MarksBar terminal={terminal} />;
  if (asked?.terminal !== terminal) return null;
  const { first, rest } = splitFirstSentence(asked.message);
  const close = (): void => {
    askSend(null);
    focusActiveCell();
  };
  const { act, elsewhere } = asked;
  return (
    <Bar key={asked.message} state="waiting" icon={SquareTerminal} title={first} words={rest} onClose={close}>
      {act !== null && (
        <button type="button" className="btn" onClick={act.run}>
          {act.label}
        </button>
      )}
      {elsewhere !== null && (
        <button type="button" className="btn" onClick={elsewhere}>
          Another terminal…
        </button>
      )}
      <button type="button" className="btn" onClick={close} data-first="">
        Leave it <kbd className="kbd">Esc</kbd>
      </button>
    </Bar>
  );
}

interface Offer {
  readonly token: string;
  readonly line: string;
  readonly hooks: string;
}

/** The line that would be typed, what follows it unseen, and the question. */
function MarksBar(props: { readonly terminal: string }): JSX.Element {
  const { terminal } = props;
  const { client } = useWindow();
  const [offer, setOffer] = useState<Offer | null>(null);
  const [failure, setFailure] = useState<string | null>(null);
  const [isTyping, setTyping] = useState(false);
  useEffect(() => {
    client
      .request('terminal.offerMarks', { terminal })
      .then(setOffer, (error: unknown) => setFailure(toWireError(error).message));
  }, [client, terminal]);
  const close = (): void => {
    askMarks(null);
    terminalFocus.ask();
  };
  const type = (): void => {
    if (offer === null) return;
    setTyping(true);
    client.request('terminal.giveMarks', { terminal, token: offer.token }).then(close, (error: unknown) => {
      setOffer(null);
      setTyping(false);
      setFailure(toWireError(error).message);
    });
  };
  const said = splitFirstSentence(
    failure ??
      'This line makes the shell here mark its commands. It is for an empty prompt of bash, zsh or fish; the hooks follow it without echo. Zsh and old bash may keep it in their history.',
  );
  return (
    <Bar
      key={failure ?? 'offer'}
      state={failure === null ? 'waiting' : 'failed'}
      icon={ListChecks}
      title={said.first}
      words={said.rest}
      onClose={close}
      details={
        offer !== null && (
          <pre className="terminal-copy" tabIndex={0} aria-label="What would be typed">
            {`${offer.line}\n\n${offer.hooks}`}
          </pre>
        )
      }
    >
      {offer !== null && (
        <button type="button" className="btn btn-primary" disabled={isTyping} onClick={type}>
          Type it
        </button>
      )}
      <button type="button" className="btn" onClick={close} data-first="">
        Leave it <kbd className="kbd">Esc</kbd>
      </button>
    </Bar>
  );
}

import { CircleStop, ClipboardCopy, Copy, TriangleAlert, type LucideIcon } from 'lucide-react';
import { useEffect, useRef, useState, type JSX, type ReactNode } from 'react';
import type { TerminalEnd, TerminalInfo } from '../../shared/terminal/contract';
import type { Paste } from '../../shared/terminal/paste';
import { useWindow } from '../app/window-context';
import { clockTime } from '../notebook/time-words';
import { openTerminal } from './terminal-commands';

/** A question or a fact below a screen: what it is, and what can be done. */
export function Bar(props: {
  readonly state: 'waiting' | 'failed' | 'queued';
  readonly icon: LucideIcon;
  readonly title: string;
  readonly words?: string | undefined;
  readonly details?: ReactNode;
  /** Escape does it too. */
  readonly onClose?: () => void;
  readonly children: ReactNode;
}): JSX.Element {
  const { state, icon: Sign, title, words, details, onClose, children } = props;
  const row = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // Who is asked while typing must be able to answer by keys; a fact takes no focus.
    if (onClose !== undefined) row.current?.querySelector<HTMLElement>('[data-first]')?.focus();
    // Once, when it comes.
    // oxlint-disable-next-line react/exhaustive-deps -- another answer is no new question
  }, []);
  return (
    <div
      ref={row}
      className="terminal-bar"
      data-state={state}
      role={state === 'queued' ? 'status' : 'alert'}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || onClose === undefined) return;
        event.preventDefault();
        event.stopPropagation();
        onClose();
      }}
    >
      {details}
      <div className="terminal-bar-row">
        <Sign className="icon" aria-hidden="true" />
        <p className="grow">
          <b>{title}</b> {words !== undefined && <span className="secondary">{words}</span>}
        </p>
        {children}
      </div>
    </div>
  );
}

const count = (number: number, word: string): string => `${number} ${word}${number === 1 ? '' : 's'}`;

/** Several lines, or characters that nobody sees, are shown before they are typed: exactly these, however the clipboard changes. */
export function PasteBar(props: {
  readonly paste: Paste;
  readonly onPaste: () => void;
  readonly onLine: (line: string, isEnded: boolean) => void;
  readonly onClose: () => void;
}): JSX.Element {
  const { paste, onPaste, onLine, onClose } = props;
  const [typed, setTyped] = useState(0);
  const all = paste.text.split('\n');
  const { lineCount, hiddenCount } = paste;
  const hidden = hiddenCount === 0 ? '' : `${count(hiddenCount, 'character')} in them can not be seen. `;
  const title =
    lineCount === 1
      ? 'This line has characters that can not be seen.'
      : `${lineCount} lines are on the clipboard.`;
  const words =
    typed > 0
      ? `${count(typed, 'line')} typed, the next is ${typed + 1}.`
      : `${lineCount === 1 ? '' : hidden}Nothing has been typed yet.`;
  const next = (): void => {
    const isLast = typed + 1 >= all.length;
    onLine(all[typed] ?? '', !isLast);
    setTyped(typed + 1);
    if (isLast) onClose();
  };
  const left = lineCount - paste.lines.length;
  return (
    <Bar
      state="waiting"
      icon={Copy}
      title={title}
      words={words}
      onClose={onClose}
      details={
        <ol className="terminal-paste" aria-label="What would be typed" tabIndex={0}>
          {paste.lines.map((line, index) => (
            // Lines have no other name than their place.
            // oxlint-disable-next-line react/no-array-index-key -- they never move
            <li key={index} data-typed={index < typed ? '' : undefined}>
              {line.map((part, at) =>
                'text' in part ? (
                  part.text
                ) : (
                  // oxlint-disable-next-line react/no-array-index-key -- they never move
                  <mark key={at} className="terminal-hidden">
                    {part.hidden}
                  </mark>
                ),
              )}
            </li>
          ))}
          {left > 0 && <li className="muted">{count(left, 'more line')}</li>}
        </ol>
      }
    >
      {typed === 0 && (
        <button type="button" className="btn" onClick={onPaste}>
          {lineCount === 1 ? 'Paste it' : 'Paste all'}
        </button>
      )}
      {lineCount > 1 && (
        <button type="button" className="btn btn-primary" onClick={next} data-first="">
          {typed === 0 ? 'Line by line' : `Type line ${typed + 1}`}
        </button>
      )}
      <button type="button" className="btn" onClick={onClose} data-first={lineCount > 1 ? undefined : ''}>
        Cancel <kbd className="kbd">Esc</kbd>
      </button>
    </Bar>
  );
}

/** A program would put a text on the clipboard. */
export function CopyBar(props: {
  readonly text: string;
  readonly onCopy: () => void;
  readonly onClose: () => void;
}): JSX.Element {
  const { text, onCopy, onClose } = props;
  return (
    <Bar
      state="waiting"
      icon={ClipboardCopy}
      title={`A program here would copy ${count(text.length, 'character')}.`}
      words="The clipboard is as it was."
      onClose={onClose}
      details={<pre className="terminal-copy">{text.slice(0, 2_000)}</pre>}
    >
      <button type="button" className="btn" onClick={onCopy}>
        Copy it
      </button>
      <button type="button" className="btn" onClick={onClose} data-first="">
        Leave it <kbd className="kbd">Esc</kbd>
      </button>
    </Bar>
  );
}

/** `exit status 6`, or by which signal. */
export function endWords({ status, signal }: TerminalEnd): string {
  if (signal !== null) return `ended by signal ${signal}`;
  return `exit status ${status ?? 'unknown'}`;
}

/** The shell has ended; what it showed stays until it is closed. */
export function EndBar(props: { readonly info: TerminalInfo; readonly end: TerminalEnd }): JSX.Element {
  const { info, end } = props;
  const context = useWindow();
  const { terminals } = context;
  const isGood = end.status === 0;
  return (
    <Bar
      state={isGood ? 'queued' : 'failed'}
      icon={CircleStop}
      title={`${info.profile.title} ended at ${clockTime(end.at)}, ${endWords(end)}.`}
      words="What it showed is kept until it is closed."
    >
      <button
        type="button"
        className="btn"
        onClick={() =>
          openTerminal(context, {
            profile: info.profile.id,
            directory: info.profile.kind === 'ssh' ? null : info.directory,
            insteadOf: info.id,
          })
        }
      >
        Restart
      </button>
      <button type="button" className="btn" onClick={() => void terminals.close(info.id, false)}>
        Close it
      </button>
    </Bar>
  );
}

/** Asks before a command is ended with its terminal, and again before it is ended by force. */
export function CloseBar(props: {
  readonly info: TerminalInfo;
  readonly why: 'runs' | 'ignores';
  readonly onKeep: () => void;
}): JSX.Element {
  const { info, why, onKeep } = props;
  const { terminals } = useWindow();
  const command = info.command?.text ?? 'A command';
  return (
    <Bar
      state="waiting"
      icon={TriangleAlert}
      title={
        why === 'runs' ? `${command} runs in ${info.title}.` : `${info.title} was told to end and still runs.`
      }
      words={
        why === 'runs'
          ? 'It ends when the terminal is closed.'
          : 'Ended by force, what runs in it can not put its files in order.'
      }
      onClose={onKeep}
    >
      <button
        type="button"
        className="btn btn-danger"
        onClick={() => void terminals.close(info.id, why === 'ignores')}
      >
        {why === 'runs' ? 'Close the terminal' : 'End it by force'}
      </button>
      <button type="button" className="btn" onClick={onKeep} data-first="">
        Keep it <kbd className="kbd">Esc</kbd>
      </button>
    </Bar>
  );
}

import { useId, type FormEvent, type JSX, type ReactNode } from 'react';
import { focusActiveCell } from '../notebook/focus-cell';
import { useRun, useRunModel } from './run-context';
import type { OpenRun } from './run-store';

/** Closes the form; the focus goes back to the step. */
export function closeForm(run: OpenRun): void {
  run.set({ form: null });
  setTimeout(() => {
    // The next form may have been asked for meanwhile.
    if (run.store.getState().form === null) focusActiveCell();
  }, 0);
}

/** The frame of every form in the bar: its fields, the deed, and the way back. */
export function FormFrame(props: {
  readonly label: string;
  readonly action: string;
  readonly isReady: boolean;
  readonly role: 'primary' | 'plain' | 'danger';
  readonly onSend: () => Promise<boolean>;
  readonly children: ReactNode;
  readonly keep?: string;
}): JSX.Element {
  const { label, action, isReady, role, onSend, children, keep = 'Keep as it is' } = props;
  const run = useRun();
  const isSending = useRunModel((model) => model.isSending);
  const send = (event: FormEvent): void => {
    event.preventDefault();
    // What is drawn may be older than what is under way: nothing is sent twice.
    if (!isReady || run.store.getState().isSending) return;
    void onSend().then((isSent) => isSent && closeForm(run));
  };
  const style = { primary: ' nb-button-primary', plain: '', danger: ' nb-button-stop' }[role];
  return (
    <form
      className="bar-form"
      aria-label={label}
      onSubmit={send}
      onKeyDown={(event) => {
        // What sends a longer text elsewhere sends a line here too.
        if (event.key !== 'Enter' || event.repeat || !(event.ctrlKey || event.metaKey)) return;
        event.preventDefault();
        event.currentTarget.requestSubmit();
      }}
    >
      {children}
      <span className="bar-deeds">
        <button type="submit" className={`nb-button${style}`} disabled={!isReady || isSending}>
          {action}
        </button>
        <button type="button" className="nb-button bar-keep" onClick={() => closeForm(run)}>
          {keep}
          <kbd className="kbd">Esc</kbd>
        </button>
      </span>
    </form>
  );
}

/** One line of words. */
export function Words(props: {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly autoFocus?: boolean;
  readonly isNarrow?: boolean;
}): JSX.Element {
  const { label, value, onChange, autoFocus = false, isNarrow = false } = props;
  const id = useId();
  return (
    <span className={isNarrow ? 'bar-field is-narrow' : 'bar-field'}>
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        className="bar-input"
        value={value}
        autoFocus={autoFocus}
        onChange={(event) => onChange(event.target.value)}
      />
    </span>
  );
}

/** Seconds or a count. */
export function Count(props: {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly autoFocus?: boolean;
}): JSX.Element {
  const id = useId();
  return (
    <span className="bar-field is-narrow">
      <label htmlFor={id}>{props.label}</label>
      <input
        id={id}
        className="bar-input num"
        inputMode="numeric"
        style={{ width: '7ch' }}
        value={props.value}
        autoFocus={props.autoFocus}
        onChange={(event) => props.onChange(event.target.value)}
      />
    </span>
  );
}

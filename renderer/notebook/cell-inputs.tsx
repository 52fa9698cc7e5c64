import { CornerDownLeft, Eye, EyeOff } from 'lucide-react';
import { memo, useEffect, useLayoutEffect, useRef, useState, type JSX } from 'react';
import type { InputRequest } from '../../shared/notebook/view';
import { answerInput } from './file-actions';
import { useModel, useNotebook } from './document-context';

/** How long an empty answer is not taken: the prompt came by itself, under hands that did something else. */
const BLIND_MS = 500;

/** While it has the keys a prompt stays in view: as it comes, where its cell is seen, and in a window that gets smaller. */
function keepInView(field: HTMLInputElement): () => void {
  const view = field.closest('.doc');
  const cell = field.closest('article.entry');
  if (view === null || cell === null) return () => undefined;
  const { top, bottom } = view.getBoundingClientRect();
  const { top: begin, bottom: end } = cell.getBoundingClientRect();
  // Somebody who reads elsewhere is not taken away from there.
  let isWanted = begin < bottom && end > top;
  const observer = new ResizeObserver(() => {
    if (isWanted && document.activeElement === field) field.form?.scrollIntoView({ block: 'nearest' });
    isWanted = true;
  });
  observer.observe(view);
  return () => observer.disconnect();
}

/** Gives the focus to the cell that the keys act on: the one that asks, or the one a person had gone on to. */
function focusCell(element: Element | null): void {
  const own = element?.closest<HTMLElement>('article.entry') ?? null;
  const active = own?.closest('.notebook')?.querySelector<HTMLElement>('article.entry.is-active') ?? own;
  active?.focus({ preventScroll: true });
}

/** One prompt. What is typed goes to the program and is forgotten here at once. */
function Prompt(props: { readonly input: InputRequest }): JSX.Element {
  const { input } = props;
  const { open } = useNotebook();
  const field = useRef<HTMLInputElement>(null);
  const cameAt = useRef(Number.POSITIVE_INFINITY);
  const [isSent, setSent] = useState(false);
  const [isShown, setShown] = useState(false);

  useEffect(() => {
    cameAt.current = performance.now();
    // A prompt takes the focus only from the cell that runs, never from somebody who types elsewhere.
    const holder = document.activeElement;
    const isFree = holder === null || holder === document.body || holder.matches('article.entry');
    if (isFree) field.current?.focus({ preventScroll: true });
    return field.current === null ? undefined : keepInView(field.current);
  }, []);

  useLayoutEffect(() => {
    const element = field.current;
    // The program took the prompt away: the focus goes back to its cell, not to nowhere.
    return () => {
      if (document.activeElement === element) focusCell(element);
    };
  }, []);

  async function send(eof: boolean): Promise<void> {
    const element = field.current;
    if (!element) return;
    const value = element.value;
    element.value = '';
    focusCell(element);
    setSent(true);
    if (!(await answerInput(open, input.request, value, eof))) setSent(false);
  }
  const asked = input.prompt.trim();
  const label = asked === '' ? 'Input of the running program' : asked;
  return (
    <form
      className="prompt"
      data-state="waiting"
      onSubmit={(event) => {
        event.preventDefault();
        // A key that was on its way to a cell when the prompt came is no answer.
        const isBlind = field.current?.value === '' && performance.now() - cameAt.current < BLIND_MS;
        if (!isBlind) void send(false);
      }}
    >
      <span className={asked === '' ? 'prompt-label is-ours' : 'prompt-label'}>{label}</span>
      <input
        ref={field}
        className="prompt-field"
        aria-label={label}
        type={input.password && !isShown ? 'password' : 'text'}
        autoComplete="off"
        spellCheck={false}
        disabled={isSent}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && (event.shiftKey || event.ctrlKey || event.altKey || event.repeat))
            event.preventDefault();
          if (event.key === 'Escape') focusCell(event.currentTarget);
          if (event.key === 'd' && event.ctrlKey && event.currentTarget.value === '') {
            event.preventDefault();
            void send(true);
          }
        }}
      />
      {input.password && (
        <button
          type="button"
          className="tool"
          aria-label={isShown ? 'Hide what is typed' : 'Show what is typed'}
          title={isShown ? 'Hide what is typed' : 'Show what is typed'}
          onClick={() => setShown(!isShown)}
        >
          {isShown ? (
            <EyeOff className="icon" aria-hidden="true" />
          ) : (
            <Eye className="icon" aria-hidden="true" />
          )}
        </button>
      )}
      <button type="submit" className="tool" aria-label="Send" title="Send (Enter)" disabled={isSent}>
        <CornerDownLeft className="icon" aria-hidden="true" />
      </button>
      <span className="prompt-note">
        {input.password
          ? 'masked, never stored'
          : input.continuous
            ? 'goes to the program; Ctrl D ends its input'
            : 'never stored'}
      </span>
    </form>
  );
}

/** The prompts of a running cell. */
export const CellInputs = memo(function CellInputs(props: { readonly cell: string }): JSX.Element | null {
  const inputs = useModel((model) => model.inputs);
  const own = inputs.filter((input) => input.cell === props.cell);
  if (own.length === 0) return null;
  return (
    <div className="entry-part">
      {own.map((input) => (
        <Prompt key={input.request} input={input} />
      ))}
    </div>
  );
});

import { useEffect, useId, useRef, useState, type JSX, type ReactNode } from 'react';
import { useWindow } from '../app/window-context';
import { finishNaming, judgeTyped } from './library-actions';
import type { Naming } from './library-store';

const LABELS = {
  rename: 'New name',
  folder: 'Name of the new folder',
  runbook: 'Name of the new runbook',
} as const;

/** Where a name is typed, in the tree. Enter takes it, Escape leaves everything as it was. */
export function NameField(props: {
  readonly naming: Naming;
  readonly icon: ReactNode;
  readonly onDone: () => void;
}): JSX.Element {
  const { naming, icon, onDone } = props;
  const context = useWindow();
  const [text, setText] = useState(naming.suggested);
  const [fault, setFault] = useState<string | null>(null);
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  const note = useRef<HTMLParagraphElement>(null);
  const isBusy = useRef(false);
  useEffect(() => {
    const dot = naming.suggested.lastIndexOf('.');
    input.current?.focus();
    input.current?.setSelectionRange(0, dot > 0 ? dot : naming.suggested.length);
  }, [naming]);
  // Under the last line of a long tree, too, it is seen.
  useEffect(() => note.current?.scrollIntoView({ block: 'nearest' }), [fault]);
  const cancel = (): void => {
    context.library.set({ naming: null, problem: null });
    onDone();
  };
  const take = async (): Promise<void> => {
    if (isBusy.current) return;
    const reason = judgeTyped(naming, text);
    setFault(reason);
    if (reason !== null) return;
    isBusy.current = true;
    const isDone = await finishNaming(context, naming, text);
    isBusy.current = false;
    // A new runbook is opened, and has the focus then.
    if (isDone && naming.kind !== 'runbook') onDone();
    else if (!isDone) input.current?.focus();
  };
  return (
    <div className="tree-name">
      {icon}
      <input
        ref={input}
        aria-label={LABELS[naming.kind]}
        value={text}
        maxLength={255}
        spellCheck={false}
        aria-invalid={fault !== null}
        aria-describedby={fault === null ? undefined : id}
        onChange={(event) => {
          setText(event.target.value);
          setFault(null);
        }}
        onBlur={() => {
          if (!isBusy.current && text === naming.suggested) context.library.set({ naming: null });
        }}
        onKeyDown={(event) => {
          event.stopPropagation();
          if (event.key === 'Enter' && !event.repeat) void take();
          else if (event.key === 'Escape') cancel();
          else return;
          event.preventDefault();
        }}
      />
      {fault !== null && (
        <p ref={note} id={id} className="tree-fault" role="alert">
          {fault}
        </p>
      )}
    </div>
  );
}

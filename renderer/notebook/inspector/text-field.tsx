import { useEffect, useId, useRef, useState, type JSX, type KeyboardEvent } from 'react';

/**
 * One text of a cell's settings. What is typed is taken over when the field is left or by Enter (with Ctrl where it
 * has several lines); Escape puts back what is set.
 */
export function TextField(props: {
  readonly label: string;
  readonly value: string;
  readonly hint?: string;
  readonly isLong?: boolean;
  readonly isOff: boolean;
  /** Why a text can not be taken over, as a sentence; it then stays as it was typed, and nothing is set. */
  readonly faultOf?: (value: string) => string | null;
  readonly onSet: (value: string) => void;
}): JSX.Element {
  const { label, value, hint, isLong = false, isOff, faultOf, onSet } = props;
  const id = useId();
  const [typed, setTyped] = useState<string | null>(null);
  const text = typed ?? value;

  const fault = typed === null ? null : (faultOf?.(typed.trim()) ?? null);
  function commit(): void {
    if (fault !== null) return;
    if (typed !== null && typed.trim() !== value) onSet(typed.trim());
    setTyped(null);
  }
  const latest = useRef(commit);
  useEffect(() => {
    latest.current = commit;
  });
  // A click on another cell takes this field away before it could be left.
  useEffect(() => () => latest.current(), []);
  const shared = {
    id,
    value: text,
    disabled: isOff,
    'aria-invalid': fault !== null,
    'aria-describedby': hint === undefined && fault === null ? undefined : `${id}-hint`,
    onBlur: commit,
    onKeyDown: (event: KeyboardEvent): void => {
      if (event.key === 'Escape' && typed !== null) {
        setTyped(null);
        event.preventDefault();
      } else if (event.key === 'Enter' && (!isLong || event.ctrlKey || event.metaKey)) {
        commit();
        event.preventDefault();
      }
    },
  };
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      {isLong ? (
        <textarea className="input" rows={3} {...shared} onChange={({ target }) => setTyped(target.value)} />
      ) : (
        <input className="input" {...shared} onChange={({ target }) => setTyped(target.value)} />
      )}
      {(hint !== undefined || fault !== null) && (
        <p className={fault === null ? 'hint' : 'hint hint-bad'} id={`${id}-hint`}>
          {fault ?? hint}
        </p>
      )}
    </div>
  );
}

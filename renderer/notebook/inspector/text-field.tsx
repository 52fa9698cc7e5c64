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
  readonly onSet: (value: string) => void;
}): JSX.Element {
  const { label, value, hint, isLong = false, isOff, onSet } = props;
  const id = useId();
  const [typed, setTyped] = useState<string | null>(null);
  const text = typed ?? value;

  function commit(): void {
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
    'aria-describedby': hint === undefined ? undefined : `${id}-hint`,
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
      {hint !== undefined && (
        <p className="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
    </div>
  );
}

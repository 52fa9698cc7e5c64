import type { ClipboardEvent, DragEvent, FormEvent, JSX } from 'react';
import './typed-name.css';

function refuse(event: ClipboardEvent | DragEvent | FormEvent): void {
  event.preventDefault();
}

/** A field for words that have to be typed, key by key: what is pasted, dropped or filled in was not read. */
export function TypedName(props: {
  readonly id: string;
  readonly words: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
}): JSX.Element {
  const { id, words, value, onChange } = props;
  return (
    <>
      <label htmlFor={id} className="typed-label">
        Type <span className="mono typed-words">{words}</span> to start
      </label>
      <input
        id={id}
        className="input mono typed-input"
        autoComplete="off"
        autoCorrect="off"
        spellCheck={false}
        value={value}
        onPaste={refuse}
        onDrop={refuse}
        onChange={(event) => {
          const next = event.target.value;
          // A key gives one character. More at once came from somewhere else.
          if (next.length <= value.length + 1) onChange(next);
        }}
      />
    </>
  );
}

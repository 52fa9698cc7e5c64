import { useId, type JSX } from 'react';

/** What has to be typed before something that can not be taken lightly: by hand, as paste is a reflex too. */
export function TypedWords(props: {
  readonly words: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly autoFocus: boolean;
}): JSX.Element {
  const { words, value, onChange, autoFocus } = props;
  const id = useId();
  return (
    <>
      <label className="bar-type" htmlFor={id}>
        Type <span className="mono bar-words">{words}</span>
      </label>
      <input
        id={id}
        className="bar-input mono"
        style={{ width: `${Math.max(10, words.length + 4)}ch` }}
        value={value}
        autoComplete="off"
        spellCheck={false}
        autoFocus={autoFocus}
        onChange={(event) => onChange(event.target.value)}
        onPaste={(event) => event.preventDefault()}
        onDrop={(event) => event.preventDefault()}
      />
    </>
  );
}

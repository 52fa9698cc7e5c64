import { ArrowDown, ArrowUp, Search, X } from 'lucide-react';
import { useEffect, useRef, useState, type JSX } from 'react';
import { ToolButton } from '../notebook/tool-button';

/** Finds text on a terminal's screen and in what can be scrolled back to. */
export function TerminalFind(props: {
  /** The match that is shown, from 1, and how many there are. */
  readonly matches: readonly [number, number];
  readonly onFind: (text: string, by: 1 | -1, isTyped: boolean) => void;
  readonly onClose: () => void;
}): JSX.Element {
  const { matches, onFind, onClose } = props;
  const [text, setText] = useState('');
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => input.current?.focus(), []);
  const [at, of] = matches;
  const words = text === '' ? '' : of === 0 ? 'No match' : at === 0 ? `${of} matches` : `${at} of ${of}`;
  return (
    <div
      className="terminal-find"
      role="search"
      aria-label="Find in the terminal"
      onKeyDown={(event) => {
        if (event.key === 'Escape') onClose();
        else if (event.key === 'Enter') onFind(text, event.shiftKey ? -1 : 1, false);
        else return;
        event.preventDefault();
        event.stopPropagation();
      }}
    >
      <label className="terminal-find-box">
        <Search className="icon icon-s" aria-hidden="true" />
        <input
          ref={input}
          aria-label="Find in the terminal"
          placeholder="Find in the terminal"
          value={text}
          spellCheck={false}
          onChange={({ target }) => {
            setText(target.value);
            // From the last row up: what is looked for came lately.
            onFind(target.value, -1, true);
          }}
        />
      </label>
      <span className="terminal-find-count" role="status">
        {words}
      </span>
      <ToolButton
        label="Match above"
        keys="Shift Enter"
        icon={ArrowUp}
        isOff={of === 0}
        onClick={() => onFind(text, -1, false)}
      />
      <ToolButton
        label="Match below"
        keys="Enter"
        icon={ArrowDown}
        isOff={of === 0}
        onClick={() => onFind(text, 1, false)}
      />
      <ToolButton label="End the search" keys="Esc" icon={X} onClick={onClose} />
    </div>
  );
}

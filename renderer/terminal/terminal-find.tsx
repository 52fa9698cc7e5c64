import { ArrowDown, ArrowUp, CaseSensitive, Regex, Search, X } from 'lucide-react';
import { useLayoutEffect, useRef, useState, type JSX } from 'react';
import { useTooltip } from '../notebook/keys-in-use';
import { ToolButton } from '../notebook/tool-button';
import { usePartKeys } from '../notebook/use-part-keys';
import type { Search as Wanted } from './xterm-screen';

const TOGGLES = [
  {
    name: 'isCaseSensitive',
    label: 'Match upper and lower case',
    command: 'find-case',
    icon: CaseSensitive,
  },
  { name: 'isPattern', label: 'Regular expression', command: 'find-pattern', icon: Regex },
] as const;

/** Finds text on a terminal's screen and in what can be scrolled back to. */
export function TerminalFind(props: {
  /** The match that is shown, from 1, and how many there are. */
  readonly matches: readonly [number, number];
  readonly onFind: (wanted: Wanted, by: 1 | -1, isTyped: boolean) => void;
  readonly onClose: () => void;
}): JSX.Element {
  const { matches, onFind, onClose } = props;
  const [wanted, setWanted] = useState<Wanted>({ text: '', isCaseSensitive: false, isPattern: false });
  const keys = usePartKeys();
  const tooltip = useTooltip();
  const input = useRef<HTMLInputElement>(null);
  useLayoutEffect(() => input.current?.focus(), []);
  const [at, of] = matches;
  const { text } = wanted;
  const isBroken = wanted.isPattern && !isPattern(text);
  const words =
    text === ''
      ? ''
      : isBroken
        ? 'Not a whole pattern'
        : of === 0
          ? 'No match'
          : at === 0
            ? `${of} matches`
            : `${at} of ${of}`;
  const find = (next: Wanted): void => {
    setWanted(next);
    const isWhole = !next.isPattern || isPattern(next.text);
    // From the last row up: what is looked for came lately.
    onFind(isWhole ? next : { ...next, text: '' }, -1, true);
  };
  const step = (by: 1 | -1): void => {
    if (!isBroken) onFind(wanted, by, false);
  };
  return (
    <div
      className="terminal-find"
      role="search"
      aria-label="Find in the terminal"
      onKeyDown={(event) => {
        const found = keys.press(event.nativeEvent, 'find', event.timeStamp);
        const toggle = TOGGLES.find(
          ({ command }) => found !== null && found !== 'pending' && command === found.id,
        );
        if (event.key === 'Escape') onClose();
        else if (event.key === 'Enter' && event.target === input.current) step(event.shiftKey ? -1 : 1);
        else if (toggle !== undefined) find({ ...wanted, [toggle.name]: !wanted[toggle.name] });
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
          aria-invalid={isBroken}
          onChange={({ target }) => find({ ...wanted, text: target.value })}
        />
      </label>
      {TOGGLES.map(({ name, label, command, icon: Sign }) => (
        <button
          key={name}
          type="button"
          className="tool tool-choice"
          aria-pressed={wanted[name]}
          aria-label={label}
          title={tooltip(label, command)}
          onClick={() => find({ ...wanted, [name]: !wanted[name] })}
        >
          <Sign className="icon" aria-hidden="true" />
        </button>
      ))}
      <span className="terminal-find-count" role="status">
        {words}
      </span>
      <ToolButton
        label="Match above"
        keys="Shift Enter"
        icon={ArrowUp}
        isOff={of === 0}
        onClick={() => step(-1)}
      />
      <ToolButton
        label="Match below"
        keys="Enter"
        icon={ArrowDown}
        isOff={of === 0}
        onClick={() => step(1)}
      />
      <ToolButton label="End the search" keys="Esc" icon={X} onClick={onClose} />
    </div>
  );
}

function isPattern(text: string): boolean {
  try {
    return new RegExp(text) instanceof RegExp;
  } catch {
    // A pattern that is half typed.
    return false;
  }
}

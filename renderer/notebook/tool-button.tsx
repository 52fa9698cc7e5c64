import type { LucideIcon } from 'lucide-react';
import type { JSX } from 'react';
import type { NotebookCommandId } from './commands';
import { useKeyWords } from './keys-in-use';

/** A small button with a sign alone; its name and key are in its tooltip. */
export function ToolButton(props: {
  readonly label: string;
  /** The keys as a person reads them, for what is no command. */
  readonly keys?: string | undefined;
  /** The command whose key the tooltip names. */
  readonly command?: NotebookCommandId;
  readonly icon: LucideIcon;
  readonly isOff?: boolean;
  readonly onClick: () => void;
}): JSX.Element {
  const { label, command, icon: Sign, isOff = false, onClick } = props;
  const words = useKeyWords();
  const keys = props.keys ?? (command === undefined ? undefined : words(command));
  return (
    <button
      type="button"
      className="tool"
      aria-label={label}
      disabled={isOff}
      title={keys === undefined ? label : `${label} (${keys})`}
      onClick={(event) => {
        event.stopPropagation();
        onClick();
      }}
    >
      <Sign className="icon" aria-hidden="true" />
    </button>
  );
}

import type { LucideIcon } from 'lucide-react';
import type { JSX } from 'react';

/** A small button with a sign alone; its name and key are in its tooltip. */
export function ToolButton(props: {
  readonly label: string;
  readonly keys?: string;
  readonly icon: LucideIcon;
  readonly isOff?: boolean;
  readonly onClick: () => void;
}): JSX.Element {
  const { label, keys, icon: Sign, isOff = false, onClick } = props;
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

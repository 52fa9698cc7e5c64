import type { LucideIcon } from 'lucide-react';
import { X } from 'lucide-react';
import type { JSX, ReactNode } from 'react';
import './strip.css';

/** A line above a document: what happened, what is kept, what can be done. */
export function Strip(props: {
  readonly state: 'waiting' | 'failed' | 'running' | 'queued';
  readonly icon: LucideIcon;
  readonly title: string;
  readonly children?: ReactNode;
  readonly actions?: ReactNode;
  /** More, below the line: a list, a program's own words. */
  readonly details?: ReactNode;
  readonly onClose?: (() => void) | undefined;
}): JSX.Element {
  const { state, icon: Sign, title, children, actions, details, onClose } = props;
  return (
    <div
      className="strip-line"
      data-state={state}
      role={state === 'failed' || state === 'waiting' ? 'alert' : 'status'}
    >
      <div className="strip-row">
        <Sign className="icon" aria-hidden="true" />
        <p className="strip-text">
          <b>{title}</b> {children !== undefined && <span className="secondary">{children}</span>}
        </p>
        <div className="strip-actions">
          {actions}
          {onClose && (
            <button type="button" className="tool" aria-label="Close" title="Close" onClick={onClose}>
              <X className="icon" aria-hidden="true" />
            </button>
          )}
        </div>
      </div>
      {details}
    </div>
  );
}

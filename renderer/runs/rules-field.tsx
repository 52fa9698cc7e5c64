import { ChevronDown, CircleAlert } from 'lucide-react';
import { useId, type JSX, type ReactNode } from 'react';
import { faultAt, placeName, type RulesDraft } from './rules-draft';
import type { ConfigPath } from './environments-store';

/** What is wrong with a field, under it, with its limit. */
export function FieldFault(props: {
  readonly id: string;
  readonly fault: string | null;
}): JSX.Element | null {
  if (props.fault === null) return null;
  return (
    <span className="rules-hint rules-hint-bad" id={props.id} role="status">
      <CircleAlert className="icon icon-s" aria-hidden="true" />
      {props.fault}
    </span>
  );
}

/** A line of text with its name above it. */
export function TextField(props: {
  readonly draft: RulesDraft;
  readonly path: ConfigPath;
  readonly label: string;
  readonly value: string;
  readonly hint?: string;
  readonly isCode?: boolean;
  readonly onChange: (text: string) => void;
}): JSX.Element {
  const { draft, path, label, value, hint, isCode = false, onChange } = props;
  const id = useId();
  const fault = faultAt(draft, path);
  return (
    <div className="rules-field">
      <label className="rules-label" htmlFor={id}>
        {label}
      </label>
      <input
        id={id}
        className={isCode ? 'rules-input mono' : 'rules-input'}
        data-place={placeName(path)}
        aria-invalid={fault !== null}
        aria-describedby={fault !== null ? `${id}-fault` : undefined}
        spellCheck={false}
        value={value}
        onChange={({ target }) => onChange(target.value)}
      />
      <FieldFault id={`${id}-fault`} fault={fault} />
      {fault === null && hint !== undefined && <span className="rules-hint">{hint}</span>}
    </div>
  );
}

/** A choice of the system's own kind. */
export function ChoiceField(props: {
  readonly label: string;
  readonly isHeard?: boolean;
  readonly path: ConfigPath;
  readonly value: string;
  readonly isBad?: boolean;
  readonly children: ReactNode;
  readonly onChange: (value: string) => void;
}): JSX.Element {
  const { label, isHeard = false, path, value, isBad = false, children, onChange } = props;
  const id = useId();
  return (
    <div className="rules-field">
      <label className={isHeard ? 'heard' : 'rules-label'} htmlFor={id}>
        {label}
      </label>
      <span className="select">
        <select
          id={id}
          className="rules-input"
          data-place={placeName(path)}
          aria-invalid={isBad}
          value={value}
          onChange={({ target }) => onChange(target.value)}
        >
          {children}
        </select>
        <ChevronDown className="icon icon-s" aria-hidden="true" />
      </span>
    </div>
  );
}

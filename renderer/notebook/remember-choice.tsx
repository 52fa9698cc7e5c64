import { ChevronDown } from 'lucide-react';
import type { JSX } from 'react';
import type { KernelMemory } from './file-actions';

/** For how long the choice of a kernel holds. `label`: what is remembered, as a sentence begins. */
export function RememberChoice(props: {
  readonly label: string;
  readonly value: KernelMemory;
  readonly onChange: (value: KernelMemory) => void;
}): JSX.Element {
  const { label, value, onChange } = props;
  return (
    <label className="remember">
      {label}
      <span className="select">
        <select
          className="remember-choice"
          value={value}
          onChange={(event) => {
            const chosen = event.target.value;
            onChange(chosen === 'library' || chosen === 'no' ? chosen : 'notebook');
          }}
        >
          <option value="notebook">this notebook</option>
          <option value="library">the whole library</option>
          <option value="no">now only</option>
        </select>
        <ChevronDown className="icon icon-s" aria-hidden="true" />
      </span>
    </label>
  );
}

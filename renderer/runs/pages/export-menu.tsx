import { Download } from 'lucide-react';
import type { JSX } from 'react';
import { DropDown } from '../../ui/drop-down';

/** Writes a page of a run to a file, in the form that is chosen. */
export function ExportMenu(props: {
  /** `the report`. */
  readonly what: string;
  readonly isOff: boolean;
  readonly onWrite: (form: 'md' | 'html') => void;
}): JSX.Element {
  const { what, isOff, onWrite } = props;
  return (
    <DropDown
      name={`Export ${what}`}
      sign={Download}
      words="Export"
      look="btn"
      isOff={isOff}
      groups={[
        [
          { label: 'Markdown…', act: () => onWrite('md') },
          { label: 'One page of HTML…', act: () => onWrite('html') },
        ],
      ]}
    />
  );
}

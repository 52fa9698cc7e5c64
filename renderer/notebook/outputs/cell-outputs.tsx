import type { JSX } from 'react';
import type { OutputView } from '../../../shared/notebook/view';
import { Output } from './output';

/** All outputs of a cell, in the order they came; in a box of its own height where the cell asks for that. */
export function CellOutputs(props: {
  readonly cell: string;
  readonly outputs: readonly OutputView[];
  readonly isScrolled: boolean;
}): JSX.Element {
  const { cell, outputs, isScrolled } = props;
  const list = outputs.map((output) => <Output key={output.key} cell={cell} output={output} />);
  if (!isScrolled) return <>{list}</>;
  return (
    <div className="out-scrolled" tabIndex={0} role="group" aria-label="Output, scrolls">
      {list}
    </div>
  );
}

import type { LucideIcon } from 'lucide-react';
import type { JSX, KeyboardEvent, RefObject } from 'react';
import type { CellDifference } from '../../shared/notebook/contract';
import { cellNumbers } from './cell-facts';
import { plainTitle } from './difference-words';
import { useModel } from './document-context';

/** One cell that differs, as its row shows it. */
interface DifferenceRow {
  readonly icon: LucideIcon;
  readonly words: string;
  /** A person has to choose for it. */
  readonly isWaiting?: boolean;
}

/** The cells that differ, a row each; the current one is shown in full by who shows the list. */
export function DifferenceList(props: {
  readonly list: RefObject<HTMLDivElement | null>;
  readonly cells: readonly CellDifference[];
  readonly current: CellDifference | null;
  readonly row: (cell: CellDifference) => DifferenceRow;
  readonly onShow: (cell: string) => void;
  readonly onKeyDown: (event: KeyboardEvent) => void;
}): JSX.Element {
  const { list, cells, current, row, onShow, onKeyDown } = props;
  const numbers = cellNumbers(useModel((model) => model.cells));
  return (
    <div
      ref={list}
      className="facts"
      role="listbox"
      aria-label="Cells that differ"
      tabIndex={0}
      aria-activedescendant={current === null ? undefined : `differs-${current.cell}`}
      onKeyDown={onKeyDown}
    >
      {cells.map((cell) => {
        const { icon: Sign, words, isWaiting = false } = row(cell);
        return (
          <div
            key={cell.cell}
            id={`differs-${cell.cell}`}
            role="option"
            className="facts-row"
            aria-selected={cell === current}
            data-state={isWaiting ? 'waiting' : undefined}
            onClick={() => onShow(cell.cell)}
          >
            <Sign className="icon" aria-hidden="true" />
            <span className="entry-n">{numbers.get(cell.cell)}</span>
            <span className="cut">{plainTitle(cell.title)}</span>
            <span className="who">{words}</span>
          </div>
        );
      })}
    </div>
  );
}

import { Menu } from '@base-ui/react/menu';
import type { LucideIcon } from 'lucide-react';
import type { JSX } from 'react';
import type { CellView } from '../../shared/notebook/contract';
import {
  changeType,
  copySelected,
  cutSelected,
  deleteSelected,
  insertCell,
  mergeSelected,
  pasteCells,
} from './cell-actions';
import { isDeletable, isEditable } from './cell-facts';
import { useModel, useNotebook } from './document-context';
import { runPart } from './run-actions';
import { selectOne } from './selection';

interface Entry {
  readonly label: string;
  readonly keys?: string;
  readonly act: () => void;
  readonly isOff?: boolean;
}

/** Everything that can be done with one cell, with its keys. */
export function CellMenu(props: {
  readonly cell: CellView;
  readonly trigger: LucideIcon;
  readonly isHeld: boolean;
  readonly isReadOnly: boolean;
}): JSX.Element {
  const { cell, trigger: Sign, isHeld, isReadOnly } = props;
  const { open } = useNotebook();
  const before = useModel((model) => model.order[model.order.indexOf(cell.id) - 1] ?? null);
  const groups: readonly (readonly Entry[])[] = [
    [
      { label: 'Run the cells above', act: () => runPart(open, 'above') },
      { label: 'Run this cell and those below', act: () => runPart(open, 'below') },
    ],
    isReadOnly
      ? []
      : [
          { label: 'Insert a cell above', keys: 'A', act: () => void insertCell(open, 'code', before) },
          { label: 'Insert a cell below', keys: 'B', act: () => void insertCell(open, 'code', cell.id) },
          cell.type === 'code'
            ? {
                label: 'Make it a markdown cell',
                keys: 'M',
                act: () => changeType(open, 'markdown'),
                isOff: isHeld || !isEditable(cell),
              }
            : {
                label: 'Make it a code cell',
                keys: 'Y',
                act: () => changeType(open, 'code'),
                isOff: !isEditable(cell),
              },
          {
            label: 'Merge with the next cell',
            keys: 'Shift M',
            act: () => mergeSelected(open),
            isOff: isHeld,
          },
        ],
    [
      { label: 'Copy', keys: 'C', act: () => copySelected(open) },
      ...(isReadOnly
        ? []
        : [
            { label: 'Cut', keys: 'X', act: () => cutSelected(open), isOff: isHeld || !isDeletable(cell) },
            { label: 'Paste below', keys: 'V', act: () => pasteCells(open) },
            {
              label: 'Delete',
              keys: 'D D',
              act: () => deleteSelected(open),
              isOff: isHeld || !isDeletable(cell),
            },
          ]),
    ],
  ];
  return (
    <Menu.Root>
      <Menu.Trigger
        className="tool"
        aria-label="More for this cell"
        title="More for this cell"
        onClick={(event) => event.stopPropagation()}
      >
        <Sign className="icon" aria-hidden="true" />
      </Menu.Trigger>
      <Menu.Portal>
        <Menu.Positioner className="menu-place" align="end" sideOffset={4}>
          <Menu.Popup className="menu">
            {groups
              .filter((group) => group.length > 0)
              .map((group, index) => (
                <Menu.Group key={index} className="menu-group">
                  {group.map((entry) => (
                    <Menu.Item
                      key={entry.label}
                      className="menu-item"
                      disabled={entry.isOff ?? false}
                      onClick={() => {
                        open.set({ selection: selectOne(cell.id) });
                        entry.act();
                      }}
                    >
                      <span>{entry.label}</span>
                      {entry.keys !== undefined && <span className="menu-keys">{entry.keys}</span>}
                    </Menu.Item>
                  ))}
                </Menu.Group>
              ))}
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  );
}

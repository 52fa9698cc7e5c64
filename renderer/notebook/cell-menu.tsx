import type { LucideIcon } from 'lucide-react';
import type { JSX } from 'react';
import { freezeEdits } from '../../shared/notebook/cell-locks';
import type { CellView } from '../../shared/notebook/contract';
import { copyStepLink } from '../library/open-link';
import { useSendEntries } from '../terminal/send-entries';
import { DropDown } from '../ui/drop-down';
import { isFrozen } from '../../shared/notebook/cell-protection';
import { isShellCell } from '../../shared/notebook/model';
import { insertCell } from './cell-actions';
import { isDeletable, isEditable, notebookLanguage } from './cell-facts';
import { setSession } from './cell-language';
import type { NotebookCommandId } from './commands';
import { useModel, useNotebook } from './document-context';
import { useKeyWords } from './keys-in-use';
import { placeIn } from './places';
import { runPart } from './run-actions';
import { runCommand } from './run-command';
import { selectOne } from './selection';

interface Entry {
  readonly label: string;
  /** The command whose key is shown. */
  readonly command?: NotebookCommandId;
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
  const { cell, trigger: sign, isHeld, isReadOnly } = props;
  const { open, host } = useNotebook();
  const words = useKeyWords();
  const command = (id: NotebookCommandId) => (): void => runCommand(id, open, host);
  const base = useModel((model) => notebookLanguage(model.metadata));
  const sends = useSendEntries(open);
  const before = useModel((model) => model.order[placeIn(model.order, cell.id) - 1] ?? null);
  const groups: readonly (readonly Entry[])[] = [
    isReadOnly || !isFrozen(cell)
      ? []
      : [{ label: 'Unfreeze', act: () => freezeEdits(cell, false).forEach((edit) => open.edit(edit)) }],
    [
      { label: 'Run the cells above', act: () => runPart(open, 'above') },
      { label: 'Run this cell and those below', act: () => runPart(open, 'below') },
    ],
    cell.type === 'code' && (base === 'shell' || isShellCell(cell))
      ? sends.map((entry) => ({ ...entry, act: command(entry.command) }))
      : [],
    isReadOnly
      ? []
      : [
          {
            label: 'Insert a cell above',
            command: 'insert-above',
            act: () => void insertCell(open, 'code', before),
          },
          {
            label: 'Insert a cell below',
            command: 'insert-below',
            act: () => void insertCell(open, 'code', cell.id),
          },
          cell.type === 'code'
            ? {
                label: 'Make it a markdown cell',
                command: 'to-markdown',
                act: command('to-markdown'),
                isOff: isHeld || !isEditable(cell),
              }
            : {
                label: 'Make it a code cell',
                command: 'to-code',
                act: command('to-code'),
                isOff: !isEditable(cell),
              },
          ...(cell.type === 'code' && base !== 'shell'
            ? [
                {
                  label: isShellCell(cell) ? 'Run it on the kernel' : 'Run it in the shell beside the kernel',
                  act: () => setSession(open, cell.id, isShellCell(cell) ? 'kernel' : 'shell'),
                  isOff: isHeld,
                },
              ]
            : []),
          ...(cell.type === 'code'
            ? [{ label: 'Clear the outputs', act: command('clear-outputs'), isOff: isHeld }]
            : []),
          {
            label: 'Merge with the next cell',
            command: 'merge',
            act: command('merge'),
            isOff: isHeld,
          },
        ],
    [
      { label: 'Copy', command: 'copy', act: command('copy') },
      { label: 'Copy a link to this step', act: () => void copyStepLink(open, host) },
      ...(isReadOnly
        ? []
        : ([
            { label: 'Cut', command: 'cut', act: command('cut'), isOff: isHeld || !isDeletable(cell) },
            { label: 'Paste below', command: 'paste', act: command('paste') },
            {
              label: 'Delete',
              command: 'delete',
              act: command('delete'),
              isOff: isHeld || !isDeletable(cell),
            },
          ] satisfies readonly Entry[])),
    ],
  ];
  const lines = groups.map((group) =>
    group.map(({ label, command: id, act, isOff = false }) => ({
      label,
      keys: id === undefined ? undefined : words(id),
      isOff,
      act: () => {
        open.set({ selection: selectOne(cell.id) });
        act();
      },
    })),
  );
  return <DropDown name="More for this cell" sign={sign} groups={lines} />;
}

import { ContextMenu } from '@base-ui/react/context-menu';
import { Ellipsis, Plus } from 'lucide-react';
import type { JSX, ReactElement } from 'react';
import { useStore } from 'zustand';
import { useWindow, type WindowContext } from '../app/window-context';
import { DropDown, MenuLines, type MenuEntry, type MenuGroups } from '../ui/drop-down';
import {
  addFolder,
  beginFolder,
  beginFromMarkdown,
  beginFromText,
  beginFromTemplate,
  beginRename,
  beginRunbook,
  duplicate,
  openBeside,
  openRow,
  remove,
  removeFolder,
} from './library-actions';
import type { TreeRow } from './tree-rows';

/** What can be made in the folder with the focus. */
export function NewMenu(): JSX.Element {
  const context = useWindow();
  const groups: MenuGroups = [
    [
      {
        label: 'New runbook for the shell',
        act: () => beginRunbook(context, { kind: 'empty', language: 'bash' }, 'runbook'),
      },
      {
        label: 'New runbook for Python',
        act: () => beginRunbook(context, { kind: 'empty', language: 'python' }, 'runbook'),
      },
      { label: 'New runbook from a Markdown file…', act: () => void beginFromMarkdown(context) },
    ],
    [{ label: 'New folder', act: () => beginFolder(context) }],
  ];
  return <DropDown name="New in the library" sign={Plus} groups={groups} after="stays" />;
}

/** What can be done with the list of folders. */
export function FolderMenu(): JSX.Element {
  const context = useWindow();
  const { client, library } = context;
  const folders = useStore(library.store, (model) => model.folders) ?? [];
  const groups: MenuGroups = [
    [{ label: 'Add a folder…', act: () => void addFolder(context) }],
    folders.length === 0
      ? []
      : [
          {
            label: 'Close all folders',
            act: () =>
              library.layout.setState({
                expanded: folders.length > 1 ? folders.map(({ path }) => path) : [],
              }),
          },
          { label: 'Read it again', act: () => void library.reload() },
        ],
    folders.flatMap(({ path, name }) => [
      {
        label: `Show ${name} in the file manager`,
        act: () =>
          void library.guard(async () => void (await client.desktop('desktop.revealFile', { path }))),
      },
      { label: `Take ${name} off this list`, act: () => void removeFolder(context, path) },
    ]),
  ];
  return <DropDown name="More for the library" sign={Ellipsis} groups={groups} />;
}

/** The menu of a line, by the right button or the menu key. */
export function RowMenu(props: {
  readonly row: TreeRow | null;
  readonly children: ReactElement;
  readonly onClosed: () => void;
}): JSX.Element {
  const context = useWindow();
  const { row } = props;
  return (
    <ContextMenu.Root onOpenChangeComplete={(isOpen) => !isOpen && props.onClosed()}>
      <ContextMenu.Trigger render={props.children} />
      <ContextMenu.Portal>
        <ContextMenu.Positioner className="menu-place">
          <ContextMenu.Popup className="menu" finalFocus={false}>
            {row !== null && <MenuLines groups={groupsOf(row, context)} />}
          </ContextMenu.Popup>
        </ContextMenu.Positioner>
      </ContextMenu.Portal>
    </ContextMenu.Root>
  );
}

function groupsOf(row: TreeRow, context: WindowContext): MenuGroups {
  const { client, library } = context;
  const show: MenuEntry = {
    label: 'Show in the file manager',
    act: () =>
      void library.guard(async () => void (await client.desktop('desktop.revealFile', { path: row.path }))),
  };
  if (row.kind === 'folder' || row.kind === 'root') {
    return [
      [
        {
          label: 'New runbook here',
          act: () => beginRunbook(context, { kind: 'empty', language: 'bash' }, 'runbook'),
        },
        { label: 'New folder here', act: () => beginFolder(context) },
      ],
      row.kind === 'root'
        ? []
        : [
            { label: 'Rename', keys: 'F2', act: () => beginRename(context, row) },
            { label: 'Move to the trash', keys: 'Delete', act: () => void remove(context, row) },
          ],
      [show],
      row.kind === 'root'
        ? [{ label: 'Take it off this list', act: () => void removeFolder(context, row.path) }]
        : [],
    ];
  }
  const open: Readonly<Record<'runbook' | 'markdown' | 'settings' | 'text', MenuGroups[number]>> = {
    runbook: [
      { label: 'Open', keys: 'Enter', act: () => openRow(context, row) },
      { label: 'Open to the side', keys: 'Ctrl Enter', act: () => openBeside(context, row) },
      { label: 'New runbook from this one', act: () => beginFromTemplate(context, row) },
    ],
    markdown: [
      { label: 'Read', keys: 'Enter', act: () => openRow(context, row) },
      { label: 'New runbook from this file', act: () => beginFromText(context, row.path) },
    ],
    text: [{ label: 'Read', keys: 'Enter', act: () => openRow(context, row) }],
    settings: [
      { label: 'Open as environments', keys: 'Enter', act: () => openRow(context, row) },
      { label: 'Read as text', act: () => context.tabs.openText(row.path) },
    ],
  };
  return [
    open[row.kind],
    [
      { label: 'Rename', keys: 'F2', act: () => beginRename(context, row) },
      { label: 'Duplicate', act: () => void duplicate(context, row) },
      { label: 'Move to the trash', keys: 'Delete', act: () => void remove(context, row) },
    ],
    [show],
  ];
}

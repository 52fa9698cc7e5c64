import { Menu as MenuIcon } from 'lucide-react';
import type { JSX } from 'react';
import { DropDown } from '../ui/drop-down';
import type { AppCommand } from './app-commands';

/** What the window's menu lists, in groups; commands that cannot be given now are left out. */
const GROUPS: readonly (readonly string[])[] = [
  ['new', 'new-python', 'open', 'new-window'],
  ['save', 'save-as', 'close-tab'],
  ['palette', 'keys', 'kernels', 'settings'],
];

/** The window's own menu, for systems without one for the whole program. */
export function AppMenu(props: { readonly commands: readonly AppCommand[] }): JSX.Element {
  const groups = GROUPS.map((ids) =>
    ids.flatMap((id) => {
      const command = props.commands.find((one) => one.id === id);
      return command === undefined ? [] : [{ label: command.title, keys: command.keys[0], act: command.run }];
    }),
  );
  return <DropDown name="Menu" sign={MenuIcon} look="titlebar-menu" align="start" groups={groups} />;
}

import { Menu } from '@base-ui/react/menu';
import { Menu as MenuIcon } from 'lucide-react';
import type { JSX } from 'react';
import type { AppCommand } from './app-commands';

/** What the window's menu lists, in groups; commands that cannot be given now are left out. */
const GROUPS: readonly (readonly string[])[] = [
  ['new', 'new-python', 'open', 'new-window'],
  ['save', 'save-as', 'close-tab'],
  ['palette', 'keys', 'kernels', 'settings'],
];

/** The window's own menu, for systems without one for the whole program. */
export function AppMenu(props: { readonly commands: readonly AppCommand[] }): JSX.Element {
  const { commands } = props;
  return (
    <Menu.Root>
      <Menu.Trigger className="titlebar-menu" aria-label="Menu" title="Menu">
        <MenuIcon className="icon" aria-hidden="true" />
      </Menu.Trigger>
      <Menu.Portal>
        <Menu.Positioner className="menu-place" align="start" sideOffset={2}>
          <Menu.Popup className="menu">
            {GROUPS.map((ids) => (
              <Menu.Group key={ids[0]} className="menu-group">
                {ids.map((id) => {
                  const command = commands.find((one) => one.id === id);
                  if (command === undefined) return null;
                  return (
                    <Menu.Item key={id} className="menu-item" onClick={command.run}>
                      <span>{command.title}</span>
                      <span className="menu-keys">{command.keys[0]}</span>
                    </Menu.Item>
                  );
                })}
              </Menu.Group>
            ))}
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  );
}

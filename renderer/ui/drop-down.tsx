import { Menu } from '@base-ui/react/menu';
import type { LucideIcon } from 'lucide-react';
import type { JSX } from 'react';

/** A line of a menu; `keys` are those that do the same, in words. */
export interface MenuEntry {
  readonly label: string;
  readonly keys?: string | undefined;
  readonly isOff?: boolean;
  readonly act: () => void;
}
/** Lines of a menu with a hairline between groups; a group without lines is left out. */
export type MenuGroups = readonly (readonly MenuEntry[])[];

/** A button with one sign, or a sign and words, that lets a menu down. */
export function DropDown(props: {
  /** What the button is called, for readers of the screen and as its tooltip. */
  readonly name: string;
  readonly sign: LucideIcon;
  /** Beside the sign. */
  readonly words?: string;
  readonly isOff?: boolean;
  readonly groups: MenuGroups;
  readonly align?: 'start' | 'end';
  /** The look of the button, where it is not a tool. */
  readonly look?: string;
  /** Where the focus goes after it: back to the button, or where the act brought it. */
  readonly after?: 'back' | 'stays';
}): JSX.Element {
  const { name, sign: Sign, words, isOff = false, groups } = props;
  const { align = 'end', look = 'tool', after = 'back' } = props;
  return (
    <Menu.Root>
      <Menu.Trigger
        className={look}
        aria-label={name}
        title={name}
        disabled={isOff}
        // A menu in a line or a cell is no press on that line or cell.
        onClick={(event) => event.stopPropagation()}
      >
        <Sign className="icon" aria-hidden="true" />
        {words}
      </Menu.Trigger>
      <Menu.Portal>
        <Menu.Positioner className="menu-place" align={align} sideOffset={4}>
          <Menu.Popup className="menu" finalFocus={after === 'back'}>
            <MenuLines groups={groups} />
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  );
}

/** What stands in a menu, also in one that opens by the right button. */
export function MenuLines(props: { readonly groups: MenuGroups }): JSX.Element {
  return (
    <>
      {props.groups
        .filter((group) => group.length > 0)
        .map((group) => (
          <Menu.Group key={group[0]?.label} className="menu-group">
            {group.map(({ label, keys, isOff = false, act }) => (
              <Menu.Item key={label} className="menu-item" disabled={isOff} onClick={act}>
                <span className="cut">{label}</span>
                {keys !== undefined && <span className="menu-keys">{keys}</span>}
              </Menu.Item>
            ))}
          </Menu.Group>
        ))}
    </>
  );
}

import { keyWords } from '../notebook/key-words';
import { keysInUse } from '../notebook/keys-in-use';
import type { MenuGroups } from '../ui/drop-down';
import { tabsOfHalf } from './tab-halves';
import { documentOf, pathOf, type Tab } from './tabs';
import type { WindowContext } from './window-context';

/** What can be done with a tab, by the right button or the menu key on it. */
export function tabMenu(tab: Tab, context: WindowContext): MenuGroups {
  const { actions, client, host, tabs } = context;
  const model = tabs.store.getState();
  const strip = tabsOfHalf(model, !model.second.has(tab.id));
  const at = strip.findIndex(({ id }) => id === tab.id);
  const open = documentOf(tab);
  const path = tab.kind === 'text' ? tab.path : open === null ? null : pathOf(open);
  // The keys act on the tab in front; beside another one they would say what is not so.
  const keys = (id: string): string | undefined => {
    const first = model.active === tab.id ? keysInUse().get(id)?.[0] : undefined;
    return first === undefined ? undefined : keyWords(first);
  };
  const closeAll = async (which: readonly Tab[]): Promise<void> => {
    for (const one of which) await actions.closeTab(one);
  };
  return [
    [
      { label: 'Close', keys: keys('close-tab'), act: () => void actions.closeTab(tab) },
      {
        label: 'Close the others here',
        isOff: strip.length < 2,
        act: () => void closeAll(strip.filter(({ id }) => id !== tab.id)),
      },
    ],
    [
      {
        label: 'Move to the other half',
        keys: keys('move-tab-across'),
        isOff: model.tabs.length < 2,
        act: () => tabs.moveToOtherHalf(tab.id),
      },
      {
        label: 'Move to the left',
        keys: keys('move-tab-left'),
        isOff: at <= 0,
        act: () => tabs.shift(tab.id, -1),
      },
      {
        label: 'Move to the right',
        keys: keys('move-tab-right'),
        isOff: at === strip.length - 1,
        act: () => tabs.shift(tab.id, 1),
      },
    ],
    path === null
      ? []
      : [
          { label: 'Copy the path', act: () => void host.copyText(path) },
          {
            label: 'Show in the file manager',
            act: () => void client.desktop('desktop.revealFile', { path }),
          },
        ],
  ];
}

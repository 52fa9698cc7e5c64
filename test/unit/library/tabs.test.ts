import { describe, expect, it } from 'vitest';
import { tabsOfHalf } from '../../../renderer/app/tab-halves';
import {
  createTabs,
  pathOf,
  shownTabs,
  type PageMemory,
  type Tab,
  type Tabs,
} from '../../../renderer/app/tabs';
import type { Client } from '../../../renderer/rpc/client';

/** An engine that never answers: tabs need none. */
function makeTabs(): Tabs {
  const off = (): void => undefined;
  const client: Client = {
    request: () => new Promise<never>(() => undefined),
    desktop: () => new Promise<never>(() => undefined),
    on: () => off,
    onDesktop: () => off,
    connection: 'connecting',
    onConnection: () => off,
  };
  return createTabs(client);
}

const nameOf = (tab: Tab): string =>
  tab.kind === 'notebook' ? pathOf(tab.open) : tab.kind === 'text' ? tab.path : tab.kind;
const shown = (tabs: Tabs): readonly string[] => shownTabs(tabs.store.getState()).map(nameOf);
const strips = (tabs: Tabs): readonly (readonly string[])[] =>
  [true, false].map((isFirst) => tabsOfHalf(tabs.store.getState(), isFirst).map(nameOf));
const idOf = (tabs: Tabs, path: string): string =>
  tabs.store.getState().tabs.find((tab) => nameOf(tab) === path)!.id;
const front = (tabs: Tabs): string | undefined => {
  const { tabs: all, active } = tabs.store.getState();
  const tab = all.find(({ id }) => id === active);
  return tab === undefined ? undefined : nameOf(tab);
};

describe('two tabs side by side', () => {
  it('opens a file beside the one that is read, and gives it the focus', () => {
    const tabs = makeTabs();
    tabs.openFile('/a');
    tabs.openBeside('/b');
    expect(shown(tabs)).toEqual(['/a', '/b']);
    expect(front(tabs)).toBe('/b');
    // Again to the side: the half without the focus shows it.
    tabs.openBeside('/c');
    expect(shown(tabs)).toEqual(['/c', '/b']);
    expect(front(tabs)).toBe('/c');
    tabs.openBeside('/b');
    expect(shown(tabs)).toEqual(['/c', '/b']);
    expect(front(tabs)).toBe('/b');
  });

  it('moves the focus between halves, and shows another tab where the focus is', () => {
    const tabs = makeTabs();
    tabs.openFile('/a');
    tabs.openBeside('/b');
    tabs.focusHalf(true);
    expect(front(tabs)).toBe('/a');
    tabs.focusHalf(true);
    expect(front(tabs)).toBe('/a');
    tabs.openFile('/c');
    expect(shown(tabs)).toEqual(['/c', '/b']);
    tabs.step(1);
    expect(shown(tabs)).toEqual(['/a', '/b']);
    tabs.focusHalf(false);
    expect(front(tabs)).toBe('/b');
    expect(shown(tabs)).toEqual(['/a', '/b']);
  });

  it('is one alone again when it is toggled, and when one of the two is closed', () => {
    const tabs = makeTabs();
    tabs.openFile('/a');
    tabs.openFile('/b');
    tabs.toggleSplit();
    expect(shown(tabs)).toEqual(['/a', '/b']);
    expect(front(tabs)).toBe('/b');
    tabs.toggleSplit();
    expect(shown(tabs)).toEqual(['/b']);
    tabs.toggleSplit();
    tabs.remove(tabs.store.getState().active ?? '');
    expect(shown(tabs)).toEqual(['/a']);
    expect(tabs.store.getState().beside).toBeNull();
    // Alone there is nothing to show beside it.
    tabs.toggleSplit();
    expect(shown(tabs)).toEqual(['/a']);
    tabs.openBeside('/c');
    tabs.remove(tabs.store.getState().beside?.id ?? '');
    expect(shown(tabs)).toEqual(['/c']);
  });

  it('gives each half its own strip, and moves tabs between them', () => {
    const tabs = makeTabs();
    for (const path of ['/a', '/b', '/c']) tabs.openFile(path);
    tabs.toggleSplit();
    expect(strips(tabs)).toEqual([['/a', '/b'], ['/c']]);
    // What is opened comes where the focus is.
    tabs.openFile('/d');
    tabs.focusHalf(true);
    tabs.openFile('/e');
    expect(strips(tabs)).toEqual([
      ['/a', '/b', '/e'],
      ['/c', '/d'],
    ]);
    expect(shown(tabs)).toEqual(['/e', '/d']);
    // A file is in one tab: opened again it is shown where it is.
    tabs.openFile('/c');
    expect(shown(tabs)).toEqual(['/e', '/c']);
    tabs.moveToOtherHalf(idOf(tabs, '/c'));
    expect(strips(tabs)).toEqual([['/a', '/b', '/c', '/e'], ['/d']]);
    expect(front(tabs)).toBe('/c');
    expect(shown(tabs)).toEqual(['/c', '/d']);
    // With its last tab the half goes.
    tabs.moveToOtherHalf(idOf(tabs, '/d'));
    expect(strips(tabs)).toEqual([['/a', '/b', '/c', '/e', '/d'], []]);
    expect(shown(tabs)).toEqual(['/d']);
  });

  it('shows the neighbour where a tab is closed, and one half where it was the last', () => {
    const tabs = makeTabs();
    for (const path of ['/a', '/b', '/c']) tabs.openFile(path);
    tabs.toggleSplit();
    tabs.focusHalf(true);
    tabs.remove(idOf(tabs, '/b'));
    expect(shown(tabs)).toEqual(['/a', '/c']);
    expect(front(tabs)).toBe('/a');
    tabs.remove(idOf(tabs, '/a'));
    expect(shown(tabs)).toEqual(['/c']);
    expect(tabs.store.getState().beside).toBeNull();
  });

  it('puts tabs in another order, also into the other strip', () => {
    const tabs = makeTabs();
    for (const path of ['/a', '/b', '/c', '/d']) tabs.openFile(path);
    tabs.shift(idOf(tabs, '/d'), -1);
    tabs.shift(idOf(tabs, '/a'), -1);
    expect(strips(tabs)[0]).toEqual(['/a', '/b', '/d', '/c']);
    tabs.toggleSplit();
    expect(strips(tabs)).toEqual([['/a', '/b', '/c'], ['/d']]);
    tabs.place(idOf(tabs, '/a'), { id: idOf(tabs, '/d'), isAfter: false });
    expect(strips(tabs)).toEqual([
      ['/b', '/c'],
      ['/a', '/d'],
    ]);
    expect(front(tabs)).toBe('/a');
  });
});

describe('tabs at the next start', () => {
  const nothing: PageMemory = { about: () => null, restore: () => undefined };

  it('come back with pages, halves and what was in front', () => {
    const tabs = makeTabs();
    tabs.openFile('/a');
    tabs.openPage('settings');
    tabs.openPage('search');
    tabs.openBeside('/b');
    tabs.focusHalf(true);
    const remembered = tabs.remembered({ ...nothing, about: (page) => (page === 'search' ? 'pods' : null) });
    const restored: string[] = [];
    const again = makeTabs();
    again.restore(remembered, { ...nothing, restore: (page, about) => restored.push(`${page} ${about}`) });
    expect(strips(again)).toEqual([['/a', 'settings', 'search'], ['/b']]);
    expect(shown(again)).toEqual(['search', '/b']);
    expect(front(again)).toBe('search');
    expect(restored).toEqual(['search pods']);
  });

  it('come back as a run in its view, beside a welcome page that was left open', () => {
    const folder = '/lib/runs/api/20261124T011500Z-prod-abcdef';
    const tabs = makeTabs();
    tabs.openFile('/a');
    tabs.openPage('welcome');
    tabs.openRun(folder).set({ page: 'timeline' });
    tabs.activate('welcome');
    const again = makeTabs();
    again.restore(tabs.remembered(nothing), nothing);
    expect(again.store.getState().tabs.map(({ kind }) => kind)).toEqual(['notebook', 'welcome', 'run']);
    expect(front(again)).toBe('welcome');
    expect(again.openRun(folder).store.getState().page).toBe('timeline');
  });

  it('come back with the texts that were read, also where their folder was renamed', () => {
    const tabs = makeTabs();
    tabs.openText('/lib/notes/a.md');
    tabs.openText('/lib/notes.md');
    tabs.openText('/lib/notes/a.md');
    tabs.moved('/lib/notes', '/lib/texts');
    const again = makeTabs();
    again.restore(tabs.remembered(nothing), nothing);
    expect(strips(again)[0]).toEqual(['/lib/texts/a.md', '/lib/notes.md']);
    expect(front(again)).toBe('/lib/texts/a.md');
  });

  it('stand behind what a person opened meanwhile', () => {
    const tabs = makeTabs();
    tabs.openFile('/a');
    tabs.openPage('kernels');
    const again = makeTabs();
    again.openFile('/early');
    again.restore(tabs.remembered(nothing), nothing);
    expect(strips(again)[0]).toEqual(['/a', 'kernels', '/early']);
    expect(front(again)).toBe('/early');
  });
});

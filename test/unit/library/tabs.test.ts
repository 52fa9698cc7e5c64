import { describe, expect, it } from 'vitest';
import { createTabs, pathOf, shownTabs, type Tabs } from '../../../renderer/app/tabs';
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

const shown = (tabs: Tabs): readonly string[] =>
  shownTabs(tabs.store.getState()).map((tab) => (tab.kind === 'notebook' ? pathOf(tab.open) : tab.kind));
const front = (tabs: Tabs): string | undefined => {
  const { tabs: all, active } = tabs.store.getState();
  const tab = all.find(({ id }) => id === active);
  return tab?.kind === 'notebook' ? pathOf(tab.open) : tab?.kind;
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

  it('is found again at the next start', () => {
    const tabs = makeTabs();
    tabs.openFile('/a');
    tabs.openBeside('/b');
    tabs.focusHalf(true);
    const split = tabs.split();
    expect(split).toEqual({ path: '/b', isFirst: false });
    const again = makeTabs();
    for (const path of ['/a', '/b', '/a']) again.openFile(path);
    again.restoreSplit(split!);
    expect(shown(again)).toEqual(['/a', '/b']);
    expect(front(again)).toBe('/a');
    again.restoreSplit({ path: '/gone', isFirst: true });
    expect(shown(again)).toEqual(['/a', '/b']);
  });
});

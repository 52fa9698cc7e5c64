import { Plus } from 'lucide-react';
import type { JSX } from 'react';
import { useStore } from 'zustand';
import { useWindow } from '../app/window-context';
import { DropDown, type MenuEntry } from '../ui/drop-down';
import { tabsOf } from './splits';
import { openTerminal } from './terminal-commands';
import { tabName, TerminalTab } from './terminal-tab';

/** The terminals as tabs, and what another one can be opened with. */
export function TerminalTabs(props: {
  readonly directory: string | null;
  readonly onChosen: () => void;
}): JSX.Element {
  const { directory, onChosen } = props;
  const context = useWindow();
  const { terminals: all, profiles, naming, splits } = useStore(context.terminals.store);
  const tabs = tabsOf(
    (all ?? []).map(({ id }) => id),
    splits,
  );
  const entries = (kind: 'shell' | 'command' | 'ssh'): readonly MenuEntry[] =>
    profiles
      .filter((profile) => profile.kind === kind)
      .map(({ id, title, isUsual }) => ({
        label: isUsual ? `${title}, the usual one` : kind === 'ssh' ? `ssh ${title}` : title,
        act: () => openTerminal(context, { profile: id, directory: kind === 'ssh' ? null : directory }),
      }));
  return (
    <>
      {/* A list of tabs holds tabs alone; their close buttons stand beside them, where they are seen. */}
      <div
        role="tablist"
        aria-label="Terminals"
        aria-owns={tabs
          .flatMap(([first]) =>
            first === undefined || first.terminal === naming ? [] : [tabName(first.terminal)],
          )
          .join(' ')}
      />
      <div className="terminal-tablist">
        {tabs.map((tab) => (
          <TerminalTab
            key={tab[0]?.terminal}
            tab={tab}
            infos={tab.flatMap(({ terminal }) => all?.find(({ id }) => id === terminal) ?? [])}
            directory={directory}
            onChosen={onChosen}
          />
        ))}
      </div>
      <DropDown
        name="New terminal"
        sign={Plus}
        align="start"
        after="stays"
        groups={[entries('shell'), entries('command'), entries('ssh')]}
      />
    </>
  );
}

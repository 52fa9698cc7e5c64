import { Fragment, type JSX } from 'react';
import { useStore } from 'zustand';
import type { TerminalInfo } from '../../shared/terminal/contract';
import { useWindow } from '../app/window-context';
import { Splitter } from '../ui/splitter';
import type { ShownTerminal } from './screen-view';
import { LEAST_SHARE, tabOf } from './splits';
import { TerminalPart } from './terminal-part';

/** Hundredths of the room that an arrow key moves a line. */
const STEP = 2;

/** The terminals of one tab, beside each other, or one above the other where the pane is narrow. */
export function TerminalParts(props: {
  /** The one with the keys. */
  readonly info: TerminalInfo;
  readonly isStacked: boolean;
  readonly directory: string | null;
  readonly onShown: (id: string, shown: ShownTerminal | null) => void;
}): JSX.Element {
  const { info, isStacked, directory, onShown } = props;
  const { terminals } = useWindow();
  const { terminals: all, splits } = useStore(terminals.store);
  const tab = tabOf(splits, info.id);
  const isSplit = tab.length > 1;
  const ends = tab.map((_, at) => tab.slice(0, at + 1).reduce((sum, { share }) => sum + share, 0));
  return (
    <div
      className="terminal-parts"
      role="tabpanel"
      aria-label={info.title}
      data-stacked={isStacked ? '' : undefined}
    >
      {/* Before the screens, which take the Tab key. */}
      {tab.slice(1).map(({ terminal }, at) => {
        const before = ends[at - 1] ?? 0;
        const next = ends[at + 1] ?? 1;
        const end = ends[at] ?? 1;
        return (
          <Splitter
            key={terminal}
            name={`Share of terminal ${at + 1} of ${tab.length}`}
            at="between"
            parts={isStacked ? 'stacked' : 'beside'}
            size={end * 100}
            least={(before + LEAST_SHARE) * 100}
            most={(next - LEAST_SHARE) * 100}
            step={STEP}
            onSize={(size) => terminals.resizePart(tab[at]?.terminal ?? '', size / 100 - before)}
          />
        );
      })}
      {tab.map(({ terminal, share }, at) => {
        const one = all?.find(({ id }) => id === terminal);
        if (one === undefined) return <Fragment key={terminal} />;
        return (
          <div key={terminal} className="terminal-part" style={{ flexGrow: isSplit ? share * 100 : 1 }}>
            <TerminalPart
              info={one}
              place={isSplit ? `${at + 1} of ${tab.length}` : null}
              isActive={terminal === info.id}
              directory={directory}
              onShown={onShown}
            />
          </div>
        );
      })}
    </div>
  );
}

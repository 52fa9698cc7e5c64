import { Menu } from '@base-ui/react/menu';
import { Link } from 'lucide-react';
import type { JSX } from 'react';
import { useStore } from 'zustand';
import type { TerminalInfo } from '../../shared/terminal/contract';
import { useWindow, type WindowContext } from '../app/window-context';
import type { OpenRun } from '../runs/run-store';
import { MenuLines } from '../ui/drop-down';
import { showRecorded } from './recording';
import { placeWords } from './send-target';
import { terminalFocus } from './terminal-focus';

/** How many terminals a run records, in the status bar; a click goes there, to one of several by a menu. */
export function AttachedItem(props: { readonly run: OpenRun }): JSX.Element | null {
  const { folder } = props.run;
  const context = useWindow();
  const all = useStore(context.terminals.store, (model) => model.terminals);
  const attached = (all ?? []).filter(({ recording }) => recording?.run === folder);
  const [first, second] = attached;
  if (first === undefined) return null;
  const state = attached.some(isPaused) ? 'waiting' : 'running';
  const words = (
    <>
      <Link className="icon icon-s" aria-hidden="true" />
      <span className="num">{attachedWords(attached)}</span>
    </>
  );
  if (second === undefined)
    return (
      <button
        type="button"
        className="status-item"
        data-state={state}
        title={`Go to ${first.title}`}
        onClick={() => goToAttached(context, first.id)}
      >
        {words}
      </button>
    );
  return (
    <Menu.Root>
      <Menu.Trigger className="status-item" data-state={state} title="Go to one of them">
        {words}
      </Menu.Trigger>
      <Menu.Portal>
        <Menu.Positioner className="menu-place" align="start" side="top" sideOffset={4}>
          <Menu.Popup className="menu" finalFocus={false}>
            <MenuLines
              groups={[
                attached.map((info) => ({
                  label: `${info.title}, ${placeWords(info)}${isPaused(info) ? ', paused' : ''}`,
                  // The menu gives the focus back as it goes.
                  act: () => void setTimeout(() => goToAttached(context, info.id), 0),
                })),
              ]}
            />
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  );
}

/** `2 terminals recorded, 1 paused`. */
export function attachedWords(attached: readonly Pick<TerminalInfo, 'recording'>[]): string {
  const paused = attached.filter(isPaused).length;
  const many = `${attached.length} terminal${attached.length === 1 ? '' : 's'}`;
  if (paused === attached.length) return `${many}, recording paused`;
  return `${many} recorded${paused === 0 ? '' : `, ${paused} paused`}`;
}

function isPaused({ recording }: Pick<TerminalInfo, 'recording'>): boolean {
  return recording?.isPaused === true;
}

function goToAttached(context: WindowContext, terminal: string): void {
  const isShown =
    context.library.layout.getState().terminal.isOpen &&
    context.terminals.store.getState().active === terminal;
  showRecorded(context, terminal);
  if (isShown) terminalFocus.ask();
  else terminalFocus.wish();
}

import { Cpu, History, Keyboard, Library, Search, Settings } from 'lucide-react';
import type { JSX } from 'react';
import type { PageKind, Tab } from './tabs';
import { RunCount } from '../runs/run-count';
import { useWindow } from './window-context';

const PLACES = [
  { kind: 'welcome', title: 'Library', Icon: Library },
  { kind: 'runs', title: 'Runs', Icon: History },
  { kind: 'search', title: 'Search', Icon: Search },
  { kind: 'kernels', title: 'Kernels', Icon: Cpu },
] as const;
const FOOT = [{ kind: 'settings', title: 'Settings', Icon: Settings }] as const;

/** The place that a tab belongs to. */
function placeOf(kind: Tab['kind']): PageKind {
  switch (kind) {
    case 'notebook':
    case 'text':
      return 'welcome';
    case 'run':
      return 'runs';
    case 'environments':
      return 'settings';
    default:
      return kind;
  }
}

/** The places of the window. */
export function Nav(props: { readonly active: Tab['kind'] | null }): JSX.Element {
  const { tabs, host } = useWindow();
  const here = props.active === null ? null : placeOf(props.active);
  const item = ({ kind, title, Icon }: (typeof PLACES)[number] | (typeof FOOT)[number]): JSX.Element => (
    <button
      key={kind}
      type="button"
      aria-current={kind === here ? 'page' : undefined}
      onClick={() => tabs.openPage(kind)}
    >
      <Icon className="icon" aria-hidden="true" />
      {title}
      {kind === 'runs' && <RunCount />}
    </button>
  );
  return (
    <nav className="nav" aria-label="Places" data-region="nav">
      {PLACES.map(item)}
      <span className="nav-gap" />
      <button type="button" onClick={() => host.showKeys()}>
        <Keyboard className="icon" aria-hidden="true" />
        Keys
      </button>
      {FOOT.map(item)}
    </nav>
  );
}

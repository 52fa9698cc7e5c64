import { Laptop } from 'lucide-react';
import { useEffect, useState, type JSX } from 'react';
import { KernelStatusItem } from '../notebook/kernel-status-item';
import { RunningItem } from '../notebook/running-item';
import { zoneWord } from '../notebook/time-words';
import { NoticesItem } from './notices/notices-item';
import { JournalItem } from '../runs/journal-item';
import { AttachedItem } from '../terminal/attached-item';
import { documentOf, type Tab } from './tabs';
import { useWindow } from './window-context';

/** Facts about what is open; each opens its page. Two clocks, since people and files count differently. */
export function StatusBar(props: { readonly active: Tab | null }): JSX.Element {
  const { tabs } = useWindow();
  const { active } = props;
  const open = active === null ? null : documentOf(active);
  return (
    <footer className="status" data-region="status">
      {open !== null ? (
        <KernelStatusItem open={open} onOpen={() => tabs.openPage('kernels')} />
      ) : (
        <button
          type="button"
          className="status-item"
          data-state="todo"
          onClick={() => tabs.openPage('kernels')}
        >
          <span className="dot dot-hollow" />
          No kernel
        </button>
      )}
      {active?.kind === 'notebook' && <RunningItem open={active.open} />}
      {active?.kind === 'run' && <JournalItem run={active.run} />}
      {active?.kind === 'run' && <AttachedItem run={active.run} />}
      <span className="status-item status-place">
        <Laptop className="icon icon-s" aria-hidden="true" />
        this machine
      </span>
      <span className="grow" />
      <NoticesItem />
      <Clocks />
    </footer>
  );
}

function Clocks(): JSX.Element {
  const [now, setNow] = useState(() => new Date());
  useEffect(() => {
    const timer = setInterval(() => setNow(new Date()), 1_000);
    return () => clearInterval(timer);
  }, []);
  return (
    <>
      <span className="status-item time">
        {now.toLocaleTimeString('en-GB')} {zoneWord(now)}
      </span>
      <span className="status-item time muted">{now.toISOString().slice(11, 19)} UTC</span>
    </>
  );
}

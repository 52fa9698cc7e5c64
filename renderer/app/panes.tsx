import { Fragment, useLayoutEffect, useRef, useState, type JSX, type ReactNode, type RefObject } from 'react';
import { useStore } from 'zustand';
import { Splitter } from '../ui/splitter';
import { TabStrip } from './tab-strip';
import type { Tab } from './tabs';
import { useWindow } from './window-context';
import './low-half.css';

/** Two panes are beside each other from this width on; below it they stand one above the other. Points. */
const SIDE_BY_SIDE = 960;
/** Hundredths. */
const LEAST_SHARE = 25;
const STEP = 2;

/** What is shown: one tab, or two halves with a strip of tabs each, of which one has the focus. */
export function Panes(props: {
  readonly shown: readonly Tab[];
  readonly active: string | null;
  /** Draws a tab; `label` names it as a notebook among those that are shown. */
  readonly page: (tab: Tab, label: string) => ReactNode;
}): JSX.Element {
  const { shown, active, page } = props;
  const { tabs, library } = useWindow();
  const share = useStore(library.layout, (layout) => layout.splitShare);
  const box = useRef<HTMLDivElement>(null);
  const isWide = useIsWide(box);
  const isSplit = shown.length > 1;
  const sizes = isSplit ? [`${share * 100}%`, `${(1 - share) * 100}%`] : ['100%'];
  return (
    <div
      ref={box}
      className="panes"
      data-split={isSplit ? '' : undefined}
      data-stacked={isSplit && !isWide ? '' : undefined}
    >
      {shown.map((tab, index) => (
        <div
          key={index === 0 ? 'first' : 'second'}
          className="pane"
          data-front={tab.id === active ? '' : undefined}
          data-region={isSplit ? (index === 0 ? 'document' : 'beside') : undefined}
          role={isSplit ? 'group' : undefined}
          aria-label={isSplit ? (index === 0 ? 'First of two' : 'Second of two') : undefined}
          style={isWide ? { width: sizes[index] } : { height: sizes[index] }}
          onFocusCapture={() => tabs.activate(tab.id)}
          onPointerDownCapture={() => tabs.activate(tab.id)}
        >
          {isSplit && <TabStrip half={index === 0 ? 'first' : 'second'} />}
          <Fragment key={tab.id}>
            {page(tab, isSplit ? `Notebook, ${index === 0 ? 'first' : 'second'} of two` : 'Notebook')}
          </Fragment>
        </div>
      ))}
      {isSplit && (
        <Splitter
          name="Share of the first of two"
          at="between"
          parts={isWide ? 'beside' : 'stacked'}
          size={share * 100}
          least={LEAST_SHARE}
          most={100 - LEAST_SHARE}
          step={STEP}
          onSize={(size) => library.layout.setState({ splitShare: size / 100 })}
        />
      )}
    </div>
  );
}

function useIsWide(box: RefObject<HTMLDivElement | null>): boolean {
  const [isWide, setWide] = useState(true);
  useLayoutEffect(() => {
    const element = box.current;
    if (element === null) return undefined;
    const sizes = new ResizeObserver(() => setWide(element.clientWidth >= SIDE_BY_SIDE));
    sizes.observe(element);
    return () => sizes.disconnect();
  }, [box]);
  return isWide;
}

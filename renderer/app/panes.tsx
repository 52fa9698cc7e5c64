import {
  useLayoutEffect,
  useRef,
  useState,
  type JSX,
  type PointerEvent,
  type ReactNode,
  type RefObject,
} from 'react';
import { useStore } from 'zustand';
import type { Tab } from './tabs';
import { useWindow } from './window-context';

/** Two panes are beside each other from this width on; below it they stand one above the other. Points. */
const SIDE_BY_SIDE = 960;
const LEAST_SHARE = 0.25;
const STEP = 0.02;

/** The tabs that are shown: one, or two side by side of which one has the focus. */
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
  const change = (next: number): void =>
    library.layout.setState({ splitShare: Math.min(1 - LEAST_SHARE, Math.max(LEAST_SHARE, next)) });
  return (
    <div
      ref={box}
      className="panes"
      data-split={isSplit ? '' : undefined}
      data-stacked={isSplit && !isWide ? '' : undefined}
    >
      {shown.map((tab, index) => (
        <div
          key={tab.id}
          className="pane"
          data-front={tab.id === active ? '' : undefined}
          data-region={isSplit ? (index === 0 ? 'document' : 'beside') : undefined}
          role={isSplit ? 'group' : undefined}
          aria-label={isSplit ? (index === 0 ? 'First of two' : 'Second of two') : undefined}
          style={isWide ? { width: sizes[index] } : { height: sizes[index] }}
          onFocusCapture={() => tabs.activate(tab.id)}
          onPointerDownCapture={() => tabs.activate(tab.id)}
        >
          {page(tab, isSplit ? `Notebook, ${index === 0 ? 'first' : 'second'} of two` : 'Notebook')}
        </div>
      ))}
      {isSplit && <Divider share={share} isWide={isWide} onChange={change} />}
    </div>
  );
}

function Divider(props: {
  readonly share: number;
  readonly isWide: boolean;
  readonly onChange: (share: number) => void;
}): JSX.Element {
  const { share, isWide, onChange } = props;
  const onPointerDown = (event: PointerEvent<HTMLDivElement>): void => {
    const { currentTarget, pointerId } = event;
    currentTarget.setPointerCapture(pointerId);
    const move = (moved: globalThis.PointerEvent): void => {
      const area = currentTarget.parentElement?.getBoundingClientRect();
      if (area === undefined) return;
      onChange(isWide ? (moved.clientX - area.left) / area.width : (moved.clientY - area.top) / area.height);
    };
    const end = (): void => currentTarget.removeEventListener('pointermove', move);
    currentTarget.addEventListener('pointermove', move);
    currentTarget.addEventListener('pointerup', end, { once: true });
    currentTarget.addEventListener('pointercancel', end, { once: true });
  };
  const [less, more] = isWide ? ['ArrowLeft', 'ArrowRight'] : ['ArrowUp', 'ArrowDown'];
  return (
    <div
      className="pane-divider"
      role="separator"
      aria-orientation={isWide ? 'vertical' : 'horizontal'}
      aria-label="Share of the first of two"
      aria-valuenow={Math.round(share * 100)}
      aria-valuemin={LEAST_SHARE * 100}
      aria-valuemax={100 - LEAST_SHARE * 100}
      tabIndex={0}
      style={isWide ? { left: `${share * 100}%` } : { top: `${share * 100}%` }}
      onPointerDown={onPointerDown}
      onKeyDown={(event) => {
        if (event.key === less) onChange(share - STEP);
        else if (event.key === more) onChange(share + STEP);
        else return;
        event.preventDefault();
      }}
    />
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

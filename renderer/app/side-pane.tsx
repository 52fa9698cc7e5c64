import { useCallback, useState, type JSX, type PointerEvent, type ReactNode } from 'react';

const KEY = 'side-width';
const NARROWEST = 180;
const WIDEST = 520;
const STEP = 16;

/** The side beside a document; its width is drawn by pointer or keys and remembered. */
export function SidePane(props: { readonly children: ReactNode }): JSX.Element {
  const [width, setWidth] = useState(() => Number(localStorage.getItem(KEY)) || 268);
  const change = useCallback((next: number) => {
    const bounded = Math.min(WIDEST, Math.max(NARROWEST, next));
    setWidth(bounded);
    localStorage.setItem(KEY, String(bounded));
  }, []);
  const onPointerDown = (event: PointerEvent<HTMLDivElement>): void => {
    const { currentTarget, pointerId, clientX } = event;
    currentTarget.setPointerCapture(pointerId);
    const move = (moved: globalThis.PointerEvent): void => change(width + moved.clientX - clientX);
    const end = (): void => currentTarget.removeEventListener('pointermove', move);
    currentTarget.addEventListener('pointermove', move);
    currentTarget.addEventListener('pointerup', end, { once: true });
    currentTarget.addEventListener('pointercancel', end, { once: true });
  };
  return (
    <aside className="side" data-region="side" aria-label="Contents" style={{ width }}>
      <div className="side-head">Contents</div>
      <div className="side-scroll">{props.children}</div>
      <div
        className="splitter"
        role="separator"
        aria-orientation="vertical"
        aria-label="Width of the side"
        aria-valuenow={width}
        aria-valuemin={NARROWEST}
        aria-valuemax={WIDEST}
        tabIndex={0}
        onPointerDown={onPointerDown}
        onKeyDown={(event) => {
          if (event.key === 'ArrowLeft') change(width - STEP);
          if (event.key === 'ArrowRight') change(width + STEP);
        }}
      />
    </aside>
  );
}

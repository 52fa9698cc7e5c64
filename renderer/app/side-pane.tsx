import { useCallback, type JSX, type PointerEvent, type ReactNode } from 'react';
import { useStore } from 'zustand';
import { useWindow } from './window-context';

const NARROWEST = 180;
const WIDEST = 520;
const STEP = 16;

/** The side beside a document; its width is drawn by pointer or keys and remembered. */
export function SidePane(props: { readonly children: ReactNode }): JSX.Element {
  const { library } = useWindow();
  const width = useStore(library.layout, (layout) => layout.sideWidth);
  const change = useCallback(
    (next: number) =>
      library.layout.setState({ sideWidth: Math.round(Math.min(WIDEST, Math.max(NARROWEST, next))) }),
    [library],
  );
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
    <aside className="side" data-region="side" aria-label="Library and contents" style={{ width }}>
      {props.children}
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

/** The contents of the open document, below the library. */
export function SideContents(props: { readonly children: ReactNode }): JSX.Element {
  return (
    <section className="side-contents" aria-label="Contents">
      <div className="side-head">Contents</div>
      <div className="side-scroll">{props.children}</div>
    </section>
  );
}

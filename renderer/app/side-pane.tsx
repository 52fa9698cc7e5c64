import type { JSX, ReactNode } from 'react';
import { useStore } from 'zustand';
import { Splitter } from '../ui/splitter';
import { useWindow } from './window-context';

const NARROWEST = 180;
const WIDEST = 520;
const STEP = 16;

/** The side beside a document; its width is drawn by pointer or keys and remembered. */
export function SidePane(props: { readonly children: ReactNode }): JSX.Element {
  const { library } = useWindow();
  const width = useStore(library.layout, (layout) => layout.sideWidth);
  return (
    <aside className="side" data-region="side" aria-label="Library and contents" style={{ width }}>
      {props.children}
      <Splitter
        name="Width of the side"
        at="end"
        parts="beside"
        size={width}
        least={NARROWEST}
        most={WIDEST}
        step={STEP}
        onSize={(size) => library.layout.setState({ sideWidth: Math.round(size) })}
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

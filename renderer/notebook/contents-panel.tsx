import { useEffect, useMemo, useRef, type JSX } from 'react';
import { useStore } from 'zustand';
import { goToCell } from './cell-actions';
import { contentsOf } from './contents';
import type { OpenDocument } from './document-store';
import './contents.css';

/** The headings of a notebook, for the side; a click goes there. */
export function ContentsPanel(props: { readonly open: OpenDocument }): JSX.Element {
  const { open } = props;
  const cells = useStore(open.store, (model) => model.cells);
  const order = useStore(open.store, (model) => model.order);
  const active = useStore(open.store, (model) => model.selection.active);
  const entries = useMemo(() => contentsOf(cells), [cells]);
  const at = active === null ? -1 : order.indexOf(active);
  const current = useMemo(() => {
    const before = new Set(order.slice(0, at + 1));
    return entries.findLast((entry) => before.has(entry.cell));
  }, [entries, order, at]);
  const list = useRef<HTMLElement>(null);
  useEffect(() => {
    list.current?.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest' });
  }, [current?.cell, current?.slug]);
  const top = Math.min(...entries.map((entry) => entry.level), 6);
  if (entries.length === 0) {
    return <p className="toc-empty">Headings of the texts will be listed here.</p>;
  }
  return (
    <nav ref={list} className="toc" aria-label="Contents">
      {entries.map((entry) => (
        <button
          key={`${entry.cell} ${entry.slug}`}
          type="button"
          className="toc-row"
          data-level={Math.min(entry.level - top, 4)}
          aria-current={entry === current ? 'true' : undefined}
          title={entry.text}
          onClick={() => goToCell(open, entry.cell, 'start')}
        >
          <span className="cut">{entry.text}</span>
          {entry.steps > 0 && (
            <span className="toc-count">
              {entry.steps} {entry.steps === 1 ? 'step' : 'steps'}
            </span>
          )}
        </button>
      ))}
    </nav>
  );
}

import type { JSX } from 'react';
import { useStore } from 'zustand';
import { useWindow } from '../app/window-context';
import { needsPerson } from './run-list';
import { runListOf } from './run-list-store';
import './run-count.css';

/** How many runs need a person; nothing where none does. */
export function RunCount(): JSX.Element | null {
  const { client } = useWindow();
  const count = useStore(runListOf(client).store, ({ runs }) => (runs ?? []).filter(needsPerson).length);
  if (count === 0) return null;
  return (
    <span className="nav-count" title={`${count} ${count === 1 ? 'run needs' : 'runs need'} a person`}>
      {count > 99 ? '99+' : count}
      <span className="heard">{count === 1 ? ' run needs a person' : ' runs need a person'}</span>
    </span>
  );
}

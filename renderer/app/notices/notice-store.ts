import { createStore } from 'zustand/vanilla';
import type { NoticeKind } from '../../../shared/notebook/notify';
import type { NoticeWords } from './notice-words';

/** One line of the notification centre; it leads to its cell. */
export interface CentreNotice extends NoticeWords {
  readonly id: number;
  readonly kind: NoticeKind;
  /** UTC. */
  readonly at: string;
  readonly path: string;
  readonly cell: string;
}

export interface NoticesModel {
  /** The newest first. */
  readonly notices: readonly CentreNotice[];
  /** The newest that was seen in the open list. */
  readonly seen: number;
  readonly isOpen: boolean;
}

const MOST = 200;

/** What happened in this window's documents since it was opened. Nothing of it is written anywhere. */
export const noticesStore = createStore<NoticesModel>(() => ({ notices: [], seen: 0, isOpen: false }));

export function addNotice(notice: Omit<CentreNotice, 'id' | 'at'>): void {
  const { notices, seen, isOpen } = noticesStore.getState();
  const id = (notices[0]?.id ?? 0) + 1;
  noticesStore.setState({
    notices: [{ ...notice, id, at: new Date().toISOString() }, ...notices].slice(0, MOST),
    seen: isOpen ? id : seen,
  });
}

/** Opens or closes the list; what it shows counts as seen. */
export function showNotices(isOpen: boolean): void {
  const { notices } = noticesStore.getState();
  noticesStore.setState({ isOpen, seen: notices[0]?.id ?? 0 });
}

/** How many came since the list was last looked at. */
export function unseenCount({ notices, seen }: NoticesModel): number {
  return notices.filter(({ id }) => id > seen).length;
}

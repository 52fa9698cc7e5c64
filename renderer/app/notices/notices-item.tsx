import { Popover } from '@base-ui/react/popover';
import { Bell, CircleCheck, CirclePause, OctagonX, Timer, X, type LucideIcon } from 'lucide-react';
import { useRef, type JSX, type Ref } from 'react';
import { useStore } from 'zustand';
import type { NoticeKind } from '../../../shared/notebook/notify';
import { fileName } from '../../notebook/file-name';
import { clockTime, utcWords } from '../../notebook/time-words';
import { useWindow } from '../window-context';
import { noticesStore, showNotices, unseenCount, type CentreNotice } from './notice-store';
import { goToPlace } from './use-notices';
import './notices.css';

const SIGNS: Readonly<Record<NoticeKind, { readonly Icon: LucideIcon; readonly state: string }>> = {
  done: { Icon: CircleCheck, state: 'done' },
  failed: { Icon: OctagonX, state: 'failed' },
  waiting: { Icon: CirclePause, state: 'waiting' },
  silent: { Icon: Timer, state: 'running' },
};

/** The notification centre: how many are new, and the list of them, each of which leads to its cell. */
export function NoticesItem(): JSX.Element {
  const { tabs } = useWindow();
  const { notices, isOpen } = useStore(noticesStore);
  const unseen = useStore(noticesStore, unseenCount);
  const close = useRef<HTMLButtonElement>(null);
  const first = useRef<HTMLButtonElement>(null);
  const goTo = ({ path, cell }: CentreNotice): void => {
    showNotices(false);
    goToPlace(tabs, path, cell);
  };
  return (
    <Popover.Root open={isOpen} onOpenChange={showNotices}>
      <Popover.Trigger
        className="status-item"
        aria-label={unseen === 0 ? 'Notifications' : `Notifications, ${unseen} new`}
        title="Notifications"
        data-state={unseen === 0 ? undefined : 'running'}
      >
        <Bell className="icon icon-s" aria-hidden="true" />
        {unseen > 0 && <span className="num">{unseen} new</span>}
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Positioner className="menu-place" side="top" align="end" sideOffset={4}>
          <Popover.Popup className="notices" initialFocus={notices.length > 0 ? first : close}>
            <div className="notices-head">
              <Popover.Title className="notices-title">Notifications</Popover.Title>
              <Popover.Close ref={close} className="btn btn-icon" aria-label="Close" title="Close (Esc)">
                <X className="icon icon-s" aria-hidden="true" />
              </Popover.Close>
            </div>
            {notices.length === 0 ? (
              <p className="notices-empty secondary">
                Nothing so far. Cells of this window that ended after long, failed, wait for input or are
                silent will be listed here.
              </p>
            ) : (
              <ol className="notices-list">
                {notices.map((notice, index) => (
                  <li key={notice.id}>
                    <NoticeRow
                      notice={notice}
                      reference={index === 0 ? first : null}
                      onGo={() => goTo(notice)}
                    />
                  </li>
                ))}
              </ol>
            )}
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  );
}

function NoticeRow(props: {
  readonly notice: CentreNotice;
  readonly reference: Ref<HTMLButtonElement>;
  readonly onGo: () => void;
}): JSX.Element {
  const { notice, reference, onGo } = props;
  const { kind, at, path, what, title } = notice;
  const { Icon, state } = SIGNS[kind];
  return (
    <button
      ref={reference}
      type="button"
      className="notice"
      data-state={state}
      title="Go to the cell"
      onClick={onGo}
    >
      <Icon className="icon" aria-hidden="true" />
      <span className="grow">
        <span className="notice-what">{what}</span>
        <span className="notice-where small muted cut">
          {title === null ? fileName(path) : `${title}, ${fileName(path)}`}
        </span>
      </span>
      <span className="time muted" title={utcWords(at)}>
        {clockTime(at)}
      </span>
    </button>
  );
}

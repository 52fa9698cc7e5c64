import { useEffect, useState, type JSX } from 'react';
import { announcementsBetween } from './announcements';
import { useNotebook } from './document-context';

/** Progress is told at most this often; only the last of it counts. */
const PROGRESS_MS = 10_000;

/** Tells people who hear the page how the steps go: progress politely and seldom, failures and questions at once. */
export function Announcer(): JSX.Element {
  const { open } = useNotebook();
  const [progress, setProgress] = useState('');
  const [urgent, setUrgent] = useState('');
  useEffect(() => {
    let before = open.store.getState();
    let last = Number.NEGATIVE_INFINITY;
    let waiting: string | null = null;
    let timer: ReturnType<typeof setTimeout> | null = null;
    const tell = (): void => {
      timer = null;
      if (waiting === null) return;
      last = performance.now();
      setProgress(waiting);
      waiting = null;
    };
    const off = open.store.subscribe((after) => {
      // A snapshot brings everything anew; nothing of it happened just now.
      const isSame = before.phase === 'open' && after.phase === 'open' && before.document === after.document;
      const { progress: news, urgent: alarm } = isSame
        ? announcementsBetween(before, after)
        : { progress: null, urgent: null };
      before = after;
      if (alarm !== null) setUrgent(alarm);
      if (news === null) return;
      waiting = news;
      timer ??= setTimeout(tell, Math.max(0, last + PROGRESS_MS - performance.now()));
    });
    return () => {
      off();
      if (timer !== null) clearTimeout(timer);
    };
  }, [open]);
  return (
    <>
      <p className="heard" role="status" aria-label="Progress">
        {progress}
      </p>
      <p className="heard" role="alert">
        {urgent}
      </p>
    </>
  );
}

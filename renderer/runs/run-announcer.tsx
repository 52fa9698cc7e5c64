import { useEffect, useRef, useState, type JSX } from 'react';
import { useWordFacts } from './use-word-facts';
import { barWords } from './run-words';

/** Progress is told at most this often; only the last of it counts. */
const PROGRESS_MS = 10_000;

/** Times count; only what changes beside them is news. */
function withoutTimes(title: string): string {
  return title.replace(/, \d+[smh](?: \d+[sm])?$/, '');
}

/** Tells people who hear the page where the run stands: failures and waits at once, progress politely and seldom. */
export function RunAnnouncer(): JSX.Element {
  const facts = useWordFacts();
  const words = facts === null ? null : barWords(facts);
  const title = words === null ? '' : withoutTimes(words.title);
  const isUrgent = words !== null && (words.state === 'failed' || words.state === 'waiting');
  const [progress, setProgress] = useState('');
  const last = useRef(Number.NEGATIVE_INFINITY);
  useEffect(() => {
    if (title === '' || isUrgent) return undefined;
    const timer = setTimeout(
      () => {
        last.current = performance.now();
        setProgress(title);
      },
      Math.max(0, last.current + PROGRESS_MS - performance.now()),
    );
    return () => clearTimeout(timer);
  }, [title, isUrgent]);
  return (
    <>
      <p className="heard" role="status" aria-label="Progress">
        {progress}
      </p>
      <p className="heard" role="alert">
        {isUrgent ? title : ''}
      </p>
    </>
  );
}

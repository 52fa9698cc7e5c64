import type { JSX } from 'react';

/** Watchbook's mark: a node on the spine. */
export function Mark(): JSX.Element {
  return (
    <svg className="mark" width="34" height="34" viewBox="0 0 28 28" aria-hidden="true">
      <path className="mark-line" d="M14 2v6M14 20v6" />
      <circle className="mark-disc" cx="14" cy="14" r="6" />
      <path className="mark-check" d="m11.2 14.2 2 2 3.7-4" />
    </svg>
  );
}

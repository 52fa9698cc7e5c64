import { ExternalLink } from 'lucide-react';
import { useEffect, useRef, type JSX, type RefObject } from 'react';
import { judgeLink } from '../markdown/judge-link';
import { useFramePlace } from './frame-place';

/**
 * Asks whether a link of an output is to be opened, and says where it leads.
 *
 * A frame can claim a click at any time, so this is a line below it and no dialog: it covers nothing, and takes the
 * focus only from the frame itself.
 */
export function FrameLink(props: {
  readonly address: string;
  readonly frame: RefObject<HTMLIFrameElement | null>;
  readonly onDone: () => void;
}): JSX.Element {
  const { address, frame, onDone } = props;
  const { openLink } = useFramePlace();
  const first = useRef<HTMLButtonElement>(null);
  const verdict = judgeLink(address);

  useEffect(() => {
    if (frame.current !== null && document.activeElement === frame.current) {
      first.current?.focus({ preventScroll: true });
    }
  }, [address, frame]);

  const url = verdict.kind === 'external' ? new URL(verdict.url) : null;
  return (
    <div
      className="out-question"
      role="group"
      aria-label="A link of the output"
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.stopPropagation();
        onDone();
      }}
    >
      <ExternalLink className="icon icon-s" aria-hidden="true" />
      {url === null ? (
        <span className="grow cut">
          {verdict.kind === 'dead' ? verdict.reason : 'Not opened: the link leads to a place in another page'}
        </span>
      ) : (
        <span className="grow out-question-words" title={url.href}>
          Open <b>{url.protocol === 'mailto:' ? url.pathname : url.host}</b> in the browser?{' '}
          <span className="mono small muted">{url.href}</span>
        </span>
      )}
      <button ref={first} type="button" className="out-link" onClick={onDone}>
        {url === null ? 'Close' : 'Stay here'}
      </button>
      {url !== null && (
        <button
          type="button"
          className="nb-button out-button"
          onClick={() => {
            onDone();
            openLink(url.href);
          }}
        >
          Open link
        </button>
      )}
    </div>
  );
}

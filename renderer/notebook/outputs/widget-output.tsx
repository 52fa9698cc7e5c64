import { useEffect, useMemo, useSyncExternalStore, type JSX } from 'react';
import { useModel, useNotebook } from '../document-context';
import { OutputFrame } from './output-frame';
import { heightName, outputMemory } from './output-memory';
import { WidgetLink } from './widget-link';

/** An output that shows a widget: drawn in its frame, live while its kernel is there. */
export function WidgetOutput(props: {
  readonly cell: string;
  readonly outputKey: string;
  readonly isNear: boolean;
}): JSX.Element {
  const { cell, outputKey, isNear } = props;
  const { open } = useNotebook();
  const document = useModel((model) => (model.connection === 'ready' ? model.document : ''));
  const link = useMemo(() => new WidgetLink(open, cell, outputKey), [open, cell, outputKey]);
  const status = useSyncExternalStore(
    (tell) => link.onStatus(tell),
    () => link.status,
  );
  useEffect(() => (isNear && document !== '' ? link.start(document) : undefined), [link, isNear, document]);
  const minHeight = outputMemory(open).get(heightName(cell, outputKey));
  switch (status.state) {
    case 'waiting':
      return (
        <p className="out-note out-waiting" style={{ minHeight }}>
          Loading the widget…
        </p>
      );
    case 'failed':
      return <p className="out-note">{status.message}</p>;
    case 'here': {
      const { root, isLive } = status;
      return (
        <>
          <OutputFrame
            cell={cell}
            outputKey={outputKey}
            drawing="widget"
            content={JSON.stringify({ root, isLive })}
            policy="still"
            name="Widget"
            isNear={isNear}
            link={link}
          />
          {!isLive && (
            <p className="out-note">
              Shown as it was left: its kernel is not running. Run the cell to use it.
            </p>
          )}
        </>
      );
    }
  }
}

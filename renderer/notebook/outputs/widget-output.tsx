import { useEffect, useMemo, useSyncExternalStore, type JSX } from 'react';
import type { WidgetContent } from '../../../shared/notebook/widgets/widget-code';
import { useModel, useNotebook } from '../document-context';
import { OutputFrame } from './output-frame';
import { heightName, outputMemory } from './output-memory';
import { useWidgetCode } from './use-widget-code';
import { WidgetCodeNote } from './widget-code-note';
import { WidgetLink, type WidgetStatus } from './widget-link';

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
      return <WaitingWidget minHeight={minHeight} />;
    case 'failed':
      return <p className="out-note">{status.message}</p>;
    case 'here':
      return (
        <ShownWidget
          cell={cell}
          outputKey={outputKey}
          isNear={isNear}
          link={link}
          status={status}
          minHeight={minHeight}
        />
      );
  }
}

function WaitingWidget(props: { readonly minHeight: number | undefined }): JSX.Element {
  return (
    <p className="out-note out-waiting" style={{ minHeight: props.minHeight }}>
      Loading the widget…
    </p>
  );
}

function ShownWidget(props: {
  readonly cell: string;
  readonly outputKey: string;
  readonly isNear: boolean;
  readonly link: WidgetLink;
  readonly status: Extract<WidgetStatus, { state: 'here' }>;
  readonly minHeight: number | undefined;
}): JSX.Element {
  const { cell, outputKey, isNear, link, status, minHeight } = props;
  const { root, isLive, wanted } = status;
  const { code, isComing, question } = useWidgetCode(wanted);
  const content = useMemo(() => {
    const given: WidgetContent = { root, isLive, code };
    return JSON.stringify(given);
  }, [root, isLive, code]);
  if (isComing) return <WaitingWidget minHeight={minHeight} />;
  return (
    <>
      <OutputFrame
        cell={cell}
        outputKey={outputKey}
        drawing="widget"
        content={content}
        policy={code.length > 0 ? 'code' : 'still'}
        name="Widget"
        isNear={isNear}
        link={link}
      />
      {question !== null && <WidgetCodeNote question={question} />}
      {!isLive && (
        <p className="out-note">Shown as it was left: its kernel is not running. Run the cell to use it.</p>
      )}
    </>
  );
}

import { useRef, useState, type JSX } from 'react';
import { guessFrameHeight } from '../../../shared/notebook/outputs/frame-height';
import {
  FRAME_ALLOW,
  FRAME_MAX_CONTENT,
  FRAME_SANDBOX,
  FRAME_URLS,
  type FramePolicy,
} from '../../../shared/notebook/outputs/frame-protocol';
import { isLibraryDrawing, type FramedDrawing } from '../../../shared/notebook/outputs/mime';
import { focusFrame, leaveFrame } from './focus-guard';
import { FrameLink } from './frame-link';
import { FailureNote, HeldNote } from './frame-notes';
import { useFramePlace } from './frame-place';
import { useFrameTheme } from './frame-theme';
import { heightName } from './output-memory';
import { useOutputFrame } from './use-output-frame';
import type { WidgetLink } from './widget-link';

interface FrameProps {
  readonly cell: string;
  readonly outputKey: string;
  readonly drawing: FramedDrawing;
  readonly content: string;
  readonly policy: FramePolicy;
  /** What a screen reader calls it. */
  readonly name: string;
  /** Of a widget: its models, and the way back to them. */
  readonly link?: WidgetLink;
}

/** What runs in a live frame can not be run twice in one page. */
function hasScripts(content: string): boolean {
  return /<script\b/i.test(content);
}

/** HTML, SVG or JavaScript of an output in a frame of its own, as tall as its content. */
export function OutputFrame(props: FrameProps & { readonly isNear: boolean }): JSX.Element {
  const { cell, outputKey, drawing, content, policy, isNear } = props;
  const { memory } = useFramePlace();
  const name = heightName(cell, outputKey);
  const [stopped, setStopped] = useState<string | null>(null);
  const [attempt, setAttempt] = useState(0);
  const isRunAnew = policy === 'live' && (drawing === 'script' || hasScripts(content));
  const [ran, setRan] = useState({ content, times: 0 });
  if (ran.content !== content) setRan({ content, times: isRunAnew ? ran.times + 1 : ran.times });
  const height = memory.get(name) ?? guessFrameHeight(drawing, content);

  if (content.length > FRAME_MAX_CONTENT) {
    return (
      <p className="out-note">This output is too large to be drawn here. Save it to look at it elsewhere.</p>
    );
  }
  if (stopped !== null) {
    return (
      <p className="out-note" data-state="waiting">
        This output was stopped: {stopped}.{' '}
        <button
          type="button"
          className="out-link"
          onClick={() => {
            setStopped(null);
            setAttempt(attempt + 1);
          }}
        >
          Draw it again
        </button>
      </p>
    );
  }
  // Out of sight nothing runs; its place stays as tall as it was.
  if (!isNear) return <div className="out-frame-place" style={{ height }} />;
  return (
    <DrawnFrame
      key={`${policy} ${attempt} ${ran.times}`}
      {...props}
      initialHeight={height}
      onHeight={(next) => memory.set(name, next)}
      onStop={setStopped}
    />
  );
}

function DrawnFrame(
  props: FrameProps & {
    readonly initialHeight: number;
    readonly onHeight: (height: number) => void;
    readonly onStop: (reason: string) => void;
  },
): JSX.Element {
  const { cell, drawing, content, policy, name, initialHeight, onHeight, onStop } = props;
  const { entered } = useFramePlace();
  const theme = useFrameTheme();
  const element = useRef<HTMLIFrameElement>(null);
  const loads = useRef(0);
  const [frame, change] = useOutputFrame(
    element,
    { drawing, content, policy, theme, link: props.link ?? null },
    {
      initialHeight,
      onHeight,
      onStop,
      onEnter: () => entered(cell),
      onEscape: () => element.current && leaveFrame(element.current, policy !== 'still'),
    },
  );
  return (
    <>
      <iframe
        ref={element}
        className={frame.isDrawn ? 'out-frame is-drawn' : 'out-frame'}
        src={FRAME_URLS[policy]}
        sandbox={FRAME_SANDBOX}
        allow={FRAME_ALLOW}
        referrerPolicy="no-referrer"
        title={name}
        style={{ height: frame.height }}
        onLoad={() => {
          loads.current += 1;
          if (loads.current > 1) onStop('it left its page');
        }}
      />
      {frame.link !== null && (
        <FrameLink
          address={frame.link}
          frame={element}
          onDone={() => {
            change({ link: null });
            if (element.current) focusFrame(element.current);
          }}
        />
      )}
      {frame.failure !== null && (
        <FailureNote
          message={frame.failure}
          isDrawnByUs={isLibraryDrawing(drawing)}
          what={drawing === 'mermaid' ? 'diagram' : 'output'}
        />
      )}
      {frame.wasIdle && (
        <p className="out-note" data-state="waiting">
          A change was not sent to the kernel: it came without a click or a key here.
        </p>
      )}
      {frame.held !== null && <HeldNote held={frame.held} policy={policy} />}
    </>
  );
}

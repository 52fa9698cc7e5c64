import { useEffect, useLayoutEffect, useRef, useState, type RefObject } from 'react';
import { FrameGate } from '../../../shared/notebook/outputs/frame-gate';
import { FrameHeight } from '../../../shared/notebook/outputs/frame-height';
import {
  FRAME_PROTOCOL,
  type FramePolicy,
  type FrameTheme,
  type FromFrame,
  type ToFrame,
} from '../../../shared/notebook/outputs/frame-protocol';
import type { FramedDrawing } from '../../../shared/notebook/outputs/mime';
import { guardFocus } from './focus-guard';
import { feelPulse } from './frame-pulse';
import { listenToFrame } from './output-frame-messages';
import { RealInput } from './real-input';
import type { WidgetLink } from './widget-link';

/** The longest a frame may take until something is drawn. */
const SILENCE_MS = 20_000;
/** A frame that takes the keyboard this often is stopped. */
const MOST_THEFTS = 5;

export type HeldBack = Extract<FromFrame, { t: 'held' }>;

export interface FrameContent {
  readonly drawing: FramedDrawing;
  readonly content: string;
  readonly policy: FramePolicy;
  readonly theme: FrameTheme;
  /** Of a widget; null for all others. */
  readonly link: WidgetLink | null;
}

/** What a frame has told so far. */
export interface FrameState {
  /** Pixels. */
  readonly height: number;
  readonly isDrawn: boolean;
  readonly held: HeldBack | null;
  readonly failure: string | null;
  /** The address of a link that was clicked, as the output has it. */
  readonly link: string | null;
  /** A widget changed something without a person's hand; it was not sent. */
  readonly wasIdle: boolean;
}

export interface FramePorts {
  readonly initialHeight: number;
  readonly onHeight: (height: number) => void;
  readonly onStop: (reason: string) => void;
  readonly onEnter: () => void;
  readonly onEscape: () => void;
}

/**
 * Drives one frame for as long as its element lives: gives it the content and the theme, and judges what it says.
 *
 * The element must get a new key where the policy changes, or where scripts that ran are to run again.
 */
export function useOutputFrame(
  element: RefObject<HTMLIFrameElement | null>,
  content: FrameContent,
  ports: FramePorts,
): readonly [FrameState, (changes: Partial<Pick<FrameState, 'link'>>) => void] {
  const [state, setState] = useState<FrameState>({
    height: ports.initialHeight,
    isDrawn: false,
    held: null,
    failure: null,
    link: null,
    wasIdle: false,
  });
  const latest = useRef({ content, ports });
  useLayoutEffect(() => {
    latest.current = { content, ports };
  });
  const isReady = useRef(false);
  /** Since when something is being drawn; null while nothing is. Milliseconds. */
  const drawingSince = useRef<number | null>(null);

  useLayoutEffect(() => {
    const frame = element.current;
    const view = frame?.contentWindow;
    if (!frame || !view) return undefined;
    const gate = new FrameGate();
    const keeper = new FrameHeight(latest.current.ports.initialHeight);
    let thefts = 0;
    const change = (changes: Partial<FrameState>): void => setState((before) => ({ ...before, ...changes }));
    const input = new RealInput(frame);
    const stopWatching = input.watch();
    const pulse = feelPulse({
      ask: () => view.postMessage({ v: FRAME_PROTOCOL, t: 'ping' } satisfies ToFrame, '*'),
      isDrawing: () =>
        !isReady.current ||
        (drawingSince.current !== null && performance.now() - drawingSince.current < SILENCE_MS),
      silent: () => latest.current.ports.onStop('it did not answer for 2 seconds'),
    });
    const silence = setTimeout(() => latest.current.ports.onStop('it did not answer'), SILENCE_MS);

    const take = (message: FromFrame): void => {
      switch (message.t) {
        case 'ready':
          if (isReady.current) return;
          isReady.current = true;
          drawingSince.current = performance.now();
          showIn(view, latest.current.content);
          return;
        case 'size': {
          clearTimeout(silence);
          const height = keeper.report(message.height, performance.now());
          latest.current.ports.onHeight(height);
          change({ height, isDrawn: true });
          return;
        }
        case 'link':
          change({ link: message.href });
          return;
        case 'escape':
          if (document.activeElement === frame) latest.current.ports.onEscape();
          return;
        case 'held':
          change({ held: message });
          return;
        case 'failed':
          change({ failure: message.message });
          return;
        case 'drawn':
          drawingSince.current = null;
          return;
        case 'pong':
          pulse.answered();
          return;
        case 'widget': {
          const { link } = latest.current.content;
          if (link === null) {
            latest.current.ports.onStop('it spoke as a widget, and shows none');
            return;
          }
          const isWanted = input.isBehind();
          change({ wasIdle: !isWanted });
          if (isWanted) link.send(message.model, message.message);
          return;
        }
      }
    };
    const stopListening = listenToFrame(view, (data) => {
      const verdict = gate.judge(data, performance.now());
      if (verdict.kind === 'stop') latest.current.ports.onStop(verdict.reason);
      else take(verdict.message);
    });
    const stopGuarding = guardFocus(frame, {
      entered: () => latest.current.ports.onEnter(),
      stolen: () => {
        thefts += 1;
        if (thefts >= MOST_THEFTS) latest.current.ports.onStop('it kept taking the keyboard');
      },
    });
    return () => {
      clearTimeout(silence);
      pulse.stop();
      stopWatching();
      stopListening();
      stopGuarding();
      isReady.current = false;
    };
  }, [element]);

  const { drawing, content: text, policy, theme, link } = content;
  useEffect(() => {
    const view = element.current?.contentWindow;
    if (!isReady.current || !view) return;
    setState((before) => ({ ...before, held: null, failure: null, link: null, wasIdle: false }));
    drawingSince.current = performance.now();
    showIn(view, latest.current.content);
  }, [element, drawing, text, policy]);
  useEffect(
    () =>
      link?.attach((message) => {
        // One that is not there yet gets all at once.
        if (isReady.current) element.current?.contentWindow?.postMessage(message, '*');
      }),
    [element, link],
  );
  useEffect(() => {
    if (isReady.current) element.current?.contentWindow?.postMessage(toTheme(theme), '*');
  }, [element, theme]);

  return [state, (changes) => setState((before) => ({ ...before, ...changes }))];
}

/** A frame's origin is opaque, so that no other target than any can be named; nothing but our page can be in it. */
function showIn(view: Window, { drawing, content, policy, theme, link }: FrameContent): void {
  const message: ToFrame = { v: FRAME_PROTOCOL, t: 'show', drawing, content, policy, theme };
  view.postMessage(message, '*');
  if (link !== null) view.postMessage(link.whole(), '*');
}

function toTheme(theme: FrameTheme): ToFrame {
  return { v: FRAME_PROTOCOL, t: 'theme', theme };
}

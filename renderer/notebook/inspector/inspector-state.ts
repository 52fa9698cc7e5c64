import { createStore } from 'zustand/vanilla';
import { focusActiveCell } from '../focus-cell';

const KEY = 'inspector';
const USUAL_WIDTH = 312;
export const NARROWEST = 260;
export const WIDEST = 560;

export type InspectorTab = 'form' | 'json' | 'checkpoints';

export interface InspectorState {
  readonly isOpen: boolean;
  readonly tab: InspectorTab;
  /** A name is asked for, for what is to be kept now. */
  readonly isKeeping: boolean;
  /** CSS pixels. */
  readonly width: number;
}

function remembered(): InspectorState {
  const usual: InspectorState = { isOpen: false, tab: 'form', isKeeping: false, width: USUAL_WIDTH };
  try {
    const kept = JSON.parse(localStorage.getItem(KEY) ?? '{}') as Partial<InspectorState>;
    return { ...usual, isOpen: kept.isOpen === true, width: bounded(Number(kept.width) || USUAL_WIDTH) };
  } catch (error) {
    // What another version or a person left there is no reason not to open.
    if (error instanceof SyntaxError) return usual;
    throw error;
  }
}

function bounded(width: number): number {
  return Math.min(WIDEST, Math.max(NARROWEST, Math.round(width)));
}

/** Whether the panel beside the document is open, and how wide; the same for every document of the window. */
export const inspectorState = createStore<InspectorState>(remembered);

inspectorState.subscribe(({ isOpen, width }) => localStorage.setItem(KEY, JSON.stringify({ isOpen, width })));

export function setInspectorWidth(width: number): void {
  inspectorState.setState({ width: bounded(width) });
}

const PANEL = '.inspector';

export function closeInspector(): void {
  const hadFocus = document.querySelector(PANEL)?.contains(document.activeElement) === true;
  inspectorState.setState({ isOpen: false, isKeeping: false });
  if (hadFocus) focusActiveCell();
}

/** By key: opens it and goes in, goes in where it is open, and closes it from inside. */
export function toggleInspector(): void {
  const panel = document.querySelector(PANEL);
  if (panel?.contains(document.activeElement) === true) return closeInspector();
  const { tab } = inspectorState.getState();
  inspectorState.setState({ isOpen: true, tab: tab === 'checkpoints' ? 'form' : tab });
  focusTab();
}

/** Opens the panel at the checkpoints and goes in; `isKeeping` asks for the name of a new one. */
export function showCheckpoints(isKeeping: boolean): void {
  inspectorState.setState({ isOpen: true, tab: 'checkpoints', isKeeping });
  if (!isKeeping) focusTab();
}

function focusTab(): void {
  // Drawn first: a panel that was closed has nothing to go into yet.
  requestAnimationFrame(() =>
    document.querySelector<HTMLElement>(`${PANEL} [role=tab][aria-selected=true]`)?.focus(),
  );
}

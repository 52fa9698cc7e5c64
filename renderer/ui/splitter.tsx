import type { JSX, KeyboardEvent, PointerEvent } from 'react';
import './splitter.css';

/** What a splitter is told. Sizes are CSS pixels, of a splitter `between` two parts hundredths of their box. */
export interface SplitterProps {
  /** What is sized: "Width of the side". */
  readonly name: string;
  /** Where it lies: at the start or the end of the part that it sizes, or in the box that holds two. */
  readonly at: 'start' | 'end' | 'between';
  /** The parts lie beside each other, or one above the other. */
  readonly parts: 'beside' | 'stacked';
  readonly size: number;
  readonly least: number;
  readonly most: number;
  /** How far an arrow key goes. */
  readonly step: number;
  readonly onSize: (size: number) => void;
}

/** The line between two parts of the window that is drawn to size them, by pointer or keys. */
export function Splitter(props: SplitterProps): JSX.Element {
  const { name, at, parts, size, least, most, step, onSize } = props;
  const isBeside = parts === 'beside';
  const grows = at === 'start' ? -1 : 1;
  const change = (next: number): void => onSize(Math.min(most, Math.max(least, next)));

  function onPointerDown(event: PointerEvent<HTMLDivElement>): void {
    const { currentTarget, pointerId } = event;
    const where = ({ clientX, clientY }: Pick<MouseEvent, 'clientX' | 'clientY'>): number =>
      isBeside ? clientX : clientY;
    const start = where(event);
    const box = currentTarget.parentElement?.getBoundingClientRect();
    const whole = (isBeside ? box?.width : box?.height) ?? 0;
    const unit = at === 'between' ? Math.max(whole, 1) / 100 : 1;
    currentTarget.setPointerCapture(pointerId);
    const move = (moved: globalThis.PointerEvent): void =>
      change(size + (grows * (where(moved) - start)) / unit);
    const end = (): void => {
      currentTarget.removeEventListener('pointermove', move);
      currentTarget.removeEventListener('pointerup', end);
      currentTarget.removeEventListener('pointercancel', end);
    };
    currentTarget.addEventListener('pointermove', move);
    currentTarget.addEventListener('pointerup', end);
    currentTarget.addEventListener('pointercancel', end);
  }

  function onKeyDown(event: KeyboardEvent): void {
    const [back, on] = isBeside ? ['ArrowLeft', 'ArrowRight'] : ['ArrowUp', 'ArrowDown'];
    if (event.key === back) change(size - grows * step);
    else if (event.key === on) change(size + grows * step);
    else if (event.key === 'Home') change(least);
    else if (event.key === 'End') change(most);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  const place = at === 'between' ? `${size}%` : undefined;
  return (
    <div
      className="splitter"
      data-at={at}
      role="separator"
      aria-orientation={isBeside ? 'vertical' : 'horizontal'}
      aria-label={name}
      aria-valuenow={Math.round(size)}
      aria-valuemin={least}
      aria-valuemax={most}
      tabIndex={0}
      style={{ left: isBeside ? place : undefined, top: isBeside ? undefined : place }}
      onPointerDown={onPointerDown}
      onKeyDown={onKeyDown}
    />
  );
}

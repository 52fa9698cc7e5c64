import { useEffect, useRef, type JSX } from 'react';
import { BarFormView } from './bar-form';
import { closeForm } from './form-frame';
import { useRun } from './run-context';
import type { BarForm } from './run-store';
import { cellOfForm, showAsked } from './send-offer';

/** The place of a form in the bar. It takes the focus to its first choice, and Escape leaves it from anywhere in it. */
export function BarFormPlace(props: { readonly form: BarForm }): JSX.Element {
  const { form } = props;
  const run = useRun();
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // A field that takes the focus by itself is the better choice.
    if (place.current?.contains(document.activeElement) === true) return;
    place.current?.querySelector<HTMLElement>('input, select, button:enabled')?.focus();
    // Asked for again while it is open it takes the focus again.
  }, [form]);
  useEffect(() => {
    const cell = cellOfForm(run, form);
    if (cell === null) return undefined;
    // The bar has its height first: what it asks about is read above it.
    const frame = requestAnimationFrame(() => requestAnimationFrame(() => showAsked(run, cell)));
    return () => cancelAnimationFrame(frame);
  }, [run, form]);
  return (
    <div
      ref={place}
      className="actionbar-form"
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.preventDefault();
        event.stopPropagation();
        closeForm(run);
      }}
    >
      <BarFormView form={form} />
    </div>
  );
}

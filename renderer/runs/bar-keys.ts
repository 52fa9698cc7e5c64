import { ACTION_KEYS } from '../../shared/runs/actions';
import { keyName } from '../notebook/key-map';
import { isMac } from '../notebook/key-words';
import type { OpenRun } from './run-store';
import { isDead, takeOffer } from './send-offer';

const MODIFIED = Object.entries(ACTION_KEYS).flatMap(([, key]) => (key?.startsWith('Alt+') ? [key] : []));
const KEYS: ReadonlySet<string> = new Set(MODIFIED.map((key) => key.replace('+', '-')));

/** Where keys are text, or belong to what is open over the document. */
const TYPED = 'input, textarea, select, .cm-editor, [role=menu], [role=dialog]';

/**
 * The keys of the action bar: one for each action, alive where the action is there. Held keys, text fields and the
 * half second after the bar changed by itself count as nothing. The key of an open form gives that form the focus.
 */
export function pressBarKey(run: OpenRun, event: KeyboardEvent): void {
  const name = keyName(event, isMac());
  if (event.isComposing || !KEYS.has(name)) return;
  const target = event.target instanceof Element ? event.target : null;
  if (target !== null && target.closest(TYPED) !== null) return;
  // Otherwise the system's menu would take it.
  event.preventDefault();
  event.stopPropagation();
  const { offers, form, isSending } = run.store.getState();
  const offer = offers.find(({ key }) => key?.replace('+', '-') === name);
  if (offer === undefined || event.repeat || isSending) return;
  if (form?.kind === offer.kind && form.cell === offer.cell) run.set({ form: { ...form } });
  if (form === null && !isDead(run)) takeOffer(run, offer);
}

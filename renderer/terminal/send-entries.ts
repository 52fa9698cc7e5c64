import { useStore } from 'zustand';
import { pathOf } from '../app/tabs';
import { useWindow } from '../app/window-context';
import type { NotebookCommandId } from '../notebook/commands';
import type { OpenDocument } from '../notebook/document-store';
import { targetWords } from './send-target';

/** What the menu of a shell cell has for sending it: where it goes as usual, and to another terminal where there is one. */
export function useSendEntries(
  open: OpenDocument,
): readonly { readonly label: string; readonly command: NotebookCommandId }[] {
  const { store } = useWindow().terminals;
  const target = useStore(store, (model) => targetWords(model, pathOf(open)));
  const hasSeveral = useStore(store, (model) => (model.terminals ?? []).length > 1);
  return [
    { label: `Send to ${target}`, command: 'send-to-terminal' },
    ...(hasSeveral ? [{ label: 'Send to another terminal…', command: 'send-elsewhere' } as const] : []),
  ];
}

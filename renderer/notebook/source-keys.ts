import type { KeyedCommand } from '../../shared/settings/keys';

/** Keys of the editor of a source, which no setting changes: listed with the others, and kept from being given away. */
export const SOURCE_KEYS: readonly KeyedCommand[] = (
  [
    ['complete', 'Complete from the kernel', 'Tab'],
    ['inspect', 'Documentation from the kernel', 'Shift-Tab'],
    ['signature', 'Signature under the cursor', 'Mod-Shift-Space'],
    ['comment', 'Comment or uncomment', 'Mod-/'],
    ['next-occurrence', 'Also select the next such word', 'Mod-D'],
    ['all-occurrences', 'Select every such word', 'Mod-Shift-L'],
    ['cursor-above', 'Add a cursor above', 'Mod-Alt-ArrowUp'],
    ['cursor-below', 'Add a cursor below', 'Mod-Alt-ArrowDown'],
    ['line-up', 'Move lines up', 'Alt-ArrowUp'],
    ['line-down', 'Move lines down', 'Alt-ArrowDown'],
    ['copy-line-up', 'Copy lines up', 'Alt-Shift-ArrowUp'],
    ['copy-line-down', 'Copy lines down', 'Alt-Shift-ArrowDown'],
    ['delete-line', 'Delete lines', 'Mod-Shift-K'],
    ['fold', 'Fold lines', 'Mod-Shift-['],
    ['unfold', 'Unfold lines', 'Mod-Shift-]'],
    ['copy-text', 'Copy text', 'Mod-C'],
    ['cut-text', 'Cut text', 'Mod-X'],
    ['paste-text', 'Paste text', 'Mod-V'],
    ['select-text', 'Select all text', 'Mod-A'],
  ] as const
).map(([id, title, key]) => ({ id: `source:${id}`, title, keys: [key], when: 'edit', isFixed: true }));

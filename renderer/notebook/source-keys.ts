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
    ['copy-text', 'Copy text', 'Mod-C'],
    ['cut-text', 'Cut text', 'Mod-X'],
    ['paste-text', 'Paste text', 'Mod-V'],
    ['select-text', 'Select all text', 'Mod-A'],
  ] as const
).map(([id, title, key]) => ({ id: `source:${id}`, title, keys: [key], when: 'edit', isFixed: true }));

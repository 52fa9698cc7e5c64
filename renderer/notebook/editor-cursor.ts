let cursor: { readonly cell: string; readonly cuts: readonly number[] } | null = null;

/** Remembers where the cursors of the one live editor stand, for splitting its cell: each, and both ends of what is selected. */
export function setEditorCuts(cell: string, cuts: readonly number[]): void {
  cursor = { cell, cuts };
}

/** Where the cursors stand in this cell's source; null when another cell is or was edited. */
export function editorCuts(cell: string): readonly number[] | null {
  return cursor?.cell === cell ? cursor.cuts : null;
}

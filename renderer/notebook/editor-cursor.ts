let cursor: { readonly cell: string; readonly offset: number } | null = null;

/** Remembers where the cursor of the one live editor stands, for splitting its cell. */
export function setEditorCursor(cell: string, offset: number): void {
  cursor = { cell, offset };
}

/** Where the cursor stands in this cell's source; null when another cell is or was edited. */
export function editorCursor(cell: string): number | null {
  return cursor?.cell === cell ? cursor.offset : null;
}

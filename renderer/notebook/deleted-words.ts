/** What is said after outputs were cleared; null where there were none. */
export function clearedWords(count: number): string | null {
  if (count === 0) return null;
  const cells = count === 1 ? 'one cell' : `${count} cells`;
  return `Cleared the outputs of ${cells}. Undo brings them back.`;
}

/** What is said after cells were deleted or cut; null where none were. */
export function deletedWords(verb: 'Deleted' | 'Cut', count: number): string | null {
  if (count === 0) return null;
  const cells = count === 1 ? 'one cell' : `${count} cells`;
  const it = count === 1 ? 'it' : 'them';
  return `${verb} ${cells}. Undo brings ${it} back.`;
}

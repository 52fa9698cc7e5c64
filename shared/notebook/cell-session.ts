import { metadataEdit } from './metadata-edit';
import { isShellCell, SHELL_LANGUAGE_ID, type Cell } from './model';
import type { Operation } from './operation';

/** Where a code cell runs: the notebook's kernel, or the shell beside it on this machine. */
export type CellSession = 'kernel' | 'shell';

/** The edit after which a code cell runs there; null when it does already. Other members of `vscode` are left alone. */
export function sessionEdit(
  cell: Pick<Cell, 'id' | 'type' | 'metadata'>,
  session: CellSession,
): Operation | null {
  if (cell.type !== 'code' || isShellCell(cell) === (session === 'shell')) return null;
  return metadataEdit(cell, ['vscode', 'languageId'], session === 'shell' ? SHELL_LANGUAGE_ID : undefined);
}

import { Menu } from '@base-ui/react/menu';
import { ChevronDown, SquareTerminal } from 'lucide-react';
import { memo, type JSX } from 'react';
import type { CellView } from '../../shared/notebook/contract';
import { sessionEdit, type CellSession } from '../../shared/notebook/cell-session';
import { isShellCell } from '../../shared/notebook/model';
import { isSameBesideSource, notebookLanguage } from './cell-facts';
import { languageWord, type LanguageName } from './code/language-of';
import { useModel, useNotebook } from './document-context';
import type { OpenDocument } from './document-store';

/** Lets a code cell run on the notebook's kernel or in the shell beside it. Not while it runs or waits. */
export function setSession(open: OpenDocument, id: string, session: CellSession): void {
  const { byId, runs, state } = open.store.getState();
  const cell = byId.get(id);
  const status = runs.get(id)?.status;
  if (cell === undefined || (state?.readOnly ?? null) !== null || status === 'running' || status === 'queued')
    return;
  const edit = sessionEdit(cell, session);
  if (edit !== null) open.edit(edit);
}

/** Switches the active cell between kernel and shell; in a notebook for the shell there is nothing to switch. */
export function switchSession(open: OpenDocument): void {
  const { selection, byId, metadata } = open.store.getState();
  const cell = selection.active === null ? undefined : byId.get(selection.active);
  if (cell?.type !== 'code' || notebookLanguage(metadata) === 'shell') return;
  setSession(open, cell.id, isShellCell(cell) ? 'kernel' : 'shell');
}

interface CellLanguageProps {
  readonly cell: CellView;
  /** The language of its source. */
  readonly language: LanguageName;
  readonly isOff: boolean;
}

/** The language of a code cell as a small menu: the notebook's kernel, or the shell beside it on this machine. */
export const CellLanguage = memo(function CellLanguage(props: CellLanguageProps): JSX.Element | null {
  const { cell, language, isOff } = props;
  const { open } = useNotebook();
  const base = useModel((model) => notebookLanguage(model.metadata));
  if (cell.type !== 'code' || base === 'shell') return null;
  const isShell = isShellCell(cell);
  const kernelWord = languageWord(isShell ? base : language);
  return (
    <Menu.Root>
      <Menu.Trigger
        className={isShell ? 'tag cell-language is-shell' : 'tag cell-language'}
        aria-label={isShell ? 'Runs in the shell on this machine' : `Runs on the kernel, ${kernelWord}`}
        title={isShell ? 'Runs in the shell beside the kernel, on this machine' : 'Runs on the kernel'}
        disabled={isOff}
        onClick={(event) => event.stopPropagation()}
      >
        {isShell && <SquareTerminal className="icon" aria-hidden="true" />}
        {isShell ? 'shell, on this machine' : kernelWord}
        <ChevronDown className="icon" aria-hidden="true" />
      </Menu.Trigger>
      <Menu.Portal>
        <Menu.Positioner className="menu-place" align="end" sideOffset={4}>
          <Menu.Popup className="menu">
            <Menu.RadioGroup
              value={isShell ? 'shell' : 'kernel'}
              onValueChange={(session: CellSession) => setSession(open, cell.id, session)}
            >
              <Menu.RadioItem className="menu-item" value="kernel" closeOnClick>
                <span>Notebook’s kernel</span>
                <span className="menu-keys">{languageWord(base)}</span>
              </Menu.RadioItem>
              <Menu.RadioItem className="menu-item" value="shell" closeOnClick>
                <span>Shell beside it</span>
                <span className="menu-keys">on this machine</span>
              </Menu.RadioItem>
            </Menu.RadioGroup>
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  );
}, isSameForLanguage);

function isSameForLanguage(before: CellLanguageProps, after: CellLanguageProps): boolean {
  return (
    before.language === after.language &&
    before.isOff === after.isOff &&
    isSameBesideSource(before.cell, after.cell)
  );
}

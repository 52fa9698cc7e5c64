import { FileCode, FileCog, FileText, Folder, FolderOpen, NotebookText } from 'lucide-react';
import type { JSX } from 'react';
import type { GitMark } from '../../shared/library/git-contract';
import { MARK_WORDS } from '../../shared/library/git-status';
import type { TreeRow } from './tree-rows';

/** The sign of a kind of file. */
export function RowIcon(props: {
  readonly kind: TreeRow['kind'];
  readonly isOpen: boolean | null;
}): JSX.Element {
  const { kind, isOpen } = props;
  const signs = {
    root: isOpen === true ? FolderOpen : Folder,
    folder: isOpen === true ? FolderOpen : Folder,
    runbook: NotebookText,
    markdown: FileText,
    settings: FileCog,
    text: FileCode,
  };
  const Sign = signs[kind];
  return <Sign className="icon" aria-hidden="true" />;
}

/** One line of the tree. */
export function TreeLine(props: {
  readonly id: string;
  readonly row: TreeRow;
  readonly top: number;
  readonly isActive: boolean;
  /** It is what the window shows now. */
  readonly isCurrent: boolean;
  readonly missing: boolean;
  /** How the file stands to the last commit; of a folder what weighs most in it. */
  readonly mark: GitMark | null;
  readonly onPress: () => void;
  readonly onOpen: () => void;
  readonly onMenu: () => void;
}): JSX.Element {
  const { id, row, isActive, isCurrent, mark } = props;
  const state = mark === null ? null : MARK_WORDS[mark];
  const isFolder = row.kind === 'folder';
  const words = state === null ? '' : isFolder ? `in it: ${state.words}` : state.words;
  return (
    <div
      id={id}
      role="treeitem"
      aria-level={row.level}
      aria-expanded={row.isOpen ?? undefined}
      aria-selected={isCurrent}
      className="tree-row"
      data-active={isActive ? '' : undefined}
      data-kind={row.kind}
      data-level={Math.min(row.level, 8)}
      title={state === null ? row.path : `${row.path}, ${words}`}
      style={{ transform: `translateY(${props.top}px)` }}
      onPointerDown={props.onPress}
      onClick={props.onOpen}
      onContextMenu={props.onMenu}
    >
      <RowIcon kind={row.kind} isOpen={row.isOpen} />
      <span className="cut">{row.name}</span>
      {row.place !== null && <span className="cut tree-place">{row.place}</span>}
      {state !== null && (
        <span className="tree-mark" data-mark={mark}>
          {/* A folder has no state of its own: its letter stands at the file. */}
          <span aria-hidden="true">{isFolder ? '•' : state.letter}</span>
          <span className="heard">, {words}</span>
        </span>
      )}
      {props.missing && <span className="tree-note">not there</span>}
    </div>
  );
}

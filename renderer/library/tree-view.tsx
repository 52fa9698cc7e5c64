import {
  useCallback,
  useEffect,
  useMemo,
  useRef,
  useState,
  type JSX,
  type KeyboardEvent,
  type RefObject,
} from 'react';
import { useStore } from 'zustand';
import { folderMarks, markOf } from '../../shared/library/git-status';
import { frontTab, pathOf } from '../app/tabs';
import { useWindow } from '../app/window-context';
import { beginRename, openBeside, openRow, putBack, remove } from './library-actions';
import { RowMenu } from './library-menus';
import { NameField } from './name-field';
import { RowIcon, TreeLine } from './tree-line';
import { showRow, useRowWindow } from './use-row-window';
import { moveInTree, treeRows, typeAhead, type TreeRow } from './tree-rows';

const ROW_HEIGHT = 28;
/** Letters typed within this time belong together, in milliseconds. */
const TYPE_AHEAD_MS = 800;

/** The tree of the library. The focus stays on the tree itself; the line it is on is its active descendant. */
export function TreeView(props: { readonly tree: RefObject<HTMLDivElement | null> }): JSX.Element {
  const { tree } = props;
  const context = useWindow();
  const { library, tabs } = context;
  const model = useStore(library.store);
  const expanded = useStore(library.layout, (layout) => layout.expanded);
  const current = useStore(tabs.store, (shown) => {
    const tab = frontTab(shown);
    if (tab?.kind === 'text') return tab.path;
    return tab?.kind === 'notebook' ? pathOf(tab.open) : null;
  });
  const { folders, listings, found, naming } = model;
  const rows = useMemo(
    () => treeRows({ folders: folders ?? [], listings, expanded: new Set(expanded), found }),
    [folders, listings, expanded, found],
  );
  const isNew = naming !== null && naming.kind !== 'rename';
  const changed = useMemo(() => folderMarks({ marks: model.marks }), [model.marks]);
  const at = rows.findIndex(({ path }) => path === model.at);
  const active = rows[at] ?? null;
  const [menuRow, setMenuRow] = useState<TreeRow | null>(null);
  const typed = useRef({ text: '', at: 0 });
  const near = useRowWindow(tree, rows.length, ROW_HEIGHT);
  const focusTree = useCallback(() => tree.current?.focus(), [tree]);
  const go = (to: number): void => {
    const row = rows[to];
    if (row === undefined) return;
    library.set({ at: row.path });
    showRow(tree.current, to, ROW_HEIGHT);
  };
  // A file that came by an action (a copy, a new runbook) is shown.
  const shownAt = useRef<string | null>(null);
  useEffect(() => {
    if (at < 0 || shownAt.current === model.at) return;
    shownAt.current = model.at;
    showRow(tree.current, at, ROW_HEIGHT);
  }, [at, model.at, tree]);

  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.target !== tree.current) return;
    if (!act(event)) return;
    event.preventDefault();
    event.stopPropagation();
  };
  const act = (event: KeyboardEvent): boolean => {
    const { key, altKey, shiftKey } = event;
    const isMod = event.ctrlKey || event.metaKey;
    const isLetter = key.length === 1 && key !== ' ' && !isMod && !altKey;
    // Letters before another key belong to what was looked for then.
    if (!isLetter && key !== 'Shift') typed.current = { text: '', at: 0 };
    if (isMod && !altKey && !shiftKey && key.toLowerCase() === 'z') void putBack(context);
    else if (isMod && key === 'Enter' && active !== null && !event.repeat) openBeside(context, active);
    else if (isMod || altKey) return false;
    else if (key === 'ContextMenu' || (key === 'F10' && shiftKey)) openMenu();
    else if (key === 'F2' && active !== null) beginRename(context, active);
    else if (key === 'Delete' && active !== null && !event.repeat) void remove(context, active);
    else if ((key === 'Enter' || key === ' ') && active !== null && !event.repeat) openRow(context, active);
    else if (isLetter) goByLetter(key);
    else {
      const page = Math.max(1, Math.floor((tree.current?.clientHeight ?? 0) / ROW_HEIGHT) - 1);
      const move = moveInTree(rows, Math.max(0, at), key, page);
      if (move === null) return false;
      if (move.kind === 'go') go(at < 0 && key === 'ArrowDown' ? 0 : move.to);
      else library.toggle(rows[move.at]?.path ?? '', move.kind === 'open');
    }
    return true;
  };
  const goByLetter = (key: string): void => {
    const now = Date.now();
    const text = now - typed.current.at < TYPE_AHEAD_MS ? typed.current.text + key : key;
    typed.current = { text, at: now };
    go(typeAhead(rows, at, text));
  };
  /** By key, at the line with the focus. */
  const openMenu = (): void => {
    if (active === null) return;
    setMenuRow(active);
    const line = tree.current?.querySelector(`[id="${CSS.escape(idOf(at))}"]`);
    const { left, bottom } = (line ?? tree.current)?.getBoundingClientRect() ?? { left: 0, bottom: 0 };
    const place = { bubbles: true, clientX: left + 40, clientY: bottom - 4, button: 2 };
    line?.dispatchEvent(new MouseEvent('contextmenu', place));
  };

  return (
    <>
      {isNew && (
        <NameField naming={naming} icon={<RowIcon kind={naming.kind} isOpen={null} />} onDone={focusTree} />
      )}
      <RowMenu row={menuRow} onClosed={() => library.store.getState().naming === null && focusTree()}>
        <div
          ref={tree}
          className="tree"
          role="tree"
          aria-label="Files of the library"
          aria-activedescendant={active === null ? undefined : idOf(at)}
          tabIndex={0}
          onKeyDown={onKeyDown}
          onFocus={() => at < 0 && go(0)}
        >
          <div className="tree-space" role="presentation" style={{ height: rows.length * ROW_HEIGHT }}>
            {rows.slice(near.from, near.to).map((row, offset) => {
              const index = near.from + offset;
              const start = index * ROW_HEIGHT;
              const key = row.path;
              if (naming?.kind === 'rename' && naming.path === row.path) {
                return (
                  <div
                    key={key}
                    id={idOf(index)}
                    role="treeitem"
                    aria-level={row.level}
                    aria-selected={row.path === current}
                    className="tree-naming"
                    data-level={Math.min(row.level, 8)}
                    style={{ transform: `translateY(${start}px)` }}
                  >
                    <NameField
                      naming={naming}
                      icon={<RowIcon kind={row.kind} isOpen={null} />}
                      onDone={focusTree}
                    />
                  </div>
                );
              }
              return (
                <TreeLine
                  key={key}
                  id={idOf(index)}
                  row={row}
                  top={start}
                  mark={
                    row.kind === 'root'
                      ? null
                      : row.kind === 'folder'
                        ? (changed.get(row.path) ?? markOf({ marks: model.marks }, row.path))
                        : markOf({ marks: model.marks }, row.path)
                  }
                  isActive={index === at}
                  isCurrent={row.path === current}
                  missing={
                    row.kind === 'root' && folders?.find(({ path }) => path === row.path)?.exists === false
                  }
                  onPress={() => library.set({ at: row.path })}
                  onOpen={() => openRow(context, row)}
                  onMenu={() => {
                    library.set({ at: row.path });
                    setMenuRow(row);
                  }}
                />
              );
            })}
          </div>
        </div>
      </RowMenu>
      <TreeFoot rows={rows} />
    </>
  );
}

function TreeFoot(props: { readonly rows: readonly TreeRow[] }): JSX.Element | null {
  const { library } = useWindow();
  const { folders, found, foundMore, leftOut, naming } = useStore(library.store);
  const left = [...leftOut.values()].reduce((sum, count) => sum + count, 0);
  const words =
    found !== null && found.length === 0
      ? 'No file of the library has this in its name.'
      : foundMore
        ? 'There are more. Type more of the name.'
        : folders?.length === 1 && folders[0]?.exists === false
          ? `${folders[0].path} is not there. It is listed again when it is back.`
          : props.rows.length === 0 && naming === null && found === null
            ? 'There is no runbook in this folder yet.'
            : left > 0
              ? `${left} more entries are not shown. The filter finds them.`
              : null;
  return words === null ? null : <p className="tree-foot">{words}</p>;
}

function idOf(index: number): string {
  return `tree-line-${index}`;
}

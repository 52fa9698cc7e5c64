import { ChevronRight } from 'lucide-react';
import { memo, useLayoutEffect, useMemo, useRef, useState, type JSX, type KeyboardEvent } from 'react';
import {
  JSON_PAGE,
  jsonRows,
  openAtFirst,
  type JsonRow,
  type JsonTreeState,
} from '../../../shared/notebook/outputs/json-tree';
import type { Json } from '../../../shared/rpc/contract';

/** Rows that are open at first, where the output does not ask for more. */
const FIRST_ROWS = 24;
const EXPANDED_ROWS = 400;

/** A JSON value as a tree of text. Arrow keys move, open and close; nothing in it is ever markup. */
export function JsonTree(props: {
  readonly value: Json;
  /** What the output calls its root. */
  readonly rootName?: string | undefined;
  readonly isExpanded: boolean;
  readonly label: string;
}): JSX.Element {
  const { value, rootName, isExpanded, label } = props;
  const tree = useRef<HTMLDivElement>(null);
  const [state, setState] = useState<JsonTreeState>(() => ({
    open: openAtFirst(value, isExpanded ? EXPANDED_ROWS : FIRST_ROWS),
    shown: new Map(),
  }));
  const [current, setCurrent] = useState('');
  const isMoving = useRef(false);
  const rows = useMemo(() => jsonRows(value, state), [value, state]);

  function toggle(path: string, wish?: boolean): void {
    setState(({ open, shown }) => {
      const next = new Set(open);
      if (wish ?? !open.has(path)) next.add(path);
      else next.delete(path);
      return { open: next, shown };
    });
  }
  function showMore(path: string): void {
    const parent = path.replace(/\/more$/, '');
    setState(({ open, shown }) => ({
      open,
      shown: new Map(shown).set(parent, (shown.get(parent) ?? JSON_PAGE) + JSON_PAGE * 5),
    }));
  }
  function act(row: JsonRow): void {
    setCurrent(row.path);
    if (row.node.kind === 'more') showMore(row.path);
    else if (row.node.kind === 'list' || row.node.kind === 'object') toggle(row.path);
  }
  function moveTo(row: JsonRow | undefined): void {
    if (row === undefined || row.path === current) return;
    isMoving.current = true;
    setCurrent(row.path);
  }
  // Before the next key comes, which is the row's that has the focus.
  useLayoutEffect(() => {
    if (!isMoving.current) return;
    isMoving.current = false;
    tree.current?.querySelector<HTMLElement>('[tabindex="0"]')?.focus();
  });
  function onKeyDown(event: KeyboardEvent): void {
    const index = Math.max(
      0,
      rows.findIndex(({ path }) => path === current),
    );
    const row = rows[index];
    if (row === undefined || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    const isOpen = 'isOpen' in row.node && row.node.isOpen;
    const isClosed = 'isOpen' in row.node && !row.node.isOpen && row.node.size > 0;
    const keys: Readonly<Record<string, () => void>> = {
      ArrowDown: () => moveTo(rows[index + 1]),
      ArrowUp: () => moveTo(rows[index - 1]),
      Home: () => moveTo(rows[0]),
      End: () => moveTo(rows.at(-1)),
      ArrowRight: () => (isClosed ? toggle(row.path, true) : isOpen ? moveTo(rows[index + 1]) : undefined),
      ArrowLeft: () =>
        isOpen
          ? toggle(row.path, false)
          : moveTo(rows.findLast(({ depth }, at) => at < index && depth === row.depth - 1)),
      Enter: () => act(row),
      ' ': () => act(row),
    };
    const action = Object.hasOwn(keys, event.key) ? keys[event.key] : undefined;
    if (action === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    action();
  }
  const focusable = rows.some(({ path }) => path === current) ? current : '';
  return (
    <div ref={tree} className="json" role="tree" aria-label={label} onKeyDown={onKeyDown}>
      {rows.map((row) => (
        <Row key={row.path} row={row} rootName={rootName} isCurrent={row.path === focusable} onAct={act} />
      ))}
    </div>
  );
}

const Row = memo(
  function Row(props: {
    readonly row: JsonRow;
    readonly rootName: string | undefined;
    readonly isCurrent: boolean;
    readonly onAct: (row: JsonRow) => void;
  }): JSX.Element {
    const { row, rootName, isCurrent, onAct } = props;
    const { node, depth, isIndex } = row;
    const canOpen = 'size' in node && node.size > 0;
    const name = row.name ?? (row.path === '' ? (rootName ?? null) : null);
    return (
      <div
        className="json-row"
        role="treeitem"
        aria-level={depth + 1}
        aria-expanded={canOpen ? node.isOpen : undefined}
        tabIndex={isCurrent ? 0 : -1}
        style={{ paddingLeft: depth * 18 }}
        onClick={() => onAct(row)}
      >
        {canOpen ? (
          <ChevronRight
            className={node.isOpen ? 'icon icon-s json-sign is-open' : 'icon icon-s json-sign'}
            aria-hidden="true"
          />
        ) : (
          <span className="json-sign" />
        )}
        {name !== null && (
          <>
            <span className={isIndex ? 'json-index' : 'json-name'}>{name}</span>
            <span className="json-colon">:</span>
          </>
        )}
        {'size' in node ? (
          <span className="json-preview">
            {node.isOpen
              ? node.kind === 'list'
                ? node.preview
                : node.size === 1
                  ? '1 member'
                  : `${node.size.toLocaleString('en-US')} members`
              : node.kind === 'object' && node.size > 0
                ? `{ ${node.preview} }`
                : node.preview}
          </span>
        ) : 'left' in node ? (
          <span className="out-link">{node.left.toLocaleString('en-US')} more: show</span>
        ) : (
          <span className={`json-value json-${node.kind}`}>
            {node.text}
            {node.isCut && '…'}
          </span>
        )}
      </div>
    );
  },
  // The handler closes over the newest state by setters alone.
  (before, after) =>
    before.row.path === after.row.path &&
    before.isCurrent === after.isCurrent &&
    before.rootName === after.rootName &&
    sameNode(before.row, after.row),
);

function sameNode(one: JsonRow, other: JsonRow): boolean {
  return one.name === other.name && JSON.stringify(one.node) === JSON.stringify(other.node);
}

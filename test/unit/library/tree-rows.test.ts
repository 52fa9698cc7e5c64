import { describe, expect, it } from 'vitest';
import { moveInTree, treeRows, typeAhead, type TreeRow } from '../../../renderer/library/tree-rows';
import type { TreeEntry } from '../../../shared/library/tree-contract';

const entry = (path: string, kind: TreeEntry['kind'] = 'runbook'): TreeEntry => ({
  path,
  kind,
  name: path.split('/').at(-1) ?? '',
});
const folder = (path: string) => ({ path, name: path.slice(1), exists: true, isFollowed: true });
const listings = new Map([
  [
    '/ops',
    [entry('/ops/incidents', 'folder'), entry('/ops/releases', 'folder'), entry('/ops/rollback.ipynb')],
  ],
  ['/ops/releases', [entry('/ops/releases/api.ipynb'), entry('/ops/releases/web.ipynb')]],
  ['/db', [entry('/db/restore.ipynb')]],
]);
const rowsOf = (folders: readonly string[], expanded: readonly string[]) =>
  treeRows({ folders: folders.map(folder), listings, expanded: new Set(expanded), found: null });
const shown = (rows: readonly TreeRow[]) => rows.map(({ level, name }) => `${level} ${name}`);

describe('the lines of the tree', () => {
  it('needs no line for the only folder of a library, and one for each of several', () => {
    expect(shown(rowsOf(['/ops'], ['/ops/releases']))).toEqual([
      '1 incidents',
      '1 releases',
      '2 api.ipynb',
      '2 web.ipynb',
      '1 rollback.ipynb',
    ]);
    expect(shown(rowsOf(['/ops', '/db'], ['/db']))).toEqual(['1 ops', '1 db', '2 restore.ipynb']);
  });

  it('shows what the filter found with its place', () => {
    const found = [entry('/ops/releases/api.ipynb'), entry('/ops/rollback.ipynb')];
    const rows = treeRows({ folders: [folder('/ops')], listings, expanded: new Set(), found });
    expect(rows.map(({ name, place }) => [name, place])).toEqual([
      ['api.ipynb', 'releases'],
      ['rollback.ipynb', null],
    ]);
  });
});

describe('keys in the tree', () => {
  const rows = rowsOf(['/ops'], ['/ops/releases']);
  it('goes by arrows, Home, End and pages, and stays at the ends', () => {
    const go = (at: number, key: string) => {
      const move = moveInTree(rows, at, key, 3);
      return move?.kind === 'go' ? move.to : move;
    };
    expect(go(0, 'ArrowDown')).toBe(1);
    expect(go(0, 'ArrowUp')).toBe(0);
    expect(go(1, 'End')).toBe(4);
    expect(go(4, 'Home')).toBe(0);
    expect(go(4, 'ArrowDown')).toBe(4);
    expect(go(0, 'PageDown')).toBe(3);
    expect(go(2, 'x')).toBeNull();
  });

  it('opens, enters, leaves and closes folders by the arrows to the side', () => {
    expect(moveInTree(rows, 0, 'ArrowRight', 3)).toEqual({ kind: 'open', at: 0 });
    expect(moveInTree(rows, 1, 'ArrowRight', 3)).toEqual({ kind: 'go', to: 2 });
    expect(moveInTree(rows, 3, 'ArrowLeft', 3)).toEqual({ kind: 'go', to: 1 });
    expect(moveInTree(rows, 1, 'ArrowLeft', 3)).toEqual({ kind: 'close', at: 1 });
    expect(moveInTree(rows, 4, 'ArrowRight', 3)).toBeNull();
    expect(moveInTree(rows, 4, 'ArrowLeft', 3)).toBeNull();
  });

  it('finds a line by its first letters; one letter again goes on to the next', () => {
    expect(typeAhead(rows, 0, 'r')).toBe(1);
    expect(typeAhead(rows, 1, 'r')).toBe(4);
    expect(typeAhead(rows, 4, 'rr')).toBe(1);
    expect(typeAhead(rows, 1, 'ro')).toBe(4);
    expect(typeAhead(rows, 0, 'zz')).toBe(-1);
    expect(typeAhead([], 0, 'a')).toBe(-1);
  });
});

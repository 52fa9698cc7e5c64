import { describe, expect, it } from 'vitest';
import { JSON_MOST_ROWS, jsonRows, openAtFirst } from '../../../shared/notebook/outputs/json-tree';
import type { Json } from '../../../shared/rpc/contract';

const CLOSED = { open: new Set<string>(), shown: new Map<string, number>() };
const VALUE: Json = { name: 'api', pods: [{ ready: true }, { ready: false }], owner: null, 'a/b': {} };

describe('a JSON tree', () => {
  it('is one line until it is opened', () => {
    const rows = jsonRows(VALUE, CLOSED);
    expect(rows).toHaveLength(1);
    expect(rows[0]?.node).toMatchObject({ kind: 'object', size: 4, preview: 'name, pods, owner, a/b' });
  });

  it('opens by place, so that no name of a member can pass for another', () => {
    const rows = jsonRows(VALUE, { ...CLOSED, open: new Set(['', '/1', '/1/0']) });
    expect(rows.map(({ path, depth, name }) => [path, depth, name])).toEqual([
      ['', 0, null],
      ['/0', 1, 'name'],
      ['/1', 1, 'pods'],
      ['/1/0', 2, '0'],
      ['/1/0/0', 3, 'ready'],
      ['/1/1', 2, '1'],
      ['/2', 1, 'owner'],
      ['/3', 1, 'a/b'],
    ]);
    expect(rows.at(-1)?.node).toMatchObject({ size: 0, isOpen: false, preview: 'empty object' });
  });

  it('shows the members of a prototype’s name as any other', () => {
    const value = JSON.parse('{"__proto__": 1, "constructor": {"x": 2}}') as Json;
    expect(jsonRows(value, { ...CLOSED, open: new Set(['']) }).map(({ name }) => name)).toEqual([
      null,
      '__proto__',
      'constructor',
    ]);
  });

  it('is bounded in every direction', () => {
    const list = Array.from({ length: 1_000_000 }, (_, index) => index);
    const first = jsonRows(list, { ...CLOSED, open: new Set(['']) });
    expect(first).toHaveLength(102);
    expect(first.at(-1)?.node).toEqual({ kind: 'more', left: 999_900 });
    const all = jsonRows(list, { open: new Set(['']), shown: new Map([['', 1_000_000]]) });
    expect(all.length).toBeLessThanOrEqual(JSON_MOST_ROWS);
    const text = jsonRows('x'.repeat(1_000_000), CLOSED)[0]?.node;
    expect(text).toMatchObject({ kind: 'string', isCut: true });
  });

  it('opens as many levels at first as there is room for', () => {
    expect(openAtFirst(VALUE, 1)).toEqual(new Set(['']));
    expect(openAtFirst(VALUE, 100)).toEqual(new Set(['', '/1', '/1/0', '/1/1']));
    expect(openAtFirst({ pods: Array.from({ length: 250 }, () => ({ a: 1 })) }, 24)).toEqual(new Set(['']));
    let deep: Json = 1;
    for (let level = 0; level < 5_000; level += 1) deep = [deep];
    expect(openAtFirst(deep, 40).size).toBeLessThan(45);
  });
});

import { describe, expect, test } from 'vitest';
import {
  headingBeside,
  headingLines,
  hiddenCells,
  sectionCells,
  sectionLevel,
  summariseSection,
  withoutHiding,
} from '../../../shared/notebook/sections';
import type { CellRun } from '../../../shared/notebook/view';

interface Draft {
  readonly id: string;
  readonly type: 'code' | 'markdown';
  readonly source: string;
}

const text = (id: string, source: string): Draft => ({ id, type: 'markdown', source });
const code = (id: string): Draft => ({ id, type: 'code', source: '# not a heading' });

const CELLS = [
  text('title', '# Release'),
  code('1'),
  text('prepare', 'Read this.\n\n## Prepare'),
  code('2'),
  text('deep', '### Deep'),
  code('3'),
  text('words', 'no heading\n```\n# in a fence\n```'),
  text('schema', '## Schema'),
  code('4'),
];

function run(more: Partial<CellRun>): CellRun {
  return {
    status: 'done',
    executionCount: null,
    queuedAt: null,
    startedAt: null,
    endedAt: null,
    position: null,
    exitStatus: null,
    summary: null,
    session: 'kernel',
    edited: false,
    ...more,
  };
}

describe('headings', () => {
  test('are found outside of fences, without their closing marks', () => {
    expect(headingLines('# One #\n~~~\n## no\n~~~\n   ### *Three*\n    # code\n#no space')).toEqual([
      { level: 1, markup: 'One' },
      { level: 3, markup: '*Three*' },
    ]);
  });

  test('give a cell the level of its highest one, and code none', () => {
    expect(sectionLevel(text('a', '### low\n## high'))).toBe(2);
    expect(sectionLevel(text('b', 'words'))).toBeNull();
    expect(sectionLevel(code('c'))).toBeNull();
  });

  test('are found above and below a cell', () => {
    expect(headingBeside(CELLS, '3', 'above')).toBe('deep');
    expect(headingBeside(CELLS, 'deep', 'above')).toBe('prepare');
    expect(headingBeside(CELLS, 'title', 'above')).toBeNull();
    expect(headingBeside(CELLS, '3', 'below')).toBe('schema');
    expect(headingBeside(CELLS, '4', 'below')).toBeNull();
    expect(headingBeside(CELLS, 'gone', 'above')).toBeNull();
  });
});

describe('a collapsed heading', () => {
  test('hides what is below it, to the next one of its level or higher', () => {
    expect([...hiddenCells(CELLS, new Set(['prepare'])).keys()]).toEqual(['2', 'deep', '3', 'words']);
    expect([...hiddenCells(CELLS, new Set(['deep'])).keys()]).toEqual(['3', 'words']);
    expect(hiddenCells(CELLS, new Set(['title'])).size).toBe(8);
    expect(sectionCells(CELLS, 'prepare').map(({ id }) => id)).toEqual(['2', 'deep', '3', 'words']);
    expect(sectionCells(CELLS, '1')).toEqual([]);
  });

  test('is named as what hides a cell, the outermost one', () => {
    expect(hiddenCells(CELLS, new Set(['prepare', 'deep'])).get('3')).toBe('prepare');
  });

  test('hides nothing where it is no heading, or gone', () => {
    expect(hiddenCells(CELLS, new Set(['1', 'gone'])).size).toBe(0);
  });

  test('opens with all others over a cell, and no others', () => {
    const collapsed = new Set(['prepare', 'deep', 'schema']);
    expect([...withoutHiding(CELLS, collapsed, '3')]).toEqual(['schema']);
    expect(withoutHiding(CELLS, collapsed, '1')).toBe(collapsed);
  });
});

describe('the state of a section', () => {
  test('counts what was done here, not what the file tells', () => {
    expect(summariseSection([run({}), undefined])).toEqual({ steps: 2, done: 1, state: 'part' });
    expect(summariseSection([run({}), run({})])).toEqual({ steps: 2, done: 2, state: 'done' });
    expect(summariseSection([run({ fromFile: true })])).toEqual({ steps: 1, done: 0, state: 'todo' });
    expect(summariseSection([])).toEqual({ steps: 0, done: 0, state: 'todo' });
  });

  test('names what runs before what failed, and that before what waits or was edited', () => {
    const states = [
      run({}),
      run({ edited: true }),
      run({ status: 'queued' }),
      run({ status: 'failed' }),
      run({ status: 'running' }),
    ];
    const shown = states.map((_, index) => summariseSection(states.slice(0, index + 1)).state);
    expect(shown).toEqual(['done', 'edited', 'queued', 'failed', 'running']);
  });
});

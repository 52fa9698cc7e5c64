import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { applyOperation } from '../../../shared/notebook/apply-operation';
import { freezeEdits, lockWords } from '../../../shared/notebook/cell-locks';
import {
  metadataEdits,
  metadataText,
  nbformatMetadata,
  readMetadataText,
  resolveMetadata,
  type MetadataSchema,
} from '../../../shared/notebook/cell-metadata-text';
import { isDeletableCell, isEditableCell, isFrozen } from '../../../shared/notebook/cell-protection';
import { sessionEdit } from '../../../shared/notebook/cell-session';
import { KNOWN_TAGS, offeredTags, tagEdit, tagFault, tagMeaning } from '../../../shared/notebook/known-tags';
import { metadataEdit } from '../../../shared/notebook/metadata-edit';
import type { Cell, Notebook } from '../../../shared/notebook/model';
import type { Operation } from '../../../shared/notebook/operation';
import type { Json, JsonObject } from '../../../shared/rpc/contract';

function cell(metadata: JsonObject): Cell {
  return { id: 'a', type: 'code', source: '1', metadata, outputs: [], executionCount: null };
}

/** The metadata after edits, and after they were taken back. */
function edited(metadata: JsonObject, ...edits: readonly (Operation | null)[]): JsonObject {
  let notebook: Notebook = { cells: [cell(metadata)], metadata: {}, nbformat: 4, nbformatMinor: 5 };
  for (const edit of edits) if (edit !== null) ({ notebook } = applyOperation(notebook, edit));
  return notebook.cells[0]!.metadata;
}

describe('locks', () => {
  test('a frozen cell is not editable, by either of the two marks', () => {
    for (const key of ['run_through_control', 'run_control']) {
      const frozen = cell({ [key]: { frozen: true, read_only: false } });
      expect(isFrozen(frozen)).toBe(true);
      expect(isEditableCell(frozen)).toBe(false);
      expect(isDeletableCell(frozen)).toBe(true);
      expect(lockWords(frozen)?.words).toBe('frozen');
      expect(edited(frozen.metadata, ...freezeEdits(frozen, false))).toEqual({
        [key]: { frozen: false, read_only: false },
      });
    }
    expect(isFrozen(cell({ run_through_control: { frozen: 'yes' } }))).toBe(false);
    expect(edited({}, ...freezeEdits(cell({}), true))).toEqual({ run_through_control: { frozen: true } });
  });

  test('are said in words', () => {
    expect(lockWords(cell({}))).toBeNull();
    expect(lockWords(cell({ editable: false }))?.words).toBe('not editable');
    expect(lockWords(cell({ deletable: false }))?.words).toBe('not deletable');
    expect(lockWords(cell({ editable: false, deletable: false }))?.words).toBe('locked');
  });
});

describe('where a cell runs', () => {
  test('goes to the shell and back without a trace', () => {
    const metadata = { tags: ['x'] };
    const shell = edited(metadata, sessionEdit(cell(metadata), 'shell'));
    expect(shell).toEqual({ tags: ['x'], vscode: { languageId: 'shellscript' } });
    expect(edited(shell, sessionEdit(cell(shell), 'kernel'))).toEqual(metadata);
    const other = { vscode: { languageId: 'shellscript', more: 1 } };
    expect(edited(other, sessionEdit(cell(other), 'kernel'))).toEqual({ vscode: { more: 1 } });
  });

  test('is no matter for texts, and nothing to do where it is so', () => {
    expect(sessionEdit({ ...cell({}), type: 'markdown' }, 'shell')).toBeNull();
    expect(sessionEdit(cell({}), 'kernel')).toBeNull();
  });
});

describe('tags', () => {
  test('come and go, and leave no empty list; what is no text among them stays', () => {
    expect(edited({}, tagEdit(cell({}), 'a', true))).toEqual({ tags: ['a'] });
    expect(edited({ tags: ['a'] }, tagEdit(cell({ tags: ['a'] }), 'a', false))).toEqual({});
    const odd = { tags: [7, 'a', 'b'] };
    expect(edited(odd, tagEdit(cell(odd), 'a', false))).toEqual({ tags: [7, 'b'] });
    expect(tagEdit(cell({ tags: ['a'] }), 'a', true)).toBeNull();
  });

  test('are offered by what is typed, beginnings first, without those the cell has', () => {
    expect(offeredTags('hide', ['hide-input'], ['batch'])).toEqual(['hide-output', 'hide-cell']);
    expect(offeredTags('put', [], [])).toEqual([
      'hide-input',
      'hide-output',
      'remove-input',
      'remove-output',
    ]);
    expect(offeredTags('', [], ['batch'])).toEqual([...KNOWN_TAGS.map(({ name }) => name), 'batch']);
  });

  test('are explained in both spellings', () => {
    expect(tagMeaning('hide_input')).toBe(tagMeaning('hide-input'));
    expect(tagMeaning('hide-input')).not.toBeNull();
    expect(tagMeaning('batch')).toBeNull();
    expect(tagFault('a,b', [])).toMatch(/comma/);
    expect(tagFault('a', ['a'])).toMatch(/already/);
    expect(tagFault('a', [])).toBeNull();
  });
});

describe('a member of metadata', () => {
  test('takes the objects with it that would be left empty, and no others', () => {
    const metadata = { watchbook: { title: 'x' }, jupyter: { source_hidden: true, other: {} } };
    expect(edited(metadata, metadataEdit(cell(metadata), ['watchbook', 'title'], undefined))).toEqual({
      jupyter: { source_hidden: true, other: {} },
    });
    expect(metadataEdit(cell(metadata), ['watchbook', 'title'], 'x')).toBeNull();
    expect(metadataEdit(cell(metadata), ['gone', 'far'], undefined)).toBeNull();
  });
});

describe('metadata as text', () => {
  const problems = (text: string, type: Cell['type'] = 'code') => {
    const reading = readMetadataText(text, type);
    return reading.kind === 'bad' ? reading.problems : [];
  };

  test('is named with its line where it is not JSON, no object, or has a key twice', () => {
    expect(problems('{\n  "a": 1,\n}')).toEqual([{ line: 3, message: expect.stringMatching(/not JSON/) }]);
    expect(problems('[]')).toEqual([{ line: 1, message: expect.stringMatching(/object/) }]);
    expect(problems('{\n "a": 1,\n "a": 2\n}')).toEqual([
      { line: 3, message: '“a” stands here a second time.' },
    ]);
  });

  test('is held against nbformat, each fault with its line', () => {
    const text = metadataText({
      tags: ['a', 'b,c', 'a'],
      scrolled: 'sometimes',
      collapsed: 'no',
      name: '',
      jupyter: { source_hidden: 1 },
      execution: { 'iopub.status.busy': 7 },
      editable: 'no',
      own: { anything: [null] },
    });
    const lines = text.split('\n');
    const found = problems(text);
    expect(found.map(({ message }) => message)).toEqual([
      'tags[1] has a character that nbformat does not take here: b,c.',
      'tags[2] holds "a" twice.',
      'scrolled must be one of true, false, "auto".',
      'collapsed must be true or false.',
      'name is empty.',
      'jupyter.source_hidden must be true or false.',
      'execution.iopub.status.busy must be a text.',
      'editable must be true or false.',
    ]);
    for (const { line, message } of found) {
      const key = /\[/.test(message) ? /"(?:a|b,c)"/ : new RegExp(message.split(' ')[0]!.split('.').at(-1)!);
      expect(lines[line - 1]).toMatch(key);
    }
    expect(problems('{"format": 1, "collapsed": 7}', 'raw').map(({ message }) => message)).toEqual([
      'format must be a text.',
    ]);
  });

  test('knows every word that nbformat uses for the metadata of a cell', () => {
    const known = [
      'type',
      'enum',
      'pattern',
      'uniqueItems',
      'items',
      'properties',
      'patternProperties',
      '$ref',
    ];
    // `source_hidden` stands beside `properties` there by mistake; it is among our own rules.
    const silent = ['description', 'additionalProperties', 'source_hidden', 'outputs_hidden'];
    const look = (given: MetadataSchema): void => {
      const rule = resolveMetadata(given);
      expect([...known, ...silent]).toEqual(expect.arrayContaining(Object.keys(rule)));
      const inner = [
        rule.items,
        ...Object.values(rule.properties ?? {}),
        ...Object.values(rule.patternProperties ?? {}),
      ];
      for (const one of inner) if (one !== undefined) look(one);
    };
    for (const type of ['code', 'markdown', 'raw'] as const) look(nbformatMetadata(type));
  });

  test('gives the edit that leads from one to the other, for any metadata', () => {
    const metadata = fc.dictionary(fc.string(), fc.jsonValue()) as fc.Arbitrary<Record<string, Json>>;
    fc.assert(
      fc.property(metadata, metadata, (before, after) => {
        const result = edited(before, metadataEdits('a', before, after));
        expect(JSON.parse(JSON.stringify(result))).toEqual(JSON.parse(JSON.stringify(after)));
      }),
    );
  });
});

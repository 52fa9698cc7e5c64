import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import type { Cell, Notebook } from '../../../shared/notebook/model';
import type { JsonObject } from '../../../shared/rpc/contract';
import { commandsOfLibrary, commandsOfRunbook } from '../../../shared/runs/environments/commands';
import { environmentDigest } from '../../../shared/runs/environments/environment-digest';
import type { LibraryConfig } from '../../../shared/runs/environments/library-config';
import { readLibraryConfig } from '../../../shared/runs/environments/read-library-config';
import {
  libraryPicture,
  libraryPictureSchema,
  runbookPicture,
  runbookPictureSchema,
  weakerEnvironment,
  weakerRunbook,
} from '../../../shared/runs/environments/weaker';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

const CHECK = { title: 'context', command: ['kubectl', 'config', 'current-context'], equals: 'prod-eu1' };
const staging = { name: 'staging', colour: 'ochre', guard: 'confirm' };
const prod = { name: 'prod', colour: 'carmine', guard: 'strict', signed: true, checks: [CHECK] };

function library(environments: readonly object[], more: object = {}): LibraryConfig {
  const text = JSON.stringify({
    version: 1,
    environments,
    people: [{ name: 'mara', keys: [{ ssh: 'ssh-ed25519 AAAA' }] }, { name: 'ivo' }],
    roles: { release: ['mara'] },
    ...more,
  });
  const { config, findings } = readLibraryConfig(text);
  if (config === null) throw new Error(JSON.stringify(findings));
  return config;
}
const before = libraryPicture(library([staging, prod]));
const weaker = (environments: readonly object[], more?: object, name = 'prod'): readonly string[] =>
  weakerEnvironment(before, libraryPicture(library(environments, more)), name);

describe('what is weaker in an environment', () => {
  test.each<[string, readonly object[], object | undefined, readonly string[]]>([
    ['nothing', [staging, prod], undefined, []],
    [
      'more is not',
      [staging, { ...prod, checks: [CHECK, { command: ['id'], equals: 'me' }] }],
      undefined,
      [],
    ],
    [
      'the guard',
      [staging, { ...prod, guard: 'confirm' }],
      undefined,
      ['The guard of prod was strict, is confirm.'],
    ],
    [
      'approvals, by the order',
      [staging, { ...prod, guard: 'none' }, { name: 'live', colour: 'moss', guard: 'strict' }],
      undefined,
      ['The guard of prod was strict, is none.', 'Approvals in prod were real, are confirmations.'],
    ],
    [
      'signatures and colour',
      [staging, { ...prod, signed: false, colour: 'slate' }],
      undefined,
      [
        'Approvals in prod had to be signed, and have not to be.',
        'The colour of prod was carmine, is slate.',
      ],
    ],
    ['the order', [prod, staging], undefined, ['prod stood above staging, and stands below it.']],
    [
      'a check that is gone',
      [staging, { ...prod, checks: [] }],
      undefined,
      ['The check “context” of prod is gone or is another.'],
    ],
    [
      'a check that wants to hear something else',
      [staging, { ...prod, checks: [{ ...CHECK, equals: undefined, contains: 'e' }] }],
      undefined,
      ['The check “context” of prod expected “prod-eu1”, and expects a text with “e”.'],
    ],
    [
      'people',
      [staging, prod],
      {
        people: [{ name: 'mara', keys: [{ ssh: 'ssh-ed25519 BBBB' }] }, { name: 'ivo' }, { name: 'eve' }],
        roles: { release: ['mara', 'eve'] },
      },
      ['mara has another key.', 'eve is a new one of the people.', 'eve joined the role release.'],
    ],
    ['fewer people are not', [staging, prod], { people: [{ name: 'mara' }], roles: {} }, []],
    ['the environment itself', [staging], undefined, ['The strict environment “prod” is gone.']],
  ])('%s', (_what, environments, more, said) => {
    expect(weaker(environments, more)).toEqual(said);
  });

  it('says nothing of an environment that was never seen', () => {
    expect(weaker([staging, prod, { name: 'new', colour: 'teal', guard: 'none' }], undefined, 'new')).toEqual(
      [],
    );
  });

  it('is told from what was written down, as it was', () => {
    const again = libraryPictureSchema.parse(JSON.parse(JSON.stringify(before)));
    expect(weakerEnvironment(again, before, 'prod')).toEqual([]);
  });
});

const cell = (
  id: string,
  own: JsonObject | null,
  tags: readonly string[] = [],
  type: Cell['type'] = 'code',
): Cell => ({
  id,
  type,
  source: `# ${id}`,
  metadata: { tags: [...tags], ...(own === null ? {} : { watchbook: own }) },
  outputs: [],
  executionCount: null,
});
const APPROVE = { kind: 'approve', by: ['release'], minimum: 2, signed: true } as const;
const book = (...cells: readonly Cell[]): Pick<Notebook, 'cells' | 'metadata'> => ({ cells, metadata: {} });
const full = book(
  cell('gate', { gate: APPROVE }, [], 'markdown'),
  cell('list', { checklist: { required: [1, 2] } }, [], 'markdown'),
  cell('drop', { expect: { exitStatus: 0, contains: 'gone' } }, ['destructive']),
);
const replaced = (other: Cell): Pick<Notebook, 'cells' | 'metadata'> =>
  book(...full.cells.map((one) => (one.id === other.id ? other : one)));

describe('what is weaker in a runbook', () => {
  const of = (now: Pick<Notebook, 'cells' | 'metadata'>): readonly string[] =>
    weakerRunbook(runbookPicture(full), runbookPicture(now));

  test.each<[string, Pick<Notebook, 'cells' | 'metadata'>, readonly string[]]>([
    ['nothing', full, []],
    [
      'all that is gone',
      book(cell('drop', null)),
      [
        'The gate “gate” is gone.',
        'The checklist “list” is gone.',
        'Step “drop” is no more tagged destructive.',
        'Step “drop” has no expected result any more.',
      ],
    ],
    [
      'a gate of another kind',
      replaced(cell('gate', { gate: { kind: 'confirm' } }, [], 'markdown')),
      ['The gate “gate” was “approve”, is “confirm”.'],
    ],
    [
      'a gate that asks for less',
      replaced(
        cell(
          'gate',
          { gate: { kind: 'approve', by: ['release', 'eve'], selfApprove: true } },
          [],
          'markdown',
        ),
      ),
      [
        'The gate “gate” wanted 2 approvals, and wants 1.',
        'The gate “gate” lets drivers approve their own run.',
        'The gate “gate” has not to be signed any more.',
        'The gate “gate” may be answered by others than before.',
      ],
    ],
    [
      'an item and an expectation',
      book(
        cell('gate', { gate: { ...APPROVE } }, [], 'markdown'),
        cell('list', { checklist: { required: [2] } }, [], 'markdown'),
        cell('drop', { expect: { exitStatus: 0, contains: '' } }, ['destructive']),
      ),
      ['“list” requires item 1 no more.', 'The expected result of step “drop” is another.'],
    ],
    ['a step that is gone with what it expected', book(...full.cells.slice(0, 2)), []],
    [
      'more is not',
      book(
        ...full.cells.slice(0, 2),
        cell('drop', { expect: { exitStatus: 0, contains: 'gone', notContains: 'x' } }, ['destructive']),
        cell('more', { gate: { kind: 'confirm' } }, [], 'markdown'),
      ),
      [],
    ],
  ])('%s', (_what, now, said) => {
    expect(of(now)).toEqual(said);
  });

  it('is told from what was written down, as it was', () => {
    const again = runbookPictureSchema.parse(JSON.parse(JSON.stringify(runbookPicture(full))));
    expect(weakerRunbook(again, runbookPicture(full))).toEqual([]);
  });
});

describe('the digest of an environment', () => {
  it('is the same for the same environment, and another for any change', () => {
    const digest = (more: object): string => {
      const [one] = library([{ ...prod, ...more }]).environments;
      if (one === undefined) throw new Error('none');
      return environmentDigest(one, sha256);
    };
    expect(digest({})).toBe(digest({}));
    const others = [
      { colour: 'moss' },
      { signed: false },
      { values: { a: 1 } },
      { values: { a: '1' } },
      { checks: [] },
      { description: 'x' },
      { secrets: ['A'] },
    ].map(digest);
    expect(new Set([digest({}), ...others]).size).toBe(others.length + 1);
  });
});

describe('commands that come with a repository', () => {
  it('are each named once, with where they would run, and are others after any change', () => {
    const config = library(
      [
        { ...staging, checks: [CHECK] },
        { ...prod, checks: [CHECK, { command: ['hostname'], in: 'laptop', equals: 'b' }] },
      ],
      { archive: { repository: 'git@example.org:a/b' } },
    );
    expect(commandsOfLibrary(config, sha256).map(({ purpose, command }) => [purpose, command])).toEqual([
      ['Check in prod', ['kubectl', 'config', 'current-context']],
      ['Check in prod, on this machine', ['hostname']],
      ['Archive', ['git@example.org:a/b']],
    ]);
    expect(commandsOfLibrary(library([prod], { archive: { repository: 'mine' } }), sha256)).toHaveLength(1);
    const waits = book(
      cell('w', { gate: { kind: 'condition', command: ['test', '-e', '/x'] } }, [], 'markdown'),
    );
    expect(commandsOfRunbook(waits, sha256).map(({ command }) => command)).toEqual([['test', '-e', '/x']]);
  });

  it('have a digest for each list of arguments: no two are the same by how they are joined', () => {
    const argument = fc.string({ maxLength: 3 });
    const list = fc.array(argument, { minLength: 1, maxLength: 4 });
    const digestOf = (command: readonly string[]): string | undefined =>
      commandsOfLibrary(library([{ ...prod, checks: [{ command, equals: 'x' }] }]), sha256)[0]?.digest;
    fc.assert(
      fc.property(list, list, (a, b) => {
        expect(digestOf(a) === digestOf(b)).toBe(JSON.stringify(a) === JSON.stringify(b));
      }),
    );
  });
});

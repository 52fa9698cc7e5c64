import * as fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import type { Cell, Notebook } from '../../../shared/notebook/model';
import type { Json, JsonObject } from '../../../shared/rpc/contract';
import { LOCAL, type Environment } from '../../../shared/runs/environments/library-config';
import { checkValue } from '../../../shared/runs/parameters/check-value';
import {
  judgeParameterName,
  plainParameter,
  type DeclaredParameter,
} from '../../../shared/runs/parameters/declared';
import { runbookParameters } from '../../../shared/runs/parameters/runbook-parameters';
import { typeText } from '../../../shared/runs/parameters/type-text';
import { givenValues, resolveValues, type GivenValue } from '../../../shared/runs/parameters/values';
import { credentialIn } from '../../../shared/vault/known-credentials';

const cell = (source: string, tags: readonly string[] = [], more: JsonObject = {}): Cell => ({
  id: `c${Math.random().toString(36).slice(2)}`,
  type: 'code',
  source,
  metadata: { ...(tags.length > 0 ? { tags: [...tags] } : {}), ...more },
  outputs: [],
  executionCount: null,
});
const notebook = (
  cells: readonly Cell[],
  metadata: JsonObject = {},
  language = 'python',
): Pick<Notebook, 'cells' | 'metadata'> => ({
  cells,
  metadata: { language_info: { name: language }, ...metadata },
});
const declared = (name: string, more: Partial<DeclaredParameter>): DeclaredParameter => ({
  ...plainParameter(name),
  ...more,
});
const environment = (name: string, more: Partial<Environment> = {}): Environment => ({
  ...LOCAL,
  name,
  ...more,
});

describe('parameters of a runbook', () => {
  it('are read from papermill’s cell, with hints, comments and defaults', () => {
    const source = [
      'region: str = "eu-1"  # where it runs',
      'batch = 10  # type: int how much at once, in percent',
      "ratio: 'float' = .5",
      'dry_run = True',
      'hosts: list = [',
      '    "a",  # the first',
      '    "b#c",',
      ']',
      'labels = {"team": "ops", "n": [1, None]}',
      'started = time.time()',
      'a, b = 1, 2',
      'if True:',
      '    inner = 3',
      'x == 4',
      'note = "a = b"; other = -3',
      'maybe: Optional[str] = None',
    ].join('\n');
    const { parameters, findings } = runbookParameters(notebook([cell(source, ['parameters'])]), []);
    expect(findings).toEqual([]);
    expect(
      parameters.map(({ name, type, default: value, expression, description }) => [
        name,
        type,
        value?.value,
        expression ?? description,
      ]),
    ).toEqual([
      ['region', 'string', 'eu-1', 'where it runs'],
      ['batch', 'integer', 10, 'how much at once, in percent'],
      ['ratio', 'number', 0.5, null],
      ['dry_run', 'boolean', true, null],
      ['hosts', 'json', ['a', 'b#c'], 'the first'],
      ['labels', 'any', { team: 'ops', n: [1, null] }, null],
      ['started', 'any', undefined, 'time.time()'],
      ['note', 'any', 'a = b', null],
      ['other', 'any', -3, null],
      ['maybe', 'any', null, null],
    ]);
  });

  it('are read from a shell’s and from R’s cell', () => {
    const shell = [
      'REGION=eu-1',
      "export NAME='a b' # who",
      'BATCH="${BATCH:-5}"',
      'dry_run=true',
      'NOW=$(date)',
      '#! no',
      'x=a#b',
    ].join('\n');
    const inShell = runbookParameters(notebook([cell(shell, ['parameters'])], {}, 'bash'), []);
    expect(
      inShell.parameters.map(({ name, type, default: value, expression }) => [
        name,
        type,
        value?.value ?? expression,
      ]),
    ).toEqual([
      ['REGION', 'any', 'eu-1'],
      ['NAME', 'any', 'a b'],
      ['BATCH', 'any', 5],
      ['dry_run', 'boolean', true],
      ['NOW', 'any', '$(date)'],
      ['x', 'any', 'a#b'],
    ]);
    const beside = cell('REGION=us', ['parameters'], { vscode: { languageId: 'shellscript' } });
    expect(runbookParameters(notebook([beside]), []).parameters[0]?.default).toEqual({ value: 'us' });
    const r = runbookParameters(notebook([cell('n <- 5L\ns = "x"\nb <- TRUE', ['parameters'])], {}, 'R'), []);
    expect(r.parameters.map(({ name, default: value }) => [name, value?.value])).toEqual([
      ['n', 5],
      ['s', 'x'],
      ['b', true],
    ]);
  });

  it('are read from JSON Schema: ours with pinned names, and unSkript’s', () => {
    const metadata: JsonObject = {
      watchbook: {
        parameters: {
          type: 'object',
          properties: {
            cluster: { type: 'string', title: 'Target cluster' },
            percent: { type: 'integer', minimum: 1, exclusiveMaximum: 51, default: 400 },
            day: { type: 'string', format: 'date', minimum: '2026-01-01' },
            token: { type: 'string', format: 'password' },
          },
          required: ['cluster'],
          pinned: ['cluster'],
        },
      },
      parameterSchema: {
        properties: {
          record_type: {
            enum: ['A', 'AAAA'],
            enumNames: ['A', 'AAAA'],
            title: 'record_type',
            type: 'string',
          },
          new_ttl: { default: 86400, description: 'In seconds', type: 'number' },
          __proto__x: { type: 'string' },
          'not-one': { type: 'string' },
        },
        required: [],
      },
    };
    const { parameters, findings } = runbookParameters(notebook([], metadata), []);
    expect(
      parameters.map(({ name, type, min, max, required, pinned }) => ({
        name,
        type,
        min,
        max,
        required,
        pinned,
      })),
    ).toEqual([
      { name: 'cluster', type: 'string', min: null, max: null, required: true, pinned: true },
      { name: 'percent', type: 'integer', min: 1, max: 50, required: false, pinned: false },
      { name: 'day', type: 'date', min: '2026-01-01', max: null, required: false, pinned: false },
      { name: 'token', type: 'secret', min: null, max: null, required: false, pinned: false },
      { name: 'record_type', type: 'choice', min: null, max: null, required: false, pinned: false },
      { name: 'new_ttl', type: 'number', min: null, max: null, required: false, pinned: false },
      { name: '__proto__x', type: 'string', min: null, max: null, required: false, pinned: false },
    ]);
    expect(findings.map(({ message }) => message)).toEqual([
      'The default can not be used: percent is 400, at most 50.',
      '“not-one” can not be a parameter: letters, digits and _ only, at most 64, no digit first.',
    ]);
  });

  it('take type and limits from the library, and the default from what is nearer', () => {
    const library = [
      declared('batch', { type: 'number', max: 50, default: { value: 5 }, pinned: true }),
      declared('elsewhere', { type: 'string' }),
      declared('namespace', { type: 'string' }),
    ];
    const own = cell('batch = 20  # type: int\nwild = 1', ['parameters']);
    const use = cell('deploy(namespace)');
    const { parameters } = runbookParameters(notebook([own, use]), library);
    expect(
      parameters.map(({ name, type, max, default: value, required, pinned, inRunbook }) => [
        name,
        type,
        max,
        value?.value,
        required,
        pinned,
        inRunbook,
      ]),
    ).toEqual([
      ['batch', 'number', 50, 20, false, true, true],
      ['elsewhere', 'string', null, undefined, false, false, false],
      ['namespace', 'string', null, undefined, true, false, true],
      ['wild', 'any', null, 1, false, false, true],
    ]);
    const beyond = runbookParameters(notebook([cell('batch = 80', ['parameters'])]), library);
    expect(beyond.parameters[0]?.default).toEqual({ value: 5 });
    expect(beyond.findings).toEqual([
      { name: 'batch', message: 'The default can not be used: batch is 80, at most 50.' },
    ]);
  });

  it('take any source of a cell without harm', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('python', 'bash', 'R'),
        fc.array(
          fc.oneof(
            fc.string(),
            fc.constantFrom('x = ', '"', "'", '"""', '[', ']', '{', '\\', '#', '\n', '${'),
          ),
          { maxLength: 30 },
        ),
        (language, parts) => {
          const one = cell(parts.join(''), ['parameters']);
          for (const { name } of runbookParameters(notebook([one], {}, language), []).parameters)
            expect(name).toMatch(/^[A-Za-z_]\w*$/);
        },
      ),
    );
  });
});

describe('a text as a value', () => {
  test.each<[string, Json]>([
    ['5', 5],
    ['-0.5', -0.5],
    ['1e3', 1000],
    ['007', 7],
    ['true', true],
    ['True', true],
    ['FALSE', 'FALSE'],
    ['null', null],
    ['None', null],
    ['nan', 'nan'],
    ['1_000', '1_000'],
    ['12345678901234567890', '12345678901234567890'],
    ['', ''],
    [' 5', ' 5'],
    ['eu-1', 'eu-1'],
  ])('undeclared, is what papermill would make of it: %s', (text, value) => {
    expect(typeText(null, text)).toEqual(value);
  });

  test.each<[Partial<DeclaredParameter>, string, Json]>([
    [{ type: 'string' }, '007', '007'],
    [{ type: 'string' }, 'null', 'null'],
    [{ type: 'number' }, ' 7 ', 7],
    [{ type: 'number' }, 'many', 'many'],
    [{ type: 'boolean' }, 'True', true],
    [{ type: 'boolean' }, '1', '1'],
    [{ type: 'choice', choices: [1, 'two', true] }, '1', 1],
    [{ type: 'choice', choices: [1, 'two', true] }, 'true', true],
    [{ type: 'choice', choices: [1, 'two', true] }, 'three', 'three'],
    [{ type: 'json' }, '["a"]', ['a']],
    [{ type: 'json' }, '[', '['],
    [{ type: 'date' }, '2026-11-28', '2026-11-28'],
  ])('declared, is of its type: %o %s', (more, text, value) => {
    expect(typeText(declared('x', more), text)).toEqual(value);
  });
});

describe('the check of a value', () => {
  test.each<[Partial<DeclaredParameter>, Json, string | null]>([
    [{ type: 'number', max: 50 }, 400, 'batch_percent is 400, at most 50'],
    [{ type: 'number', min: 1 }, 0, 'batch_percent is 0, at least 1'],
    [{ type: 'number', min: 1, max: 50 }, 50, null],
    [{ type: 'number' }, '5', 'batch_percent is “5”, and must be a number'],
    [{ type: 'integer' }, 1.5, 'batch_percent is 1.5, and must be a whole number'],
    [{ type: 'boolean' }, 'yes', 'batch_percent is “yes”, and must be true or false'],
    [{ type: 'string' }, 5, 'batch_percent is 5, and must be text'],
    [{ type: 'choice', choices: ['a', 'b'] }, 'c', 'batch_percent is “c”, and must be a or b'],
    [{ type: 'choice', choices: ['a', 'b'] }, '', 'batch_percent is empty, and must be a or b'],
    [{ type: 'date' }, '28.11.2026', 'batch_percent is “28.11.2026”, and must be a date such as 2026-11-28'],
    [
      { type: 'date', max: '2026-01-01' },
      '2026-11-28',
      'batch_percent is “2026-11-28”, 2026-01-01 at the latest',
    ],
    [{ type: 'secret' }, 'DEPLOY_TOKEN', null],
    [
      { type: 'secret' },
      '-rf',
      'batch_percent must be the name of a secret: letters, digits and _ . / - only',
    ],
    [{ type: 'json' }, 'x', 'batch_percent is “x”, and must be a list or an object'],
    [{ type: 'any' }, { a: [1, 'x'] }, null],
    [
      { type: 'any' },
      ['ghp_0123456789abcdefghijABCDEFGHIJ012345'],
      'batch_percent looks like a GitHub token, which is never written down: name a secret instead',
    ],
    [
      { type: 'string' },
      '-----BEGIN OPENSSH PRIVATE KEY-----\nb3Bl',
      'batch_percent looks like a private key, which is never written down: name a secret instead',
    ],
  ])('%o %o: %s', (more, value, message) => {
    expect(checkValue(declared('batch_percent', more), value)).toBe(message);
  });

  it('knows forms of credentials, and not ordinary words', () => {
    for (const text of [
      'AKIAIOSFODNN7EXAMPLE',
      'https://x:glpat-abcdefghijklmnopqrst@gitlab.example/',
      'hvs.CAESIJ1234567890abcdefgh',
      '-----BEGIN PRIVATE KEY-----',
      '-----BEGIN PGP PRIVATE KEY BLOCK-----',
      'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9P',
    ])
      expect(credentialIn(text), text).not.toBeNull();
    for (const text of [
      'payments',
      'sk-eu-1',
      '-----BEGIN PUBLIC KEY-----',
      'ssh-ed25519 AAAA',
      'npm_run',
      '',
    ])
      expect(credentialIn(text), text).toBeNull();
  });
});

test('a parameter may not steer the shell, and may be called what people call them', () => {
  for (const name of [
    'PATH',
    'LD_PRELOAD',
    'GIT_SSH_COMMAND',
    'BASH_ENV',
    'PYTHONPATH',
    'class',
    '1st',
    'a.b',
  ])
    expect(judgeParameterName(name), name).not.toBeNull();
  for (const name of ['ENV', 'GIT_SHA', 'SSH_HOST', 'PYTHON_VERSION', 'region', '_x'])
    expect(judgeParameterName(name), name).toBeNull();
});

describe('the values of a run', () => {
  const { parameters } = runbookParameters(
    notebook([cell('a = 1\nb = 1\nc = 1\nd = 1', ['parameters'])]),
    [],
  );
  const at = (given: readonly GivenValue[], last: Readonly<Record<string, Json>>, from = 'prod') =>
    resolveValues({
      parameters,
      environment: environment('prod', {
        values: [
          { name: 'b', value: 2 },
          { name: 'c', value: 2 },
          { name: 'unknown', value: 2 },
        ],
      }),
      last: { environment: from, values: last },
      given,
    }).values.map(({ name, value, source }) => `${name} ${JSON.stringify(value)} ${source}`);

  it('are the default, below the environment’s, below the last ones, below what was given', () => {
    expect(at([{ name: 'd', value: 4, source: 'link' }], { c: 3, d: 3 })).toEqual([
      'a 1 default',
      'b 2 environment',
      'c 3 last',
      'd 4 link',
    ]);
  });

  it('never carry a value of another environment over one that this environment sets', () => {
    expect(at([], { a: 3, c: 3 }, 'dev')).toEqual([
      'a 3 last',
      'b 2 environment',
      'c 2 environment',
      'd 1 default',
    ]);
  });

  it('have a dry run on in rehearsals, and never by what was last time', () => {
    const dry = runbookParameters(notebook([cell('dry_run = False', ['parameters'])]), []).parameters;
    const value = (
      gates: 'real' | 'confirm',
      last: boolean,
      given: readonly GivenValue[] = [],
    ): Json | undefined =>
      resolveValues({
        parameters: dry,
        environment: environment('x', { gates }),
        last: { environment: 'x', values: { dry_run: last } },
        given,
      }).values[0]?.value;
    expect([value('confirm', false), value('real', true)]).toEqual([true, false]);
    expect(value('confirm', true, [{ name: 'dry_run', value: false, source: 'given' }])).toBe(false);
  });

  it('say what keeps a run from starting, and what is only to be known', () => {
    const library = [
      declared('batch_percent', { type: 'number', max: 50 }),
      declared('namespace', { type: 'string' }),
      declared('token', { type: 'secret' }),
    ];
    const set = runbookParameters(notebook([cell('use(batch_percent, namespace)')]), library).parameters;
    const { values, problems } = resolveValues({
      parameters: set,
      environment: environment('prod', { values: [{ name: 'token', value: 'DEPLOY_TOKEN' }] }),
      last: { environment: 'prod', values: { namespace: 7 } },
      given: [
        ...givenValues(
          set,
          [
            ['batch_percent', '400'],
            ['extra', '5'],
            ['PATH', '/tmp'],
          ],
          'given',
        ),
        ...givenValues(set, [['whose', 'x']], 'link'),
      ],
    });
    expect(problems.map(({ severity, message }) => `${severity}: ${message}`)).toEqual([
      'fault: batch_percent is 400, at most 50.',
      'fault: namespace has no value.',
      'note: “extra” is declared nowhere. It is passed on as it was given.',
      'fault: “PATH” can not be a parameter: it steers the shell or the programs in it.',
      'note: “whose” came with the link and is no parameter here. It is left out.',
    ]);
    expect(values.map(({ name, value, isSecret }) => [name, value, isSecret])).toEqual([
      ['batch_percent', 400, false],
      ['token', 'DEPLOY_TOKEN', true],
      ['extra', 5, false],
    ]);
  });
});

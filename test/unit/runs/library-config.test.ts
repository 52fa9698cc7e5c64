import * as fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { libraryConfigSchema, LOCAL } from '../../../shared/runs/environments/library-config';
import { readLibraryConfig } from '../../../shared/runs/environments/read-library-config';

const said = (text: string): readonly string[] =>
  readLibraryConfig(text).findings.map(({ severity, line, message }) => `${severity} ${line}: ${message}`);

const WHOLE = `{
  // ours
  "version": 1,
  "parameters": {
    "namespace": { "type": "choice", "choices": ["payments", "orders"], "default": "payments", "pinned": true },
    "batch_percent": { "type": "number", "min": 1, "max": 50, "default": 10 },
    "deploy_token": { "type": "secret" },
    "release_day": { "type": "date", "min": "2026-01-01" },
  },
  "environments": [
    { "name": "dev", "colour": "teal", "guard": "none", "values": { "batch_percent": 50 } },
    { "name": "staging", "colour": "ochre", "guard": "confirm", "gates": "real" },
    {
      "name": "prod", "description": "prod-eu1", "colour": "carmine", "guard": "strict", "signed": true,
      "kernel": "python3", "server": "hub eu1",
      "values": { "batch_percent": 5, "deploy_token": "DEPLOY_TOKEN", "theirs": [1, "two"] },
      "secrets": ["DEPLOY_TOKEN"],
      "checks": [
        { "title": "context", "command": ["kubectl", "config", "current-context"], "equals": "prod-eu1" },
        { "command": ["hostname"], "in": "laptop", "matches": "^bastion-\\\\d$" },
      ]
    },
    { "name": "prod-us", "colour": "indigo", "guard": "none" }
  ],
  "people": [{ "name": "mara", "keys": [{ "ssh": "ssh-ed25519 AAAA", "from": "2026-01-01" }] }, { "name": "ivo" }],
  "roles": { "release": ["mara", "ivo"], "__proto__": ["mara"] },
  "hints": [{ "matches": "ECONNREFUSED", "say": "The proxy is down." }],
  "archive": { "repository": "archive", "branch": "runs", "push": true }
}
`;

const small = (inside: string): string => `{ "version": 1,\n${inside}\n}`;
const environment = (more: string): string =>
  small(`"environments": [{ "name": "prod", "colour": "carmine", "guard": "strict"${more} }]`);

describe('watchbook.json', () => {
  it('is read whole, in the order of its lists, with comments and commas at the end', () => {
    const { config, findings } = readLibraryConfig(WHOLE);
    expect(findings).toEqual([]);
    expect(config?.environments.map(({ name, guard, gates }) => [name, guard, gates])).toEqual([
      ['dev', 'none', 'confirm'],
      ['staging', 'confirm', 'real'],
      ['prod', 'strict', 'real'],
      ['prod-us', 'none', 'real'],
    ]);
    expect(config?.environments[2]).toMatchObject({
      description: 'prod-eu1',
      signed: true,
      server: 'hub eu1',
      secrets: ['DEPLOY_TOKEN'],
      values: [
        { name: 'batch_percent', value: 5 },
        { name: 'deploy_token', value: 'DEPLOY_TOKEN' },
        { name: 'theirs', value: [1, 'two'] },
      ],
      checks: [
        { title: 'context', in: 'step', expected: { kind: 'equals', text: 'prod-eu1' } },
        { title: null, in: 'laptop', expected: { kind: 'matches', text: '^bastion-\\d$' } },
      ],
    });
    expect(config?.parameters.map(({ name, type, pinned }) => [name, type, pinned])).toEqual([
      ['namespace', 'choice', true],
      ['batch_percent', 'number', false],
      ['deploy_token', 'secret', false],
      ['release_day', 'date', false],
    ]);
    expect(config?.roles).toEqual([
      { name: 'release', people: ['mara', 'ivo'] },
      { name: '__proto__', people: ['mara'] },
    ]);
    // What crosses to a window is checked there against the same schema.
    expect(libraryConfigSchema.parse(config)).toEqual(config);
  });

  it('without environments of its own has one: local', () => {
    expect(readLibraryConfig('{ "version": 1 }').config?.environments).toEqual([LOCAL]);
  });

  it('without a strict environment has real gates everywhere', () => {
    const { config } = readLibraryConfig(
      small('"environments": [{ "name": "dev", "colour": "teal", "guard": "confirm" }]'),
    );
    expect(config?.environments.map(({ gates }) => gates)).toEqual(['real']);
  });

  test.each([
    ['', ['fault 1: The file is not valid here: a value is missing.']],
    ['[]', ['fault 1: The file must be one object in { }.']],
    ['{}', ['fault 1: “version” is missing: this is version 1.']],
    ['{ "version": 2 }', ['fault 1: “version” is 2, and must be 1.']],
    ['{ "version": 1\n "people": [] }', ['fault 2: The file is not valid here: a comma is missing.']],
    [small('"parametres": {}'), ['note 2: “parametres” means nothing here. It is kept and not used.']],
    [
      small('"parameters": { "batch_percent": { "type": "number", "max": 50,\n"default": 400 } }'),
      ['fault 3: batch_percent is 400, at most 50.'],
    ],
    [
      small(
        '"parameters": { "batch_percent": { "type": "number", "max": 50 } }, "environments": [{ "name": "prod",\n' +
          '"colour": "carmine", "guard": "strict", "values": {\n"batch_percent": 400 } }]',
      ),
      ['fault 4: batch_percent is 400, at most 50.'],
    ],
    [
      small(
        '"parameters": { "x": { "type": "number", "min": 5, "max": 1 }, "y": { "type": "string", "max": 3 } }',
      ),
      ['fault 2: “x” is at least 5 and at most 1.', 'fault 2: Only a number or a date has limits.'],
    ],
    [
      small('"parameters": { "x": { "type": "choice" }, "y": {}, "z": { "type": "text" } }'),
      [
        'fault 2: “x” is a choice and has no choices.',
        'fault 2: “y” has no type: string, number, boolean, choice, date, secret.',
        'fault 2: “parameters.z.type” is "text", and must be "string" or "number" or "boolean" or "choice" or "date" or "secret".',
      ],
    ],
    [
      small('"parameters": { "LD_PRELOAD": { "type": "string" }, "a-b": { "type": "string" } }'),
      [
        'fault 2: “LD_PRELOAD” can not be a parameter: it steers the shell or the programs in it.',
        'fault 2: “a-b” can not be a parameter: letters, digits and _ only, at most 64, no digit first.',
      ],
    ],
    [
      small('"parameters": { "when": { "type": "date", "default": "2026-02-30" } }'),
      ['fault 2: when is “2026-02-30”, and must be a date such as 2026-11-28.'],
    ],
    [
      small('"parameters": { "day": { "type": "date", "min": "soon" } }'),
      ['fault 2: “parameters.day.min” is "soon": it must be a date such as 2026-11-28.'],
    ],
    [
      environment(', "guard": "stict"'),
      [
        'note 2: “environments.1.guard” is there a second time. The last one counts.',
        'fault 2: “environments.1.guard” is "stict", and must be "none" or "confirm" or "strict".',
      ],
    ],
    [environment(', "gates": "confirm"'), ['fault 2: “prod” is strict, and its gates are real.']],
    [
      small('"environments": [{ "colour": "red", "guard": "none" }]'),
      [
        'fault 2: Environment 1 has no name.',
        'fault 2: “environments.1.colour” is "red", and must be "slate" or "teal" or "ochre" or "carmine" or "indigo" or "moss".',
      ],
    ],
    [
      small('"environments": [{ "name": "../prod" }]'),
      [
        'fault 2: “../prod” can not be an environment: letters, digits and . _ - only, at most 40.',
        'fault 2: Environment “../prod” has no colour.',
        'fault 2: Environment “../prod” has no guard.',
      ],
    ],
    [
      small(
        '"environments": [{ "name": "dev", "colour": "teal", "guard": "none" },\n' +
          '{ "name": "DEV", "colour": "teal", "guard": "none" }]',
      ),
      ['fault 3: There are two environments “DEV”.'],
    ],
    [
      small('"environments": []'),
      ['fault 2: The list of environments is empty. Leave it out for one “local”.'],
    ],
    [
      environment(', "checks": [{ "command": "kubectl get" , "equals": "x" }]'),
      ['fault 2: “environments.1.checks.1.command” is "kubectl get", and must be a list in [ ].'],
    ],
    [
      environment(', "checks": [{ "command": ["a"] }, { "command": ["a"], "equals": "x", "matches": "y" }]'),
      [
        'fault 2: A check says what is expected, by one of: equals, contains, matches.',
        'fault 2: A check says what is expected, by one of: equals, contains, matches.',
      ],
    ],
    [
      environment(', "checks": [{ "command": ["a"], "matches": "(" }, { "command": ["a"], "contains": "" }]'),
      ['fault 2: The pattern of the check can not be read.', 'fault 2: An empty text is in every answer.'],
    ],
    [
      environment(', "values": { "token": "ghp_0123456789abcdefghijABCDEFGHIJ012345" }'),
      [
        'fault 2: “environments.1.values.token” looks like a GitHub token. Keep it in a vault and name it here.',
      ],
    ],
    [
      small('"people": [{ "name": "mara" }], "roles": { "release": ["mara", "nobody"] }'),
      ['fault 2: “nobody” is not one of the people.'],
    ],
  ])('says what is wrong by line and reason: %s', (text, findings) => {
    expect(said(text)).toEqual(findings);
  });

  it('is not used at all while it has a fault, and is used with notes', () => {
    expect(readLibraryConfig(environment(', "guard": "stict"')).config).toBeNull();
    expect(readLibraryConfig(small('"later": true')).config).not.toBeNull();
  });

  it('tells the place of a mistake, so that a form can go to its field', () => {
    const [finding] = readLibraryConfig(
      environment(', "checks": [{ "command": [1], "equals": "x" }]'),
    ).findings;
    expect(finding?.path).toEqual(['environments', 0, 'checks', 0, 'command', 0]);
  });

  it('never repeats what looks like a credential', () => {
    const secret = 'glpat-abcdefghijklmnopqrst';
    const text = small(
      `"parameters": { "a": { "type": "string", "default": "${secret}" } }, "environments": [{ "name": "${secret}", "description": "${secret}", "colour": "teal", "guard": "none", "kernel": "${secret}" }]`,
    );
    expect(readLibraryConfig(text).config).toBeNull();
    expect(said(text).join('\n')).not.toContain(secret);
  });

  it('is bounded: depth, size, findings', () => {
    expect(said('['.repeat(500_000))).toEqual([
      'fault 1: Lists and objects lie in each other more than 64 deep. The file was not read.',
    ]);
    expect(said(`"${'x'.repeat(1_100_000)}"`)).toEqual([
      'fault 1: The file is larger than 1 MiB and was not read.',
    ]);
    const many = Array.from({ length: 5_000 }, (_, index) => `"k${index}": 1`).join(',');
    expect(said(small(many))).toHaveLength(100);
    expect(readLibraryConfig(small(many)).config).not.toBeNull();
  });

  it('takes any text and any JSON without harm, and never changes an object for all others', () => {
    const key = fc.oneof(
      fc.string(),
      fc.constantFrom('version', 'environments', 'parameters', 'people', 'roles', '__proto__', 'constructor'),
    );
    const value = fc.letrec<{ any: unknown }>((tie) => ({
      any: fc.oneof(
        { maxDepth: 4 },
        fc.constantFrom(1, null, true, 'prod', 'strict', [], {}),
        fc.string(),
        fc.array(tie('any'), { maxLength: 4 }),
        fc.array(fc.tuple(key, tie('any')), { maxLength: 4 }).map((members) => Object.fromEntries(members)),
      ),
    })).any;
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          value.map((json) => JSON.stringify(json) ?? ''),
        ),
        (text) => {
          const { config, findings } = readLibraryConfig(text);
          expect(config === null || findings.every(({ severity }) => severity === 'note')).toBe(true);
          expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
          if (config !== null) expect(libraryConfigSchema.safeParse(config).success).toBe(true);
        },
      ),
    );
  });
});

import { describe, expect, it } from 'vitest';
import {
  destructiveWords,
  fieldHint,
  firstEnvironment,
  firstForm,
  linkKindOf,
  missing,
  startRequest,
  valuesOf,
  weakerOf,
  wordsToType,
  type StartGiven,
} from '../../../renderer/runs/start/start-form';
import type { StartFacts } from '../../../shared/runs/contract';
import { LOCAL, PLAIN_LIBRARY, type Environment } from '../../../shared/runs/environments/library-config';
import { plainParameter } from '../../../shared/runs/parameters/declared';
import type { RunbookParameter } from '../../../shared/runs/parameters/runbook-parameters';

const dev: Environment = { ...LOCAL, name: 'dev', colour: 'teal', gates: 'confirm' };
const staging: Environment = { ...dev, name: 'staging', values: [{ name: 'host', value: 'staging-1' }] };
const prod: Environment = { ...LOCAL, name: 'prod', colour: 'carmine', guard: 'strict' };

const FACTS: StartFacts = {
  library: '/l',
  runbook: 'api.ipynb',
  title: 'Release payments-api',
  driver: 'mara',
  unsavedEdits: false,
  commit: null,
  behind: null,
  lastRehearsal: null,
  lastRun: null,
  weaker: {},
  lastValues: {},
  lastEnvironment: null,
};

function parameter(name: string, changes: Partial<RunbookParameter> = {}): RunbookParameter {
  return { ...plainParameter(name, 'string'), inRunbook: true, ...changes };
}

function given(changes: Partial<StartGiven> = {}): StartGiven {
  return {
    facts: FACTS,
    config: { ...PLAIN_LIBRARY, environments: [dev, staging, prod] },
    library: { library: '/l', file: '/l/watchbook.json', goodSince: null, commands: [] },
    parameters: [
      parameter('version', { default: { value: '4.17' } }),
      parameter('host', { required: true }),
      parameter('batch', { type: 'number', min: 1, max: 50, default: { value: 10 } }),
      parameter('dry_run', { type: 'boolean', default: { value: false } }),
    ],
    link: null,
    again: null,
    ...changes,
  };
}

const link = { environment: null, commit: null, parameters: [], link: null };

describe('the environment that is chosen at first', () => {
  it('is the last one, else the lowest, and never a strict one', () => {
    expect(firstEnvironment(given())).toBe('dev');
    expect(firstEnvironment(given({ facts: { ...FACTS, lastEnvironment: 'staging' } }))).toBe('staging');
    expect(firstEnvironment(given({ facts: { ...FACTS, lastEnvironment: 'prod' } }))).toBe('dev');
    expect(firstEnvironment(given({ link: { ...link, environment: 'staging' } }))).toBe('staging');
    expect(firstEnvironment(given({ link: { ...link, environment: 'prod' } }))).toBe('dev');
    expect(firstEnvironment(given({ config: { ...PLAIN_LIBRARY, environments: [prod] } }))).toBeNull();
  });
});

describe('the values', () => {
  it('come from the link, marked, and what is typed goes over them', () => {
    const all = given({
      link: {
        ...link,
        parameters: [
          { name: 'version', value: '4.18' },
          { name: 'foreign', value: 'x' },
        ],
      },
    });
    const form = firstForm(all);
    expect(valuesOf(all, form).values).toContainEqual(
      expect.objectContaining({ name: 'version', value: '4.18', source: 'link' }),
    );
    expect(valuesOf(all, form).problems).toContainEqual(
      expect.objectContaining({ name: 'foreign', severity: 'note' }),
    );
    const typed = { ...form, typed: { version: '4.19', batch: '400' } };
    expect(valuesOf(all, typed).values).toContainEqual(
      expect.objectContaining({ name: 'version', value: '4.19', source: 'given' }),
    );
    expect(valuesOf(all, typed).problems).toContainEqual(
      expect.objectContaining({ name: 'batch', message: 'batch is 400, at most 50.' }),
    );
  });

  it('rehearse dry at first, and carry over from an earlier run', () => {
    const dry = (environment: string): unknown =>
      valuesOf(given(), { ...firstForm(given()), environment }).values.find(({ name }) => name === 'dry_run')
        ?.value;
    expect([dry('staging'), dry('prod')]).toEqual([true, false]);
    const again = given({
      again: {
        title: 'Again',
        values: [{ name: 'host', value: 'h' }],
        links: [{ kind: 'change', text: 'CHG-1' }],
      },
    });
    expect(firstForm(again)).toMatchObject({ title: 'Again', links: { change: 'CHG-1' } });
    expect(valuesOf(again, firstForm(again)).values).toContainEqual(
      expect.objectContaining({ name: 'host', value: 'h' }),
    );
  });
});

describe('the start', () => {
  const form = (changes: object) => ({ ...firstForm(given()), typed: { host: 'h' }, ...changes });
  it('waits for what is missing', () => {
    expect(missing(given(), form({ environment: null }))).toBe('Choose an environment');
    expect(missing(given(), form({ title: ' ' }))).toBe('It needs a title');
    expect(missing(given(), form({ typed: {}, environment: 'dev' }))).toBe('host has no value');
    expect(missing(given(), form({ environment: 'prod', words: 'pro' }))).toBe('Type prod to start');
    expect(startRequest('/l/api.ipynb', given(), form({ environment: 'prod', words: 'Prod' }))).toBeNull();
    expect(missing(given(), form({ environment: 'prod', words: 'prod' }))).toBeNull();
  });

  it('waits until new commands of the library were read', () => {
    const commands = [{ purpose: 'Check', command: ['id'], digest: '0'.repeat(64), accepted: false }];
    const fresh = given({ library: { ...given().library, commands } });
    expect(missing(fresh, form({}))).toBe('Read the new commands of the library');
    expect(missing(fresh, form({ letsRun: true }))).toBeNull();
  });

  it('asks for the name where something is weaker, and sends that it was accepted', () => {
    const weaker = given({ facts: { ...FACTS, weaker: { dev: ['The guard of dev is gone.'] } } });
    expect(weakerOf(weaker, form({ environment: 'staging' }))).toEqual([]);
    expect(wordsToType(weaker, form({ environment: 'dev' }))).toBe('dev');
    expect(startRequest('/l/api.ipynb', weaker, form({ environment: 'dev', words: 'dev' }))).toMatchObject({
      typed: 'dev',
      acceptedWeaker: true,
    });
  });

  it('sends values with where they are from, and links that were filled in', () => {
    const filled = given({ link: { ...link, link: 'CHG-20418', environment: 'staging' } });
    const request = startRequest('/l/api.ipynb', filled, firstForm(filled));
    expect(request).toMatchObject({
      runbook: '/l/api.ipynb',
      environment: 'staging',
      driver: 'mara',
      links: [{ kind: 'change', text: 'CHG-20418' }],
    });
    expect(request?.parameters).toContainEqual({ name: 'host', value: 'staging-1', source: 'environment' });
    expect(request).not.toHaveProperty('typed');
    expect([linkKindOf('INC-7'), linkKindOf('chg 9'), linkKindOf('release-4')]).toEqual([
      'incident',
      'change',
      'release',
    ]);
  });
});

it('says what a field takes and where its value is from', () => {
  expect(fieldHint(parameter('a', { type: 'number', min: 1, max: 50 }), 'environment', 'prod')).toBe(
    'number, 1 to 50, from prod',
  );
  expect(fieldHint(parameter('a', { required: true }), null, 'prod')).toBe('text, needed');
  expect(fieldHint(parameter('a', { expression: 'os.getcwd()' }), null, null)).toBe('text, os.getcwd()');
});

it('says before the start whether anything asks before a destructive step', () => {
  expect(destructiveWords('strict', [6, 12])).toBe(
    'Before steps 6 and 12, which are tagged destructive, name and number are typed.',
  );
  // Below the strict guard nothing does, and that is no reason to be silent.
  expect(destructiveWords('confirm', [6, 12])).toBe(
    'Steps 6 and 12 are tagged destructive. Here nothing asks before them.',
  );
  expect(destructiveWords('none', [6])).toBe('Step 6 is tagged destructive. Here nothing asks before it.');
  expect([destructiveWords(null, [6]), destructiveWords('strict', [])]).toEqual([null, null]);
});

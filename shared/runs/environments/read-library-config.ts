import type { Node } from 'jsonc-parser';
import * as z from 'zod';
import { hintSchema } from '../cell-metadata';
import type { DeclaredParameter } from '../parameters/declared';
import { checkValue } from '../parameters/check-value';
import { jsonOf, parseCommentedJson } from './commented-json';
import { ConfigReader, type ConfigPath } from './config-reader';
import {
  COLOURS,
  ENVIRONMENT_NAME,
  GUARDS,
  PLAIN_LIBRARY,
  type Check,
  type ConfigFinding,
  type Environment,
  type LibraryConfig,
  type Person,
} from './library-config';
import { readParameter } from './read-parameter';

export interface LibraryConfigReading {
  /** Null where a fault keeps the file from being used: half of a guard is no guard. */
  readonly config: LibraryConfig | null;
  /** What could be read in spite of faults, for a form to go by; nothing is ever run under it. */
  readonly partial: LibraryConfig;
  readonly findings: readonly ConfigFinding[];
}

const text = z.string().max(2_000);
const argument = z.string().max(4_000);
const name = z.string().min(1).max(200);

const ROOT = ['$schema', 'version', 'parameters', 'environments', 'people', 'roles', 'hints', 'archive'];
const ENVIRONMENT = [
  'name',
  'description',
  'colour',
  'guard',
  'gates',
  'signed',
  'kernel',
  'server',
  'values',
  'secrets',
  'checks',
];
const CHECK = ['title', 'command', 'in', 'equals', 'contains', 'matches'];
const EXPECTED = ['equals', 'contains', 'matches'] as const;

/**
 * Reads the text of a `watchbook.json` (contract section 4): JSON with comments, the order of its lists is the order.
 *
 * The file may come from anybody. What is wrong is named by line and reason; unknown keys are said and kept.
 */
export function readLibraryConfig(fileText: string): LibraryConfigReading {
  const file = parseCommentedJson(fileText);
  const reader = new ConfigReader(file);
  const syntax = file.mistakes.map(({ line, message }): ConfigFinding => ({
    severity: 'fault',
    line,
    path: [],
    message,
  }));
  if (file.tree === null || file.tree.type !== 'object' || syntax.length > 0) {
    const nothing: ConfigFinding = {
      severity: 'fault',
      line: 1,
      path: [],
      message: 'The file must be one object in { }.',
    };
    return { config: null, partial: PLAIN_LIBRARY, findings: syntax.length > 0 ? syntax : [nothing] };
  }
  const config = readRoot(reader, file.tree);
  const findings = reader.findings.toSorted((a, b) => a.line - b.line);
  return { config: reader.hasFault ? null : config, partial: config, findings };
}

function readRoot(reader: ConfigReader, tree: Node): LibraryConfig {
  const root = reader.members(tree, [], ROOT);
  const version = root.get('version');
  if (version === undefined) reader.fault(tree, ['version'], '“version” is missing: this is version 1.');
  else reader.value(version, ['version'], z.literal(1));
  const parameters = readParameters(reader, root.get('parameters'));
  const people = readPeople(reader, root.get('people'));
  const hints = reader
    .items(root.get('hints'), ['hints'], 1_000)
    .flatMap((node, index) => reader.value(node, ['hints', index], hintSchema) ?? []);
  return {
    parameters,
    environments: readEnvironments(reader, root.get('environments'), parameters),
    people,
    roles: readRoles(reader, root.get('roles'), people),
    hints,
    archive: readArchive(reader, root.get('archive')),
  };
}

function readParameters(reader: ConfigReader, node: Node | undefined): readonly DeclaredParameter[] {
  if (node === undefined) return [];
  const members = [...reader.members(node, ['parameters'], null)];
  if (members.length > 500)
    reader.fault(node, ['parameters'], `There are ${members.length} parameters, at most 500.`);
  return members.slice(0, 500).flatMap(([key, value]) => readParameter(reader, key, value) ?? []);
}

function readEnvironments(
  reader: ConfigReader,
  node: Node | undefined,
  parameters: readonly DeclaredParameter[],
): readonly Environment[] {
  if (node === undefined) return PLAIN_LIBRARY.environments;
  const nodes = reader.items(node, ['environments'], 50);
  if (node.type === 'array' && nodes.length === 0)
    reader.fault(node, ['environments'], 'The list of environments is empty. Leave it out for one “local”.');
  const drafts = nodes.flatMap((one, index) => readEnvironment(reader, one, index, parameters) ?? []);
  const seen = new Set<string>();
  for (const [index, draft] of drafts.entries()) {
    // A folder's name tells them apart, also where a disk takes large and small letters alike.
    const folded = draft.name.toLowerCase();
    if (seen.has(folded))
      reader.fault(
        nodes[index] ?? node,
        ['environments', index, 'name'],
        `There are two environments “${draft.name}”.`,
      );
    seen.add(folded);
  }
  const firstStrict = drafts.findIndex(({ guard }) => guard === 'strict');
  return drafts.map((draft, index) => ({
    ...draft,
    gates: draft.gates ?? (index < firstStrict ? 'confirm' : 'real'),
  }));
}

type Draft = Omit<Environment, 'gates'> & { readonly gates: Environment['gates'] | undefined };

function readEnvironment(
  reader: ConfigReader,
  node: Node,
  index: number,
  parameters: readonly DeclaredParameter[],
): Draft | null {
  const path = ['environments', index];
  const members = reader.members(node, path, ENVIRONMENT);
  const of = <S extends z.ZodType>(key: string, schema: S): z.output<S> | undefined =>
    reader.value(members.get(key), [...path, key], schema);
  const named = of('name', z.string());
  if (named === undefined) {
    if (!members.has('name')) reader.fault(node, path, `Environment ${index + 1} has no name.`);
  } else if (!ENVIRONMENT_NAME.test(named))
    reader.fault(
      members.get('name') ?? node,
      [...path, 'name'],
      `“${named.slice(0, 40)}” can not be an environment: letters, digits and . _ - only, at most 40.`,
    );
  for (const key of ['colour', 'guard'])
    if (!members.has(key)) reader.fault(node, path, `Environment “${named ?? index + 1}” has no ${key}.`);
  const colour = of('colour', z.enum(COLOURS));
  const guard = of('guard', z.enum(GUARDS));
  const gates = of('gates', z.enum(['real', 'confirm']));
  if (guard === 'strict' && gates === 'confirm')
    reader.fault(
      members.get('gates') ?? node,
      [...path, 'gates'],
      `“${named ?? ''}” is strict, and its gates are real.`,
    );
  return {
    name: named ?? '',
    description: of('description', text) ?? null,
    colour: colour ?? 'slate',
    guard: guard ?? 'strict',
    gates,
    signed: of('signed', z.boolean()) ?? false,
    kernel: of('kernel', text) ?? null,
    server: of('server', text) ?? null,
    values: readValues(reader, members.get('values'), [...path, 'values'], parameters),
    secrets: of('secrets', z.array(name).max(500)) ?? [],
    checks: reader
      .items(members.get('checks'), [...path, 'checks'], 50)
      .flatMap((one, place) => readCheck(reader, one, [...path, 'checks', place]) ?? []),
  };
}

/** A value of a parameter that the file declares is checked; others belong to runbooks, which declare their own. */
function readValues(
  reader: ConfigReader,
  node: Node | undefined,
  path: ConfigPath,
  parameters: readonly DeclaredParameter[],
): Environment['values'] {
  if (node === undefined) return [];
  return [...reader.members(node, path, null)].flatMap(([key, at]) => {
    const value = reader.value(at, [...path, key], z.json());
    if (value === undefined) return [];
    const declared = parameters.find((one) => one.name === key);
    const wrong = declared === undefined ? null : checkValue(declared, jsonOf(at));
    if (wrong !== null) reader.fault(at, [...path, key], `${wrong}.`);
    return [{ name: key, value: jsonOf(at) }];
  });
}

function readCheck(reader: ConfigReader, node: Node, path: ConfigPath): Check | null {
  const members = reader.members(node, path, CHECK);
  const command = reader.value(
    members.get('command'),
    [...path, 'command'],
    z.array(argument).min(1).max(100),
  );
  if (!members.has('command')) reader.fault(node, path, 'The check has no command: a list of arguments.');
  const kinds = EXPECTED.filter((kind) => members.has(kind));
  const [kind] = kinds;
  if (kind === undefined || kinds.length > 1) {
    reader.fault(node, path, 'A check says what is expected, by one of: equals, contains, matches.');
    return null;
  }
  const expected = reader.value(members.get(kind), [...path, kind], argument);
  if (kind === 'matches' && expected !== undefined && !isPattern(expected))
    reader.fault(members.get(kind) ?? node, [...path, kind], 'The pattern of the check can not be read.');
  if (kind !== 'equals' && expected === '')
    reader.fault(members.get(kind) ?? node, [...path, kind], 'An empty text is in every answer.');
  const where = reader.value(members.get('in'), [...path, 'in'], z.enum(['step', 'laptop']));
  const title = reader.value(members.get('title'), [...path, 'title'], text);
  if (command === undefined || expected === undefined) return null;
  return { title: title ?? null, command, in: where ?? 'step', expected: { kind, text: expected } };
}

function isPattern(pattern: string): boolean {
  try {
    return new RegExp(pattern, 'u') instanceof RegExp;
  } catch {
    // Not one of JavaScript's patterns.
    return false;
  }
}

function readPeople(reader: ConfigReader, node: Node | undefined): readonly Person[] {
  const seen = new Set<string>();
  return reader.items(node, ['people'], 1_000).flatMap((one, index): readonly Person[] => {
    const path = ['people', index];
    const members = reader.members(one, path, ['name', 'keys']);
    const named = reader.value(members.get('name'), [...path, 'name'], name);
    if (!members.has('name')) reader.fault(one, path, `Person ${index + 1} has no name.`);
    if (named === undefined) return [];
    if (seen.has(named)) reader.fault(one, [...path, 'name'], `There are two people “${named}”.`);
    seen.add(named);
    const keys = reader.items(members.get('keys'), [...path, 'keys'], 100).flatMap((key, place) => {
      const at = [...path, 'keys', place];
      const parts = reader.members(key, at, ['ssh', 'from', 'to']);
      const ssh = reader.value(parts.get('ssh'), [...at, 'ssh'], argument.min(1));
      if (!parts.has('ssh')) reader.fault(key, at, 'The key has no “ssh”: the public key as one line.');
      const from = reader.value(parts.get('from'), [...at, 'from'], text) ?? null;
      const to = reader.value(parts.get('to'), [...at, 'to'], text) ?? null;
      return ssh === undefined ? [] : [{ ssh, from, to }];
    });
    return [{ name: named, keys }];
  });
}

function readRoles(
  reader: ConfigReader,
  node: Node | undefined,
  people: readonly Person[],
): LibraryConfig['roles'] {
  if (node === undefined) return [];
  return [...reader.members(node, ['roles'], null)].flatMap(([role, at]) => {
    const members = reader.value(at, ['roles', role], z.array(name).max(1_000));
    for (const [index, person] of (members ?? []).entries()) {
      if (!people.some((one) => one.name === person))
        reader.fault(
          at.children?.[index] ?? at,
          ['roles', role, index],
          `“${person}” is not one of the people.`,
        );
    }
    return members === undefined ? [] : [{ name: role, people: members }];
  });
}

function readArchive(reader: ConfigReader, node: Node | undefined): LibraryConfig['archive'] {
  if (node === undefined) return null;
  const members = reader.members(node, ['archive'], ['repository', 'branch', 'push']);
  const of = <S extends z.ZodType>(key: string, schema: S): z.output<S> | null =>
    reader.value(members.get(key), ['archive', key], schema) ?? null;
  return {
    repository: of('repository', text),
    branch: of('branch', text),
    push: of('push', z.union([z.boolean(), text])),
  };
}

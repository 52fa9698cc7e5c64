import {
  findNodeAtLocation,
  getNodeValue,
  parseTree,
  printParseErrorCode,
  type Node,
  type ParseError,
} from 'jsonc-parser';
import type * as z from 'zod';
import {
  DEFAULT_SETTINGS,
  settingsSchema,
  type Settings,
  type settingsMistakeSchema,
} from '../../../shared/settings/contract';

type Mistake = z.infer<typeof settingsMistakeSchema>;
type Issue = z.core.$ZodIssue;

/** Reads settings from text; what is wrong becomes a mistake with its line, and the default stands in. */
export function parseSettings(text: string): { readonly settings: Settings; readonly mistakes: Mistake[] } {
  if (text.trim() === '') return { settings: DEFAULT_SETTINGS, mistakes: [] };
  const lineOf = (offset: number): number => text.slice(0, offset).split('\n').length;
  const errors: ParseError[] = [];
  const tree = parseTree(text, errors, { allowTrailingComma: true });
  const mistakes: Mistake[] = errors.map(({ error, offset }) => ({
    line: lineOf(offset),
    key: null,
    message: `The file is not valid here: ${syntaxWords(printParseErrorCode(error))}.`,
  }));
  if (tree === undefined || tree.type !== 'object') {
    return {
      settings: DEFAULT_SETTINGS,
      mistakes:
        mistakes.length > 0 ? mistakes : [{ line: 1, key: null, message: 'The settings are not an object.' }],
    };
  }
  const values: Record<string, unknown> = {};
  const seen = new Set<string>();
  for (const { key, node } of membersOf(tree)) {
    const line = lineOf(node.offset);
    const schema = Object.hasOwn(settingsSchema.shape, key)
      ? settingsSchema.shape[key as keyof Settings]
      : undefined;
    if (schema === undefined) {
      mistakes.push({ line, key, message: `“${key}” is not a setting. It is kept and not used.` });
      continue;
    }
    if (seen.has(key))
      mistakes.push({ line, key, message: `“${key}” is set a second time. The last one counts.` });
    seen.add(key);
    const value: unknown = getNodeValue(node);
    const parsed = schema.safeParse(value);
    if (parsed.success) values[key] = parsed.data;
    else {
      delete values[key];
      for (const issue of parsed.error.issues) {
        const place = issue.path.filter((part) => typeof part !== 'symbol');
        const at = findNodeAtLocation(node, place) ?? node;
        const named = [key, ...place].join('.');
        mistakes.push({
          line: lineOf(at.offset),
          key,
          message: `${describeIssue(named, getNodeValue(at), issue)}. The default is used.`,
        });
      }
    }
  }
  return { settings: settingsSchema.parse(values), mistakes };
}

function membersOf(tree: Node): readonly { readonly key: string; readonly node: Node }[] {
  return (tree.children ?? []).flatMap((property) => {
    const key: unknown = property.children?.[0]?.value;
    const node = property.children?.[1];
    return typeof key === 'string' && node !== undefined ? [{ key, node }] : [];
  });
}

const KINDS: Readonly<Record<string, string>> = {
  int: 'a whole number',
  number: 'a number',
  string: 'text in quotes',
  boolean: 'true or false',
  array: 'a list in [ ]',
  object: 'an object in { }',
  record: 'an object in { }',
};

/** What a value is and what it may be: `zoom is 400, at most 200`. */
function describeIssue(named: string, value: unknown, issue: Issue): string {
  const is = `“${named}” is ${shortly(value)}`;
  switch (issue.code) {
    case 'too_small':
      return `${is}, at least ${issue.minimum}`;
    case 'too_big':
      return `${is}, at most ${issue.maximum}`;
    case 'invalid_type':
      return `${is}, and must be ${KINDS[issue.expected] ?? issue.expected}`;
    case 'invalid_value':
      return `${is}, and must be ${issue.values.map(shortly).join(' or ')}`;
    default:
      return `${is}: ${issue.message}`;
  }
}

/** A value as it stands in the file, at most a few words of it. */
function shortly(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 40 ? `${text.slice(0, 39)}…` : text;
}

/** `CommaExpected` in words. */
function syntaxWords(code: string): string {
  switch (code) {
    case 'PropertyNameExpected':
      return 'a name in double quotes is missing';
    case 'ValueExpected':
      return 'a value is missing';
    case 'ColonExpected':
      return 'a colon is missing';
    case 'CommaExpected':
      return 'a comma is missing';
    case 'CloseBraceExpected':
      return 'a closing } is missing';
    case 'CloseBracketExpected':
      return 'a closing ] is missing';
    case 'EndOfFileExpected':
      return 'the settings ended before this';
    case 'UnexpectedEndOfComment':
      return 'a comment has no end';
    case 'UnexpectedEndOfString':
      return 'a text has no closing quote';
    default:
      return 'this is no JSON';
  }
}

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
import { describeIssue, syntaxWords } from '../../../shared/settings/mistake-words';

type Mistake = z.infer<typeof settingsMistakeSchema>;

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

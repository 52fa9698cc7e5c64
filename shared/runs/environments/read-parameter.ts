import type { Node } from 'jsonc-parser';
import * as z from 'zod';
import type { Json } from '../../rpc/contract';
import { checkValue, isDate } from '../parameters/check-value';
import { judgeParameterName, plainParameter, type DeclaredParameter } from '../parameters/declared';
import { jsonOf } from './commented-json';
import type { ConfigReader } from './config-reader';

const TYPES = ['string', 'number', 'boolean', 'choice', 'date', 'secret'] as const;
const MEMBERS = ['type', 'choices', 'min', 'max', 'default', 'pinned', 'description', 'title'];

/** One entry of `parameters` in `watchbook.json`; null where it can not be used, which was said. */
export function readParameter(reader: ConfigReader, name: string, node: Node): DeclaredParameter | null {
  const path = ['parameters', name];
  const wrongName = judgeParameterName(name);
  if (wrongName !== null) {
    reader.fault(node, path, wrongName);
    return null;
  }
  const members = reader.members(node, path, MEMBERS);
  const of = <S extends z.ZodType>(key: string, schema: S): z.output<S> | undefined =>
    reader.value(members.get(key), [...path, key], schema);
  if (node.type === 'object' && !members.has('type'))
    reader.fault(node, path, `“${name}” has no type: ${TYPES.join(', ')}.`);
  const type = of('type', z.enum(TYPES));
  if (type === undefined) return null;
  const scalar = z.union([z.string().max(2_000), z.number(), z.boolean()]);
  const choices = of('choices', z.array(scalar).min(1).max(1_000)) ?? [];
  if (type === 'choice' && !members.has('choices'))
    reader.fault(node, path, `“${name}” is a choice and has no choices.`);
  if (type !== 'choice' && members.has('choices'))
    reader.fault(members.get('choices') ?? node, [...path, 'choices'], `Only a choice has choices.`);
  const limit =
    type === 'date' ? z.string().refine(isDate, 'it must be a date such as 2026-11-28') : z.number();
  const [min, max] = (['min', 'max'] as const).map((key) => {
    if (!members.has(key)) return null;
    if (type === 'number' || type === 'date') return of(key, limit) ?? null;
    reader.fault(members.get(key) ?? node, [...path, key], `Only a number or a date has limits.`);
    return null;
  });
  if (min !== null && max !== null && min !== undefined && max !== undefined && min > max)
    reader.fault(
      members.get('min') ?? node,
      [...path, 'min'],
      `“${name}” is at least ${min} and at most ${max}.`,
    );
  const declared: DeclaredParameter = {
    ...plainParameter(name, type),
    title: of('title', z.string().max(200)) ?? null,
    description: of('description', z.string().max(2_000)) ?? null,
    choices,
    min: min ?? null,
    max: max ?? null,
    pinned: of('pinned', z.boolean()) ?? false,
  };
  return { ...declared, default: readDefault(reader, declared, members.get('default')) };
}

function readDefault(
  reader: ConfigReader,
  declared: DeclaredParameter,
  node: Node | undefined,
): { readonly value: Json } | null {
  if (node === undefined) return null;
  const value = jsonOf(node);
  const wrong = checkValue(declared, value);
  if (wrong === null) return { value };
  reader.fault(node, ['parameters', declared.name, 'default'], `${wrong}.`);
  return null;
}

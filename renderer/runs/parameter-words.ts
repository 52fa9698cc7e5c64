import type { DeclaredParameter } from '../../shared/runs/parameters/declared';

/** What a parameter may be, in words: `number, 1 to 50`. */
export function parameterWords({ type, min, max }: Pick<DeclaredParameter, 'type' | 'min' | 'max'>): string {
  const word = WORDS[type];
  if (min !== null && max !== null) return `${word}, ${min} to ${max}`;
  if (min !== null) return `${word}, at least ${min}`;
  return max === null ? word : `${word}, at most ${max}`;
}

const WORDS: Readonly<Record<DeclaredParameter['type'], string>> = {
  string: 'text',
  number: 'number',
  integer: 'whole number',
  boolean: 'yes or no',
  choice: 'choice',
  date: 'date',
  secret: 'secret, by its name',
  json: 'list or object',
  any: 'any',
};

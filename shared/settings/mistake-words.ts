import type * as z from 'zod';

const KINDS: Readonly<Record<string, string>> = {
  int: 'a whole number',
  number: 'a number',
  string: 'text in quotes',
  boolean: 'true or false',
  array: 'a list in [ ]',
  object: 'an object in { }',
  record: 'an object in { }',
};

/** What a value of a file that people edit is, and what it may be: `“zoom” is 400, at most 200`. */
export function describeIssue(named: string, value: unknown, issue: z.core.$ZodIssue): string {
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
export function shortly(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 40 ? `${text.slice(0, 39)}…` : text;
}

/** A parser's name of a mistake, such as `CommaExpected`, in words. */
export function syntaxWords(code: string): string {
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

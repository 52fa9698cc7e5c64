import type { Json } from '../../rpc/contract';
import { credentialIn } from '../../vault/known-credentials';
import type { DeclaredParameter } from './declared';

/** The name of a secret as a vault may hold it; never begins with a sign that a program takes for an option. */
const SECRET_NAME = /^[A-Za-z0-9_][A-Za-z0-9_./-]{0,127}$/;
const MOST_CHARACTERS = 100_000;
const MOST_SHOWN = 40;

/**
 * Why a value can not be one of this parameter, as a sentence without its last stop (`batch_percent is 400, at most
 * 50`); null for one that can. A value that looks like a credential is refused and never repeated.
 */
export function checkValue(declared: DeclaredParameter, value: Json): string | null {
  const { name } = declared;
  const credential = credentialInJson(value);
  if (credential !== null)
    return `${name} looks like ${credential}, which is never written down: name a secret instead`;
  if (JSON.stringify(value).length > MOST_CHARACTERS)
    return `${name} has more than ${MOST_CHARACTERS.toLocaleString('en')} characters`;
  const is = `${name} is ${shown(value)}`;
  switch (declared.type) {
    case 'any':
      return hasOnlyNumbers(value) ? null : `${is}, and must be a number that can be written`;
    case 'json':
      return typeof value === 'object' && value !== null && hasOnlyNumbers(value)
        ? null
        : `${is}, and must be a list or an object`;
    case 'string':
      return typeof value === 'string' ? null : `${is}, and must be text`;
    case 'boolean':
      return typeof value === 'boolean' ? null : `${is}, and must be true or false`;
    case 'number':
    case 'integer':
      return checkNumber(declared, value, is);
    case 'choice':
      return declared.choices.some((choice) => JSON.stringify(choice) === JSON.stringify(value))
        ? null
        : `${is}, and must be ${listed(declared.choices)}`;
    case 'date':
      return checkDate(declared, value, is);
    case 'secret':
      return typeof value === 'string' && SECRET_NAME.test(value)
        ? null
        : `${name} must be the name of a secret: letters, digits and _ . / - only`;
  }
}

function checkNumber({ type, min, max }: DeclaredParameter, value: Json, is: string): string | null {
  if (typeof value !== 'number' || !Number.isFinite(value)) return `${is}, and must be a number`;
  if (type === 'integer' && !Number.isInteger(value)) return `${is}, and must be a whole number`;
  if (typeof min === 'number' && value < min) return `${is}, at least ${min}`;
  return typeof max === 'number' && value > max ? `${is}, at most ${max}` : null;
}

function checkDate({ min, max }: DeclaredParameter, value: Json, is: string): string | null {
  if (typeof value !== 'string' || !isDate(value)) return `${is}, and must be a date such as 2026-11-28`;
  if (typeof min === 'string' && value < min) return `${is}, ${min} at the earliest`;
  return typeof max === 'string' && value > max ? `${is}, ${max} at the latest` : null;
}

/** True for a day that was or will be, as `2026-11-28`. */
export function isDate(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const time = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}

function hasOnlyNumbers(value: Json): boolean {
  if (typeof value === 'number') return Number.isFinite(value);
  return typeof value !== 'object' || value === null || Object.values(value).every(hasOnlyNumbers);
}

function credentialInJson(value: Json): string | null {
  if (typeof value === 'string') return credentialIn(value);
  if (typeof value !== 'object' || value === null) return null;
  // Names too, and what only the whole shows.
  return credentialIn(JSON.stringify(value)) ?? credentialInList(Object.values(value));
}

function credentialInList(values: readonly Json[]): string | null {
  for (const value of values) {
    const credential = credentialInJson(value);
    if (credential !== null) return credential;
  }
  return null;
}

/** A value for a sentence: text in quotes, and no more of it than fits. */
function shown(value: Json): string {
  if (typeof value === 'string') return value === '' ? 'empty' : `“${short(value)}”`;
  return short(JSON.stringify(value));
}

function listed(choices: readonly Json[]): string {
  const few = choices.slice(0, 8).map((choice) => (typeof choice === 'string' ? choice : shown(choice)));
  return `${few.join(' or ')}${choices.length > few.length ? ` or one of ${choices.length - few.length} more` : ''}`;
}

function short(text: string): string {
  return text.length > MOST_SHOWN ? `${text.slice(0, MOST_SHOWN - 1)}…` : text;
}

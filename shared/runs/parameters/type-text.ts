import type { Json } from '../../rpc/contract';
import type { DeclaredParameter } from './declared';

/**
 * A text from a command line, a link or a field as a value: by the declared type where there is one, else as
 * papermill's `-p` does: true and false, null, whole numbers, numbers, else text.
 *
 * A text that can not be of its type stays text: {@link checkValue} then says what is wrong with it.
 */
export function typeText(declared: Pick<DeclaredParameter, 'type' | 'choices'> | null, text: string): Json {
  switch (declared?.type ?? 'any') {
    case 'string':
    case 'date':
    case 'secret':
      return text;
    case 'boolean':
      return booleanOf(text) ?? text;
    case 'number':
    case 'integer':
      return numberOf(text.trim()) ?? text;
    case 'choice':
      return declared?.choices.find((choice) => choiceText(choice) === text) ?? text;
    case 'json':
      return jsonOf(text);
    case 'any':
      return booleanOf(text) ?? (text === 'null' || text === 'None' ? null : (numberOf(text) ?? text));
  }
}

/** A choice, or any value, as it is typed and shown in a field. */
export function choiceText(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function booleanOf(text: string): boolean | null {
  if (text === 'true' || text === 'True') return true;
  return text === 'false' || text === 'False' ? false : null;
}

/** Null for what is no number, and for a whole number that would be another one here: it stays the text it is. */
function numberOf(text: string): number | null {
  if (!/^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(text)) return null;
  const value = Number(text);
  return Number.isFinite(value) && (/[.eE]/.test(text) || Number.isSafeInteger(value)) ? value : null;
}

function jsonOf(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    // Said by the check of the value: it is no list and no object.
    return text;
  }
}

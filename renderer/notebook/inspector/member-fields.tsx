import type { JSX } from 'react';
import type { CellView } from '../../../shared/notebook/contract';
import { valueAt } from '../../../shared/notebook/metadata-path';
import type { Json } from '../../../shared/rpc/contract';
import { TextField } from './text-field';

/** A part of the form that writes members of `metadata.watchbook`. */
export interface MemberFields {
  readonly cell: CellView;
  readonly isOff: boolean;
  readonly set: (path: readonly string[], value: Json | undefined) => void;
}

/** A member as the text of its field. */
export function memberText(cell: CellView, ...path: readonly string[]): string {
  const value = valueAt(cell.metadata, ['watchbook', ...path]);
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '';
}

/** Why a text is no number of this kind; an empty one takes the member away. */
export function numberFault(text: string, least: number, isWhole = false): string | null {
  if (text === '') return null;
  const value = Number(text);
  if (!Number.isFinite(value) || (isWhole && !Number.isInteger(value)))
    return isWhole ? 'A whole number' : 'A number';
  return value < least ? `At least ${least}` : null;
}

/** Why a text is no pattern; null for one that is. */
export function patternFault(text: string): string | null {
  try {
    return new RegExp(text, 'u') instanceof RegExp ? null : '';
  } catch {
    // Not one of JavaScript's patterns.
    return 'The pattern can not be read';
  }
}

/** A text that is a number in the file. */
export function NumberField(
  props: MemberFields & {
    readonly label: string;
    readonly path: readonly string[];
    readonly least?: number;
    readonly isWhole?: boolean;
    readonly hint?: string;
  },
): JSX.Element {
  const { cell, isOff, set, label, path, least = Number.NEGATIVE_INFINITY, isWhole = false, hint } = props;
  return (
    <TextField
      label={label}
      value={memberText(cell, ...path)}
      {...(hint === undefined ? {} : { hint })}
      isOff={isOff}
      faultOf={(text) => numberFault(text, least, isWhole)}
      onSet={(text) => set(path, text === '' ? undefined : Number(text))}
    />
  );
}

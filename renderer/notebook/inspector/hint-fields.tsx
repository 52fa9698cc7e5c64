import type { JSX } from 'react';
import { valueAt } from '../../../shared/notebook/metadata-path';
import { isJsonObject } from '../../../shared/notebook/notebook-values';
import type { Json, JsonObject } from '../../../shared/rpc/contract';
import { numberFault, type MemberFields } from './member-fields';
import { TextField } from './text-field';

/** Known errors of a step: a pattern in its output, and what helps. */
export function HintFields({ cell, isOff, set }: MemberFields): JSX.Element {
  const listed = valueAt(cell.metadata, ['watchbook', 'hints']);
  const hints: readonly Json[] = Array.isArray(listed) ? listed : [];
  const put = (next: readonly Json[]): void => set(['hints'], next.length === 0 ? undefined : next);
  const change = (index: number, key: string, value: Json): void => {
    const before = hints[index];
    const { [key]: _old, ...rest }: JsonObject = isJsonObject(before) ? before : {};
    put(hints.toSpliced(index, 1, value === '' ? rest : { ...rest, [key]: value }));
  };
  const textOf = (hint: Json, key: string): string => {
    const value = isJsonObject(hint) ? hint[key] : undefined;
    return typeof value === 'string' ? value : '';
  };
  const retryOf = (hint: Json, key: string): string => {
    const retry = isJsonObject(hint) ? hint['retry'] : undefined;
    const value = isJsonObject(retry) ? retry[key] : undefined;
    return typeof value === 'number' ? String(value) : '';
  };
  return (
    <fieldset className="field-group step-fields">
      <legend>Known errors</legend>
      {hints.map((hint, index) => (
        // Their places are all that tells them apart.
        // oxlint-disable-next-line react/no-array-index-key
        <div key={index} className="step-fields">
          <TextField
            label={`Error ${index + 1}: output matches`}
            value={textOf(hint, 'matches')}
            isOff={isOff}
            onSet={(text) => (text === '' ? put(hints.toSpliced(index, 1)) : change(index, 'matches', text))}
          />
          <TextField
            label={`Error ${index + 1}: what is said`}
            value={textOf(hint, 'say')}
            isOff={isOff}
            onSet={(text) => change(index, 'say', text)}
          />
          <TextField
            label={`Error ${index + 1}: what is opened`}
            value={textOf(hint, 'open')}
            hint="A runbook of this library, with #section."
            isOff={isOff}
            onSet={(text) => change(index, 'open', text)}
          />
          <TextField
            label={`Error ${index + 1}: tried again, times at most`}
            value={retryOf(hint, 'count')}
            hint="Offered, never done unasked; empty: not offered."
            isOff={isOff}
            faultOf={(text) => (/^([1-9]\d{0,2}|1000)?$/.test(text) ? null : 'A whole number from 1 to 1000')}
            onSet={(text) =>
              change(
                index,
                'retry',
                text === '' ? '' : { count: Number(text), wait: Number(retryOf(hint, 'wait') || 30) },
              )
            }
          />
          {retryOf(hint, 'count') !== '' && (
            <TextField
              label={`Error ${index + 1}: seconds between`}
              value={retryOf(hint, 'wait')}
              isOff={isOff}
              faultOf={(text) => (text === '' ? 'A number' : numberFault(text, 0))}
              onSet={(text) =>
                change(index, 'retry', { count: Number(retryOf(hint, 'count')), wait: Number(text) })
              }
            />
          )}
        </div>
      ))}
      {!isOff && (
        <TextField
          label={hints.length === 0 ? 'Failed output matches' : 'One more: failed output matches'}
          value=""
          hint="A pattern of a failed step’s output; empty one to remove it."
          isOff={isOff}
          onSet={(text) => put([...hints, { matches: text }])}
        />
      )}
    </fieldset>
  );
}

import type { RunView } from '../../shared/runs/contract';
import type { ContentRef } from '../../shared/runs/events';
import type { StepRecord } from '../../shared/runs/model';

/** How a step went in a run: its last attempt. */
export interface StepSide {
  readonly record: StepRecord;
  readonly source: ContentRef | null;
  readonly content: ContentRef | null;
  readonly tookMs: number | null;
}

export interface StepPair {
  readonly cell: string;
  readonly left: StepSide | null;
  readonly right: StepSide | null;
}

/** A parameter of which the two runs had another value; null where one had none. */
export interface ParameterPair {
  readonly name: string;
  readonly left: string | null;
  readonly right: string | null;
}

function side(record: StepRecord | undefined): StepSide | null {
  if (record === undefined) return null;
  const last = record.attempts.at(-1);
  return {
    record,
    source: last?.source ?? null,
    content: last?.finished?.content ?? null,
    tookMs: last?.finished?.durationMs ?? null,
  };
}

/** The steps of two runs beside each other, in the order in which the first of them came to them. */
export function pairSteps(left: RunView, right: RunView): readonly StepPair[] {
  const [a, b] = [left, right].map(
    ({ reduced }) => new Map(Object.values(reduced.steps).map((record) => [record.cell, record])),
  );
  if (a === undefined || b === undefined) return [];
  const begun = (record: StepRecord | undefined): string =>
    record?.attempts[0]?.startedAt ?? record?.at ?? '';
  const cells = [...a.keys()].toSorted((one, two) => (begun(a.get(one)) < begun(a.get(two)) ? -1 : 1));
  const more = [...b.keys()]
    .filter((cell) => !a.has(cell))
    .toSorted((one, two) => (begun(b.get(one)) < begun(b.get(two)) ? -1 : 1));
  return [...cells, ...more].map((cell) => ({ cell, left: side(a.get(cell)), right: side(b.get(cell)) }));
}

/** The parameters whose values differ, by name. */
export function pairParameters(left: RunView, right: RunView): readonly ParameterPair[] {
  const valuesOf = ({ details }: RunView): ReadonlyMap<string, string> =>
    new Map(
      details.parameters.map(({ name, value }) => [
        name,
        typeof value === 'string' ? value : JSON.stringify(value),
      ]),
    );
  const [a, b] = [valuesOf(left), valuesOf(right)];
  return [...new Set([...a.keys(), ...b.keys()])]
    .toSorted()
    .map((name) => ({ name, left: a.get(name) ?? null, right: b.get(name) ?? null }))
    .filter((pair) => pair.left !== pair.right);
}

/** What a step is called where only its source is known: its first comment, else its first line. */
export function titleOf(source: string): string {
  const lines = source.split('\n').map((line) => line.trim());
  const first = lines.find((line) => line !== '' && !line.startsWith('%%') && !line.startsWith('#!')) ?? '';
  return (/^(?:#+|--|\/\/)\s*(\S.*)$/.exec(first)?.[1] ?? first).slice(0, 120);
}

/** The texts of stored outputs, a line each. */
export function outputText(outputs: readonly Readonly<Record<string, unknown>>[]): string {
  const textIn = (value: unknown): string =>
    typeof value === 'string' ? value : Array.isArray(value) ? value.map(textIn).join('') : '';
  return outputs
    .map((output) => {
      const data = output['data'];
      if (typeof data === 'object' && data !== null && 'text/plain' in data)
        return textIn(data['text/plain']);
      if (output['output_type'] === 'error')
        return `${textIn(output['ename'])}: ${textIn(output['evalue'])}\n`;
      return textIn(output['text']);
    })
    .join('');
}

import { useEffect, useState, type JSX } from 'react';
import { useStore } from 'zustand';
import type { Json } from '../../../shared/rpc/contract';
import type { Result } from '../../../shared/rpc/contracts';
import { toWireError } from '../../../shared/rpc/errors';
import { attemptContentSchema } from '../../../shared/runs/content';
import type { Attempt } from '../../../shared/runs/model';
import { DiffSides } from '../../notebook/diff-sides';
import { changeWords, languageOf, plainTitle } from '../../notebook/difference-words';
import { outputText } from '../compare-rules';
import type { SinceThen } from './checkpoint-rules';
import type { RunPort } from './run-port';

/** What the stored notebook of a checkpoint has otherwise than the run has now. */
export type CheckpointDifferences = Result<'runs.compareCheckpoint'>;

/** Asks the engine, and again when the run has moved; null until it answers. */
export function useCheckpointDifferences(
  run: RunPort,
  checkpoint: string,
): { readonly differences: CheckpointDifferences | null; readonly problem: string | null } {
  const seq = useStore(run.store, (model) => model.run?.seq ?? -1);
  const [answer, setAnswer] = useState<{
    readonly differences: CheckpointDifferences | null;
    readonly problem: string | null;
  }>({ differences: null, problem: null });
  useEffect(() => {
    let isGone = false;
    run.engine.request('runs.compareCheckpoint', { run: run.folder, checkpoint }).then(
      (differences) => {
        if (!isGone) setAnswer({ differences, problem: null });
      },
      (error: unknown) => {
        const { code, message } = toWireError(error);
        // The connection has its own banner; what was answered stays.
        if (!isGone && code !== 'engine-lost') setAnswer({ differences: null, problem: message });
      },
    );
    return () => {
      isGone = true;
    };
  }, [run, checkpoint, seq]);
  return answer;
}

/** `Parameters are the same. 2 cells are others.` */
export function sameWords({ cells, parameters }: CheckpointDifferences): string {
  const values =
    parameters.length === 0
      ? 'Parameters are the same.'
      : parameters.length === 1
        ? 'One parameter is another.'
        : `${parameters.length} parameters are others.`;
  const texts =
    cells.length === 0
      ? 'Cells are the same.'
      : cells.length === 1
        ? 'One cell is another.'
        : `${cells.length} cells are others.`;
  return `${values} ${texts}`;
}

/** A checkpoint beside now: parameters, the cells as they were written, and what came out of the steps since. */
export function CheckpointCompared(props: {
  readonly run: RunPort;
  readonly differences: CheckpointDifferences | null;
  readonly since: readonly SinceThen[];
}): JSX.Element {
  const { run, differences, since } = props;
  return (
    <>
      {differences !== null && differences.parameters.length > 0 && (
        <table className="run-table checkpoint-parameters">
          <thead>
            <tr>
              <th>Parameter</th>
              <th>Then</th>
              <th>Now</th>
            </tr>
          </thead>
          <tbody>
            {differences.parameters.map(({ name, before, now }) => (
              <tr key={name}>
                <td className="mono small">{name}</td>
                <td className="mono small">{valueWords(before)}</td>
                <td className="mono small">{valueWords(now)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {differences?.cells.map((cell) => (
        <div key={cell.cell} className="checkpoint-compared">
          <p className="small">
            <b>{plainTitle(cell.title)}</b> <span className="muted">{changeWords(cell)} since</span>
          </p>
          <DiffSides
            here={cell.disk}
            disk={cell.here}
            language={languageOf(cell, 'python')}
            hereHead="Then"
            diskHead="Now"
          />
        </div>
      ))}
      {since.map((one) => (
        <OutputCompared key={one.step.cell} run={run} one={one} />
      ))}
    </>
  );
}

function valueWords(value: Json): string {
  return typeof value === 'string' ? value : value === null ? 'none' : JSON.stringify(value);
}

/** What a step had put out then, and has now; nothing where that is the same. */
function OutputCompared(props: { readonly run: RunPort; readonly one: SinceThen }): JSX.Element | null {
  const { run, one } = props;
  const contents = useStore(run.store, (model) => model.contents);
  const { earlier, latest } = one;
  useEffect(() =>
    run.want([earlier, latest].flatMap((attempt) => (attempt?.finished ? [attempt.finished.content] : []))),
  );
  const output = (attempt: Attempt | null): string | null => {
    const ref = attempt?.finished?.content;
    const parsed =
      ref === undefined ? undefined : attemptContentSchema.safeParse(contents.get(ref.file)).data;
    // The end of the last line is no line of its own.
    return parsed === undefined ? null : outputText(parsed.outputs).replace(/\n$/, '');
  };
  const [before, now] = [output(earlier), output(latest)];
  if (before === now) return null;
  return (
    <div className="checkpoint-compared">
      <p className="small">
        <b>
          {one.step.number} {one.step.title}
        </b>
      </p>
      <DiffSides here={before} disk={now} language="text" hereHead="Output then" diskHead="Output now" />
    </div>
  );
}

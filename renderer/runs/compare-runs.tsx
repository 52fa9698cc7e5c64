import { ArrowLeft, ArrowRight, ArrowUpDown } from 'lucide-react';
import { useEffect, useState, type JSX } from 'react';
import { useWindow } from '../app/window-context';
import { attemptContentSchema, sourceContentSchema } from '../../shared/runs/content';
import type { RunView } from '../../shared/runs/contract';
import type { ContentRef } from '../../shared/runs/events';
import type { StepRecord } from '../../shared/runs/model';
import { toWireError } from '../../shared/rpc/errors';
import type { Json } from '../../shared/rpc/contract';
import { DiffSides } from '../notebook/diff-sides';
import { durationWords } from '../notebook/time-words';
import type { Client } from '../rpc/client';
import {
  outputText,
  pairParameters,
  pairSteps,
  titleOf,
  type StepPair,
  type StepSide,
} from './compare-rules';
import { EnvBadge } from './env-badge';
import { startWords } from './run-times';
import { runsPort } from './runs-port';
import { shownState } from './state-signs';
import './compare-runs.css';

interface Loaded {
  readonly left: RunView;
  readonly right: RunView;
  readonly leftContents: ReadonlyMap<string, Json>;
  readonly rightContents: ReadonlyMap<string, Json>;
}

const MOST_FILES = 500;

async function contentsOf(
  client: Client,
  run: string,
  refs: readonly (ContentRef | null)[],
): Promise<ReadonlyMap<string, Json>> {
  const files = refs.filter((ref) => ref !== null);
  const found = new Map<string, Json>();
  for (let at = 0; at < files.length; at += MOST_FILES) {
    const part = files.slice(at, at + MOST_FILES);
    const { values } = await runsPort(client).request('runs.content', { run, files: part });
    part.forEach(({ file }, index) => found.set(file, values[index] ?? null));
  }
  return found;
}

async function load(client: Client, [one, two]: readonly [string, string]): Promise<Loaded> {
  const views = [
    await runsPort(client).request('runs.open', { run: one }),
    await runsPort(client).request('runs.open', { run: two }),
  ];
  // The earlier one stands left, whatever was chosen first.
  const [left, right] = views.toSorted((a, b) => (startOf(a) < startOf(b) ? -1 : 1));
  if (left === undefined || right === undefined) throw new Error('Two runs are compared');
  const pairs = pairSteps(left, right);
  const refs = (of: 'left' | 'right'): readonly (ContentRef | null)[] =>
    pairs.flatMap((pair) => [pair[of]?.source ?? null, pair[of]?.content ?? null]);
  return {
    left,
    right,
    leftContents: await contentsOf(client, left.run, refs('left')),
    rightContents: await contentsOf(client, right.run, refs('right')),
  };
}

function startOf({ reduced }: RunView): string {
  return reduced.started?.at ?? '';
}

/** Two runs beside each other: parameters, sources, outputs and how each step went. */
export function CompareRuns(props: {
  readonly folders: readonly [string, string];
  readonly onClose: () => void;
}): JSX.Element {
  const { folders, onClose } = props;
  const { client, tabs } = useWindow();
  const [loaded, setLoaded] = useState<Loaded | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [isSwapped, setSwapped] = useState(false);
  useEffect(() => {
    let isGone = false;
    const read = async (): Promise<void> => {
      try {
        const done = await load(client, folders);
        if (!isGone) setLoaded(done);
      } catch (error) {
        if (!isGone) setProblem(toWireError(error).message);
      }
    };
    void read();
    return () => {
      isGone = true;
      const shown = tabs.store
        .getState()
        .tabs.flatMap((tab) => (tab.kind === 'notebook' ? [tab.open.path] : []));
      for (const run of folders) {
        // One that has a tab is still followed.
        if (shown.some((path) => path.startsWith(run))) continue;
        runsPort(client)
          .request('runs.leave', { run })
          .catch(() => {
            // The engine is away, and its followers with it.
          });
      }
    };
  }, [client, tabs, folders]);
  const sides = loaded === null ? null : isSwapped ? swap(loaded) : loaded;
  return (
    <div className="page runs-page">
      <div className="runs-head">
        <button type="button" className="btn" onClick={onClose}>
          <ArrowLeft className="icon" aria-hidden="true" />
          Back to the runs
        </button>
        {sides !== null && (
          <>
            <RunName view={sides.left} />
            <ArrowRight className="icon icon-s muted" aria-hidden="true" />
            <RunName view={sides.right} />
            <span className="grow" />
            <button type="button" className="btn" onClick={() => setSwapped(!isSwapped)}>
              <ArrowUpDown className="icon" aria-hidden="true" />
              Swap
            </button>
          </>
        )}
      </div>
      <h1 className="heard">Two runs compared</h1>
      {problem !== null && (
        <p className="page-problem" role="alert">
          {problem}
        </p>
      )}
      {sides === null ? (
        problem === null && <p className="muted">Reading both runs…</p>
      ) : (
        <Differences sides={sides} />
      )}
    </div>
  );
}

function swap({ left, right, leftContents, rightContents }: Loaded): Loaded {
  return { left: right, right: left, leftContents: rightContents, rightContents: leftContents };
}

function RunName({ view }: { readonly view: RunView }): JSX.Element {
  const { started } = view.reduced;
  return (
    <div className="compare-name">
      <span className="compare-title">
        {started !== null && <EnvBadge environment={started.data.environment} />}
        <strong className="cut">{view.details.title}</strong>
      </span>
      <span className="small muted">
        Run <span className="mono">{view.short}</span>
        {started !== null && ` · ${startWords(started.at, Date.parse(started.at))}, ${view.details.driver}`}
      </span>
    </div>
  );
}

function Differences({ sides }: { readonly sides: Loaded }): JSX.Element {
  const { left, right } = sides;
  const parameters = pairParameters(left, right);
  const pairs = pairSteps(left, right).map((pair) => ({ pair, ...differs(pair, sides) }));
  const changed = pairs.filter((one) => one.what !== null);
  return (
    <>
      <p className="secondary compare-sum">
        {changed.length} of {pairs.length} steps differ, {parameterWords(parameters.length)}. Times, counts
        and ids are not compared.
      </p>
      {parameters.length > 0 && (
        <section aria-label="Parameters">
          <h2 className="compare-heading">Parameters</h2>
          <table className="run-table compare-table">
            <thead>
              <tr>
                <th>Name</th>
                <th>{left.short}</th>
                <th>{right.short}</th>
              </tr>
            </thead>
            <tbody>
              {parameters.map((pair) => (
                <tr key={pair.name}>
                  <td className="mono small">{pair.name}</td>
                  <td className="mono small">{pair.left ?? 'not there'}</td>
                  <td className="mono small">{pair.right ?? 'not there'}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
      {changed.map((one) => (
        <StepDifference key={one.pair.cell} one={one} sides={sides} />
      ))}
    </>
  );
}

interface Difference {
  readonly what: string | null;
  readonly title: string;
  readonly sources: readonly [string | null, string | null];
  readonly outputs: readonly [string | null, string | null];
}

function differs(pair: StepPair, sides: Loaded): Difference {
  const valueOf = (
    ref: ContentRef | null | undefined,
    contents: ReadonlyMap<string, Json>,
  ): Json | undefined => (ref ? contents.get(ref.file) : undefined);
  const sourceIn = (side: StepSide | null, contents: ReadonlyMap<string, Json>): string | null =>
    sourceContentSchema.safeParse(valueOf(side?.source, contents)).data?.source ?? null;
  const outputIn = (side: StepSide | null, contents: ReadonlyMap<string, Json>): string | null => {
    const parsed = attemptContentSchema.safeParse(valueOf(side?.content, contents)).data;
    const text = parsed === undefined ? '' : outputText(parsed.outputs);
    return text === '' ? null : text;
  };
  const sources = [
    sourceIn(pair.left, sides.leftContents),
    sourceIn(pair.right, sides.rightContents),
  ] as const;
  const outputs = [
    outputIn(pair.left, sides.leftContents),
    outputIn(pair.right, sides.rightContents),
  ] as const;
  const isSource = sources[0] !== sources[1];
  const isOutput = outputs[0] !== outputs[1];
  const isState = pair.left?.record.state !== pair.right?.record.state;
  const what =
    isSource && isOutput
      ? 'source and output'
      : isSource
        ? 'source'
        : isOutput
          ? 'output'
          : isState
            ? 'result'
            : null;
  const named = titleOf(sources[0] ?? sources[1] ?? '') || untitled((pair.left ?? pair.right)?.record);
  // Parameters have a section of their own above.
  const title = named === 'Parameters' ? 'The cell with the parameters' : named;
  return { what, title, sources, outputs };
}

/** What a step is called that sent no source: a gate, or ticks. */
function untitled(record: StepRecord | undefined): string {
  switch (record?.gate?.kind) {
    case 'approve':
      return 'An approval';
    case 'confirm':
      return 'A confirmation';
    case 'wait':
      return 'A wait';
    case 'condition':
      return 'A condition';
    case undefined:
      return record !== undefined && Object.keys(record.ticks).length > 0 ? 'A checklist' : 'A step';
  }
}

function parameterWords(count: number): string {
  if (count === 0) return 'no parameter';
  return count === 1 ? '1 parameter' : `${count} parameters`;
}

function StepDifference(props: {
  readonly one: Difference & { readonly pair: StepPair };
  readonly sides: Loaded;
}): JSX.Element {
  const { one, sides } = props;
  const { left, right } = sides;
  const rows: readonly (readonly [string, (side: StepSide | null) => string])[] = [
    [
      'State',
      (side) => (side === null ? 'not there' : shownState(null, side.record, side.record.state).words),
    ],
    ['Attempts', (side) => String(side?.record.attempts.length ?? 0)],
    ['Took', (side) => tookWords(side?.tookMs ?? null)],
  ];
  return (
    <section className="compare-step" aria-label={one.title}>
      <h2 className="compare-heading">
        <span className="cut">{one.title}</span> <span className="tag">{one.what}</span>
      </h2>
      {one.sources[0] !== one.sources[1] && (
        <DiffSides
          here={one.sources[0]}
          disk={one.sources[1]}
          language="shell"
          hereHead={`Source, ${left.short}`}
          diskHead={`Source, ${right.short}`}
        />
      )}
      {one.outputs[0] !== one.outputs[1] && (
        <div className="compare-output">
          <DiffSides
            here={one.outputs[0]}
            disk={one.outputs[1]}
            language="text"
            hereHead={`Output, ${left.short}`}
            diskHead={`Output, ${right.short}`}
          />
        </div>
      )}
      <table className="run-table compare-table">
        <thead>
          <tr>
            <th>How it ran</th>
            <th>{left.short}</th>
            <th>{right.short}</th>
          </tr>
        </thead>
        <tbody>
          {rows
            .map(([name, of]) => [name, of(one.pair.left), of(one.pair.right)] as const)
            // How it ended is always told; of the rest only what differs.
            .filter(([name, here, there]) => name === 'State' || here !== there)
            .map(([name, here, there]) => (
              <tr key={name}>
                <td className="muted">{name}</td>
                <td>{here}</td>
                <td>{there}</td>
              </tr>
            ))}
        </tbody>
      </table>
    </section>
  );
}

function tookWords(tookMs: number | null): string {
  return tookMs === null ? '' : durationWords(tookMs);
}

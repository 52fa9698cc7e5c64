import {
  Circle,
  CircleCheck,
  GitBranch,
  OctagonX,
  SquareTerminal,
  TriangleAlert,
  type LucideIcon,
} from 'lucide-react';
import type { JSX, ReactNode } from 'react';
import type { Plan } from '../../../shared/runs/plan';
import { pastWords } from '../run-list';
import { startWords } from '../run-times';
import {
  chosenEnvironment,
  destructiveWords,
  unseenCommands,
  weakerOf,
  type StartForm,
  type StartGiven,
} from './start-form';

function Fact(props: {
  readonly state: 'done' | 'waiting' | 'failed' | 'todo';
  readonly icon: LucideIcon;
  readonly children: ReactNode;
  readonly who?: ReactNode;
}): JSX.Element {
  const { state, icon: Sign, children, who } = props;
  return (
    <div className="facts-row" data-state={state}>
      <Sign className="icon icon-s" aria-hidden="true" />
      <span className="start-line">
        <span className="start-fact">{children}</span>
        {who !== undefined && <span className="who">{who}</span>}
      </span>
    </div>
  );
}

/** What a person should know before the start, all of it known here already. */
export function StartAside(props: {
  readonly given: StartGiven;
  readonly form: StartForm;
  readonly plan: Plan;
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly onChange: (changes: Partial<StartForm>) => void;
}): JSX.Element {
  const { given, form, plan, now } = props;
  const unseen = unseenCommands(given);
  const { facts, link } = given;
  const environment = chosenEnvironment(given, form);
  const weaker = weakerOf(given, form);
  const linked = link?.commit ?? null;
  const isOtherCommit =
    linked !== null && facts.commit !== null && !facts.commit.toLowerCase().startsWith(linked.toLowerCase());
  return (
    <aside className="start-aside" aria-label="Before the start" tabIndex={0}>
      {given.library.goodSince !== null && (
        <>
          <h3>watchbook.json</h3>
          <div className="facts">
            <Fact state="waiting" icon={TriangleAlert}>
              It has a mistake now. The version of {startWords(given.library.goodSince, now)} holds
            </Fact>
          </div>
        </>
      )}
      {unseen.length > 0 && (
        <>
          <h3>Commands of the library, new here</h3>
          <div className="facts">
            {unseen.map(({ digest, purpose, command }) => (
              <Fact key={digest} state="waiting" icon={SquareTerminal}>
                {purpose}
                <code className="start-command">{command.join(' ')}</code>
              </Fact>
            ))}
            <label className="facts-row start-lets">
              <input
                type="checkbox"
                checked={form.letsRun}
                onChange={(event) => props.onChange({ letsRun: event.target.checked })}
              />
              I have read them; they may be run
            </label>
          </div>
        </>
      )}
      {weaker.length > 0 && (
        <>
          <h3>Weaker than last time</h3>
          <div className="facts">
            {weaker.map((sentence) => (
              <Fact key={sentence} state="waiting" icon={TriangleAlert}>
                {sentence}
              </Fact>
            ))}
          </div>
        </>
      )}
      <h3>Rehearsal of this version</h3>
      <Rehearsal given={given} plan={plan} now={now} />
      {((facts.behind ?? 0) > 0 || isOtherCommit) && (
        <>
          <h3>Library</h3>
          <div className="facts">
            {(facts.behind ?? 0) > 0 && (
              <Fact state="waiting" icon={GitBranch}>
                <b>
                  {facts.behind} {facts.behind === 1 ? 'commit' : 'commits'} behind
                </b>{' '}
                its remote, as last fetched
              </Fact>
            )}
            {isOtherCommit && (
              <Fact state="waiting" icon={TriangleAlert}>
                The link was made at <span className="mono small">{linked.slice(0, 7)}</span>, the library is
                at <span className="mono small">{facts.commit?.slice(0, 7)}</span>
              </Fact>
            )}
          </div>
        </>
      )}
      {environment !== null && environment.checks.length > 0 && (
        <>
          <h3>Checked before step 1</h3>
          <div className="facts">
            {environment.checks.map(({ title, command, expected, in: where }, index) => (
              <Fact
                key={index}
                state="todo"
                icon={Circle}
                who={
                  <code className="cut" title={`${expected.kind} ${expected.text}`}>
                    {expected.text}
                  </code>
                }
              >
                <span title={`${command.join(' ')}${where === 'laptop' ? ', on this machine' : ''}`}>
                  {title ?? command.join(' ')}
                </span>
              </Fact>
            ))}
          </div>
        </>
      )}
      <OnTheWay given={given} form={form} plan={plan} />
    </aside>
  );
}

/** How the last rehearsal went; one that is not over has shown nothing yet. */
const REHEARSED = {
  done: { state: 'done', icon: CircleCheck },
  failed: { state: 'failed', icon: OctagonX },
  other: { state: 'waiting', icon: TriangleAlert },
} as const;

function Rehearsal(props: {
  readonly given: StartGiven;
  readonly plan: Plan;
  readonly now: number;
}): JSX.Element {
  const { plan, now } = props;
  const { lastRehearsal: last, lastRun } = props.given.facts;
  return (
    <div className="facts">
      {last === null ? (
        <Fact state="waiting" icon={TriangleAlert}>
          Never rehearsed
        </Fact>
      ) : (
        <>
          <Fact
            {...REHEARSED[last.state === 'done' || last.state === 'failed' ? last.state : 'other']}
            who={`${pastWords(last.state)}, ${last.by}`}
          >
            {last.environment}, {startWords(last.at, now)}
          </Fact>
          {last.changed.length > 0 && (
            <Fact state="waiting" icon={TriangleAlert}>
              <b>
                {last.changed.length} {last.changed.length === 1 ? 'cell' : 'cells'} changed since
              </b>
              <span className="start-changed muted">
                {last.changed
                  .flatMap((cell) => {
                    const step = plan.byCell.get(cell);
                    return step === undefined ? [] : [`${step.number ?? ''} ${step.title}`.trim()];
                  })
                  .slice(0, 6)
                  .join(' · ')}
              </span>
            </Fact>
          )}
        </>
      )}
      {lastRun !== null && (
        <Fact
          state={lastRun.state === 'done' ? 'done' : 'todo'}
          icon={lastRun.state === 'done' ? CircleCheck : Circle}
          who={`${pastWords(lastRun.state)}, ${lastRun.by}`}
        >
          Last run: {lastRun.environment}, {startWords(lastRun.at, now)}
        </Fact>
      )}
    </div>
  );
}

function numbers(all: readonly number[]): string {
  return all.length < 2
    ? `step ${all[0] ?? ''}`
    : `steps ${all.slice(0, -1).join(', ')} and ${all.at(-1) ?? ''}`;
}

/** What the run asks for on its way, and what it does not. */
function OnTheWay(props: {
  readonly given: StartGiven;
  readonly form: StartForm;
  readonly plan: Plan;
}): JSX.Element | null {
  const environment = chosenEnvironment(props.given, props.form);
  const { steps } = props.plan;
  const destructive = steps.flatMap(({ isDestructive, number }) =>
    isDestructive && number !== null ? [number] : [],
  );
  const approvals = steps.filter(({ gate }) => gate?.kind === 'approve');
  const destroying = destructiveWords(environment?.guard ?? null, destructive);
  const isRehearsed = environment?.gates === 'confirm';
  const sentences = [
    ...(destroying === null ? [] : [destroying]),
    ...(approvals.length > 0
      ? [
          isRehearsed
            ? `Approvals are only confirmed here: ${numbers(approvals.flatMap(({ number }) => number ?? []))}.`
            : approvals
                .map(({ number, gate }) => {
                  const minimum = gate?.minimum ?? 1;
                  const by = gate?.by?.join(', ') ?? 'somebody';
                  return `Step ${number ?? ''} needs ${minimum} of ${by}${gate?.selfApprove === true ? '' : ', other than the driver'}.`;
                })
                .join(' '),
        ]
      : []),
  ];
  if (sentences.length === 0) return null;
  return (
    <>
      <h3>On the way</h3>
      {sentences.map((sentence) => (
        <p key={sentence} className="small secondary">
          {sentence}
        </p>
      ))}
    </>
  );
}

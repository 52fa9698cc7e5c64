import { ChevronDown, ChevronRight, PanelLeft } from 'lucide-react';
import { useMemo, useState, type JSX } from 'react';
import { useStore } from 'zustand';
import type { Run, StepState } from '../../shared/runs/model';
import type { PlanStep } from '../../shared/runs/plan';
import { isPassed, recordOf, standingState, stateOf } from '../../shared/runs/position';
import { goToCell } from '../notebook/cell-actions';
import { focusActiveCell } from '../notebook/focus-cell';
import { useTooltip } from '../notebook/keys-in-use';
import { counterWords, durationWords } from '../notebook/time-words';
import { useNow } from '../notebook/use-now';
import { RunProvider, useRun, useRunModel } from './run-context';
import { cellOf, sectionsOf, stepTimes, type RunSection } from './run-rows';
import type { OpenRun } from './run-store';
import { barWordsOf, useWordFacts } from './use-word-facts';
import { estimateWords } from './about-words';
import { railWords } from './rail-words';
import { shownState } from './state-signs';
import { StepStrip } from './strip-bar';
import './step-rail.css';

/** The side of a run: its steps by section, each with state and time; a click goes there. */
export function StepRail(props: { readonly run: OpenRun; readonly onHide: () => void }): JSX.Element {
  return (
    <RunProvider value={props.run}>
      <Rail onHide={props.onHide} />
    </RunProvider>
  );
}

function Rail(props: { readonly onHide: () => void }): JSX.Element {
  const tooltip = useTooltip();
  const run = useRun();
  const plan = useRunModel((model) => model.plan);
  const cells = useStore(run.document.store, (model) => model.cells);
  const estimates = useRunModel(({ view }) => view?.estimates.runs ?? 0);
  const sections = useMemo(() => {
    const all = sectionsOf(cells, plan);
    const inSections = new Set(all.flatMap(({ steps }) => steps.map(({ cell }) => cell)));
    const above = plan.steps.filter(({ cell }) => !inSections.has(cell));
    return above.length === 0
      ? all
      : [{ heading: '', title: '', steps: above, cells: [] } satisfies RunSection, ...all];
  }, [cells, plan]);
  return (
    <div className="rail">
      <div className="side-head rail-head">
        <span>Steps</span>
        <span className="grow" />
        <button
          type="button"
          className="btn btn-icon"
          aria-label="Hide this panel"
          title={tooltip('Hide this panel', 'toggle-side')}
          onClick={props.onHide}
        >
          <PanelLeft className="icon" aria-hidden="true" />
        </button>
      </div>
      <Summary />
      <nav className="side-scroll" aria-label="Steps">
        {sections.map((section) => (
          <RailSection key={section.heading} section={section} />
        ))}
      </nav>
      {estimates > 0 && (
        <div className="side-foot cut">
          Estimates from the last {estimates === 1 ? 'run' : `${estimates} runs`}
        </div>
      )}
    </div>
  );
}

function Summary(): JSX.Element | null {
  const facts = useWordFacts();
  const plan = useRunModel((model) => model.plan);
  if (facts === null) return null;
  const { title, sub } = railWords(facts);
  const { run, live, position } = facts;
  const states = plan.steps
    .filter(({ number }) => number !== null)
    .map((step) => {
      const state = standingState(position, step.cell, stateOf(plan, run, step, live.queue));
      return shownState(step, recordOf(run, step.cell), state).state;
    });
  const passed = states.filter(isPassed).length;
  return (
    <div className="steps-summary">
      <p className="steps-title cut">{title}</p>
      <StepStrip
        states={states}
        label={`${passed} of ${states.length} steps done. ${barWordsOf(facts).title}.`}
      />
      <p className="small muted cut steps-sub num">{sub}</p>
    </div>
  );
}

function RailSection(props: { readonly section: RunSection }): JSX.Element | null {
  const { section } = props;
  const [isFolded, setFolded] = useState(false);
  const plan = useRunModel((model) => model.plan);
  const run = useRunModel((model) => model.run);
  const queue = useRunModel((model) => model.live?.queue);
  const numbered = section.steps.filter(({ number }) => number !== null);
  if (run === null || queue === undefined || numbered.length === 0) return null;
  const passed = numbered.filter((step) => isPassed(stateOf(plan, run, step, queue))).length;
  const Arrow = isFolded ? ChevronRight : ChevronDown;
  return (
    <section aria-label={section.title === '' ? 'Steps' : section.title}>
      {section.title !== '' && (
        <button
          type="button"
          className="steps-section"
          aria-expanded={!isFolded}
          onClick={() => setFolded(!isFolded)}
        >
          <Arrow className="icon icon-s" aria-hidden="true" />
          <span className="cut">{section.title}</span>
          <span className="num">
            {passed} of {numbered.length}
          </span>
        </button>
      )}
      {!isFolded && numbered.map((step) => <RailStep key={step.cell} step={step} run={run} queue={queue} />)}
    </section>
  );
}

function RailStep(props: {
  readonly step: PlanStep;
  readonly run: Run;
  readonly queue: readonly string[];
}): JSX.Element {
  const { step, run, queue } = props;
  const { document, ...open } = useRun();
  const plan = useRunModel((model) => model.plan);
  const state = useRunModel(({ position }) => {
    const own = stateOf(plan, run, step, queue);
    return position === null ? own : standingState(position, step.cell, own);
  });
  // A run whose session was lost stands nowhere; what did not end well is where it was.
  const isCurrent = useRunModel(
    ({ position }) =>
      position !== null &&
      (cellOf(position) === step.cell || (position.kind === 'lost' && state === 'failed')),
  );
  const isSelected = useStore(document.store, ({ selection }) => selection.active === step.cell);
  const shown = shownState(step, recordOf(run, step.cell), state);
  const time = useStepTime(step, run, shown.state);
  return (
    <button
      type="button"
      className="step-row"
      data-state={shown.state}
      aria-current={isCurrent ? 'step' : undefined}
      data-selected={isSelected ? '' : undefined}
      title={step.title}
      onClick={() => {
        open.set({ page: 'notebook' });
        goToCell(document, step.cell, 'center');
        setTimeout(focusActiveCell, 0);
      }}
    >
      <shown.sign className="icon" role="img" aria-label={shown.words} />
      <span className="n">{step.number}</span>
      <span className="cut">{step.title}</span>
      <span className="d">{time}</span>
    </button>
  );
}

/** How long it took, takes, or is thought to take; what a step is that has no time. */
function useStepTime(step: PlanStep, run: Run, state: StepState): string {
  const usual = useRunModel(({ view }) => view?.estimates.seconds);
  const record = recordOf(run, step.cell);
  const isForItems = state === 'waiting' && record?.gate?.isOpen !== true;
  const isLive = !isForItems && (state === 'running' || state === 'waiting');
  const now = useNow(isLive);
  const { from, lasted } = stepTimes(run, step.cell);
  if (isForItems) {
    const ticked = step.required.filter((item) => Object.hasOwn(record?.ticks ?? {}, String(item)));
    return `${ticked.length} of ${step.required.length}`;
  }
  if (isLive) return from === null ? '' : counterWords(now - Date.parse(from));
  if (state === 'todo' || state === 'queued') {
    const seconds = usual !== undefined && Object.hasOwn(usual, step.cell) ? usual[step.cell] : undefined;
    if (seconds !== undefined) return estimateWords(seconds);
    return step.kind === 'gate' ? 'gate' : step.kind === 'checklist' ? 'list' : '';
  }
  if (state === 'skipped') return 'skipped';
  if (state === 'failed' && record?.attempts.at(-1)?.finished === null) return 'cut off';
  return lasted === null ? '' : durationWords(lasted);
}

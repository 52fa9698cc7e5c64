import { ExternalLink, RefreshCw, RotateCcw, TriangleAlert } from 'lucide-react';
import { useMemo, useRef, type JSX } from 'react';
import type { ActionOffer } from '../../shared/runs/actions';
import type { RunLive } from '../../shared/runs/contract';
import type { Position } from '../../shared/runs/position';
import { useWindow } from '../app/window-context';
import { useKeyWords } from '../notebook/keys-in-use';
import { ACTION_SIGNS, actionWords, BAR_SIGNS } from './bar-parts';
import { BarFormPlace } from './bar-form-place';
import { openHint } from './open-hint';
import { runAgain } from './record-commands';
import { BoundLine, EndedLine, isHeldBack, SilentLine, useBoundStand } from './bound-step';
import { useRun, useRunModel } from './run-context';
import type { BarForm } from './run-store';
import { takeOffer } from './send-offer';
import { useWordFacts } from './use-word-facts';
import { cellOf } from './run-rows';
import { barWords, type BarWords, type WordFacts } from './run-words';
import './action-bar.css';

/** What stands above everything else in the bar: nothing can be recorded, or this window does not drive. */
function overruled(live: RunLive, readOnly: string | null, words: BarWords): BarWords {
  if (live.problem !== null) {
    return {
      state: 'failed',
      sign: 'failed',
      title: 'Nothing can be recorded now',
      aside: null,
      sub: live.problem,
    };
  }
  return readOnly === null ? words : { ...words, sub: readOnly };
}

/** While rolling back or a re-run is planned, the bar says how it goes; all other forms leave its words. */
function inForm(form: BarForm | null, words: BarWords): BarWords {
  if (form?.kind === 'rerun') {
    return {
      state: words.state,
      sign: words.sign,
      title: 'Run a step again',
      aside: null,
      sub: 'It is a new attempt; the earlier ones are kept. Steps that were done after it are marked “before the re-run”.',
    };
  }
  if (form?.kind === 'add-step') {
    return {
      state: words.state,
      sign: words.sign,
      title: 'Add a step',
      aside: null,
      sub: 'It is sent when its turn comes, like any step. The record says that it was added; the runbook stays as it is.',
    };
  }
  if (form?.kind !== 'roll-back') return words;
  return {
    state: words.state,
    sign: 'undo',
    title: 'Roll back',
    aside: null,
    sub: 'Undone in reverse order, one by one. Each asks before it runs, can be tried again, and may be undone by hand with a reason.',
  };
}

/** True while the step that the bar would send is being adjusted. */
function shownDraft(position: Position, drafts: ReadonlyMap<string, string>): boolean {
  return (position.kind === 'ready' || position.kind === 'failed') && drafts.has(position.step.cell);
}

/** True while nothing else is being asked than whether, when and with what the step is sent. */
function isAboutSending(form: BarForm | null): boolean {
  return form === null || form.kind === 'next' || form.kind === 'retry' || form.kind === 'retry-later';
}

/** Where the next action always is: what happened, what is kept, and what can be done now. */
export function ActionBar(): JSX.Element | null {
  const facts = useWordFacts();
  return facts === null ? null : <Bar facts={facts} />;
}

function Bar(props: { readonly facts: WordFacts }): JSX.Element {
  const { facts } = props;
  const run = useRun();
  const offers = useRunModel((model) => model.offers);
  const form = useRunModel((model) => model.form);
  const drafts = useRunModel((model) => model.drafts);
  const readOnly = useRunModel(({ view }) => view?.readOnly ?? null);
  const mayTakeOver = useRunModel(({ view }) => view?.mayTakeOver === true);
  const words = useMemo(() => barWords(facts), [facts]);
  const { live, position } = facts;
  // A run that is over is read by everybody alike.
  const isOver = position.kind === 'finished';
  const stand = useBoundStand(position, live);
  const unmarkedMeant = useRunModel((model) => model.isUnmarkedMeant);
  const bound = position.kind === 'rolling-back' ? position.by : cellOf(position);
  const { state, sign, title, aside, sub } = inForm(form, overruled(live, isOver ? null : readOnly, words));
  // What is sent, and what the runbook says to the error, is of use only while that is what is being decided.
  const isDrafted = isAboutSending(form) && shownDraft(position, drafts);
  const Sign = BAR_SIGNS[sign];
  const shown = readOnly === null && live.problem === null ? offers : [];
  const isChanged = live.libraryChanged !== null && readOnly === null;
  const mayHint = position.kind === 'failed' || position.kind === 'lost';
  const hints = mayHint && isAboutSending(form) ? live.hints : [];
  const isTall = form !== null || shown.filter(({ role }) => role !== 'aside').length > 2 || hints.length > 0;
  const mayAct = readOnly === null && live.problem === null;
  return (
    <section
      className={isTall ? 'actionbar is-tall' : 'actionbar'}
      data-state={state}
      data-region="actions"
      role="group"
      aria-label="What can be done now"
      tabIndex={-1}
    >
      <div className="actionbar-text">
        <p className="actionbar-title">
          <Sign className="icon" aria-hidden="true" />
          <span>{title}</span>
          {aside !== null && <span className="actionbar-aside cut">{aside}</span>}
        </p>
        <p className="actionbar-sub">
          {isDrafted && <b>Sends the adjusted copy. </b>}
          {sub}
        </p>
        {mayAct && stand !== null && isAboutSending(form) && <BoundLine stand={stand} cell={bound} />}
        {mayAct && <SilentLine position={position} live={live} />}
        {mayAct && <EndedLine live={live} />}
        {isChanged && <LibraryChange change={live.libraryChanged} />}
        {hints.map((hint, index) => (
          <Hint key={index} hint={hint} />
        ))}
      </div>
      {form === null ? (
        <div className="actionbar-actions">
          {mayTakeOver && !isOver && (
            <button
              type="button"
              className="nb-button"
              onClick={() => run.set({ form: { kind: 'take-over', cell: null, words: null } })}
            >
              Take over…
            </button>
          )}
          {isOver && <RunAgain />}
          <Buttons
            offers={shown}
            position={position}
            isHeld={isHeldBack(stand, unmarkedMeant !== null && unmarkedMeant === bound)}
            isTrying={facts.run.retry !== null && position.kind === 'failed' && readOnly === null}
          />
        </div>
      ) : (
        <BarFormPlace key={`${form.kind} ${form.cell ?? ''}`} form={form} />
      )}
    </section>
  );
}

/** A run that is over is not gone on with; the next one is a fresh copy with what this one was given. */
function RunAgain(): JSX.Element {
  const run = useRun();
  const { tabs } = useWindow();
  return (
    <button
      type="button"
      className="nb-button"
      title="Start a fresh copy, here or in another environment"
      onClick={() => runAgain({ tabs }, run)}
    >
      <RotateCcw className="icon" aria-hidden="true" />
      Run again…
    </button>
  );
}

function LibraryChange(props: { readonly change: RunLive['libraryChanged'] }): JSX.Element | null {
  const { change } = props;
  const run = useRun();
  if (change === null) return null;
  const commit = change.commit === null ? '' : `it is at ${change.commit.slice(0, 7)} now`;
  const files = change.files === 0 ? '' : `${change.files} ${change.files === 1 ? 'file' : 'files'} changed`;
  return (
    <p className="actionbar-line">
      <RefreshCw className="icon icon-s" aria-hidden="true" />
      <span>
        The library changed under this run: {[commit, files].filter((part) => part !== '').join(', ')}. The
        copy that runs here stays as it was.
      </span>
      <button
        type="button"
        className="nb-button"
        onClick={() => void run.act({ kind: 'see-library-change' })}
      >
        Go on with the copy
      </button>
    </p>
  );
}

/** What the runbook says to an error that it knows. Its words, in quotes. */
function Hint(props: { readonly hint: RunLive['hints'][number] }): JSX.Element {
  const { say, open } = props.hint;
  const run = useRun();
  const { tabs } = useWindow();
  return (
    <p className="actionbar-line">
      <TriangleAlert className="icon icon-s" aria-hidden="true" />
      <span>{say === null ? 'The runbook knows this error.' : `The runbook says: “${say}”`}</span>
      {open !== null && (
        <button type="button" className="link" onClick={() => void openHint(run, tabs, open)}>
          <ExternalLink className="icon icon-s" aria-hidden="true" />
          Open {open.split('/').at(-1)} beside
        </button>
      )}
    </p>
  );
}

function Buttons(props: {
  readonly offers: readonly ActionOffer[];
  readonly position: Position;
  /** What would be sent can not be sent yet. */
  readonly isHeld: boolean;
  /** A failed step is tried again by itself. */
  readonly isTrying: boolean;
}): JSX.Element | null {
  const { offers, position, isHeld, isTrying } = props;
  const run = useRun();
  const before = offers.filter(({ role }) => role !== 'danger' && role !== 'aside');
  const after = offers.filter(({ role }) => role === 'danger');
  const button = (offer: ActionOffer): JSX.Element => (
    <OfferButton
      key={`${offer.kind} ${offer.cell ?? ''}`}
      offer={offer}
      position={position}
      isHeld={isHeld && SENDS.has(offer.kind)}
    />
  );
  if (before.length + after.length === 0 && !isTrying) return null;
  return (
    <>
      {before.slice(0, -1).map(button)}
      <span className="actionbar-last">
        {before.slice(-1).map(button)}
        {isTrying && (
          // Behind the others: none of them takes its place when it is gone.
          <button type="button" className="nb-button" onClick={() => void run.act({ kind: 'stop-retry' })}>
            Stop trying
          </button>
        )}
        {after.length > 0 && <span className="actionbar-end">{after.map(button)}</span>}
      </span>
    </>
  );
}

const STYLES = { primary: ' nb-button-primary', plain: '', danger: ' nb-button-stop', aside: '' } as const;

/** What sends a step, to its terminal where it is bound to one. */
const SENDS: ReadonlySet<ActionOffer['kind']> = new Set([
  'next',
  'retry',
  'retry-later',
  'roll-back-next',
] as const);

function OfferButton(props: {
  readonly offer: ActionOffer;
  readonly position: Position;
  readonly isHeld: boolean;
}): JSX.Element {
  const { offer, position, isHeld } = props;
  const run = useRun();
  const keys = useKeyWords();
  const plan = useRunModel((model) => model.plan);
  const isSending = useRunModel((model) => model.isSending);
  const pressed = useRef(0);
  const Sign = ACTION_SIGNS[offer.kind];
  const words = actionWords(offer, plan, position);
  // Interrupt has the notebook's own keys, which a person may have changed.
  const key = offer.kind === 'interrupt' ? keys('interrupt') : offer.key?.replaceAll('+', ' ');
  return (
    <button
      type="button"
      className={`nb-button${STYLES[offer.role]}`}
      disabled={isSending || isHeld}
      title={key === undefined ? words : `${words} (${key})`}
      aria-keyshortcuts={offer.key ?? undefined}
      onClick={(event) => {
        // A held Enter presses it once.
        if (event.detail === 0 && performance.now() - pressed.current < 300) return;
        pressed.current = performance.now();
        takeOffer(run, offer);
      }}
    >
      <Sign className="icon" aria-hidden="true" />
      {words}
      {key !== undefined && key !== '' && (
        <span className="kbds" aria-hidden="true">
          {(offer.kind === 'interrupt' ? key.split(' ') : [key]).map((cap, index) => (
            <kbd key={index} className="kbd">
              {cap}
            </kbd>
          ))}
        </span>
      )}
    </button>
  );
}

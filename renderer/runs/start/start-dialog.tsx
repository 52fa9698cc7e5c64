import { Dialog } from '@base-ui/react/dialog';
import { Play, ShieldAlert } from 'lucide-react';
import { useEffect, useMemo, useRef, useState, type JSX, type RefObject } from 'react';
import { useStore } from 'zustand';
import { useWindow } from '../../app/window-context';
import { toWireError } from '../../../shared/rpc/errors';
import type { Environment } from '../../../shared/runs/environments/library-config';
import { planOf } from '../../../shared/runs/plan';
import { runbookParameters } from '../../../shared/runs/parameters/runbook-parameters';
import { fileName } from '../../notebook/file-name';
import { useReturnFocus } from '../../notebook/use-return-focus';
import { colourSet } from '../environment';
import { showEnvironments } from '../environments-store';
import { openRunTab } from '../open-run-tab';
import { runsPort } from '../runs-port';
import { StartAside } from './start-aside';
import { Environments, Links, Parameters, TextField } from './start-fields';
import {
  asksYes,
  chosenEnvironment,
  firstForm,
  missing,
  startRequest,
  unseenCommands,
  wordsToType,
  type StartForm,
  type StartGiven,
} from './start-form';
import { closeStart, startWish, type StartWish } from './start-wish';
import { leadingRun, StartParent } from './start-parent';
import { TypedName } from './typed-name';
import './start.css';

/** Where the keys begin: at the environment that is chosen; null while the form is read. */
function beginning(first: RefObject<HTMLDivElement | null>): HTMLElement | null {
  return first.current?.querySelector<HTMLElement>('input:checked, input[type="radio"]') ?? first.current;
}

/** The start of a run: where, with what, by whom. Nothing is started, fetched or checked before its button. */
export function StartDialog(): JSX.Element | null {
  const { wish } = useStore(startWish);
  return wish === null ? null : <Opened wish={wish} />;
}

function Opened({ wish }: { readonly wish: StartWish }): JSX.Element {
  const first = useRef<HTMLDivElement>(null);
  const popup = useRef<HTMLDivElement>(null);
  const finalFocus = useReturnFocus();
  return (
    <Dialog.Root open onOpenChange={(isOpen) => !isOpen && closeStart()}>
      <Dialog.Portal>
        <Dialog.Backdrop className="scrim" />
        <Dialog.Popup
          ref={popup}
          className="start"
          // What stands there while the form is read goes when it comes; the dialog itself stays.
          initialFocus={() => beginning(first) ?? popup.current}
          finalFocus={finalFocus}
        >
          <Loaded key={wish.open.path} wish={wish} first={first} />
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

type Reading =
  { readonly given: StartGiven } | { readonly problem: string; readonly list: readonly string[] } | null;

/** Reads what the form is made of: the library's file and the facts that are here already. */
function useGiven({ open, link, from }: StartWish): Reading {
  const { client } = useWindow();
  const [reading, setReading] = useState<Reading>(null);
  useEffect(() => {
    let isGone = false;
    const read = async (): Promise<Reading> => {
      const runbook = open.store.getState().state?.path ?? open.path;
      const library = await client.request('runs.config', { place: runbook });
      const { config, file, findings } = library;
      if (config === null) {
        const faults = findings.filter(({ severity }) => severity === 'fault');
        return {
          problem: `No run was started: ${file} has mistakes. Mend them, and start again.`,
          list: faults.map(({ line, message }) => `Line ${line}: ${message}`),
        };
      }
      const facts = await runsPort(client).request('runs.facts', { runbook });
      const { cells, metadata } = open.store.getState();
      const notebook = { cells: cells.map((cell) => ({ ...cell, outputs: [] })), metadata };
      const { parameters } = runbookParameters(notebook, config.parameters);
      return { given: { facts, config, library, parameters, link, again: from } };
    };
    const whenOpen = (): void => {
      if (open.store.getState().phase !== 'open') return;
      off();
      void (async () => {
        const done = await read().catch((error: unknown): Reading => ({
          problem: toWireError(error).message,
          list: [],
        }));
        if (!isGone) setReading(done);
      })();
    };
    const off = open.store.subscribe(whenOpen);
    whenOpen();
    return () => {
      isGone = true;
      off();
    };
  }, [client, open, link, from]);
  return reading;
}

function Loaded(props: {
  readonly wish: StartWish;
  readonly first: RefObject<HTMLDivElement | null>;
}): JSX.Element {
  const { wish, first } = props;
  const { tabs } = useWindow();
  const reading = useGiven(wish);
  if (reading !== null && 'given' in reading) return <Form wish={wish} given={reading.given} first={first} />;
  return (
    <>
      <div className="start-head">
        <Dialog.Title render={<h2 />}>Start a run of {fileName(wish.open.path)}</Dialog.Title>
        {reading === null ? (
          <p>Reading the runbook and its library…</p>
        ) : (
          <p className="start-problem" role="alert">
            {reading.problem}
          </p>
        )}
        {reading !== null && reading.list.length > 0 && (
          <ul className="start-list">
            {reading.list.map((line) => (
              <li key={line}>{line}</li>
            ))}
          </ul>
        )}
      </div>
      <div className="start-foot">
        <span className="grow" />
        <Dialog.Close className="btn start-large">Close</Dialog.Close>
        {reading !== null && reading.list.length > 0 && (
          <button
            type="button"
            className="btn btn-primary start-large"
            onClick={() => {
              closeStart();
              showEnvironments(tabs, wish.open.path);
            }}
          >
            Edit the environments
          </button>
        )}
      </div>
    </>
  );
}

function Form(props: {
  readonly wish: StartWish;
  readonly given: StartGiven;
  readonly first: RefObject<HTMLDivElement | null>;
}): JSX.Element {
  const { wish, given, first } = props;
  const { client, tabs } = useWindow();
  const [form, setForm] = useState<StartForm>(() => firstForm(given));
  const [isSending, setSending] = useState(false);
  const leading = wish.from === null ? leadingRun(wish.open) : null;
  const [isLinked, setLinked] = useState(true);
  const [problem, setProblem] = useState<string | null>(null);
  const [now] = useState(() => Date.now());
  useEffect(() => {
    // What had the focus while the form was read is gone with it; the dialog itself has no keys of the form.
    const dialog = first.current?.closest('.start');
    const holder = document.activeElement;
    if (holder === dialog || dialog?.contains(holder) !== true) beginning(first)?.focus();
  }, [first]);
  const change = (changes: Partial<StartForm>): void => setForm((before) => ({ ...before, ...changes }));
  const plan = useMemo(() => {
    const { cells, metadata } = wish.open.store.getState();
    return planOf({ cells: cells.map((cell) => ({ ...cell, outputs: [] })), metadata });
  }, [wish.open]);
  const environment = chosenEnvironment(given, form);
  const lacks = missing(given, form);
  const words = wordsToType(given, form);
  const start = async (): Promise<void> => {
    const runbook = wish.open.store.getState().state?.path ?? wish.open.path;
    const request = startRequest(runbook, given, form);
    if (request === null || isSending) return;
    setSending(true);
    setProblem(null);
    try {
      const seen = unseenCommands(given).map(({ digest }) => digest);
      if (seen.length > 0)
        await client.request('runs.acceptCommands', { library: given.library.library, digests: seen });
      const { run } = await runsPort(client).request('runs.start', {
        ...request,
        parameters: [...request.parameters],
        ...(wish.from === null ? {} : { parent: wish.from.parent }),
        ...(leading !== null && isLinked ? { parent: leading.parent } : {}),
      });
      closeStart();
      openRunTab(tabs, run);
    } catch (error) {
      setProblem(toWireError(error).message);
      setSending(false);
    }
  };
  return (
    <form
      className="start-form"
      data-env={environment === null ? undefined : colourSet(environment)}
      data-guard={environment?.guard}
      onSubmit={(event) => {
        event.preventDefault();
        void start();
      }}
    >
      <Band environment={environment} />
      <div className="start-head">
        <Dialog.Title render={<h2 className="cut" />}>Start a run of {given.facts.title}</Dialog.Title>
        <Dialog.Description render={<p />}>
          A fresh copy of the runbook
          {given.facts.commit !== null && (
            <>
              {' '}
              at <span className="mono small">{given.facts.commit.slice(0, 7)}</span>
            </>
          )}
          , outputs cleared; the runbook stays as it is.{' '}
          {given.facts.unsavedEdits && <b>Your unsaved edits are not in it.</b>}
        </Dialog.Description>
      </div>
      <div className="start-cols">
        <div className="start-body" ref={first} tabIndex={-1}>
          <Environments given={given} form={form} onChange={change} />
          <div className="start-fields">
            <TextField label="Title" value={form.title} onChange={(title) => change({ title })} />
            <TextField label="Driver" value={form.driver} onChange={(driver) => change({ driver })} />
            <Parameters given={given} form={form} onChange={change} />
            <Links given={given} form={form} onChange={change} />
            {leading !== null && <StartParent from={leading} isLinked={isLinked} onChange={setLinked} />}
          </div>
        </div>
        <StartAside given={given} form={form} plan={plan} now={now} onChange={change} />
      </div>
      {problem !== null && (
        <p className="start-problem start-refused" role="alert">
          {problem}
        </p>
      )}
      <div className="start-foot">
        {environment !== null && asksYes(given, form) && (
          <label className="start-yes">
            <input
              type="checkbox"
              checked={form.confirmed === environment.name}
              onChange={(event) => change({ confirmed: event.target.checked ? environment.name : null })}
            />
            Yes, in {environment.name}
          </label>
        )}
        {words === null ? (
          <span className="small secondary start-lacks">{lacks === null ? '' : `${lacks}.`}</span>
        ) : (
          <TypedName
            id="start-words"
            words={words}
            value={form.words}
            onChange={(typed) => change({ words: typed })}
          />
        )}
        <span className="grow" />
        {words !== null && lacks !== null && lacks !== `Type ${words} to start` && (
          <span className="small secondary start-lacks">{lacks}.</span>
        )}
        <Dialog.Close className="btn start-large">
          Cancel <kbd className="kbd">Esc</kbd>
        </Dialog.Close>
        <button
          type="submit"
          className={environment?.guard === 'strict' ? 'btn start-large' : 'btn btn-primary start-large'}
          disabled={lacks !== null || isSending}
          title={lacks ?? 'Start the run'}
        >
          <Play className="icon" aria-hidden="true" />
          Start run
        </button>
      </div>
    </form>
  );
}

/** What the chosen environment means for the run, in its colour. */
function Band(props: { readonly environment: Environment | null }): JSX.Element {
  const { environment } = props;
  const about =
    environment === null
      ? 'Choose an environment'
      : environment.guard === 'strict'
        ? 'strict guard: no run-all, checks before destructive steps, the window gets this frame'
        : environment.gates === 'confirm'
          ? 'a rehearsal: approvals are confirmations, waits can be cut short'
          : environment.guard === 'confirm'
            ? 'asks once, before it starts'
            : 'no guard';
  return (
    <div className="start-band" data-state={environment?.guard ?? 'open'}>
      {environment?.guard === 'strict' && <ShieldAlert className="icon" aria-hidden="true" />}
      {environment !== null && <b className="cut">{environment.name}</b>}
      <span className="cut">{about}</span>
    </div>
  );
}

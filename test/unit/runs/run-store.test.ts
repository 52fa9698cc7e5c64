import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { RunEvent } from '../../../shared/runs/events';
import { reduce } from '../../../shared/runs/reduce';
import type { EnginePort } from '../../../renderer/notebook/engine-port';
import { documentOfRun, openRun, runOfDocument, type OpenRun } from '../../../renderer/runs/run-store';
import { pressBarKey } from '../../../renderer/runs/bar-keys';
import { isDead, takeOffer } from '../../../renderer/runs/send-offer';
import { watchRun } from '../../../renderer/runs/watch-run';
import { begun, RELEASE, STILL } from '../../support/release-run';
import type { EventList } from '../../support/run-events';

/** A busy machine takes longer than vitest's usual second. */
const SLOW = { timeout: 60_000 };

const FOLDER = '/lib/runs/payments/20261124T020000Z-prod-ab2cde';

/** An engine that knows one run and its document, and writes down what it is asked to do. */
function fakeEngine(list: EventList): {
  readonly engine: EnginePort;
  readonly asked: readonly unknown[];
  readonly tell: (event: string, data: unknown) => void;
} {
  const asked: unknown[] = [];
  const listeners = new Map<string, ((data: unknown) => void)[]>();
  const answers: Readonly<Record<string, () => unknown>> = {
    'runs.open': () => ({
      run: FOLDER,
      short: 'ab2cde',
      document: documentOfRun(FOLDER),
      library: '/lib',
      runbook: '/lib/payments.ipynb',
      details: { title: 'payments', driver: 'mara', parameters: [], links: [] },
      reduced: reduce(list.events),
      live: STILL,
      readOnly: null,
      mayTakeOver: false,
      estimates: { runs: 0, seconds: {} },
      findings: [],
    }),
    'notebook.open': () => ({
      document: 'd1',
      version: 0,
      cells: RELEASE.map(({ outputs: _outputs, ...cell }) => cell),
      metadata: { kernelspec: { name: 'bash' } },
      nbformat: 4,
      nbformatMinor: 5,
      outputs: {},
      runs: {},
      inputs: [],
      state: { path: documentOfRun(FOLDER) },
      findings: [],
      recovered: false,
      recentEdits: [],
    }),
  };
  const engine = {
    connection: 'ready',
    request: (method: string, params: { readonly action?: unknown }) => {
      if (method === 'runs.act') asked.push(params.action);
      return Promise.resolve(answers[method]?.() ?? { values: [] });
    },
    on: (event: string, listener: (data: unknown) => void) => {
      listeners.set(event, [...(listeners.get(event) ?? []), listener]);
      return () => undefined;
    },
    onConnection: () => () => undefined,
  } as unknown as EnginePort;
  return {
    engine,
    asked,
    tell: (event, data) => listeners.get(event)?.forEach((listener) => listener(data)),
  };
}

async function opened(list: EventList): Promise<ReturnType<typeof fakeEngine> & { readonly run: OpenRun }> {
  const fake = fakeEngine(list);
  const run = openRun(fake.engine, FOLDER);
  await expect.poll(() => run.store.getState().position?.kind, SLOW).toBe('ready');
  return { ...fake, run };
}

/** The bar has stood long enough for its keys to count. */
async function settled(run: OpenRun): Promise<void> {
  await expect.poll(() => isDead(run), SLOW).toBe(false);
}

function press(key: string, more: Partial<KeyboardEvent> = {}): KeyboardEvent {
  return {
    key,
    code: `Key${key.toUpperCase()}`,
    altKey: true,
    ctrlKey: false,
    metaKey: false,
    shiftKey: false,
    repeat: false,
    isComposing: false,
    target: null,
    preventDefault: () => undefined,
    stopPropagation: () => undefined,
    ...more,
  } as unknown as KeyboardEvent;
}

// The rules of the keys ask what has the focus, and a document where its reader was: here nothing and nowhere.
beforeAll(() => {
  vi.stubGlobal('Element', class {});
  vi.stubGlobal('navigator', { platform: 'Linux' });
  vi.stubGlobal('localStorage', { getItem: () => null, setItem: () => undefined });
});
afterAll(() => vi.unstubAllGlobals());

describe('a run in the window', () => {
  it('is told from any other notebook by its place', () => {
    expect(runOfDocument(`${FOLDER}/run.ipynb`)).toBe(FOLDER);
    expect(runOfDocument('/lib/run.ipynb')).toBeNull();
    expect(runOfDocument(`${FOLDER}/runbook.ipynb`)).toBeNull();
  });

  it('shows where it stands, and goes on with each event as it is synced', async () => {
    const list = begun();
    const { run, tell } = await opened(list);
    expect(run.document.store.getState().selection.active).toBe('c');
    const from = list.events.length;
    list.begin('c');
    tell('runs.appended', { run: FOLDER, events: list.events.slice(from) });
    expect(run.store.getState().position).toMatchObject({ kind: 'running', cell: 'c' });
    // Told twice counts once; of another run counts nothing.
    tell('runs.appended', { run: FOLDER, events: list.events.slice(from) });
    tell('runs.appended', { run: '/other', events: [] satisfies readonly RunEvent[] });
    expect(run.store.getState().run?.seq).toBe(list.events.length - 1);
    run.dispose();
  });

  it('tells of a failure as it comes, as run and place change together', async () => {
    const list = begun();
    const { run, tell } = await opened(list);
    const told: string[] = [];
    const stop = watchRun(run, ({ what }) => told.push(what));
    for (const work of [() => list.begin('c'), () => list.end('c', 'failed')]) {
      const from = list.events.length;
      work();
      tell('runs.appended', { run: FOLDER, events: list.events.slice(from) });
    }
    expect(told).toEqual([expect.stringMatching(/^Step 3 failed after /)]);
    stop();
    run.dispose();
  });

  it('asks for the whole again when something in between did not arrive', async () => {
    const list = begun();
    const { run, tell } = await opened(list);
    list.begin('c').end('c', 'failed');
    tell('runs.appended', { run: FOLDER, events: list.events.slice(-1) });
    await expect.poll(() => run.store.getState().position?.kind, SLOW).toBe('failed');
    run.dispose();
  });

  it('leaves the keys of the bar dead for half a second after it changed by itself', async () => {
    const list = begun();
    const { run, tell, asked } = await opened(list);
    const from = list.events.length;
    list.run('c', 'failed');
    tell('runs.appended', { run: FOLDER, events: list.events.slice(from) });
    expect(isDead(run)).toBe(true);
    pressBarKey(run, press('s'));
    expect(run.store.getState().form).toBeNull();
    await settled(run);
    pressBarKey(run, press('s', { repeat: true }));
    expect(run.store.getState().form).toBeNull();
    // An action that is not there leaves its key dead.
    pressBarKey(run, press('a'));
    expect(run.store.getState().form).toBeNull();
    pressBarKey(run, press('s'));
    expect(run.store.getState().form).toMatchObject({ kind: 'skip', cell: 'c' });
    expect(asked).toEqual([]);
    run.dispose();
  });

  it('asks for name and number before a destructive step of a strict environment, also on retry', async () => {
    const list = begun();
    const { run, asked } = await opened(list);
    const [next] = run.store.getState().offers;
    expect(next).toMatchObject({ kind: 'next', asks: 'words', words: 'prod 3' });
    if (next !== undefined) takeOffer(run, next);
    expect(run.store.getState().form).toMatchObject({ kind: 'next', words: 'prod 3' });
    expect(asked).toEqual([]);
    run.dispose();
  });
});

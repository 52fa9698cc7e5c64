import { expect, it } from 'vitest';
import { createTerminals } from '../../../renderer/terminal/terminal-store';
import type { Client } from '../../../renderer/rpc/client';
import { WatchbookError } from '../../../shared/rpc/errors';
import type { TerminalInfo } from '../../../shared/terminal/contract';

const AT = '2026-11-28T02:00:00.000Z';
const info = (id: string, more: Partial<TerminalInfo> = {}): TerminalInfo => ({
  id,
  title: id,
  profile: { id: 'shell:bash', title: 'bash', kind: 'shell', isUsual: true },
  pid: 1,
  started: AT,
  columns: 80,
  rows: 24,
  directory: '/',
  phase: 'input',
  command: null,
  watchers: 0,
  ended: null,
  recording: null,
  ...more,
});

/** An engine that answers by the table, and what it was asked. */
function engine(answers: Readonly<Record<string, unknown>>) {
  const asked: (readonly [string, unknown])[] = [];
  const listeners: ((data: unknown) => void)[] = [];
  const client = {
    request: async (method: string, params: unknown) => {
      asked.push([method, params]);
      const answer = answers[method] ?? {};
      if (answer instanceof Error) throw answer;
      return answer;
    },
    on: (_: string, listener: (data: unknown) => void) => {
      listeners.push(listener);
      return () => undefined;
    },
  } as unknown as Client;
  return {
    client,
    asked,
    tell: (terminals: readonly TerminalInfo[]) => listeners.forEach((one) => one({ terminals })),
  };
}

const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

it('opens a first terminal that was asked for before it was known that there is none', async () => {
  const { client, asked } = engine({ 'terminal.list': { terminals: [] }, 'terminal.open': info('a') });
  const terminals = createTerminals(client);
  terminals.openFirst('/srv');
  await settled();
  expect(asked).toEqual([]);
  terminals.reload();
  await settled();
  await settled();
  expect(asked.filter(([method]) => method === 'terminal.open')).toEqual([
    ['terminal.open', { columns: 100, rows: 24, directory: '/srv' }],
  ]);
  expect(terminals.store.getState().active).toBe('a');
});

it('opens none where one is found', async () => {
  const { client, asked } = engine({ 'terminal.list': { terminals: [info('a')] } });
  const terminals = createTerminals(client);
  terminals.openFirst(null);
  terminals.reload();
  await settled();
  expect(asked.some(([method]) => method === 'terminal.open')).toBe(false);
  expect(terminals.store.getState().active).toBe('a');
});

it('shows the neighbour of one that went, and asks before a running one is closed', async () => {
  const { client, asked, tell } = engine({});
  const terminals = createTerminals(client);
  terminals.follow();
  tell([info('a'), info('b', { phase: 'running' }), info('c')]);
  terminals.activate('b');
  terminals.askClose('b');
  expect(terminals.store.getState().closing).toEqual({ id: 'b', why: 'runs' });
  await terminals.close('b', false);
  tell([info('a'), info('c')]);
  expect(terminals.store.getState()).toMatchObject({ active: 'c', closing: null });
  terminals.askClose('c');
  await settled();
  expect(asked).toEqual([
    ['terminal.close', { terminal: 'b', force: false }],
    ['terminal.close', { terminal: 'c', force: false }],
  ]);
});

it('offers force where a shell ignores its end, and says every other failure', async () => {
  const busy = engine({ 'terminal.close': new WatchbookError('busy', 'still runs') });
  const terminals = createTerminals(busy.client);
  await terminals.close('a', false);
  expect(terminals.store.getState()).toMatchObject({ closing: { id: 'a', why: 'ignores' }, failure: null });
  await terminals.close('a', true);
  expect(terminals.store.getState()).toMatchObject({ closing: null, failure: 'still runs' });
});

it('puts one beside the one with the keys, and gives that the keys back when it goes', async () => {
  const { client, tell } = engine({ 'terminal.open': info('new') });
  const terminals = createTerminals(client);
  terminals.follow();
  tell([info('a'), info('b'), info('c')]);
  terminals.activate('b');
  await terminals.open({ beside: 'b' });
  expect(terminals.store.getState().active).toBe('new');
  terminals.stepPart(1);
  expect(terminals.store.getState().active).toBe('b');
  terminals.step(1);
  terminals.step(-1);
  expect(terminals.store.getState().active).toBe('b');
  terminals.activate('new');
  tell([info('a'), info('b'), info('c')]);
  expect(terminals.store.getState()).toMatchObject({ active: 'b', splits: [] });
});

it('shows after a restart what it showed, as far as it is there', async () => {
  const split = [
    { terminal: 'a', share: 0.5 },
    { terminal: 'b', share: 0.25 },
    { terminal: 'gone', share: 0.25 },
  ];
  for (const isEarly of [true, false]) {
    const { client, tell } = engine({});
    const terminals = createTerminals(client);
    terminals.follow();
    const list = (): void => tell([info('z'), info('a'), info('b')]);
    if (!isEarly) list();
    terminals.restore({ active: 'b', splits: [split], sentTo: [{ document: '/a', terminal: 'a' }] });
    if (isEarly) list();
    terminals.sends('/b', 'z');
    terminals.sends('/a', 'b');
    expect(terminals.remembered()).toEqual({
      active: 'b',
      sentTo: [
        { document: '/b', terminal: 'z' },
        { document: '/a', terminal: 'b' },
      ],
      splits: [
        [
          { terminal: 'a', share: 0.5 },
          { terminal: 'b', share: 0.5 },
        ],
      ],
    });
  }
});

it('closes what does nothing of a tab, and asks about what runs', async () => {
  const { client, asked, tell } = engine({});
  const terminals = createTerminals(client);
  terminals.follow();
  tell([info('a', { phase: 'running' }), info('b')]);
  terminals.askCloseTab([
    { terminal: 'a', share: 0.5 },
    { terminal: 'b', share: 0.5 },
  ]);
  await settled();
  expect(asked).toEqual([['terminal.close', { terminal: 'b', force: false }]]);
  expect(terminals.store.getState().closing).toEqual({ id: 'a', why: 'runs' });
});

it('says what ended with its engine, and nothing of what was closed', async () => {
  const answers = { 'terminal.list': { terminals: [info('a')] } };
  const { client, tell } = engine(answers);
  const terminals = createTerminals(client);
  terminals.follow();
  tell([info('a'), info('b'), info('over', { ended: { at: AT, status: 0, signal: null } })]);
  tell([info('a')]);
  terminals.reload();
  await settled();
  expect(terminals.store.getState().failure).toBeNull();
  tell([info('a'), info('b')]);
  terminals.reload();
  await settled();
  expect(terminals.store.getState().failure).toMatch(/^The terminal b ended with the engine/);
});

it('keeps what could not be opened, for another try, and puts one in the place of another', async () => {
  const gone = engine({ 'terminal.open': new WatchbookError('not-found', 'no folder') });
  const refusing = createTerminals(gone.client);
  await refusing.open({ profile: 'shell:bash', directory: '/gone' });
  expect(refusing.store.getState()).toMatchObject({
    failure: 'no folder',
    refused: { profile: 'shell:bash', directory: '/gone' },
  });
  refusing.set({ failure: null });
  expect(refusing.store.getState().refused).toBeNull();

  const { client, asked, tell } = engine({ 'terminal.open': info('new') });
  const terminals = createTerminals(client);
  terminals.follow();
  tell([info('a'), info('b')]);
  terminals.restore({
    active: 'b',
    sentTo: [],
    splits: [
      [
        { terminal: 'a', share: 0.5 },
        { terminal: 'b', share: 0.5 },
      ],
    ],
  });
  await terminals.open({ insteadOf: 'b' });
  expect(terminals.remembered()).toMatchObject({ active: 'new', splits: [[{}, { terminal: 'new' }]] });
  expect(asked.at(-1)).toEqual(['terminal.close', { terminal: 'b', force: false }]);
});

it('asks what terminals do now, and keeps to what is known where the engine does not answer', async () => {
  const running = engine({ 'terminal.list': { terminals: [info('a', { phase: 'running' })] } });
  const terminals = createTerminals(running.client);
  await terminals.settle();
  expect(running.asked).toEqual([['terminal.list', { settled: true }]]);
  expect(terminals.store.getState().terminals?.map(({ phase }) => phase)).toEqual(['running']);

  const lost = engine({ 'terminal.list': new WatchbookError('engine-lost', 'The engine was lost.') });
  const others = createTerminals(lost.client);
  others.follow();
  lost.tell([info('b')]);
  await others.settle();
  expect(others.store.getState()).toMatchObject({ failure: null, terminals: [{ id: 'b' }] });
});

it('shows one of the run in front, where one of another run was shown', () => {
  const { client, tell } = engine({});
  const terminals = createTerminals(client);
  terminals.follow();
  const attached = (id: string, run: string): TerminalInfo =>
    info(id, {
      recording: {
        run,
        short: id,
        isPaused: false,
        environment: { name: 'dev', colour: 'teal', guard: 'none', gates: 'real' },
      },
    });
  tell([attached('a', '/runs/one'), attached('b', '/runs/two'), attached('c', '/runs/two'), info('d')]);
  const shown = (run: string): string | null => {
    terminals.showOwn(run);
    return terminals.store.getState().active;
  };
  terminals.activate('b');
  terminals.activate('a');
  expect(shown('/runs/two')).toBe('b');
  expect(shown('/runs/one')).toBe('a');
  expect(shown('/runs/three')).toBe('a');
  // A shell of no run is anybody's.
  terminals.activate('d');
  expect(shown('/runs/two')).toBe('d');
});

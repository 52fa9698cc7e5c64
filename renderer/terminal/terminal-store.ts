import { createStore, type StoreApi } from 'zustand/vanilla';
import { toWireError } from '../../shared/rpc/errors';
import type { TerminalInfo, TerminalProfile } from '../../shared/terminal/contract';
import type { Client } from '../rpc/client';

export interface TerminalsModel {
  /** Null until the engine has told them. */
  readonly terminals: readonly TerminalInfo[] | null;
  readonly active: string | null;
  readonly profiles: readonly TerminalProfile[];
  /** Why the last thing that was asked for was not done; null where it was. */
  readonly failure: string | null;
  /** A terminal that is about to be closed, with what a person has to know first. */
  readonly closing: { readonly id: string; readonly why: 'runs' | 'ignores' } | null;
  /** Its title is being typed. */
  readonly naming: string | null;
  readonly isOpening: boolean;
}

/** The terminals of this profile as this window knows them. None of its acts rejects: a failure is shown. */
export interface Terminals {
  readonly store: StoreApi<TerminalsModel>;
  /** Asks the engine for them; the last answer holds. */
  reload(): void;
  /** Answers how to stop. */
  follow(): () => void;
  /** Opens one and shows it; the usual profile and the home folder where none is named. */
  open(options: { readonly profile?: string; readonly directory?: string | null }): Promise<void>;
  /** Opens one where there is none, as soon as that is known. */
  openFirst(directory: string | null): void;
  activate(id: string): void;
  /** The next or the one before, round the end. */
  step(by: 1 | -1): void;
  rename(id: string, title: string): Promise<void>;
  /** Closes one that does nothing; asks first where a command runs. */
  askClose(id: string): void;
  close(id: string, force: boolean): Promise<void>;
  set(change: Partial<Pick<TerminalsModel, 'failure' | 'closing' | 'naming'>>): void;
}

/** What a terminal is opened with before its pane is measured. */
const FIRST_SIZE = { columns: 100, rows: 24 } as const;

export function createTerminals(client: Client): Terminals {
  const store = createStore<TerminalsModel>(() => ({
    terminals: null,
    active: null,
    profiles: [],
    failure: null,
    closing: null,
    naming: null,
    isOpening: false,
  }));
  /** The folder for a first terminal that is wanted; null where none is. */
  let first: { readonly directory: string | null } | null = null;
  const fail = (error: unknown): void => store.setState({ failure: toWireError(error).message });
  const take = (all: readonly TerminalInfo[]): void => {
    const { active, terminals: before } = store.getState();
    const isThere = all.some(({ id }) => id === active);
    // The neighbour of one that went.
    const at = before?.findIndex(({ id }) => id === active) ?? 0;
    const next = all[Math.min(Math.max(at, 0), all.length - 1)]?.id ?? null;
    store.setState({ terminals: all, active: isThere ? active : next });
    const wanted = first;
    first = null;
    if (wanted !== null && all.length === 0) void terminals.open(wanted);
  };
  const terminals: Terminals = {
    store,
    reload: () => {
      client.request('terminal.list', {}).then(
        ({ terminals: all }) => take(all),
        // The connection has its own banner; the next "ready" asks again.
        () => undefined,
      );
      client.request('terminal.profiles', {}).then(
        ({ profiles }) => store.setState({ profiles }),
        () => undefined,
      );
    },
    follow: () => client.on('terminal.changed', ({ terminals: all }) => take(all)),
    open: async ({ profile, directory }) => {
      if (store.getState().isOpening) return;
      store.setState({ isOpening: true, failure: null });
      try {
        const info = await client.request('terminal.open', {
          ...FIRST_SIZE,
          ...(profile === undefined ? {} : { profile }),
          ...(directory === undefined || directory === null ? {} : { directory }),
        });
        const { terminals: all } = store.getState();
        const others = (all ?? []).filter(({ id }) => id !== info.id);
        store.setState({ terminals: [...others, info], active: info.id });
      } catch (error) {
        fail(error);
      } finally {
        store.setState({ isOpening: false });
      }
    },
    openFirst: (directory) => {
      const { terminals: all } = store.getState();
      // Before the engine has told which there are, it would be one too many after a restart.
      if (all === null) first = { directory };
      else if (all.length === 0) void terminals.open({ directory });
    },
    activate: (id) => store.setState({ active: id, closing: null, naming: null }),
    step: (by) => {
      const { terminals: all, active } = store.getState();
      if (all === null || all.length === 0) return;
      const at = all.findIndex(({ id }) => id === active);
      const next = all[(at + by + all.length) % all.length];
      if (next !== undefined) terminals.activate(next.id);
    },
    rename: async (id, title) => {
      store.setState({ naming: null });
      if (title.trim() === '') return;
      await client.request('terminal.rename', { terminal: id, title: title.trim() }).catch(fail);
    },
    askClose: (id) => {
      const info = store.getState().terminals?.find((one) => one.id === id);
      if (info === undefined) return;
      store.setState({ active: id });
      if (info.ended === null && info.phase === 'running') store.setState({ closing: { id, why: 'runs' } });
      else void terminals.close(id, false);
    },
    close: async (id, force) => {
      store.setState({ closing: null });
      try {
        await client.request('terminal.close', { terminal: id, force });
      } catch (error) {
        if (toWireError(error).code === 'busy' && !force)
          store.setState({ active: id, closing: { id, why: 'ignores' } });
        else fail(error);
      }
    },
    set: (change) => store.setState(change),
  };
  return terminals;
}

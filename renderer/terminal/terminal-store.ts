import { createStore, type StoreApi } from 'zustand/vanilla';
import { toWireError } from '../../shared/rpc/errors';
import type { WindowLayout } from '../../shared/rpc/desktop-contract';
import type { TerminalInfo, TerminalProfile } from '../../shared/terminal/contract';
import type { Client } from '../rpc/client';
import { otherRun } from './other-run';
import {
  besideOf,
  kept,
  partBeside,
  replaced,
  resized,
  tabOf,
  tabsOf,
  withoutTerminal,
  type SplitTab,
  type Splits,
} from './splits';

export interface TerminalsModel {
  /** Null until the engine has told them. */
  readonly terminals: readonly TerminalInfo[] | null;
  readonly active: string | null;
  /** Which of them one tab shows side by side. */
  readonly splits: Splits;
  /** The terminal that was chosen last for what a document sends, the newest at the end. */
  readonly sentTo: SentTo;
  readonly profiles: readonly TerminalProfile[];
  /** Why the last thing that was asked for was not done; null where it was. */
  readonly failure: string | null;
  /** What could not be opened, since its shell or its folder is not there; null where that is not why. */
  readonly refused: TerminalWish | null;
  /** A terminal that is about to be closed, with what a person has to know first. */
  readonly closing: { readonly id: string; readonly why: 'runs' | 'ignores' } | null;
  /** Its title is being typed. */
  readonly naming: string | null;
  readonly isOpening: boolean;
  /** The pane is as large as the window. */
  readonly isFull: boolean;
}

/** What the next start of this window needs to show the same. */
export type RememberedTerminals = Pick<TerminalsModel, 'active' | 'splits' | 'sentTo'>;
type SentTo = WindowLayout['terminal']['sentTo'];
/** Of more documents it is not remembered where they were sent. */
const MOST_SENT = 100;

/** What a terminal is opened with: the usual profile and the home folder where none is named. */
export interface TerminalWish {
  readonly profile?: string;
  readonly directory?: string | null;
  /** The terminal that it is put beside, in its tab. */
  readonly beside?: string;
  /** The terminal whose place it takes. */
  readonly insteadOf?: string;
}

/** The terminals of this profile as this window knows them. None of its acts rejects: a failure is shown. */
export interface Terminals {
  readonly store: StoreApi<TerminalsModel>;
  /** Asks the engine for them; the last answer holds. */
  reload(): void;
  /**
   * Asks what they do now, after what was just entered in them has begun. Resolves also where the engine does not
   * answer in time: then what was known holds.
   */
  settle(): Promise<void>;
  /** Answers how to stop. */
  follow(): () => void;
  /** Opens one and shows it. */
  open(options: TerminalWish): Promise<void>;
  /** Opens one where there is none, as soon as that is known. */
  openFirst(directory: string | null): void;
  activate(id: string): void;
  /** The next tab or the one before, round the end. */
  step(by: 1 | -1): void;
  /** The next terminal of the same tab or the one before, round the end. */
  stepPart(by: 1 | -1): void;
  /** Shows a terminal that is attached to this run, the one that had the keys last, where one of another run is shown. */
  showOwn(run: string): void;
  /** Shows a tab, with the keys where they were in it the last time. */
  showTab(tab: SplitTab): void;
  /** Gives a terminal this share of its tab, at the cost of the next one. */
  resizePart(id: string, share: number): void;
  /** Takes a terminal out of its tab, into one of its own. */
  unsplit(id: string): void;
  /** Remembers where what this document sends was wanted. */
  sends(document: string, terminal: string): void;
  remembered(): RememberedTerminals;
  /** Shows what was remembered, as far as it is still there. */
  restore(remembered: RememberedTerminals): void;
  rename(id: string, title: string): Promise<void>;
  /** Closes one that does nothing; asks first where a command runs. */
  askClose(id: string): void;
  close(id: string, force: boolean): Promise<void>;
  /** Closes all of a tab that do nothing, and asks about the first one that runs a command. */
  askCloseTab(tab: SplitTab): void;
  set(change: Partial<Pick<TerminalsModel, 'failure' | 'closing' | 'naming' | 'isFull'>>): void;
}

/** What a terminal is opened with before its pane is measured. */
const FIRST_SIZE = { columns: 100, rows: 24 } as const;
/** The engine waits for shells for a shorter time than this; one that is busy is not waited for. Milliseconds. */
const SETTLE_MS = 3_000;

export function createTerminals(client: Client): Terminals {
  const store = createStore<TerminalsModel>(() => ({
    terminals: null,
    active: null,
    splits: [],
    sentTo: [],
    profiles: [],
    failure: null,
    refused: null,
    closing: null,
    naming: null,
    isOpening: false,
    isFull: false,
  }));
  /** Those that had the keys, the last one last. */
  let recent: readonly string[] = [];
  /** The folder for a first terminal that is wanted; null where none is. */
  let first: { readonly directory: string | null } | null = null;
  const fail = (error: unknown): void => store.setState({ failure: toWireError(error).message });
  const take = (all: readonly TerminalInfo[], isReload = false): void => {
    const { active, terminals: before, splits } = store.getState();
    const ids = all.map(({ id }) => id);
    // Those that are closed are told; what is missing after a lost connection went with its engine.
    const lost = isReload
      ? (before ?? []).filter(({ id, ended }) => ended === null && !ids.includes(id))
      : [];
    if (lost.length > 0) store.setState({ failure: lostWords(lost) });
    const left = kept(splits, ids);
    store.setState({
      terminals: all,
      splits: left,
      active: active !== null && ids.includes(active) ? active : heir(active, before, splits, ids),
    });
    const wanted = first;
    first = null;
    if (wanted !== null && all.length === 0) void terminals.open(wanted);
  };
  const change = (to: (splits: Splits) => Splits): void =>
    store.setState(({ splits }) => ({ splits: to(splits) }));
  const terminals: Terminals = {
    store,
    reload: () => {
      client.request('terminal.list', {}).then(
        ({ terminals: all }) => take(all, true),
        // The connection has its own banner; the next "ready" asks again.
        () => undefined,
      );
      client.request('terminal.profiles', {}).then(
        ({ profiles }) => store.setState({ profiles }),
        () => undefined,
      );
    },
    settle: async () => {
      let timer: ReturnType<typeof setTimeout> | undefined;
      const late = new Promise<null>((resolve) => {
        timer = setTimeout(() => resolve(null), SETTLE_MS);
      });
      // A connection that is lost has its own banner.
      const asked = client.request('terminal.list', { settled: true }).catch(() => null);
      const answer = await Promise.race([asked, late]);
      clearTimeout(timer);
      if (answer !== null) take(answer.terminals, true);
    },
    follow: () => client.on('terminal.changed', ({ terminals: all }) => take(all)),
    open: async (wish) => {
      const { profile, directory, beside, insteadOf } = wish;
      if (store.getState().isOpening) return;
      store.setState({ isOpening: true, failure: null, refused: null });
      try {
        const info = await client.request('terminal.open', {
          ...FIRST_SIZE,
          ...(profile === undefined ? {} : { profile }),
          ...(directory === undefined || directory === null ? {} : { directory }),
        });
        const { terminals: all, splits } = store.getState();
        const others = (all ?? []).filter(({ id }) => id !== info.id);
        store.setState({
          terminals: [...others, info],
          splits:
            insteadOf !== undefined
              ? replaced(splits, insteadOf, info.id)
              : beside !== undefined
                ? besideOf(splits, beside, info.id)
                : splits,
        });
        terminals.activate(info.id);
        if (insteadOf !== undefined) void terminals.close(insteadOf, false);
      } catch (error) {
        fail(error);
        if (toWireError(error).code === 'not-found') store.setState({ refused: wish });
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
    activate: (id) => {
      recent = [...recent.filter((one) => one !== id), id];
      // What is asked of the one that is shown stays.
      if (store.getState().active !== id) store.setState({ active: id, closing: null, naming: null });
    },
    step: (by) => {
      const { terminals: all, active, splits } = store.getState();
      const tabs = tabsOf(
        (all ?? []).map(({ id }) => id),
        splits,
      );
      const at = tabs.findIndex((tab) => tab.some(({ terminal }) => terminal === active));
      const next = tabs[(at + by + tabs.length) % tabs.length];
      if (next !== undefined) terminals.showTab(next);
    },
    stepPart: (by) => {
      const { active, splits } = store.getState();
      if (active !== null) terminals.activate(partBeside(splits, active, by));
    },
    showOwn: (run) => {
      const { terminals: all, active } = store.getState();
      const shown = all?.find(({ id }) => id === active);
      if (shown === undefined || otherRun(shown, run) === null) return;
      const own = (all ?? []).flatMap(({ id, recording }) => (recording?.run === run ? [id] : []));
      const next = recent.findLast((id) => own.includes(id)) ?? own.at(-1);
      if (next !== undefined) terminals.activate(next);
    },
    showTab: (tab) => {
      const last = recent.findLast((id) => tab.some(({ terminal }) => terminal === id));
      const shown = last ?? tab[0]?.terminal;
      if (shown !== undefined) terminals.activate(shown);
    },
    resizePart: (id, share) => change((splits) => resized(splits, id, share)),
    unsplit: (id) => change((splits) => withoutTerminal(splits, id)),
    sends: (document, terminal) =>
      store.setState(({ sentTo }) => ({
        sentTo: [...sentTo.filter((one) => one.document !== document), { document, terminal }].slice(
          -MOST_SENT,
        ),
      })),
    remembered: () => {
      const { active, splits, sentTo } = store.getState();
      return { active, splits, sentTo };
    },
    restore: ({ active, splits, sentTo }) => {
      const { terminals: all, active: now } = store.getState();
      const ids = all?.map(({ id }) => id) ?? null;
      const isThere = active !== null && (ids === null || ids.includes(active));
      store.setState({
        active: isThere ? active : now,
        sentTo,
        splits: ids === null ? splits : kept(splits, ids),
      });
    },
    rename: async (id, title) => {
      store.setState({ naming: null });
      if (title.trim() === '') return;
      await client.request('terminal.rename', { terminal: id, title: title.trim() }).catch(fail);
    },
    askClose: (id) => {
      const info = store.getState().terminals?.find((one) => one.id === id);
      if (info === undefined) return;
      terminals.activate(id);
      if (isRunning(info)) store.setState({ closing: { id, why: 'runs' } });
      else void terminals.close(id, false);
    },
    askCloseTab: (tab) => {
      const { terminals: all } = store.getState();
      const infos = tab.flatMap(({ terminal }) => all?.find(({ id }) => id === terminal) ?? []);
      for (const { id } of infos.filter((info) => !isRunning(info))) void terminals.close(id, false);
      const running = infos.find(isRunning);
      if (running !== undefined) terminals.askClose(running.id);
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
    set: (change) => store.setState(change.failure === null ? { ...change, refused: null } : change),
  };
  return terminals;
}

/** A command runs in it, which ends with it. */
export function isRunning({ ended, phase }: TerminalInfo): boolean {
  return ended === null && phase === 'running';
}

function lostWords(lost: readonly TerminalInfo[]): string {
  const [first] = lost;
  return lost.length === 1 && first !== undefined
    ? `The terminal ${first.title} ended with the engine that held it. What it showed is gone.`
    : `${lost.length} terminals ended with the engine that held them: ${lost.map(({ title }) => title).join(', ')}. What they showed is gone.`;
}

/** Who gets the keys of one that went: another of its tab, else the one in its place. */
function heir(
  gone: string | null,
  before: readonly TerminalInfo[] | null,
  splits: Splits,
  ids: readonly string[],
): string | null {
  const beside =
    gone === null ? undefined : tabOf(splits, gone).find(({ terminal }) => ids.includes(terminal));
  if (beside !== undefined) return beside.terminal;
  const at = before?.findIndex(({ id }) => id === gone) ?? 0;
  return ids[Math.min(Math.max(at, 0), ids.length - 1)] ?? null;
}

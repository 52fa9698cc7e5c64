import { randomBytes, randomUUID } from 'node:crypto';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { TerminalInfo } from '../../../shared/terminal/contract';
import type { Settings } from '../../../shared/settings/contract';
import type { RanCommand } from '../../../shared/terminal/command-cell';
import { textOf } from '../../../shared/terminal/kept-ends';
import { WatchbookError } from '../../../shared/rpc/errors';
import type { EngineClient, Handlers, Holdings, MethodsOf } from '../engine-client';
import { cleanEnvironment } from '../kernels/kernel-environment';
import { findTerminalFile } from './find-file';
import { findProfile, listProfiles } from './profiles';
import type { PtyFactory } from './pty';
import { TerminalSession } from './session';
import { markedStart } from './shell-marks';

/** Ended ones count too: a person closes them. */
const MOST_TERMINALS = 60;
/** News of all terminals are gathered for this long. Milliseconds. */
const TELL_MS = 40;
/** A shell begins what was entered at its prompt within this, or it was nothing to begin. Milliseconds. */
const LAND_MS = 1_000;

export interface TerminalsPorts {
  readonly startPty: PtyFactory;
  /** Private; what shells are started with lies there while they start. */
  readonly runtimeFolder: string;
  readonly settings: () => Settings;
  readonly clients: () => readonly EngineClient[];
  readonly loginEnvironment: () => Promise<Record<string, string>>;
  /** Whether the library shows a file; `real` has no links in it. */
  readonly isInLibrary: (real: string) => Promise<boolean>;
  readonly log: (message: string) => void;
}

export interface TerminalsFeature {
  readonly handlers: Handlers<Exclude<MethodsOf<'terminal'>, 'terminal.sendCells'>>;
  holdings(): Holdings;
  /** All of them, those too that have ended. */
  list(): readonly TerminalInfo[];
  /** Throws `not-found`. */
  session(id: string): TerminalSession;
  /** What is known of a past command, for a step that is made of it. Throws `not-found`. */
  ran(terminal: string, command: number): RanCommand;
  /** The shells that run: what descends from them has a step's rights alone. */
  pids(): readonly number[];
  dispose(): Promise<void>;
}

/** The terminals of this profile. They belong to the engine: windows come and go. */
export function createTerminals(ports: TerminalsPorts): TerminalsFeature {
  const { settings, clients, log } = ports;
  const sessions = new Map<string, TerminalSession>();
  let telling: NodeJS.Timeout | null = null;
  const all = () => [...sessions.values()].map(({ info }) => info);
  const changed = (): void => {
    telling ??= setTimeout(() => {
      telling = null;
      const terminals = all();
      for (const client of clients()) if (client.isPerson) client.send('terminal.changed', { terminals });
    }, TELL_MS);
  };
  const find = (id: string): TerminalSession => {
    const found = sessions.get(id);
    if (found === undefined) throw new WatchbookError('not-found', 'This terminal was closed.');
    return found;
  };

  const handlers: TerminalsFeature['handlers'] = {
    'terminal.profiles': async () => {
      const found = await listProfiles(await ports.loginEnvironment(), homedir(), settings());
      return { profiles: found.map(({ profile }) => profile) };
    },
    'terminal.list': async ({ settled = false }) => {
      if (settled) await Promise.all([...sessions.values()].map((session) => session.landed(LAND_MS)));
      return { terminals: all() };
    },
    'terminal.open': async ({ profile: wanted, directory = homedir(), environment, columns, rows }) => {
      if (sessions.size >= MOST_TERMINALS) {
        throw new WatchbookError(
          'busy',
          `${MOST_TERMINALS} terminals are open. They go on; close one and try again.`,
          { retryable: true },
        );
      }
      const login = cleanEnvironment(environment ?? (await ports.loginEnvironment()));
      const start = await findProfile(wanted, login, homedir(), settings());
      const id = randomUUID();
      const nonce = randomBytes(16).toString('hex');
      const folder = join(ports.runtimeFolder, `t-${id.slice(0, 8)}`);
      const marked =
        start.profile.kind === 'shell' ? await markedStart(start.program, folder, nonce, login) : null;
      const clear = (): void => {
        marked?.clear().catch((error: unknown) => log(`what a shell began with is left: ${String(error)}`));
      };
      try {
        const pty = await ports.startPty({
          program: start.program,
          arguments: marked?.arguments ?? start.arguments,
          directory,
          environment: { ...terminalVariables(login, directory), ...marked?.environment },
          columns,
          rows,
        });
        void pty.ended.then(clear);
        const { profile } = start;
        const scrollback = settings().terminalScrollback;
        const session = new TerminalSession({
          id,
          title: freeTitle(profile.title, all()),
          profile,
          pty,
          directory,
          columns,
          rows,
          scrollback,
          nonce,
          shell: marked?.shell ?? null,
          changed,
          marked: clear,
        });
        sessions.set(id, session);
        changed();
        return session.info;
      } catch (error) {
        clear();
        throw error;
      }
    },
    'terminal.attach': ({ terminal, waits = false, scrollback = null }, { client }) =>
      find(terminal).attach(client, { isAwaited: waits, scrollback }),
    'terminal.detach': ({ terminal }, { client }) => {
      sessions.get(terminal)?.detach(client);
      return {};
    },
    'terminal.taken': ({ terminal, characters }, { client }) => {
      sessions.get(terminal)?.taken(client, characters);
      return {};
    },
    'terminal.findFile': ({ terminal, path, host, command }) =>
      findTerminalFile({ path, host, ...find(terminal).placeOf(command) }, ports.isInLibrary),
    'terminal.write': ({ terminal, data }) => {
      find(terminal).write(data);
      return {};
    },
    'terminal.standing': async () => ({
      terminals: await Promise.all(
        [...sessions.values()].map(async (session) => ({
          terminal: session.id,
          refusal: await session.refusal(),
        })),
      ),
    }),
    'terminal.send': ({ terminal, text, force }) => find(terminal).send(text, force),
    'terminal.offerMarks': ({ terminal }) => find(terminal).offerMarks(),
    'terminal.giveMarks': ({ terminal, token }) => find(terminal).giveMarks(token),
    'terminal.resize': ({ terminal, columns, rows }) => {
      find(terminal).resize(columns, rows);
      return {};
    },
    'terminal.rename': ({ terminal, title }) => {
      find(terminal).rename(title);
      return {};
    },
    'terminal.clear': ({ terminal }) => {
      find(terminal).clear();
      return {};
    },
    'terminal.commandOutput': ({ terminal, command, raw }) => {
      const found = find(terminal).capture.output(command);
      if (found === null) {
        throw new WatchbookError('not-found', 'What this command printed is not kept any more.');
      }
      const { shown, cut } = found;
      const pieces = raw === true ? [...found.raw, ...found.rawEnd] : null;
      return { command: found.command, shown, raw: pieces === null ? null : textOf(pieces), cut };
    },
    'terminal.close': async ({ terminal, force }) => {
      await find(terminal).close(force);
      sessions.delete(terminal);
      changed();
      return {};
    },
  };

  const live = () => [...sessions.values()].filter(({ hasEnded }) => !hasEnded);
  return {
    handlers,
    list: all,
    session: find,
    holdings: () => ({
      kernels: 0,
      terminals: live().length,
      runs: 0,
      atRisk: 0,
      busy: 0,
      running: live().map(({ words }) => `the terminal ${words}`),
    }),
    ran: (terminal, command) => find(terminal).ran(command),
    pids: () => live().map(({ pid }) => pid),
    dispose: async () => {
      if (telling !== null) clearTimeout(telling);
      const ends = await Promise.allSettled([...sessions.values()].map((session) => session.close(true)));
      for (const end of ends) if (end.status === 'rejected') log(`a terminal: ${String(end.reason)}`);
      sessions.clear();
    },
  };
}

/** `bash`, where another has that name `bash 2`: where one of several is chosen, names tell them apart. */
function freeTitle(title: string, all: readonly TerminalInfo[]): string {
  // One that has ended says so, and gives its name to the one that takes its place.
  const taken = new Set(all.filter(({ ended }) => ended === null).map((info) => info.title));
  let free = title;
  for (let number = 2; taken.has(free); number += 1) free = `${title} ${number}`;
  return free;
}

/** What programs in a terminal of ours see beside the login shell's own variables. */
function terminalVariables(
  login: Readonly<Record<string, string>>,
  directory: string,
): Record<string, string> {
  const { COLUMNS: _columns, LINES: _lines, ...rest } = login;
  return {
    ...rest,
    PWD: directory,
    TERM: 'xterm-256color',
    COLORTERM: 'truecolor',
    TERM_PROGRAM: 'Watchbook',
  };
}

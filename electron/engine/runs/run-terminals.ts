import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { WatchbookError } from '../../../shared/rpc/errors';
import { sourceContentSchema, type AttachedContent, type CommandContent } from '../../../shared/runs/content';
import type { Actor } from '../../../shared/runs/events';
import { isSystemError } from '../notebook/disk-errors';
import { writeFullTexts } from '../notebook/full-output';
import {
  AttachedTerminal,
  type DetachReason,
  type RecordedCommand,
  type RecordedTerminal,
} from './attached-terminal';
import { removeRecording, restoreRecording } from './command-recording';
import { shortName } from './run-places';
import { actorOf, conflict, engineActor, type RunState } from './run-state';
import type { SentAs } from './sent-commands';

/** Whole texts of a run lie here. */
const OUTPUT_FOLDER = 'output';

/** A command as it is recorded. `sent`: what it was, where the run sent it. */
type Recorded = RecordedCommand & { readonly sent: SentAs | null };

interface Attached {
  readonly terminal: RecordedTerminal;
  readonly follower: AttachedTerminal;
  readonly actor: Actor;
  /** Commands that are whole and not in the journal yet, in their order. */
  readonly waiting: Recorded[];
  /** That it is attached is in the journal. */
  isRecorded: boolean;
}

/**
 * The terminals that are attached to one run: each command in them becomes an event of its journal when it has ended,
 * in its order. The journal has times and numbers; what was typed and printed is in content files.
 */
export class RunTerminals {
  private readonly attached = new Map<string, Attached>();
  private work: Promise<void> = Promise.resolve();

  /**
   * `folder`: where commands that are under way are kept; `sentAs`: what a command is, where the run sent it;
   * `recorded`: the record has grown.
   */
  constructor(
    private readonly state: RunState,
    private readonly folder: string,
    private readonly sentAs: (terminal: string, command: number) => SentAs | null,
    private readonly recorded: () => void,
  ) {}

  /** Rejects where it could not be recorded; then it is not attached. */
  async attach(terminal: RecordedTerminal, actor: Actor): Promise<void> {
    const { id, info, recording } = terminal;
    if (recording !== null) throw conflict(`This terminal is attached to run ${recording.short} already.`);
    const { folder } = this.state;
    const follower = new AttachedTerminal(
      terminal,
      {
        folder: join(this.folder, id),
        log: this.state.log,
        done: (command) => {
          attached.waiting.push({ ...command, sent: this.sentAs(id, command.command.id) });
          // What could not be written is in the log, and the run says it.
          this.inLine(() => this.write(attached)).catch(() => undefined);
        },
        left: () => void this.detach(id, 'shell').catch((error: unknown) => this.state.log(String(error))),
      },
      { run: folder, short: shortName(folder) ?? '', environment: this.state.environment },
    );
    const attached: Attached = { terminal, follower, actor, waiting: [], isRecorded: false };
    this.attached.set(id, attached);
    const { title, profile, directory, columns, rows } = info;
    const content: AttachedContent = { title, profile: profile.title, kind: profile.kind, directory };
    try {
      // Before its first command, whatever comes meanwhile.
      await this.inLine(async () => {
        await this.state.record(actor, (place) => ({
          type: 'terminal-attached',
          data: { terminal: id, content: place('terminal', { ...content }), columns, rows },
        }));
        attached.isRecorded = true;
      });
      this.recorded();
    } catch (error) {
      this.attached.delete(id);
      follower.detach();
      for (const { output } of attached.waiting.splice(0)) await output?.discard();
      throw error;
    }
  }

  pause(terminal: string, on: boolean): void {
    this.attached.get(terminal)?.follower.pause(on);
  }

  /**
   * Records nothing from now on. What still runs is recorded as it is known. Rejects where the journal can not be
   * written: what was not recorded is kept, and is recorded when the run is opened the next time.
   */
  async detach(id: string, why: DetachReason): Promise<void> {
    const attached = this.attached.get(id);
    if (attached === undefined) return;
    this.attached.delete(id);
    attached.follower.detach();
    const actor = why === 'person' ? attached.actor : engineActor();
    await this.inLine(async () => {
      await this.write(attached);
      await this.state.record(actor, { type: 'terminal-detached', data: { terminal: id, why } });
      await removeRecording(join(this.folder, id));
    });
    this.recorded();
  }

  /** Rejects as {@link detach}, once all are detached. */
  async detachAll(why: DetachReason): Promise<void> {
    const ends = await Promise.allSettled([...this.attached.keys()].map((id) => this.detach(id, why)));
    for (const end of ends) if (end.status === 'rejected') throw end.reason;
  }

  /** Resolves when all that ended is in the journal, or could not be written. */
  async settled(): Promise<void> {
    await this.work;
  }

  private inLine(work: () => Promise<void>): Promise<void> {
    const next = this.work.then(work);
    // The next one goes on whatever became of this.
    this.work = next.catch(() => undefined);
    return next;
  }

  /** Writes what waits, in its order. What can not be written is tried again with the next command. */
  private async write({ terminal, actor, waiting, isRecorded }: Attached): Promise<void> {
    if (!isRecorded) return;
    for (let first = waiting[0]; first !== undefined; first = waiting[0]) {
      try {
        // What the run asked is nobody's gesture.
        const by = first.sent?.asked === undefined ? actor : engineActor();
        await recordCommand(this.state, by, terminal.id, first);
      } catch (error) {
        // The run says itself that nothing can be recorded.
        this.state.log(`a command of a terminal waits to be recorded: ${String(error)}`);
        throw error;
      }
      waiting.shift();
    }
    this.recorded();
  }
}

/** Adds a command to the journal: whole texts first, then the event with its content, then what was under way goes. */
async function recordCommand(
  state: RunState,
  actor: Actor,
  terminal: string,
  { command, output, notRecorded, paused, sent }: Recorded,
): Promise<void> {
  const { id, text, directory, started, ended, status } = command;
  const printed = (await output?.output()) ?? null;
  const full = printed?.full ?? [];
  await writeFullTexts(join(state.folder, OUTPUT_FOLDER), full);
  await state.record(actor, (place) => {
    const content: CommandContent | null =
      printed === null ? null : { command: text ?? '', directory, ...printed.content, paused };
    return {
      type: 'terminal-command',
      data: {
        terminal,
        command: id,
        started,
        ended,
        exitStatus: status,
        content: content === null ? null : place('command', { ...content }),
        notRecorded,
        ...sent,
        output: full.map(({ entry }) => ({ file: entry.path, sha256: entry.sha256 })),
      },
    };
  });
  await output?.discard();
}

/**
 * Terminals that were attached when an engine ended: its shells have ended with it. Commands that were under way are
 * recorded as far as they are known, then that they are attached no more.
 */
export async function recoverTerminals(state: RunState, attachedFolder: string): Promise<void> {
  for (const { terminal, by, commands } of state.run.terminals.filter(({ detached }) => detached === null)) {
    const folder = join(attachedFolder, terminal);
    const known = new Set(commands.map(({ command }) => command));
    for (const number of await numbersIn(folder)) {
      if (known.has(number)) continue;
      const found = await restoreRecording(join(folder, String(number)), state.log);
      if (found === null) continue;
      const { command, recording } = found;
      await recordCommand(state, actorOf(by, { kind: 'window' }), terminal, {
        command: { ...command, ended: null, status: null },
        output: recording,
        notRecorded: null,
        paused: false,
        sent: await sentUnderWay(state, terminal, command.text),
      });
    }
    await state.record(engineActor(), { type: 'terminal-detached', data: { terminal, why: 'engine' } });
    await removeRecording(folder);
  }
}

/** The attempt that a command was when the engine ended: the run had typed this text there. */
async function sentUnderWay(state: RunState, terminal: string, text: string): Promise<SentAs | null> {
  for (const { cell, attempts } of Object.values(state.run.steps)) {
    const last = attempts.at(-1);
    if (last === undefined || last.session !== 'terminal') continue;
    if (last.finished !== null) continue;
    const content = sourceContentSchema.safeParse(await state.content(last.source));
    const ranIn = content.success ? content.data.ranIn : undefined;
    if (ranIn?.id === terminal && ranIn.sent === text) return { step: { cell, attempt: last.number } };
  }
  return null;
}

/** The commands that were under way, by their numbers. */
async function numbersIn(folder: string): Promise<readonly number[]> {
  const names = await readdir(folder).catch((error: unknown) => {
    if (isSystemError(error) && error.code === 'ENOENT') return [];
    throw error;
  });
  return names
    .filter((name) => /^\d{1,9}$/.test(name))
    .map(Number)
    .toSorted((a, b) => a - b);
}

/** For a terminal whose shell has ended. Throws `not-found`. */
export function refuseEnded({ info }: Pick<RecordedTerminal, 'info'>): void {
  if (info.ended === null) return;
  throw new WatchbookError('not-found', 'The shell of this terminal has ended. It was not attached.');
}

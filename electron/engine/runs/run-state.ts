import { hostname, userInfo } from 'node:os';
import type { Notebook, Cell } from '../../../shared/notebook/model';
import { WatchbookError } from '../../../shared/rpc/errors';
import type { JsonObject } from '../../../shared/rpc/contract';
import type { StartDetails } from '../../../shared/runs/content';
import type { RunLive, StartTrial } from '../../../shared/runs/contract';
import type { Actor, ContentRef, EnvironmentRef, RunEvent } from '../../../shared/runs/events';
import type { Run } from '../../../shared/runs/model';
import { planOf, type Plan, type PlanStep } from '../../../shared/runs/plan';
import { positionOf, stateOf, wordsFor, type Position } from '../../../shared/runs/position';
import { applyEvent, reduce } from '../../../shared/runs/reduce';
import type { EngineClient } from '../engine-client';
import type { HeldDocument } from '../notebook/documents';
import type { DocumentSession } from '../notebook/document-session';
import type { CommandAnswer } from './ask-command';
import { readContent } from './content';
import type { EventDraft, RunJournal } from './journal';
import type { RunSetting } from './run-setting';
import type { Asked } from './sent-commands';

/** What of a run is true now, and is changed by its actions. */
export interface LiveParts {
  readonly queue: readonly string[];
  readonly trials: readonly StartTrial[];
  readonly waits: RunLive['waits'];
  readonly retry: RunLive['retry'];
  readonly hints: RunLive['hints'];
  readonly libraryChanged: RunLive['libraryChanged'];
  readonly terminals: RunLive['terminals'];
  readonly unconfirmed: RunLive['unconfirmed'];
  readonly problem: string | null;
}

const NOTHING: LiveParts = {
  queue: [],
  trials: [],
  waits: [],
  retry: null,
  hints: [],
  libraryChanged: null,
  terminals: {},
  unconfirmed: null,
  problem: null,
};

export interface RunStateOptions {
  readonly folder: string;
  /** Null where the run can only be read here. */
  readonly journal: RunJournal | null;
  /** Why, as a sentence; null where it can be driven. */
  readonly readOnly: string | null;
  readonly events: readonly RunEvent[];
  readonly details: StartDetails;
  readonly setting: RunSetting;
  readonly held: HeldDocument;
  readonly log: (message: string) => void;
  /** Events were synced, or what is true now has changed. */
  readonly told: { appended(events: readonly RunEvent[]): void; live(): void };
}

/** The person at a client, by the name the run knows them by. */
export function actorOf(name: string, client: Pick<EngineClient, 'kind'>): Actor {
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  return {
    name,
    account: userInfo().username,
    host: hostname(),
    zone: timeZone,
    via: client.kind === 'cli' ? 'command' : 'window',
  };
}

/** Nobody's gesture: what the engine saw by itself. */
export function engineActor(): Actor {
  return { ...actorOf('Watchbook', { kind: 'window' }), via: 'engine' };
}

/**
 * One live run: its journal, what it says, its document, and what is true only now. Everything that is shown follows
 * from these; its actions change them, in this order: recorded and synced, reduced, told.
 */
export class RunState {
  readonly folder: string;
  readonly details: StartDetails;
  readonly setting: RunSetting;
  readonly events: RunEvent[];
  /** Asks a command in the terminal that a bound step runs in; its session knows which. */
  askTerminal: ((cell: Cell, command: readonly string[], asked: Asked) => Promise<CommandAnswer>) | null =
    null;
  private reduced: Run;
  private parts: LiveParts = NOTHING;
  private planned: { readonly notebook: Notebook; readonly plan: Plan } | null = null;
  private saving: Promise<void> = Promise.resolve();

  constructor(private readonly options: RunStateOptions) {
    this.folder = options.folder;
    this.details = options.details;
    this.setting = options.setting;
    this.events = [...options.events];
    this.reduced = reduce(this.events);
  }

  get run(): Run {
    return this.reduced;
  }

  get document(): DocumentSession {
    return this.options.held.session;
  }

  get isWritable(): boolean {
    return this.options.journal !== null;
  }

  /** Why this run can only be read here, as a sentence; null where it can be driven. */
  get readOnly(): string | null {
    return this.options.readOnly;
  }

  /** Of the journal's last line. */
  get headDigest(): string | null {
    return this.options.journal?.head?.sha256 ?? null;
  }

  get live(): LiveParts {
    return this.parts;
  }

  get log(): (message: string) => void {
    return this.options.log;
  }

  /** As `run-started` has it. */
  get environment(): EnvironmentRef {
    const { name, colour, guard, gates } = this.setting.environment;
    return this.run.started?.data.environment ?? { name, colour, guard, gates };
  }

  get driver(): string {
    return this.run.driver ?? this.details.driver;
  }

  get plan(): Plan {
    const { notebook } = this.document;
    if (this.planned?.notebook.cells !== notebook.cells) this.planned = { notebook, plan: planOf(notebook) };
    return this.planned.plan;
  }

  get position(): Position {
    return positionOf(this.plan, this.run, this.parts);
  }

  /** The cell that runs, or that the run stands at; null where there is none. */
  get place(): string | null {
    const { position } = this;
    if (position.kind === 'running') return position.cell;
    return 'step' in position && position.step !== null ? position.step.cell : null;
  }

  /** What of it is true now, as clients get it. */
  get liveView(): RunLive {
    const { queue, trials, waits, hints, retry, libraryChanged, terminals, unconfirmed, problem } =
      this.parts;
    const { runs } = this.document;
    return {
      kernel: runs.kernelStatus,
      shell: runs.shellStatus,
      queue: [...queue],
      trials: [...trials],
      waits: [...waits],
      hints: [...hints],
      retry,
      libraryChanged,
      terminals: { ...terminals },
      unconfirmed,
      problem,
    };
  }

  /** Some step is past. A run without steps, or whose steps all are still to come, is not at its end. */
  get isAnyDone(): boolean {
    const { plan, run } = this;
    return plan.steps.some((step) => step.kind !== 'setup' && stateOf(plan, run, step, []) !== 'todo');
  }

  cell(id: string): Cell {
    return this.document.cell(id);
  }

  step(id: string): PlanStep {
    const step = this.plan.byCell.get(id);
    if (step === undefined) throw conflict('This cell is no step of the run.');
    return step;
  }

  /** Changes what is true now, and tells it. */
  change(parts: Partial<LiveParts>): void {
    this.parts = { ...this.parts, ...parts };
    this.options.told.live();
  }

  /**
   * Adds an event. Resolves when it is synced, reduced and told. Rejects as the journal does; then nothing happened,
   * and the run says that nothing can be recorded.
   */
  async record(actor: Actor, draft: EventDraft): Promise<RunEvent> {
    const { journal } = this.options;
    if (journal === null) throw conflict('This run can only be read here.');
    try {
      const event = await journal.append(actor, draft);
      this.reduced = applyEvent(this.reduced, event);
      this.events.push(event);
      this.options.told.appended([event]);
      if (this.parts.problem !== null) this.change({ problem: null });
      return event;
    } catch (error) {
      if (error instanceof WatchbookError) this.change({ problem: error.message });
      throw error;
    }
  }

  /** Writes `run.ipynb` with the journal's head. What can not be written is said, and tried again at the next step. */
  save(): Promise<void> {
    this.saving = this.saving.then(() => this.saveNow());
    return this.saving;
  }

  private async saveNow(): Promise<void> {
    const head = this.options.journal?.head ?? null;
    if (head === null) return;
    try {
      const value: JsonObject = { seq: head.seq, sha256: head.sha256 };
      this.document.edits.amendForRun({
        kind: 'metadata',
        cell: null,
        path: ['watchbook', 'journal'],
        value,
      });
      await this.document.save({});
    } catch (error) {
      if (!(error instanceof WatchbookError)) throw error;
      this.change({ problem: `The record is whole, and run.ipynb was not saved: ${error.message}` });
    }
  }

  /** A content file's value; null for one that is withheld, missing or changed. */
  async content(ref: ContentRef): Promise<JsonObject | null> {
    const found = await readContent(this.folder, ref);
    return found.kind === 'value' ? found.value : null;
  }

  /** Refuses where the words that a guard asks for were not typed. Throws `needs-consent`. */
  checkWords(step: Pick<PlanStep, 'number'>, isDestructive: boolean, typed: string | undefined): void {
    const words = wordsFor(this.environment, step, isDestructive);
    if (words === null || typed?.trim() === words) return;
    throw new WatchbookError('needs-consent', `This step is run by typing “${words}”. Nothing was run.`);
  }

  async close(): Promise<void> {
    await this.saving;
    await this.options.journal?.close();
    this.options.held.release();
  }
}

/** An action that does not fit where the run stands. Nothing happened. */
export function conflict(message: string): WatchbookError {
  return new WatchbookError('conflict', `${message} Nothing was done.`);
}

/** The text of parameters that two approvals or checkpoints are compared by. */
export function parametersOf(details: StartDetails): JsonObject {
  return Object.fromEntries(details.parameters.map(({ name, value }) => [name, value]));
}

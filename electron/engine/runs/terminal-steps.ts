import type { Cell } from '../../../shared/notebook/model';
import type { Json, JsonObject } from '../../../shared/rpc/contract';
import { WatchbookError } from '../../../shared/rpc/errors';
import {
  boundTerminal,
  boundWords,
  chooseTerminal,
  profileOf,
  type BoundTerminal,
} from '../../../shared/runs/bound-terminal';
import { cellMembers } from '../../../shared/runs/cell-metadata';
import type { AttemptContent, AttemptTerminal } from '../../../shared/runs/content';
import type { Actor } from '../../../shared/runs/events';
import { expectationsOf } from '../../../shared/runs/expectations';
import { recordOf } from '../../../shared/runs/position';
import type { TerminalInfo } from '../../../shared/terminal/contract';
import { namedIn, unitOf } from '../../../shared/terminal/one-unit';
import type { EngineClient } from '../engine-client';
import type { OtherPlace } from '../notebook/runtime';
import { askTerminal } from './ask-terminal';
import type { CommandAnswer } from './ask-command';
import { conflict, type RunState } from './run-state';
import { SentCommands, type Asked, type SentAs } from './sent-commands';
import { TerminalStep, type HowMarked, type StepTerminal } from './terminal-step';

/** The terminals of the engine, as runs see them. */
export interface StepTerminals {
  list(): readonly TerminalInfo[];
  /** Throws `not-found`. */
  terminal(id: string): StepTerminal;
}

/** What a person said of a step that is to run in a terminal. */
export interface TerminalWish {
  readonly terminal: string | null;
  readonly isUnmarked: boolean;
}

/** What may change by itself is looked at again after so long. Milliseconds. */
const LOOK_MS = 40;

/** Steps that are bound to a terminal: in which one each runs, and what a person says of their ends. */
export class TerminalSteps {
  private running: { readonly cell: string; readonly step: TerminalStep } | null = null;
  /** By cell: where its attempt runs, and what was said of it. */
  private readonly ran = new Map<string, Pick<AttemptContent, 'ranIn' | 'confirmed'>>();
  private readonly unmarked = new Set<string>();
  private readonly sent = new SentCommands();
  private asking: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly state: RunState,
    private readonly terminals: StepTerminals,
    /** The terminals that were chosen for this run, by profile; as long as the engine lives. */
    private readonly chosen: Map<string, string>,
    /** The command of a step has ended, and a person is to say how: no clock of it goes on. */
    private readonly commandOver: (cell: string) => void,
  ) {
    this.tellChosen();
  }

  boundTo(cell: Pick<Cell, 'type' | 'metadata'>): BoundTerminal | null {
    return boundTerminal(cell, this.state.document.notebook);
  }

  /** What a client says with an action on a bound step. Throws `forbidden` for one that is no person's. */
  wishOf(
    cell: string,
    said: { readonly terminal?: string | undefined; readonly unmarked?: boolean | undefined },
    client: Pick<EngineClient, 'isPerson'>,
  ): TerminalWish | null {
    if (this.boundTo(this.state.cell(cell)) === null) return null;
    if (!client.isPerson)
      throw new WatchbookError(
        'forbidden',
        'This step runs in a terminal of a person, who has to start it. Nothing was run.',
      );
    return { terminal: said.terminal ?? null, isUnmarked: said.unmarked === true };
  }

  /**
   * Chooses the terminal for a bound step, and remembers it; nothing for other steps. Throws `conflict` where there is
   * none, or where it can not be typed into. `wish` null: nobody's gesture, and only what was chosen before counts.
   */
  async admit(id: string, wish: TerminalWish | null): Promise<void> {
    const cell = this.state.cell(id);
    const bound = this.boundTo(cell);
    if (bound === null) return;
    const terminal = this.choose(bound, wish);
    const unit = this.unitFor(cell);
    if (unit.kind === 'refused') throw conflict(`This step can not be typed. ${unit.reason}`);
    const isMarked = terminal.info.phase !== 'unknown';
    this.unmarked.delete(id);
    if (!isMarked) {
      if (wish?.isUnmarked !== true)
        throw conflict(
          `The shell in ${terminal.info.title} does not mark its commands, so it will not tell how this step ends. Send it all the same, and say yourself how it ended.`,
        );
      this.unmarked.add(id);
    }
    await this.whenReady(terminal, isMarked ? 'marked' : 'unmarked');
    this.chosen.set(profileOf(bound) ?? '', terminal.info.id);
    this.tellChosen();
  }

  /** What a bound step is sent with; null for other steps. Throws as {@link admit}. */
  async prepare(cell: Cell): Promise<{
    readonly terminal: AttemptTerminal;
    readonly place: OtherPlace;
  } | null> {
    const bound = this.boundTo(cell);
    if (bound === null) return null;
    const terminal = this.choose(bound, null);
    const unit = this.unitFor(cell);
    if (unit.kind === 'refused') throw conflict(`This step can not be typed. ${unit.reason}`);
    const how = this.unmarked.has(cell.id) ? 'unmarked' : 'marked';
    await this.whenReady(terminal, how);
    const { id, title, profile } = terminal.info;
    const ran = { id, title, profile: profile.id, sent: unit.text };
    const place: OtherPlace = {
      begin: (outputs, changed) => {
        this.ran.set(cell.id, { ranIn: ran });
        const step = TerminalStep.begin({
          terminal,
          text: unit.text,
          how,
          outputs,
          changed,
          ask: (status) => this.ask(cell.id, status),
          began: (command) => {
            const attempt = recordOf(this.state.run, cell.id)?.attempts.at(-1)?.number;
            if (attempt !== undefined) this.sent.add(id, command, { step: { cell: cell.id, attempt } });
          },
          isStatusEnough: this.isStatusEnough(cell),
        });
        const running = { cell: cell.id, step };
        this.running = running;
        void step.result.then(() => {
          if (this.running === running) this.running = null;
          if (this.state.live.unconfirmed?.cell === cell.id) this.state.change({ unconfirmed: null });
        });
        return Promise.resolve(step);
      },
    };
    return { terminal: ran, place };
  }

  /** What a command was that has just ended or is under way; null for one that this run did not send. */
  sentAs(terminal: string, command: number): SentAs | null {
    return this.sent.of(terminal, command);
  }

  /** What an attempt's content has of its terminal; nothing for one that ran in none. */
  contentOf(cell: string): JsonObject {
    const { ranIn, confirmed } = this.ran.get(cell) ?? {};
    this.ran.delete(cell);
    return {
      ...(ranIn === undefined ? {} : { ranIn }),
      ...(confirmed === undefined ? {} : { confirmed }),
    };
  }

  /** A person says how a step ended that waits for it. Throws `conflict`. */
  confirm(cell: string, status: number, actor: Actor): void {
    const { running, state } = this;
    if (running === null || running.cell !== cell || state.live.unconfirmed?.cell !== cell)
      throw conflict('This step does not wait for a word on its end.');
    this.ran.set(cell, { ...this.ran.get(cell), confirmed: { by: actor.name, status } });
    running.step.confirm(status);
  }

  /**
   * Asks a command in the terminal that was chosen for a cell. Never rejects; one after the other. Where the terminal is
   * attached to this run, the answer names the command that the record of the terminal has of it.
   */
  askIn(cell: Cell, command: readonly string[], asked: Asked): Promise<CommandAnswer> {
    const answer = this.asking.then(async (): Promise<CommandAnswer> => {
      try {
        const bound = this.boundTo(cell);
        if (bound === null) throw conflict('This step is bound to no terminal.');
        const terminal = this.choose(bound, null);
        if (terminal.info.phase === 'unknown')
          throw conflict(`The shell in ${terminal.info.title} does not mark its commands.`);
        await this.whenReady(terminal, 'marked');
        const { id } = terminal.info;
        let recordedAs: CommandAnswer['recordedAs'];
        const answered = await askTerminal(terminal, command, (number) => {
          this.sent.add(id, number, { asked });
          if (terminal.info.recording?.run === this.state.folder)
            recordedAs = { terminal: id, command: number };
        });
        return recordedAs === undefined ? answered : { ...answered, recordedAs };
      } catch (error) {
        if (!(error instanceof WatchbookError)) throw error;
        return { kind: 'not-asked', in: 'terminal', why: error.message };
      }
    });
    this.asking = answer.catch(() => undefined);
    return answer;
  }

  private ask(cell: string, status: number | null): void {
    if (status !== null) this.commandOver(cell);
    this.state.change({ unconfirmed: { cell, status, since: new Date().toISOString() } });
  }

  /** The word of a shell for its status is enough, save in a strict environment where nothing else is expected. */
  private isStatusEnough(cell: Cell): boolean {
    if (this.state.environment.guard !== 'strict') return true;
    const { expect } = cellMembers(cell);
    return expect !== undefined && expectationsOf(expect).some(({ kind }) => kind !== 'exitStatus');
  }

  private unitFor(cell: Cell): ReturnType<typeof unitOf> {
    const { details, setting } = this.state;
    const open = details.parameters.filter(({ name }) => !setting.secrets.includes(name));
    return unitOf(
      cell.source,
      namedIn(cell.source, open).map(({ name, value }) => ({ name, text: textOf(value) })),
    );
  }

  private choose(bound: BoundTerminal, wish: TerminalWish | null): StepTerminal {
    const profile = profileOf(bound);
    if (profile === null)
      throw conflict('What this step says of its terminal can not be read, so it is sent nowhere.');
    const all = this.terminals.list();
    const wanted = wish?.terminal ?? null;
    const before = this.chosen.get(profile) ?? null;
    const choice = chooseTerminal(bound, all, wanted ?? before, null);
    const words = boundWords(bound);
    switch (choice.kind) {
      case 'none':
        throw conflict(
          `This step runs in ${words}, and no terminal of it is open. Open one, and run it then.`,
        );
      case 'several':
        throw conflict(
          `This step runs in ${words}, and several terminals of it are open. Choose one of them.`,
        );
      case 'one': {
        const { id } = choice.terminal;
        const isMeant = wanted !== null ? id === wanted : wish !== null || id === before;
        if (!isMeant)
          throw conflict(
            `The terminal of ${words} that was chosen is not open any more. Choose another one.`,
          );
        return this.terminals.terminal(id);
      }
    }
  }

  /** Waits for the prompt that is about to come. Throws `conflict` where it does not. */
  private async whenReady(terminal: StepTerminal, how: HowMarked): Promise<void> {
    const since = performance.now();
    for (;;) {
      const why = await terminal.whyNot(how);
      if (why === null) return;
      if (performance.now() - since >= why.within)
        throw new WatchbookError('conflict', why.message, { retryable: true });
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
  }

  private tellChosen(): void {
    this.state.change({ terminals: Object.fromEntries(this.chosen) });
  }
}

/** A parameter as a shell has it: a text. */
function textOf(value: Json): string {
  if (value === null) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

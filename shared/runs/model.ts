import type { Actor, ContentRef, EventDataOf } from './events';

/** A state of a step, as `look.md` section 4 names them; `edited` is a mark of runbooks and no state of a run. */
export type StepState =
  'todo' | 'queued' | 'running' | 'done' | 'failed' | 'waiting' | 'skipped' | 'rolledback';

/** One execution of a step. */
export interface Attempt {
  /** From 1. */
  readonly number: number;
  readonly startedAt: string;
  readonly session: 'kernel' | 'shell' | 'terminal';
  readonly source: ContentRef;
  /** It was a command that a person had typed in a terminal: the run never sent it. */
  readonly isCaptured?: true;
  /** When it went over the time limit that only warns. */
  readonly limitPassedAt?: string;
  /** Null while it runs, and for one whose end nobody saw. */
  readonly finished: {
    readonly at: string;
    readonly status: 'done' | 'failed' | 'interrupted';
    readonly durationMs: number;
    readonly exitStatus: number | null;
    readonly outputs: string;
    readonly content: ContentRef;
  } | null;
}

export interface GateAnswer {
  readonly seq: number;
  readonly at: string;
  readonly actor: Actor;
  readonly verdict: EventDataOf<'gate-answered'>['verdict'];
  readonly approver: string | null;
  readonly how: EventDataOf<'gate-answered'>['how'];
  readonly reason: ContentRef | null;
}

export interface GateRecord {
  readonly kind: EventDataOf<'gate-opened'>['kind'];
  readonly openedAt: string;
  readonly until: string | null;
  readonly request: ContentRef | null;
  readonly minimum: number;
  /** Those that count now; what was voided is in `voided`. */
  readonly answers: readonly GateAnswer[];
  readonly voided: readonly { readonly at: string; readonly why: EventDataOf<'gate-voided'>['why'] }[];
  readonly isOpen: boolean;
}

/** What the journal knows of one cell. Cells of which it knows nothing have no record: they are to come. */
export interface StepRecord {
  readonly cell: string;
  readonly state: StepState;
  /** When the state was reached, and by which event. */
  readonly at: string;
  readonly seq: number;
  readonly attempts: readonly Attempt[];
  readonly adjustments: readonly {
    readonly at: string;
    readonly by: string;
    readonly before: ContentRef;
    readonly after: ContentRef;
    /** The attempt before which it was adjusted. */
    readonly beforeAttempt: number;
  }[];
  readonly added: { readonly at: string; readonly by: string; readonly after: string | null } | null;
  /** Why it was skipped or marked done by hand. */
  readonly decision: { readonly at: string; readonly by: string; readonly reason: ContentRef } | null;
  readonly byHand: boolean;
  readonly rolledBackBy: string | null;
  /** Done before a step above it ran again. */
  readonly beforeRerun: boolean;
  readonly gate: GateRecord | null;
  /** By item, from 1. */
  readonly ticks: Readonly<Record<string, { readonly at: string; readonly by: string }>>;
}

export interface CheckpointRecord {
  readonly id: string;
  readonly seq: number;
  readonly at: string;
  readonly by: string;
  readonly why: 'step' | 'gate' | 'person';
  readonly cell: string | null;
  readonly name: ContentRef | null;
  readonly state: ContentRef;
}

/** A command of a terminal while it was attached. */
export type TerminalCommandRecord = Omit<EventDataOf<'terminal-command'>, 'terminal'> & {
  readonly seq: number;
  readonly by: string;
};

/** A terminal from its attaching on, with the commands in it. */
export interface AttachedTerminal {
  readonly terminal: string;
  readonly seq: number;
  readonly at: string;
  readonly by: string;
  readonly content: ContentRef;
  readonly columns: number;
  readonly rows: number;
  /** Null while it is attached. */
  readonly detached: {
    readonly at: string;
    readonly why: EventDataOf<'terminal-detached'>['why'];
  } | null;
  readonly commands: readonly TerminalCommandRecord[];
}

/** Something the report names first. */
export interface Deviation {
  readonly seq: number;
  readonly at: string;
  readonly by: string;
  readonly kind:
    | 'skipped'
    | 'by-hand'
    | 'undone'
    | 'override'
    | 'adjusted'
    | 'added'
    | 'not-rehearsed'
    | 'uncommitted'
    | 'weaker'
    | 'unsigned'
    | 'gap'
    | 'kernel-lost'
    | 'clock'
    | 'withheld'
    | 'library-changed'
    | 'restored'
    | 'foreign';
  readonly cell: string | null;
  readonly reason: ContentRef | null;
}

/**
 * What a run's journal says, and nothing else: `reduce(events)`. Plain JSON, so that it crosses to a window, which
 * goes on from it with `applyEvent`.
 */
export interface Run {
  /** Number of the last event in it; -1 before the first. */
  readonly seq: number;
  readonly lastAt: string | null;
  readonly started: {
    readonly at: string;
    readonly by: Actor;
    readonly data: EventDataOf<'run-started'>;
  } | null;
  /** The one who is in control. */
  readonly driver: string | null;
  readonly finished: {
    readonly at: string;
    readonly by: string;
    readonly status: 'done' | 'aborted';
    readonly reason: ContentRef | null;
  } | null;
  /** By cell id. Own members only: `__proto__` is a good id of a cell. */
  readonly steps: Readonly<Record<string, StepRecord>>;
  /** Cells that run now, in the order of their start. */
  readonly running: readonly string[];
  readonly checkpoints: readonly CheckpointRecord[];
  readonly checks: readonly {
    readonly seq: number;
    readonly at: string;
    readonly data: EventDataOf<'check'>;
    readonly overridden: boolean;
  }[];
  readonly notes: readonly {
    readonly seq: number;
    readonly at: string;
    readonly by: string;
    readonly cell: string | null;
    readonly text: ContentRef;
  }[];
  readonly gaps: readonly { readonly seq: number; readonly at: string; readonly data: EventDataOf<'gap'> }[];
  /** A rollback that was begun and is not over: what is still to be undone, in order. */
  readonly rollback: {
    /** Number of the event that began it. */
    readonly seq: number;
    readonly to: string;
    readonly rest: readonly { readonly cell: string; readonly by: string | null }[];
  } | null;
  /** A failed step that is to be tried again by itself: from when on, and how many times more at most. */
  readonly retry: {
    readonly cell: string;
    /** Seconds between. */
    readonly wait: number;
    readonly left: number;
    readonly at: string;
  } | null;
  /** What a person had run again by itself before going on: everything before a cell, or some cells in this order. */
  readonly above: {
    /** Number of the event that chose it. */
    readonly seq: number;
    readonly upTo: string | null;
    readonly again: readonly string[];
  } | null;
  readonly linked: readonly { readonly at: string; readonly data: EventDataOf<'linked-run'> }[];
  /** Where a person chose to go on: what was done from there on before this event counts no more. */
  readonly resumed: { readonly seq: number; readonly at: string; readonly from: string } | null;
  /** Sessions lost whose memory is gone, until a person chose where to go on (`resumed`) or none was used. */
  readonly lost: readonly {
    readonly seq: number;
    readonly at: string;
    readonly session: 'kernel' | 'shell' | 'terminal';
  }[];
  /** Terminals that were attached, in the order of it; one that was attached twice is there twice. */
  readonly terminals: readonly AttachedTerminal[];
  readonly withheld: Readonly<Record<string, { readonly at: string; readonly reason: ContentRef }>>;
  readonly deviations: readonly Deviation[];
  /** Types of events that this version does not know: kept, named, and without effect. */
  readonly unknown: readonly string[];
}

import type { AttachedTerminal, Deviation, GateRecord, Run, StepRecord, StepState } from './model';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** A step that is being changed: its own lists are its own. */
export interface StepDraft extends Mutable<Omit<StepRecord, 'attempts' | 'adjustments' | 'ticks'>> {
  attempts: StepRecord['attempts'][number][];
  adjustments: StepRecord['adjustments'][number][];
  ticks: Record<string, StepRecord['ticks'][string]>;
}

type ListName =
  | 'running'
  | 'checkpoints'
  | 'checks'
  | 'notes'
  | 'gaps'
  | 'linked'
  | 'lost'
  | 'terminals'
  | 'deviations'
  | 'unknown';

/** An own member of a record, so that `constructor` and `__proto__` are names as any other. */
function ownMember<T>(record: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}

/** Sets an own member; assigning `__proto__` would set no member at all. */
export function setMember<T>(record: Record<string, T>, name: string, value: T): void {
  Object.defineProperty(record, name, { value, enumerable: true, configurable: true, writable: true });
}

function copyOfStep(step: StepRecord): StepDraft {
  return {
    ...step,
    attempts: [...step.attempts],
    adjustments: [...step.adjustments],
    ticks: { ...step.ticks },
  };
}

function newStep(cell: string): StepRecord {
  return {
    cell,
    state: 'todo',
    at: '',
    seq: -1,
    attempts: [],
    adjustments: [],
    added: null,
    decision: null,
    byHand: false,
    rolledBackBy: null,
    beforeRerun: false,
    gate: null,
    ticks: {},
  };
}

/**
 * A run that events are being applied to. What an event touches is copied the first time and changed in place from
 * then on: many events cost no more than their own work, one event copies only its step, and what was not touched
 * stays the same object.
 */
export class RunDraft {
  readonly run: Mutable<Run>;
  private readonly owned = new Set<string>();
  private readonly ownedSteps = new Map<string, StepDraft>();
  private steps: Record<string, StepRecord> | null = null;
  private index: Map<string, StepRecord> | null = null;

  constructor(run: Run) {
    this.run = { ...run };
  }

  push<K extends ListName>(name: K, item: Run[K][number]): void {
    (this.list(name) as Run[K][number][]).push(item);
  }

  /** Changes a terminal as it was attached last; what comes for one that never was is passed over. */
  terminal(name: string, change: (of: AttachedTerminal) => AttachedTerminal): void {
    const index = this.run.terminals.findLastIndex(({ terminal }) => terminal === name);
    const found = this.run.terminals[index];
    if (found !== undefined) (this.list('terminals') as AttachedTerminal[])[index] = change(found);
  }

  replace<K extends ListName>(name: K, list: Run[K]): void {
    this.run[name] = list;
    this.owned.delete(name);
  }

  /** A list that may be changed in place. */
  list<K extends ListName>(name: K): Run[K] {
    if (!this.owned.has(name)) {
      // The same items in an array of our own.
      this.run[name] = [...this.run[name]] as unknown as Run[K];
      this.owned.add(name);
    }
    return this.run[name];
  }

  deviation(kind: Deviation['kind'], of: Omit<Deviation, 'kind'>): void {
    this.push('deviations', { kind, ...of });
  }

  /** What is known of a cell, to be read. */
  known(cell: string): StepRecord | undefined {
    return ownMember(this.run.steps, cell);
  }

  /** All records. An index, as listing the members of a large object takes long. */
  all(): Iterable<StepRecord> {
    this.index ??= new Map(Object.entries(this.run.steps));
    return this.index.values();
  }

  /** A cell's record, to be changed; a new one where nothing is known. */
  step(cell: string): StepDraft {
    const own = this.ownedSteps.get(cell);
    if (own !== undefined) return own;
    if (this.steps === null) {
      this.steps = { ...this.run.steps };
      this.run.steps = this.steps;
    }
    const draft = copyOfStep(this.known(cell) ?? newStep(cell));
    setMember(this.steps, cell, draft);
    this.ownedSteps.set(cell, draft);
    this.index?.set(cell, draft);
    return draft;
  }

  /** Moves a step into a state. One that no more runs is taken out of those that do. */
  move(
    cell: string,
    state: StepState,
    { at, seq }: { readonly at: string; readonly seq: number },
  ): StepDraft {
    const step = this.step(cell);
    step.state = state;
    step.at = at;
    step.seq = seq;
    if (this.run.running.includes(cell)) {
      this.replace(
        'running',
        this.run.running.filter((running) => running !== cell),
      );
    }
    return step;
  }

  /** Changes a step's gate. */
  gate(cell: string, change: (gate: GateRecord) => GateRecord, missing: GateRecord): GateRecord {
    const step = this.step(cell);
    step.gate = change(step.gate ?? missing);
    return step.gate;
  }
}

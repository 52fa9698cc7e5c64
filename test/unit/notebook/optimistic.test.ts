import { ChangeSet } from '@codemirror/state';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyOperation } from '../../../shared/notebook/apply-operation';
import type { Notebook } from '../../../shared/notebook/model';
import { isChanged } from '../../../shared/notebook/notebook-writer';
import type { Operation } from '../../../shared/notebook/operation';
import {
  editLocally,
  startOptimistic,
  takeAnswer,
  takeApplied,
  takeSnapshot,
  type EditToSend,
  type OptimisticNotebook,
  type OptimisticStep,
} from '../../../shared/notebook/optimistic';
import { rebaseOperation } from '../../../shared/notebook/rebase';
import { parseChanges, sourceText } from '../../../shared/notebook/text-changes';
import { caseCount } from '../../support/environment';
import { cook, freshIds, notebookArbitrary, recipe } from '../../support/notebook-arbitraries';

type Message =
  | {
      readonly kind: 'applied';
      readonly version: number;
      readonly operation: Operation;
      readonly edit: string;
    }
  | { readonly kind: 'answer'; readonly edit: string };

/** The engine's side: one order of all edits. */
class Engine {
  readonly applied: Operation[] = [];
  readonly seen = new Set<string>();
  constructor(public notebook: Notebook) {}

  get version(): number {
    return this.applied.length;
  }

  take({ base, edit, operation }: EditToSend): Message[] {
    const answer: Message = { kind: 'answer', edit };
    if (this.seen.has(edit)) return [answer];
    this.seen.add(edit);
    let rebased: Operation | null = operation;
    for (const over of this.applied.slice(base)) rebased &&= rebaseOperation(rebased, over);
    if (rebased === null) return [answer];
    const applied = applyOperation(this.notebook, rebased);
    this.notebook = applied.notebook;
    this.applied.push(applied.operation);
    return [{ kind: 'applied', version: this.version, operation: applied.operation, edit }, answer];
  }
}

/** One window: its state, what is on its way to and from it, and the texts its editors show. */
class Window {
  state: OptimisticNotebook;
  out: EditToSend[] = [];
  in: Message[] = [];
  lost = 0;
  private readonly editors = new Map<string, string>();
  private count = 0;

  constructor(
    readonly name: string,
    engine: Engine,
  ) {
    this.state = startOptimistic(engine.notebook, engine.version);
    for (const cell of this.state.shown.cells) this.editors.set(cell.id, cell.source);
  }

  edit(operation: Operation): void {
    this.count += 1;
    if (operation.kind === 'text') this.change(operation.cell, operation.changes);
    this.take(editLocally(this.state, `${this.name}-${this.count}`, operation));
  }

  private change(cell: string, changes: unknown): void {
    const before = this.editors.get(cell) ?? '';
    this.editors.set(
      cell,
      parseChanges(changes as never)
        .apply(sourceText(before))
        .toString(),
    );
  }

  take(step: OptimisticStep): void {
    this.state = step.state;
    if (step.send !== null) this.out.push(step.send);
    for (const { cell, changes } of step.texts) this.change(cell, changes);
    this.lost += step.lost.length;
    const shown = new Map(this.state.shown.cells.map((cell) => [cell.id, cell.source]));
    for (const [id, source] of shown) if (!this.editors.has(id)) this.editors.set(id, source);
    for (const id of this.editors.keys()) if (!shown.has(id)) this.editors.delete(id);
    // What the editors show by increments is what the state says.
    expect(Object.fromEntries(this.editors)).toEqual(Object.fromEntries(shown));
  }

  receive(): void {
    const message = this.in.shift();
    if (message === undefined) return;
    this.take(
      message.kind === 'applied' ? takeApplied(this.state, message) : takeAnswer(this.state, message.edit),
    );
  }

  /** Everything on its way is lost; the window asks again. */
  reconnect(engine: Engine, deliver: (window: Window, messages: readonly Message[]) => void): void {
    this.out = [];
    this.in = [];
    const { inFlight } = this.state;
    if (inFlight !== null)
      deliver(
        this,
        engine.take(inFlight).filter((message) => message.kind === 'applied'),
      );
    this.in = [];
    this.take(
      takeSnapshot(
        this.state,
        engine.notebook,
        engine.version,
        inFlight !== null && engine.seen.has(inFlight.edit),
      ),
    );
  }
}

const event = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('edit' as const), who: fc.nat(1), recipe }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('deliver' as const), who: fc.nat(1) }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('receive' as const), who: fc.nat(1) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('reconnect' as const), who: fc.nat(1) }) },
);

function simulate(
  start: Notebook,
  events: readonly (typeof event extends fc.Arbitrary<infer E> ? E : never)[],
): void {
  const engine = new Engine(start);
  const windows = [new Window('w0', engine), new Window('w1', engine)];
  const fresh = freshIds('n');
  // Applied edits go to everybody, answers to who asked.
  const deliver = (from: Window, messages: readonly Message[]): void => {
    for (const message of messages) {
      for (const window of windows)
        if (message.kind === 'applied' || window === from) window.in.push(message);
    }
  };
  const deliverFrom = (window: Window): void => {
    const sent = window.out.shift();
    if (sent !== undefined) deliver(window, engine.take(sent));
  };
  for (const each of events) {
    const window = windows[each.who]!;
    if (each.do === 'edit') window.edit(cook(window.state.shown, each.recipe, fresh));
    else if (each.do === 'deliver') deliverFrom(window);
    else if (each.do === 'receive') window.receive();
    else window.reconnect(engine, deliver);
  }
  for (let round = 0; round < 200; round += 1) {
    for (const window of windows) {
      deliverFrom(window);
      while (window.in.length > 0) window.receive();
    }
  }
  for (const window of windows) {
    expect(window.state.pending).toEqual([]);
    expect(window.state.version).toBe(engine.version);
    expect(isChanged(engine.notebook, window.state.shown)).toBe(false);
  }
}

const bare = notebookArbitrary.map((made): Notebook => ({
  ...made,
  cells: made.cells.map((cell) => ({ ...cell, outputs: [], executionCount: null })),
}));

describe('windows that edit at once', () => {
  it('end with the engine’s notebook, whatever comes in whatever order, also over lost connections', () => {
    fc.assert(fc.property(bare, fc.array(event, { maxLength: 40 }), simulate), { numRuns: caseCount(700) });
  });

  it('lose no typing that nobody deleted', () => {
    const start: Notebook = {
      cells: [{ id: 'a', type: 'code', source: '', metadata: {}, outputs: [], executionCount: null }],
      metadata: {},
      nbformat: 4,
      nbformatMinor: 5,
    };
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(1), fc.nat(99), fc.constantFrom('type', 'deliver', 'receive')), {
          maxLength: 40,
        }),
        (events) => {
          const engine = new Engine(start);
          const windows = [new Window('w0', engine), new Window('w1', engine)];
          let count = 0;
          const typed: string[] = [];
          const deliver = (window: Window): void => {
            const sent = window.out.shift();
            if (sent === undefined) return;
            for (const message of engine.take(sent)) {
              for (const each of windows)
                if (message.kind === 'applied' || each === window) each.in.push(message);
            }
          };
          for (const [who, at, act] of events) {
            const window = windows[who]!;
            if (act === 'deliver') deliver(window);
            else if (act === 'receive') window.receive();
            else {
              const { length } = window.state.shown.cells[0]!.source;
              const mark = `<${(count += 1)}>`;
              typed.push(mark);
              // At the ends only, so that no mark is cut by another.
              const from = at % 2 === 0 ? 0 : length;
              window.edit({
                kind: 'text',
                cell: 'a',
                changes: ChangeSet.of([{ from, insert: mark }], length).toJSON(),
              });
            }
          }
          for (let round = 0; round < 100; round += 1) {
            for (const window of windows) {
              deliver(window);
              while (window.in.length > 0) window.receive();
            }
          }
          const { source } = engine.notebook.cells[0]!;
          for (const mark of typed) expect(source).toContain(mark);
          expect(source.length).toBe(typed.join('').length);
          expect(windows.map((window) => window.lost)).toEqual([0, 0]);
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('a window', () => {
  const start: Notebook = {
    cells: [{ id: 'a', type: 'code', source: '', metadata: {}, outputs: [], executionCount: null }],
    metadata: {},
    nbformat: 4,
    nbformatMinor: 5,
  };
  const put = (length: number, insert: string): Operation => ({
    kind: 'text',
    cell: 'a',
    changes: ChangeSet.of([{ from: length, insert }], length).toJSON(),
  });

  it('sends one edit at a time, and joins typing that waits', () => {
    const first = editLocally(startOptimistic(start, 7), 'e1', put(0, 'a'));
    expect(first.send).toMatchObject({ edit: 'e1', base: 7 });
    const second = editLocally(first.state, 'e2', put(1, 'b'));
    const third = editLocally(second.state, 'e3', put(2, 'c'));
    expect([second.send, third.send]).toEqual([null, null]);
    expect(third.state.shown.cells[0]!.source).toBe('abc');
    const confirmed = takeApplied(third.state, { version: 8, operation: put(0, 'a'), edit: 'e1' });
    expect(confirmed.send).toMatchObject({ edit: 'e3', base: 8, operation: put(1, 'bc') });
    expect(confirmed.texts).toEqual([]);
  });

  it('says which of its edits were lost', () => {
    const typed = editLocally(startOptimistic(start, 0), 'e1', put(0, 'a'));
    const step = takeApplied(typed.state, {
      version: 1,
      operation: { kind: 'delete', cells: ['a'] },
      edit: 'x',
    });
    expect(step.lost.map(({ edit }) => edit)).toEqual(['e1']);
    expect(step.state.shown.cells).toEqual([]);
    expect(takeAnswer(step.state, 'e1').state.inFlight).toBeNull();
  });

  it('asks for a snapshot when it missed a version, and passes over one it has', () => {
    const state = startOptimistic(start, 3);
    expect(() => takeApplied(state, { version: 5, operation: put(0, 'a'), edit: null })).toThrow(/missed/);
    expect(takeApplied(state, { version: 3, operation: put(0, 'a'), edit: null }).state).toBe(state);
  });
});

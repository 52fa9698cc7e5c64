import { randomUUID } from 'node:crypto';
import { ChangeSet } from '@codemirror/state';
import type { EngineConnection } from '../../electron/engine/client/engine-connection';
import type { DocumentSnapshot, DocumentState } from '../../shared/notebook/contract';
import type { CellRun, OutputView } from '../../shared/notebook/view';
import { until } from './until';

/** One client's sight of one document, kept up to date by events. */
export class DocumentView {
  readonly runs = new Map<string, CellRun>();
  readonly outputs = new Map<string, OutputView[]>();
  version: number;
  state: DocumentState;
  /** The cells whose runs were told. */
  private readonly ran = new Set<string>();

  constructor(
    readonly engine: EngineConnection,
    readonly snapshot: DocumentSnapshot,
  ) {
    this.version = snapshot.version;
    this.state = snapshot.state;
    for (const [cell, run] of Object.entries(snapshot.runs)) this.runs.set(cell, run);
    for (const [cell, views] of Object.entries(snapshot.outputs)) this.outputs.set(cell, views);
    // A connection may have several documents open, whose cells may have the same names.
    const own = ({ document }: { readonly document: string }): boolean => document === snapshot.document;
    engine.on('notebook.runs', (told) => {
      if (!own(told)) return;
      for (const [cell, run] of Object.entries(told.runs)) {
        this.runs.set(cell, run);
        this.ran.add(cell);
      }
    });
    engine.on('notebook.outputs', (told) => {
      if (!own(told)) return;
      const { cell, from, outputs } = told;
      this.outputs.set(cell, [...(this.outputs.get(cell) ?? []).slice(0, from), ...outputs]);
    });
    engine.on('notebook.applied', (told) => {
      if (own(told)) this.version = told.version;
    });
    engine.on('notebook.state', (state) => {
      if (own(state)) this.state = state;
    });
  }

  static async open(engine: EngineConnection, path: string): Promise<DocumentView> {
    return new DocumentView(engine, await engine.request('notebook.open', { path }));
  }

  get document(): string {
    return this.snapshot.document;
  }

  text(cell: string): string {
    return (this.outputs.get(cell) ?? [])
      .map((view) => (view.kind === 'stream' ? view.text.head + view.text.tail : ''))
      .join('');
  }

  /** Replaces the whole source of a cell. */
  edit(edit: string, cell: string, from: string, to: string) {
    const changes = ChangeSet.of([{ from: 0, to: from.length, insert: to }], from.length).toJSON() as never;
    return this.engine.request('notebook.edit', {
      document: this.document,
      base: this.version,
      edit,
      operation: { kind: 'text', cell, changes },
    });
  }

  /** Replaces the whole source of a cell by what the engine has now. */
  async type(cell: string, to: string): Promise<void> {
    const { cells, version } = await this.fresh();
    this.version = version;
    const from = cells.find(({ id }) => id === cell)?.source ?? '';
    await this.edit(randomUUID(), cell, from, to);
  }

  async fresh(): Promise<DocumentSnapshot> {
    const snapshot = await this.engine.request('notebook.snapshot', { document: this.document });
    this.state = snapshot.state;
    return snapshot;
  }

  async run(...cells: string[]): Promise<void> {
    await this.engine.request('notebook.run', { document: this.document, cells });
  }

  save(options: { readonly path?: string; readonly overwrite?: boolean; readonly convert?: boolean } = {}) {
    return this.engine.request('notebook.save', { document: this.document, ...options });
  }

  async finished(cell: string, seconds?: number): Promise<CellRun> {
    const isOver = (): boolean => ['done', 'failed'].includes(this.runs.get(cell)?.status ?? '');
    await until(`${cell} has ended`, isOver, seconds);
    await this.told(seconds);
    return this.runs.get(cell)!;
  }

  /** Waits until all is told that cells have put out so far: the last frame comes late on a busy machine. */
  async told(seconds?: number): Promise<void> {
    const { outputs } = await this.fresh();
    for (const cell of this.ran) {
      const all = outputs[cell] ?? [];
      const isTold = (): boolean => holds(this.outputs.get(cell) ?? [], all);
      await until(`all that ${cell} put out is told`, isTold, seconds);
    }
  }
}

/** Whether what was told of a cell's outputs is as much as these, or more. */
function holds(told: readonly OutputView[], all: readonly OutputView[]): boolean {
  return all.every((view, index) => {
    const own = told[index];
    if (own === undefined || own.kind !== view.kind) return false;
    return own.kind !== 'stream' || view.kind !== 'stream' || own.text.bytes >= view.text.bytes;
  });
}

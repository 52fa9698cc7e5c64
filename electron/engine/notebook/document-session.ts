import { randomUUID } from 'node:crypto';
import { dirname } from 'node:path';
import type { DocumentSnapshot, DocumentState, Finding } from '../../../shared/notebook/contract';
import { wantedKernel, type Cell, type Notebook } from '../../../shared/notebook/model';
import type { Operation } from '../../../shared/notebook/operation';
import { withoutOutputs } from '../../../shared/notebook/operation-outputs';
import { canonicalJson } from '../../../shared/notebook/outputs/output-digest';
import { WIDGET_STATE_MIME } from '../../../shared/notebook/widgets/widget-mimes';
import type { JsonObject } from '../../../shared/rpc/contract';
import { WatchbookError } from '../../../shared/rpc/errors';
import type { CallContext, EngineClient } from '../engine-client';
import { jupyterFoldersOf } from '../kernels/jupyter-folders';
import type { KernelHandle } from '../kernels/kernel-handle';
import { checkEdit } from './check-edit';
import { DiskChanges } from './disk-changes';
import type { DocumentDisk, SaveWishes } from './document-disk';
import { DocumentOutputs } from './document-outputs';
import type { DocumentRecovery, FoundEdits } from './document-recovery';
import { DocumentFile } from './document-file';
import { replay } from './document-replay';
import { DocumentRuns } from './document-runs';
import type { DocumentServices } from './document-services';
import { EditLog, type AppliedEdit } from './edit-log';
import { EditedCells } from './edited-cells';
import { firstOutputs } from './first-outputs';
import { KernelChooser } from './kernel-chooser';
import { cellOf, cellsLosingOutputs, cellsOf, cellsWithNewOutputs } from './operation-cells';
import type { RunDocument } from './run-document';
import { Subscribers } from './subscribers';
import { WidgetCodes } from './widget-code';
import { DocumentWidgets } from './widgets';
import { widgetViewsOf, type WidgetView } from './widget-views';

/**
 * One open document: its text in the engine's order of edits, its file, its kernels and what they printed.
 *
 * It lives as long as somebody shows it, a kernel of it lives, or something of it is not saved and running.
 */
export class DocumentSession {
  readonly id = randomUUID();
  readonly subscribers: Subscribers;
  readonly runs: DocumentRuns;
  readonly outputs: DocumentOutputs;
  readonly changes: DiskChanges;
  readonly widgets: DocumentWidgets;
  readonly widgetCodes: WidgetCodes;
  private readonly edits: EditLog;
  private readonly file: DocumentFile;
  private readonly chooser: KernelChooser;
  private readonly edited = new EditedCells();
  private readonly foundEarlier: Finding[] = [];
  private isLiveAllowed = false;
  private recovered = false;
  private hasReplayed: () => void = () => undefined;
  private readonly replayed = new Promise<void>((resolve) => (this.hasReplayed = resolve));

  constructor(
    private readonly services: DocumentServices,
    private readonly disk: DocumentDisk,
    private readonly recovery: DocumentRecovery,
    private readonly lastClientLeft: () => void,
    /** Null for a document that is no run's. */
    readonly run: RunDocument | null,
  ) {
    this.edits = new EditLog(disk.file.notebook);
    this.chooser = new KernelChooser(services);
    this.subscribers = new Subscribers(
      {
        document: this.id,
        outputs: (cell, from) => this.outputViews(cell, from),
        run: (cell) => this.runOf(cell),
        state: () => this.state(),
      },
      () => {
        if (this.subscribers.count === 0) this.lastClientLeft();
      },
    );
    this.outputs = new DocumentOutputs({
      document: this.id,
      limitBytes: () => services.settings().outputLimitBytes,
      madeHere: services.madeHere,
      openSpool: services.openSpool,
      restoreSpool: services.restoreSpool,
      log: services.log,
      unsavedAgain: (cell) => this.runs.persist(cell),
      problemChanged: () => this.problemChanged(),
      overflowed: () => void this.runs.interrupt(),
      changed: (cell, from) => {
        this.subscribers.outputsChanged(cell, from);
        this.subscribers.stateChanged();
      },
    });
    this.widgets = new DocumentWidgets({
      document: this.id,
      metadata: () => this.edits.notebook.metadata,
      printed: (id, message) => {
        const cell = this.edits.notebook.cells.find((one) => one.id === id);
        if (cell !== undefined) this.outputs.printed(cell, message);
      },
      log: services.log,
    });
    this.widgetCodes = new WidgetCodes({
      folders: async () => {
        const kernel = await this.chooser.fitting(this.edits.notebook, disk.path, disk.library);
        return jupyterFoldersOf(kernel, await services.loginEnvironment());
      },
      changed: () => this.subscribers.stateChanged(),
    });
    this.runs = new DocumentRuns({
      document: this.id,
      services,
      path: () => disk.path,
      notebook: () => this.edits.notebook,
      file: () => disk.file.notebook,
      outputs: this.outputs,
      subscribers: this.subscribers,
      widgets: this.widgets,
      chooseKernel: () => this.chooser.choose(this.edits.notebook, disk.path, disk.library),
      amend: (operation) => this.amend(operation),
      persist: (record) => recovery.append(record),
      cellFinished: () => void this.file.saveAfterRun(),
      run,
    });
    this.file = new DocumentFile({
      document: this.id,
      services,
      disk,
      recovery,
      edits: this.edits,
      outputs: this.outputs,
      runs: this.runs,
      isOfRun: run !== null,
      hasUnsavedEdits: () => this.hasUnsavedEdits,
      amend: (operation) => this.amend(operation),
      hasWidgets: () => this.widgets.hasModels,
      saveWidgetState: () => void this.saveWidgetState(),
      settled: () => this.changes.settled(),
      written: () => {
        this.recovered = false;
        this.subscribers.stateChanged();
      },
      renamed: () => this.subscribers.stateChanged(),
    });
    this.changes = new DiskChanges({
      disk,
      edits: this.edits,
      outputs: this.outputs,
      isInLine: (cell) => this.runs.isInLine(cell),
      inLine: (work) => this.file.inLine(work),
      replayed: this.replayed,
      restartRecovery: (file) => recovery.restart(this.file.recordsSince(file)),
      reset: (reason) => this.subscribers.send('notebook.reset', { document: this.id, reason }),
      stateChanged: () => this.subscribers.stateChanged(),
      log: services.log,
    });
    recovery.onProblem(() => this.problemChanged());
  }

  get path(): string {
    return this.disk.path;
  }

  get notebook(): Notebook {
    return this.edits.notebook;
  }

  /** The file gives its cells ids; else they are made up at each opening. */
  get hasOwnIds(): boolean {
    const { nbformat, nbformatMinor } = this.disk.file;
    return nbformat > 4 || (nbformat === 4 && nbformatMinor >= 5);
  }

  get hasUnsavedEdits(): boolean {
    return this.unsavedCells().count > 0;
  }

  /** Something is held that must outlive the last window. */
  get isHeld(): boolean {
    return this.runs.liveKernels > 0 || this.runs.isBusy || this.isAtRisk;
  }

  /** Something that is not in the file is in memory only, because the state folder can not be written now. */
  get isAtRisk(): boolean {
    return this.problem !== null && (this.hasUnsavedEdits || this.outputs.hasUnsaved);
  }

  join(client: EngineClient): DocumentSnapshot {
    this.subscribers.add(client);
    void this.describeKernel();
    return this.snapshot(client);
  }

  /**
   * What the document is now; the joined client's later events follow from here.
   *
   * The first outputs come with it, those of the cells after them at once as events: a large notebook is on screen
   * before all of it has travelled.
   */
  snapshot(client: EngineClient): DocumentSnapshot {
    this.subscribers.flush();
    const { notebook, version } = this.edits;
    const { first, later } = firstOutputs(notebook, this.outputs);
    this.subscribers.sendLater(client, later);
    return {
      document: this.id,
      version,
      metadata: notebook.metadata,
      nbformat: notebook.nbformat,
      nbformatMinor: notebook.nbformatMinor,
      cells: notebook.cells.map(({ outputs: _outputs, ...cell }) => cell),
      outputs: first,
      runs: this.runs.states.all(notebook),
      inputs: [...this.runs.prompts],
      state: this.state(),
      findings: [...this.foundEarlier, ...this.disk.file.findings],
      recentEdits: [...this.edits.recent],
      recovered: this.recovered,
    };
  }

  state(): DocumentState {
    const unsaved = this.unsavedCells();
    return {
      document: this.id,
      path: this.disk.path,
      unsavedEdits: unsaved.count > 0,
      unsavedOutputs: this.outputs.hasUnsaved,
      editedCells: unsaved.count,
      readOnly: this.disk.readOnly,
      disk: this.disk.state,
      diskChangedAt: this.disk.changedAt,
      merged: this.changes.merged,
      problem: this.problem,
      savedAt: this.disk.savedAt,
      saveNotes:
        unsaved.count > 0 || this.outputs.hasUnsaved ? [...this.disk.saveNotes(this.edits.notebook)] : [],
      canUndo: this.edits.canUndo,
      canRedo: this.edits.canRedo,
      kernel: this.runs.kernelStatus,
      shell: this.runs.shellStatus,
      queue: this.runs.queue,
      liveAllowed: this.isLiveAllowed,
      widgetCode: this.widgetCodes.allowed,
    };
  }

  /** Applies a person's edit made at `base`; sent twice it is applied once. */
  edit(base: number, edit: string, operation: Operation, client: EngineClient): { readonly version: number } {
    const seen = this.edits.seen(edit);
    if (seen !== null) return { version: seen };
    this.run?.checkEdit(operation);
    this.requireEditable(operation);
    this.bake(operation);
    const applied = this.edits.edit(base, operation, client.id, edit, Date.now());
    if (applied !== null) {
      this.publish(applied);
      this.subscribers.edited();
    }
    return { version: this.edits.version };
  }

  /** A person's edit that the engine works out on what is here now. Throws as {@link edit}. */
  editHere(operation: Operation, client: EngineClient): void {
    this.edit(this.edits.version, randomUUID(), operation, client);
  }

  /**
   * Cells with results that this engine saw elsewhere, as a person's edit with one undo. Throws as {@link edit}; the
   * place too may be gone.
   */
  insertResults(after: string | null, cells: readonly Cell[], client: EngineClient): void {
    this.requireEditable({ kind: 'insert', after, cells: cells.map((cell) => ({ ...cell, outputs: [] })) });
    const operation: Operation = { kind: 'insert', after, cells: [...cells] };
    const applied = this.edits.edit(this.edits.version, operation, client.id, randomUUID(), Date.now());
    if (applied === null) return;
    for (const { id, source } of cells) this.runs.sources.sentCell(id, source);
    this.publish(applied);
    this.subscribers.edited();
  }

  /** Throws `read-only` or `busy` where this edit would be refused. */
  requireEditable(operation: Operation): void {
    checkEdit(this.edits.notebook, operation, {
      readOnly: this.disk.readOnly,
      isRunning: (cell) => this.runs.isInLine(cell),
    });
  }

  /** A change that a run makes by one of its actions, which has the record of it. It has no undo. */
  amendForRun(operation: Operation): void {
    this.bake(operation);
    this.amend(operation);
  }

  undo(): { readonly cell: string | null } {
    this.run?.refuse('its cells are changed');
    return this.step(this.edits.undo());
  }

  redo(): { readonly cell: string | null } {
    this.run?.refuse('its cells are changed');
    return this.step(this.edits.redo());
  }

  /** Writes the file; what was edited while it was being written stays unsaved. One save follows the other. */
  save(wishes: SaveWishes): Promise<{ readonly path: string; readonly bytes: number }> {
    return this.file.save(wishes);
  }

  /** Gives the file another name by `move`; the document, its kernels and its unsaved edits follow. */
  rename(target: string, move: () => Promise<void>): Promise<void> {
    return this.file.rename(target, move);
  }

  compare(): ReturnType<DocumentDisk['compare']> {
    return this.disk.compare(this.edits.notebook);
  }

  async chooseKernel(kernel: string, remember: 'notebook' | 'library' | 'no'): Promise<void> {
    await this.chooser.take(kernel, remember, this.disk.path, this.disk.library);
    await this.runs.shutdown();
    await this.describeKernel();
  }

  allowLive(): void {
    this.isLiveAllowed = true;
    this.subscribers.stateChanged();
  }

  /** The widget that an output shows; null where it shows none. */
  widgetView(id: string, key: string): WidgetView | null {
    return widgetViewsOf(this.outputs.views(this.cell(id), 0)).get(key) ?? null;
  }

  /**
   * Puts the state of the widgets that are shown into the notebook's metadata, as other programs do, and answers how
   * many models that is. It is a result and no edit: it has no undo.
   */
  saveWidgetState(): number {
    if (this.disk.readOnly !== null) {
      throw new WatchbookError('read-only', `This notebook can not be edited here: ${this.disk.readOnly}`);
    }
    const views = this.edits.notebook.cells.flatMap((cell) => [
      ...widgetViewsOf(this.outputs.views(cell, 0)).values(),
    ]);
    const value = this.widgets.stateOf(views);
    if (value === null) return 0;
    const kept = (this.edits.notebook.metadata['widgets'] as JsonObject | undefined)?.[WIDGET_STATE_MIME];
    if (kept === undefined || canonicalJson(kept) !== canonicalJson(value)) {
      this.amend({ kind: 'metadata', cell: null, path: ['widgets', WIDGET_STATE_MIME], value });
      this.subscribers.edited();
    }
    return Object.keys(value['state'] ?? {}).length;
  }

  get library(): string {
    return this.disk.library;
  }

  /** The variables that its kernels are started with. */
  async loginEnvironment(): Promise<Readonly<Record<string, string>>> {
    return this.run?.variables ?? this.services.loginEnvironment();
  }

  get cwd(): string {
    return dirname(this.disk.path);
  }

  /** Takes up a kernel that outlived the engine before this one. */
  async adopt(handle: KernelHandle): Promise<void> {
    await this.runs.adopt(handle);
  }

  /** Drops the edits that are not in the file, for good. */
  async discard(): Promise<void> {
    this.edits.reset(this.disk.file.notebook);
    this.outputs.reset();
    await this.recovery.restart([]);
    this.recovered = false;
  }

  cell(id: string): Cell {
    const cell = this.edits.notebook.cells.find((one) => one.id === id);
    if (cell === undefined) throw new WatchbookError('not-found', 'That cell is not there any more.');
    return cell;
  }

  requireJoined({ client }: CallContext): void {
    if (!this.subscribers.has(client)) {
      throw new WatchbookError('forbidden', 'This client has not opened the document.');
    }
  }

  /** Ends it whatever fails on the way; what failed is in the log. */
  async dispose(): Promise<void> {
    await this.runs.shutdown();
    await this.runs.settled();
    await this.file.settled();
    const isKept = this.hasUnsavedEdits || this.outputs.hasUnsaved;
    this.subscribers.dispose();
    this.widgets.dispose();
    for (const end of [
      () => this.outputs.dispose(),
      () => this.recovery.close(isKept),
      () => this.disk.dispose(),
    ]) {
      await end().catch((error: unknown) => this.services.log(`closing ${this.path}: ${String(error)}`));
    }
  }

  private get problem(): string | null {
    return this.recovery.problem ?? this.outputs.problem;
  }

  private problemChanged(): void {
    this.subscribers.stateChanged();
    if (this.problem === null && this.subscribers.count === 0) this.lastClientLeft();
  }

  private step(applied: AppliedEdit | null): { readonly cell: string | null } {
    if (applied === null) return { cell: null };
    this.publish(applied);
    this.subscribers.edited();
    return { cell: cellOf(applied.operation) };
  }

  private amend(operation: Operation): void {
    this.publish(this.edits.amend(operation));
  }

  private publish(applied: AppliedEdit): void {
    const { version, operation, client, edit } = applied;
    this.recovery.append({ kind: 'edit', operation, edit });
    // A deleted cell comes back with its outputs: windows get those as views.
    const shown = withoutOutputs(operation);
    this.subscribers.send('notebook.applied', { document: this.id, version, operation: shown, client, edit });
    for (const cell of cellsWithNewOutputs(operation)) this.subscribers.outputsChanged(cell, 0);
    for (const cell of cellsOf(operation)) {
      if (!this.edits.notebook.cells.some(({ id }) => id === cell)) this.runs.dropFromLine(cell);
      else this.subscribers.runChanged(cell);
    }
    this.subscribers.stateChanged();
  }

  /** Puts live outputs into the cells that an operation takes away, so that its inverse brings them back. */
  private bake(operation: Operation): void {
    const taken = cellsLosingOutputs(operation).filter((cell) => this.outputs.isLive(cell));
    if (taken.length === 0) return;
    this.edits.replaceValues(this.outputs.bake(this.edits.notebook, taken));
  }

  private outputViews(id: string, from: number) {
    const cell = this.edits.notebook.cells.find((one) => one.id === id);
    return cell === undefined ? null : this.outputs.views(cell, from);
  }

  private runOf(id: string) {
    const cell = this.edits.notebook.cells.find((one) => one.id === id);
    return cell === undefined ? null : this.runs.states.of(cell);
  }

  private unsavedCells(): { readonly count: number } {
    return { count: this.edited.count(this.disk.file.notebook, this.edits.notebook) };
  }

  private async describeKernel(): Promise<void> {
    const { notebook } = this.edits;
    const { name, language } = wantedKernel(notebook);
    const spec = await this.chooser.choose(notebook, this.path, this.library).catch((error: unknown) => {
      if (error instanceof WatchbookError && error.code === 'no-kernel') return null;
      throw error;
    });
    this.runs.describe(spec, name ?? language);
    this.subscribers.stateChanged();
  }

  /** Brings back what an earlier session did not save. */
  async replay(found: FoundEdits): Promise<void> {
    const { edits, outputs, runs, recovery, services } = this;
    const log = (message: string): void => services.log(`${this.path}: ${message}`);
    this.foundEarlier.push(...(await replay({ edits, outputs, runs, recovery, log }, found)));
    this.recovered = this.hasUnsavedEdits;
    this.hasReplayed();
  }
}

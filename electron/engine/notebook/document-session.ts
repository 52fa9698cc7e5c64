import { randomUUID } from 'node:crypto';
import { dirname } from 'node:path';
import type { DocumentSnapshot, DocumentState, Finding } from '../../../shared/notebook/contract';
import { wantedKernel, type Cell, type Notebook } from '../../../shared/notebook/model';
import { WatchbookError } from '../../../shared/rpc/errors';
import type { CallContext, EngineClient } from '../engine-client';
import { jupyterFoldersOf } from '../kernels/jupyter-folders';
import type { KernelHandle } from '../kernels/kernel-handle';
import { DiskChanges } from './disk-changes';
import type { DocumentDisk, SaveWishes } from './document-disk';
import { DocumentOutputs } from './document-outputs';
import type { DocumentRecovery, FoundEdits } from './document-recovery';
import { DocumentEdits } from './document-edits';
import { DocumentFile } from './document-file';
import { replay } from './document-replay';
import { DocumentRuns } from './document-runs';
import type { DocumentServices } from './document-services';
import { EditLog } from './edit-log';
import { EditedCells } from './edited-cells';
import { firstOutputs } from './first-outputs';
import { KernelChooser } from './kernel-chooser';
import type { RunDocument } from './run-document';
import { saveWidgetState } from './save-widget-state';
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
  readonly edits: DocumentEdits;
  private readonly log: EditLog;
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
    this.log = new EditLog(disk.file.notebook);
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
      metadata: () => this.log.notebook.metadata,
      printed: (id, message) => {
        const cell = this.log.notebook.cells.find((one) => one.id === id);
        if (cell !== undefined) this.outputs.printed(cell, message);
      },
      log: services.log,
    });
    this.widgetCodes = new WidgetCodes({
      folders: async () => {
        const kernel = await this.chooser.fitting(this.log.notebook, disk.path, disk.library);
        return jupyterFoldersOf(kernel, await services.loginEnvironment());
      },
      changed: () => this.subscribers.stateChanged(),
    });
    this.runs = new DocumentRuns({
      document: this.id,
      services,
      path: () => disk.path,
      notebook: () => this.log.notebook,
      file: () => disk.file.notebook,
      outputs: this.outputs,
      subscribers: this.subscribers,
      widgets: this.widgets,
      chooseKernel: () => this.chooser.choose(this.log.notebook, disk.path, disk.library),
      amend: (operation) => this.edits.amend(operation),
      persist: (record) => recovery.append(record),
      cellFinished: () => void this.file.saveAfterRun(),
      run,
    });
    this.edits = new DocumentEdits({
      document: this.id,
      log: this.log,
      disk,
      recovery,
      outputs: this.outputs,
      runs: this.runs,
      subscribers: this.subscribers,
      run,
    });
    this.file = new DocumentFile({
      document: this.id,
      services,
      disk,
      recovery,
      edits: this.log,
      outputs: this.outputs,
      runs: this.runs,
      isOfRun: run !== null,
      hasUnsavedEdits: () => this.hasUnsavedEdits,
      amend: (operation) => this.edits.amend(operation),
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
      edits: this.log,
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
    return this.log.notebook;
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
    const { notebook, version } = this.log;
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
      inputs: this.runs.prompts.all,
      state: this.state(),
      findings: [...this.foundEarlier, ...this.disk.file.findings],
      recentEdits: [...this.log.recent],
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
        unsaved.count > 0 || this.outputs.hasUnsaved ? [...this.disk.saveNotes(this.log.notebook)] : [],
      canUndo: this.log.canUndo,
      canRedo: this.log.canRedo,
      kernel: this.runs.kernelStatus,
      shell: this.runs.shellStatus,
      queue: this.runs.queue,
      liveAllowed: this.isLiveAllowed,
      widgetCode: this.widgetCodes.allowed,
    };
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
    return this.disk.compare(this.log.notebook);
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
    return saveWidgetState(this.log.notebook, this);
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

  /** Drops edits and results that are not in the file, for good. What runs goes on, with all that it printed. */
  async discard(): Promise<void> {
    const { notebook } = this.disk.file;
    this.log.reset(notebook);
    this.outputs.reset((cell) => this.runs.isInLine(cell));
    this.runs.states.forgetEnded();
    await this.recovery.restart(this.file.recordsSince(notebook));
    this.recovered = false;
  }

  cell(id: string): Cell {
    const cell = this.log.notebook.cells.find((one) => one.id === id);
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

  private outputViews(id: string, from: number) {
    const cell = this.log.notebook.cells.find((one) => one.id === id);
    return cell === undefined ? null : this.outputs.views(cell, from);
  }

  private runOf(id: string) {
    const cell = this.log.notebook.cells.find((one) => one.id === id);
    return cell === undefined ? null : this.runs.states.of(cell);
  }

  private unsavedCells(): { readonly count: number } {
    return { count: this.edited.count(this.disk.file.notebook, this.log.notebook) };
  }

  private async describeKernel(): Promise<void> {
    const { notebook } = this.log;
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
    const { log: edits, outputs, runs, recovery, services } = this;
    const log = (message: string): void => services.log(`${this.path}: ${message}`);
    this.foundEarlier.push(...(await replay({ edits, outputs, runs, recovery, log }, found)));
    this.recovered = this.hasUnsavedEdits;
    this.hasReplayed();
  }
}

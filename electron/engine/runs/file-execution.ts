import { randomUUID } from 'node:crypto';
import { dirname } from 'node:path';
import type { KernelMessage } from '@jupyterlab/services';
import type { KernelSpecInfo } from '../../../shared/kernels/contract';
import { cellTags, type Cell, type Notebook } from '../../../shared/notebook/model';
import { withoutRanAs } from '../../../shared/notebook/ran-as';
import type { NotebookFile } from '../../../shared/notebook/notebook-file';
import type { RunLine } from '../../../shared/runs/execute-contract';
import { toWireError, WatchbookError } from '../../../shared/rpc/errors';
import type { ExecutionPrompt, ExecutionResult } from '../notebook/cell-execution';
import { summaryOf } from '../notebook/cell-runs';
import { DocumentOutputs } from '../notebook/document-outputs';
import type { DocumentServices } from '../notebook/document-services';
import { Runtime } from '../notebook/runtime';
import { isSentInOrder, passedOver } from '../../../shared/runs/passed-over';
import type { ExecutedCopy } from './executed-copy';

export interface FileExecutionOptions {
  readonly file: NotebookFile;
  /** Absolute path of the notebook that is read. */
  readonly path: string;
  readonly copy: ExecutedCopy;
  readonly cwd: string | null;
  readonly kernel: KernelSpecInfo | null;
  readonly environment: Readonly<Record<string, string>>;
  readonly timeout: number | null;
  readonly allowErrors: boolean;
  readonly limitBytes: number | null;
  readonly isInteractive: () => boolean;
}

/** What an execution tells the client that started it, as long as that is there. */
export interface FileExecutionListener {
  line(line: RunLine): void;
  prompt(prompt: ExecutionPrompt): void;
  finished(exitCode: number, message: string | null): void;
}

const END_OF_INPUT = '\u0004';
const MOST_PROMPT = 400;

type Ending = { readonly status: 'done' | 'failed' | 'interrupted'; readonly message: string | null };

/**
 * Runs a notebook file from top to bottom and writes the executed copy as it goes.
 *
 * It goes on when its client is gone. The copy is written at the start, at once after a failed cell, otherwise at
 * most once a second after a finished cell, and at the end, whatever the end is.
 */
export class FileExecution {
  readonly id = randomUUID();
  private readonly runtime: Runtime;
  private readonly outputs: DocumentOutputs;
  private notebook: Notebook;
  private isInterrupted = false;
  private readonly prompts = new Map<string, ExecutionPrompt>();
  /** What stands on the line that the running program writes, to be shown with a question. */
  private lastLine = '';

  constructor(
    private readonly services: DocumentServices,
    private readonly options: FileExecutionOptions,
    private readonly listener: FileExecutionListener,
  ) {
    this.notebook = withoutResults(options.file.notebook);
    this.outputs = new DocumentOutputs({
      document: this.id,
      limitBytes: () => options.limitBytes,
      madeHere: services.madeHere,
      openSpool: services.openSpool,
      restoreSpool: () => Promise.resolve(null),
      log: services.log,
      unsavedAgain: () => undefined,
      problemChanged: () => this.tellProblem(),
      overflowed: () => void this.interrupt(),
      changed: () => undefined,
    });
    this.runtime = new Runtime({
      document: this.id,
      path: () => options.copy.path,
      cwd: () => options.cwd ?? dirname(options.path),
      isInteractive: options.isInteractive,
      environment: () => Promise.resolve(options.environment),
      environmentSource: 'command',
      startKernel: services.startKernel,
      chooseKernel: () => this.mainKernel(),
      shellSpec: services.shellSpec,
      newOutputs: (cell, execution) => this.outputs.begin(cell, execution),
      log: services.log,
      listener: {
        cellSent: () => undefined,
        cellStarted: () => undefined,
        output: (cell, message) => this.received(cell, message),
        cellFinished: (cell, result) => this.outputs.finished(cell, result),
        prompt: (_cell, prompt) => this.prompted(prompt),
        promptClosed: (_cell, request) => void this.prompts.delete(request),
        kernelsChanged: () => undefined,
        kernelDied: () => undefined,
      },
    });
  }

  get isBusy(): boolean {
    return this.runtime.liveKernels > 0;
  }

  /** One line for messages: what runs. */
  get title(): string {
    return `watchbook run ${this.options.path}`;
  }

  /** Starts the kernels that some cell needs. Rejects with `no-kernel` or `kernel-failed`; nothing is written then. */
  async prepare(): Promise<void> {
    for (const cell of this.notebook.cells) if (isSentInOrder(cell)) await this.runtime.prepare(cell);
  }

  /** Runs to the end. Never rejects: the end is told as `run-finished` and an exit code. */
  async run(): Promise<void> {
    let ending: Ending;
    try {
      this.tell({ type: 'run-started', file: this.options.path, kernel: this.options.kernel?.name ?? null });
      await this.write(true);
      ending = await this.runCells();
    } catch (error) {
      const { code, message } = toWireError(error);
      this.services.log(`${this.title}: ${code} ${message}`);
      this.tell({ type: 'error', code, message });
      ending = { status: 'failed', message };
    }
    const { path } = this.options.copy;
    const message = await this.finish(ending);
    this.tell({ type: 'run-finished', status: ending.status, output: path });
    this.listener.finished(ending.status === 'done' ? 0 : ending.status === 'interrupted' ? 130 : 1, message);
  }

  /** It was never run: ends what was started for it. */
  async abandon(): Promise<void> {
    await this.runtime.shutdown();
    await this.outputs.dispose();
  }

  /** Interrupts the running cell; what follows is not run. */
  async interrupt(): Promise<void> {
    this.isInterrupted = true;
    await this.runtime.interrupt();
  }

  /** `isEof`: the input ended; Jupyter's kernels know that by the key that ends it. */
  answer(request: string, value: string, isEof: boolean): void {
    const prompt = this.prompts.get(request);
    if (prompt === undefined) {
      throw new WatchbookError('not-found', 'The program does not wait for this input any more.');
    }
    if (!isEof) prompt.answer(value, false);
    else prompt.answer(prompt.continuous ? '' : END_OF_INPUT, prompt.continuous);
  }

  /** Nobody is there any more to answer: what waits for it would wait for ever. */
  clientGone(): void {
    for (const request of this.prompts.keys()) this.answer(request, '', true);
  }

  private async runCells(): Promise<Ending> {
    let failed: string | null = null;
    for (const [index, cell] of this.notebook.cells.entries()) {
      if (this.isInterrupted) break;
      if (cell.type !== 'code') continue;
      if (!isSentInOrder(cell)) {
        this.tell({ type: 'cell-finished', cell: cell.id, index, status: 'skipped', duration_ms: 0 });
        continue;
      }
      this.tell({ type: 'cell-started', cell: cell.id, index });
      const result = await this.runtime.execute(cell, this.options.timeout);
      this.keepTimes(cell.id, result);
      const isGood = isGoodEnd(cell, result);
      this.tellOutputs(cell.id, index);
      this.tell({
        type: 'cell-finished',
        cell: cell.id,
        index,
        status: isGood ? 'done' : 'failed',
        duration_ms: result.durationMs,
      });
      if (this.isInterrupted && !isGood) break;
      await this.write(!isGood);
      if (isGood) continue;
      failed ??= `Cell ${index + 1} failed: ${summaryOf(result) ?? 'no reason was given'}.`;
      const isKernelGone = result.outcome.kind === 'died' || result.outcome.kind === 'timeout';
      if (!this.options.allowErrors || (isKernelGone && this.runtime.main === null)) {
        return { status: 'failed', message: failed };
      }
    }
    if (this.isInterrupted) return { status: 'interrupted', message: 'Interrupted.' };
    return failed === null ? { status: 'done', message: null } : { status: 'failed', message: failed };
  }

  /** Ends the kernels, then writes the copy a last time: what background threads printed until then is in it. */
  private async finish(ending: Ending): Promise<string | null> {
    const parts = ending.message === null ? [] : [ending.message];
    await this.runtime.shutdown();
    try {
      await this.write(true);
      if (ending.status !== 'done') parts.push(`What was printed is kept in ${this.options.copy.path}.`);
    } catch (error) {
      parts.push(toWireError(error).message);
    }
    await this.outputs.dispose();
    return parts.length === 0 ? null : parts.join(' ');
  }

  private async mainKernel(): Promise<KernelSpecInfo> {
    if (this.options.kernel !== null) return this.options.kernel;
    throw new WatchbookError('no-kernel', `No kernel was chosen for ${this.options.path}. Nothing was run.`);
  }

  private received(cell: string, message: KernelMessage.IIOPubMessage | null): void {
    const content: object = message?.content ?? {};
    if ('text' in content && typeof content.text === 'string') {
      this.lastLine = `${this.lastLine}${content.text}`.split(/[\r\n]/).at(-1) ?? '';
      this.lastLine = this.lastLine.slice(-MOST_PROMPT);
    }
    this.outputs.received(cell, message);
  }

  private prompted(prompt: ExecutionPrompt): void {
    this.prompts.set(prompt.request, prompt);
    if (!this.options.isInteractive()) {
      this.answer(prompt.request, '', true);
      return;
    }
    // A shell's program has printed its question, which the person at the terminal does not see.
    const asked = prompt.continuous && prompt.prompt === '' ? this.lastLine : prompt.prompt;
    this.listener.prompt({ ...prompt, prompt: asked });
  }

  private keepTimes(id: string, { timing }: ExecutionResult): void {
    this.notebook = {
      ...this.notebook,
      cells: this.notebook.cells.map((cell) =>
        cell.id === id ? { ...cell, metadata: { ...cell.metadata, execution: timing } } : cell,
      ),
    };
  }

  private write(now: boolean): Promise<void> {
    return this.options.copy.write(() => this.outputs.materialise(this.notebook), now);
  }

  private tellOutputs(id: string, index: number): void {
    const cell = this.outputs.materialise(this.notebook).notebook.cells.find((one) => one.id === id);
    for (const output of cell?.outputs ?? []) {
      this.tell({ type: 'output', cell: id, index, output: { ...output } });
    }
  }

  private tellProblem(): void {
    const { problem } = this.outputs;
    if (problem !== null) this.tell({ type: 'error', code: 'disk-full', message: problem });
  }

  private tell(line: WithoutTime<RunLine>): void {
    this.listener.line({ ...line, at: new Date().toISOString() } as RunLine);
  }
}

type WithoutTime<L> = L extends RunLine ? Omit<L, 'at'> : never;

function isGoodEnd(cell: Cell, { outcome }: ExecutionResult): boolean {
  return outcome.kind === 'ok' || (outcome.kind === 'error' && cellTags(cell).includes('raises-exception'));
}

/** A copy never mixes old results with new; what somebody marked to be left as it is keeps its own. */
function withoutResults(notebook: Notebook): Notebook {
  return {
    ...notebook,
    cells: notebook.cells.map((cell) =>
      cell.type !== 'code' || keepsResults(cell)
        ? cell
        : { ...cell, outputs: [], executionCount: null, metadata: withoutRanAs(withoutTimes(cell.metadata)) },
    ),
  };
}

function keepsResults(cell: Cell): boolean {
  return cellTags(cell).includes('skip-execution') || passedOver(cell) === 'frozen';
}

function withoutTimes(metadata: Cell['metadata']): Cell['metadata'] {
  if (!('execution' in metadata) && !('ExecuteTime' in metadata)) return metadata;
  const { execution: _execution, ExecuteTime: _legacy, ...rest } = metadata;
  return rest;
}

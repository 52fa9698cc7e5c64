import { randomUUID } from 'node:crypto';
import type { KernelMessage } from '@jupyterlab/services';
import type { KernelHandle } from '../../electron/engine/kernels/kernel-handle';
import {
  CellExecution,
  type ExecutionPrompt,
  type ExecutionResult,
} from '../../electron/engine/notebook/cell-execution';
import { MessageRouter } from '../../electron/engine/notebook/message-router';
import { CellOutputs } from '../../shared/notebook/outputs/cell-outputs';
import { nowhere } from './nowhere';
import { until } from './until';

/** One cell that runs or ran: what came of it so far, and what it asks. */
export class SentCell {
  readonly messages: KernelMessage.IIOPubMessage[] = [];
  readonly prompts: ExecutionPrompt[] = [];
  private execution: CellExecution | null = null;

  /** Stream texts as they came, without overwrites applied. */
  get text(): string {
    return this.messages
      .map(({ content }) => ('text' in content && typeof content.text === 'string' ? content.text : ''))
      .join('');
  }

  /** The content of its error output; undefined where there is none. */
  get error(): { ename: string; evalue: string; traceback: string[] } | undefined {
    const found = this.messages.find(({ header }) => header.msg_type === 'error');
    return found?.content as { ename: string; evalue: string; traceback: string[] } | undefined;
  }

  async send(handle: KernelHandle, router: MessageRouter, code: string, allowStdin: boolean): Promise<void> {
    const outputs = new CellOutputs({ keyPrefix: '', limitBytes: null, openStore: () => nowhere });
    this.execution = await CellExecution.send({
      handle,
      router,
      outputs,
      listener: {
        started: () => undefined,
        output: (message) => this.messages.push(message),
        prompt: (prompt) => this.prompts.push(prompt),
        promptClosed: () => undefined,
      },
      entry: { document: 'test', path: '/test.ipynb', cell: 'test', execution: randomUUID() },
      code,
      allowStdin,
      timeout: null,
    });
  }

  ended(): Promise<ExecutionResult> {
    if (this.execution === null) throw new Error('the cell was not sent');
    return this.execution.result;
  }

  async interrupt(): Promise<void> {
    await this.execution?.interrupt();
  }

  async printed(text: string): Promise<void> {
    await until(`${JSON.stringify(text)} is printed; so far ${JSON.stringify(this.text)}`, () =>
      this.text.includes(text),
    );
  }

  /** Waits for the program's question number `count`, from 1. */
  async asked(count = 1): Promise<ExecutionPrompt> {
    await until(`it asks; so far ${JSON.stringify(this.text)}`, () => this.prompts.length >= count);
    return this.prompts[count - 1]!;
  }
}

/** Sends cells to one kernel and follows them, as a notebook does. */
export class KernelSession {
  private readonly router: MessageRouter;

  constructor(
    readonly handle: KernelHandle,
    private readonly allowStdin: boolean,
  ) {
    this.router = new MessageRouter(handle, () => undefined);
  }

  async send(code: string): Promise<SentCell> {
    const cell = new SentCell();
    await cell.send(this.handle, this.router, code, this.allowStdin);
    return cell;
  }

  /** Runs one cell to its end. */
  async run(code: string): Promise<SentCell & { readonly result: ExecutionResult }> {
    const cell = await this.send(code);
    const result = await cell.ended();
    return Object.assign(cell, { result });
  }

  async shutdown(): Promise<void> {
    await this.handle.shutdown();
    this.router.dispose();
  }
}

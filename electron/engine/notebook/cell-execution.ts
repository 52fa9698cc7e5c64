import { KernelMessage } from '@jupyterlab/services';
import { isJsonObject } from '../../../shared/notebook/notebook-values';
import type { CellOutputs } from '../../../shared/notebook/outputs/cell-outputs';
import type { Json, JsonObject } from '../../../shared/rpc/contract';
import type { InFlight, KernelEnd, KernelHandle } from '../kernels/kernel-handle';
import type { MessageRouter } from './message-router';

/** How an execution ended. Exactly one of these for each execution, also when its kernel dies. */
export type ExecutionOutcome =
  | { readonly kind: 'ok' }
  | { readonly kind: 'error'; readonly ename: string; readonly evalue: string }
  | { readonly kind: 'interrupted' }
  | { readonly kind: 'aborted' }
  /** `killed`: the interrupt did not help, and the kernel was ended. */
  | { readonly kind: 'timeout'; readonly seconds: number; readonly killed: KernelEnd | null }
  | { readonly kind: 'died'; readonly end: KernelEnd }
  /** The engine was away when it ended: what came out of it is not known. */
  | { readonly kind: 'unknown' }
  /** It ran in a terminal that went away, or told nothing of its end that can be believed. A sentence. */
  | { readonly kind: 'lost'; readonly reason: string };

export interface ExecutionResult {
  readonly outcome: ExecutionOutcome;
  readonly exitStatus: number | null;
  /** The shell ended with this cell: a fresh one follows, without what was in it. */
  readonly sessionEnded?: boolean;
  readonly executionCount: number | null;
  readonly startedAt: string;
  readonly endedAt: string;
  readonly durationMs: number;
  /** What goes into the cell's `metadata.execution`. */
  readonly timing: JsonObject;
}

/** One cell that runs, in a kernel or elsewhere. */
export interface RunningCell {
  readonly result: Promise<ExecutionResult>;
  /** Asks the program to stop. */
  interrupt(): Promise<void>;
  /** The cell runs anew: what still comes of this one is not its own any more. */
  forget(): void;
}

/** A question of the running program. `answer` may be called once; `continuous` ones come again by themselves. */
export interface ExecutionPrompt {
  readonly request: string;
  readonly prompt: string;
  readonly password: boolean;
  readonly continuous: boolean;
  answer(value: string, eof: boolean): void;
}

export interface ExecutionListener {
  /** The kernel began with it, or it was taken up while running. */
  started(at: string, executionCount: number | null): void;
  /** `outputs` changed; called for each message, so it must be cheap. */
  output(message: KernelMessage.IIOPubMessage): void;
  prompt(prompt: ExecutionPrompt): void;
  promptClosed(request: string): void;
}

export interface CellExecutionOptions {
  readonly handle: KernelHandle;
  readonly router: MessageRouter;
  readonly outputs: CellOutputs;
  readonly listener: ExecutionListener;
  readonly entry: Omit<InFlight, 'message' | 'sentAt'>;
  readonly code: string;
  readonly allowStdin: boolean;
  /** Seconds; the cell is interrupted, and its kernel ended 5 s later if that did not help. */
  readonly timeout: number | null;
}

const TIMEOUT_GRACE_MS = 5_000;
/** A reply without the idle status that should follow it: the status was lost with a subscription. */
const IDLE_GRACE_MS = 2_000;
/** What a dead kernel printed last may still lie in the sockets when its process is already gone. */
const DEATH_DRAIN_MS = 200;

/**
 * What may still come for a cell that has ended, from threads that it left: more output. Nothing takes away what was
 * there, changes how it ended, or asks a person for a password in its name.
 */
const LATE: ReadonlySet<string> = new Set(['stream', 'display_data', 'update_display_data']);

/**
 * Runs one cell on one kernel and follows it to its end.
 *
 * Its place in the table of what is in flight is on disk before the message is sent.
 */
export class CellExecution implements RunningCell {
  readonly result: Promise<ExecutionResult>;
  private resolve!: (result: ExecutionResult) => void;
  private settled = false;
  /** Its reply and its idle status have both come: nothing of the execution itself is still under way. */
  private isOver = false;
  private replied: ExecutionOutcome | null = null;
  private interruptAsked = false;
  private timedOut = false;
  private executionCount: number | null = null;
  private exitStatus: number | null = null;
  private sessionEnded = false;
  private startedAt: string | null = null;
  private startedClock = 0;
  private readonly timing: Record<string, Json> = {};
  private readonly timers = new Set<NodeJS.Timeout>();
  private openPrompt: string | null = null;
  private unlisten: () => void = () => undefined;
  private promptCount = 0;

  private constructor(
    private readonly options: CellExecutionOptions,
    private readonly messageId: string,
  ) {
    this.result = new Promise((resolve) => (this.resolve = resolve));
    void options.handle.ended.then((end) => {
      if (!this.settled) this.died(end);
    });
  }

  /** Records the message in flight, then sends it. Rejects only when the record cannot be written. */
  static async send(options: CellExecutionOptions): Promise<CellExecution> {
    const { handle, code, allowStdin } = options;
    const message = KernelMessage.createMessage<KernelMessage.IExecuteRequestMsg>({
      msgType: 'execute_request',
      channel: 'shell',
      username: handle.connection.username,
      session: handle.connection.clientId,
      content: {
        code,
        silent: false,
        store_history: true,
        user_expressions: {},
        allow_stdin: allowStdin,
        stop_on_error: true,
      },
    });
    const execution = new CellExecution(options, message.header.msg_id);
    await handle.recordInFlight({
      ...options.entry,
      message: message.header.msg_id,
      sentAt: new Date().toISOString(),
    });
    execution.listen();
    execution.begin(new Date().toISOString());
    if (execution.settled) return execution;
    handle.connection.sendShellMessage(message, true, true).done.catch(() => {
      // The connection disposes its futures when the kernel ends; the end itself is told by `handle.ended`.
    });
    return execution;
  }

  /** Takes up an execution that an engine before this one sent. What was printed meanwhile is a gap. */
  static takeUp(options: CellExecutionOptions, entry: InFlight): CellExecution {
    const execution = new CellExecution(options, entry.message);
    execution.listen();
    execution.begin(entry.sentAt);
    execution.askWhetherStillRunning();
    return execution;
  }

  /** Asks the program to stop. The cell counts as interrupted whatever it then answers, unless it ended well. */
  async interrupt(): Promise<void> {
    this.interruptAsked = true;
    await this.options.handle.interrupt(this.messageId);
  }

  private listen(): void {
    this.unlisten = this.options.router.listen(this.messageId, (message) => this.receive(message));
  }

  private begin(at: string): void {
    this.startedAt = at;
    this.startedClock = performance.now() - (Date.now() - Date.parse(at));
    const { timeout } = this.options;
    if (timeout !== null) this.after(timeout * 1000, () => this.timeOver());
  }

  private receive(message: KernelMessage.IMessage): void {
    if (this.isOver && !LATE.has(message.header.msg_type)) return;
    if (message.channel === 'iopub') this.receiveIOPub(message as KernelMessage.IIOPubMessage);
    else if (KernelMessage.isExecuteReplyMsg(message)) this.receiveReply(message);
    else if (KernelMessage.isInputRequestMsg(message)) this.receivePrompt(message);
  }

  private receiveIOPub(message: KernelMessage.IIOPubMessage): void {
    const at = instant(message.header.date);
    if (KernelMessage.isStatusMsg(message)) {
      const state = message.content.execution_state;
      if (state === 'busy') this.timing['iopub.status.busy'] = at;
      if (state === 'idle') {
        this.timing['iopub.status.idle'] = at;
        if (this.settled) this.isOver = true;
        else if (this.replied !== null) this.settle(this.replied);
      }
      return;
    }
    if (KernelMessage.isExecuteInputMsg(message)) {
      this.timing['iopub.execute_input'] = at;
      this.executionCount = message.content.execution_count;
      this.options.listener.started(this.startedAt ?? at, this.executionCount);
      return;
    }
    this.options.outputs.handle(message.header.msg_type, message.content as unknown as JsonObject);
    this.options.listener.output(message);
  }

  private receiveReply(message: KernelMessage.IExecuteReplyMsg): void {
    const started = (message.metadata as JsonObject)['started'];
    if (typeof started === 'string') this.timing['shell.execute_reply.started'] = instant(started);
    this.timing['shell.execute_reply'] = instant(message.header.date);
    const { content } = message;
    this.executionCount = content.execution_count ?? this.executionCount;
    this.exitStatus = exitStatusOf(message);
    this.sessionEnded = ownOf(message)['sessionEnded'] === true;
    if (content.status === 'ok') this.replied = { kind: 'ok' };
    else if (content.status === 'error') {
      const { ename, evalue } = content;
      this.replied = this.interruptAsked ? { kind: 'interrupted' } : { kind: 'error', ename, evalue };
    } else {
      this.timing['execution_failed'] = instant(message.header.date);
      this.replied = { kind: 'aborted' };
    }
    if (this.timing['iopub.status.idle'] !== undefined) this.settle(this.replied);
    else this.after(IDLE_GRACE_MS, () => this.replied !== null && this.settle(this.replied));
  }

  private receivePrompt(message: KernelMessage.IInputRequestMsg): void {
    if (this.settled) return;
    const { handle, listener } = this.options;
    const request = `${this.messageId}:${(this.promptCount += 1)}`;
    const watchbook = (message.metadata as JsonObject)['watchbook'] as JsonObject | undefined;
    let isAnswered = false;
    if (this.openPrompt !== null) listener.promptClosed(this.openPrompt);
    this.openPrompt = request;
    listener.prompt({
      request,
      prompt: message.content.prompt,
      password: message.content.password,
      continuous: watchbook?.['continuous'] === true,
      answer: (value, eof) => {
        if (isAnswered || this.settled) return;
        isAnswered = true;
        this.closePrompt();
        const content = eof
          ? { status: 'ok' as const, value, watchbook: { eof } }
          : { status: 'ok' as const, value };
        handle.connection.sendInputReply(content, message.header);
      },
    });
  }

  private closePrompt(): void {
    if (this.openPrompt === null) return;
    this.options.listener.promptClosed(this.openPrompt);
    this.openPrompt = null;
  }

  private timeOver(): void {
    this.timedOut = true;
    void this.options.handle.interrupt();
    this.after(TIMEOUT_GRACE_MS, () => void this.options.handle.shutdown());
  }

  /**
   * After taking up: the kernel answers requests in order, so an answer to a question asked now, with no reply of
   * ours before it, means that the execution ended while nobody listened.
   */
  private askWhetherStillRunning(): void {
    const { connection } = this.options.handle;
    const question = KernelMessage.createMessage<KernelMessage.IInfoRequestMsg>({
      msgType: 'kernel_info_request',
      channel: 'shell',
      username: connection.username,
      session: connection.clientId,
      content: {},
    });
    const stop = this.options.router.listen(question.header.msg_id, (message) => {
      if (message.header.msg_type !== 'kernel_info_reply') return;
      stop();
      if (this.replied === null) this.settle({ kind: 'unknown' });
    });
    connection.sendShellMessage(question, true, true).done.catch(() => stop());
  }

  private died(end: KernelEnd): void {
    if (!this.timedOut) this.timing['execution_failed'] = end.at;
    this.after(DEATH_DRAIN_MS, () => this.settle({ kind: 'died', end }));
  }

  private settle(outcome: ExecutionOutcome): void {
    if (this.settled) return;
    this.settled = true;
    // Without it the last messages may lie behind a flood, or an engine before this one may have missed it.
    this.isOver = outcome.kind !== 'unknown' && this.timing['iopub.status.idle'] !== undefined;
    for (const timer of this.timers) clearTimeout(timer);
    this.closePrompt();
    this.options.handle.settled(this.messageId);
    const endedAt = new Date().toISOString();
    const seconds = this.options.timeout;
    this.resolve({
      outcome:
        this.timedOut && seconds !== null
          ? { kind: 'timeout', seconds, killed: outcome.kind === 'died' ? outcome.end : null }
          : outcome,
      exitStatus: this.exitStatus,
      ...(this.sessionEnded ? { sessionEnded: true } : {}),
      executionCount: this.executionCount,
      startedAt: this.startedAt ?? endedAt,
      endedAt,
      durationMs: Math.max(0, Math.round(performance.now() - this.startedClock)),
      timing: this.timing,
    });
  }

  /** Output may still come from threads of the cell; it is the cell's until the cell runs again. */
  forget(): void {
    this.unlisten();
  }

  private after(milliseconds: number, action: () => void): void {
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      action();
    }, milliseconds);
    this.timers.add(timer);
  }
}

/** Kernels write microseconds and sometimes no zone; files hold what JupyterLab writes: the header's date as it came. */
function instant(date: string): string {
  return date === '' ? new Date().toISOString() : date;
}

/** What our shell says besides Jupyter's own members. */
function ownOf(message: KernelMessage.IExecuteReplyMsg): JsonObject {
  const own =
    (message.content as unknown as JsonObject)['watchbook'] ?? (message.metadata as JsonObject)['watchbook'];
  return isJsonObject(own) ? own : {};
}

function exitStatusOf(message: KernelMessage.IExecuteReplyMsg): number | null {
  const status = ownOf(message)['exitStatus'];
  return typeof status === 'number' ? status : null;
}

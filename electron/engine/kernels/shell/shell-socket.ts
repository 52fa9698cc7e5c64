import { KernelMessage } from '@jupyterlab/services';
import { MessageSocket } from '../message-socket';
import type { ShellPlatform } from './shell-platform';
import type { CommandEnd, ShellProcess } from './shell-process';

/** What the socket needs of the session it belongs to. */
export interface ShellSession {
  readonly clientId: string;
  readonly version: string;
  readonly platform: Pick<ShellPlatform, 'language' | 'complete'>;
  readonly isInteractive: boolean;
  /** It was asked to end: what runs then ends with it, and that is told by the kernel's end. */
  readonly isEnding: boolean;
  /** The shell that runs now; a fresh one after one has ended. Rejects where none can be started. */
  shell(): Promise<ShellProcess>;
  /** The directory commands run in now, for completion. */
  directory(): Promise<string>;
  shutdown(): Promise<void>;
}

type Content = Record<string, unknown>;

/** A line that is neither empty nor a comment. */
const HAS_COMMAND = /^[^\S\n]*[^\s#]/m;
/** As bash has it of a command that an interrupt ended. */
const INTERRUPTED: CommandEnd = { status: 130, ended: false, fullScreen: false };
const FULL_SCREEN = 'This program takes the whole screen and was ended. Run it in a terminal instead.';

/** Speaks Jupyter's messages over a shell: the built-in shell is a kernel like any other. */
export class ShellSocket extends MessageSocket {
  private line: Promise<void> = Promise.resolve();
  private count = 0;
  private aborting = false;
  private running: { readonly shell: ShellProcess; readonly message: string } | null = null;
  /** The request to execute that came last. */
  private last: string | null = null;
  /** A request that was interrupted before it was in the shell. */
  private unwanted: string | null = null;
  private prompt: { readonly message: string; readonly isPassword: boolean } | null = null;

  constructor(private readonly session: ShellSession) {
    super();
    queueMicrotask(() => this.opened());
  }

  override send(message: KernelMessage.IMessage): void {
    const type = message.header.msg_type as string;
    if (type === 'input_reply') this.answered(message);
    else if (type === 'interrupt_request') void this.interrupt(message);
    else if (type === 'shutdown_request') void this.shutdown(message);
    else if (type === 'execute_request') {
      this.last = message.header.msg_id;
      this.line = this.line.then(() => this.execute(message as KernelMessage.IExecuteRequestMsg));
    } else this.line = this.line.then(() => this.ask(message));
  }

  override close(): void {
    this.closed(1000, 'closed');
  }

  /** Interrupts this request, else what runs. One that is on its way to the shell does not get there any more. */
  async stop(message?: string): Promise<void> {
    const { running } = this;
    if (running !== null && message !== undefined && message !== running.message) this.unwanted = message;
    else if (running !== null) await running.shell.interrupt();
    else this.unwanted = message ?? this.last;
  }

  /** The kernel is gone for good. */
  end(): void {
    this.closed(1000, 'the shell has ended');
  }

  private async execute(request: KernelMessage.IExecuteRequestMsg): Promise<void> {
    const { code, allow_stdin, stop_on_error } = request.content;
    if (this.aborting) {
      this.reply(request, 'execute_reply', { status: 'aborted' });
      this.busy(request, () => Promise.resolve());
      return;
    }
    await this.busy(request, async () => {
      this.count += 1;
      const started = new Date().toISOString();
      this.publish(request, 'execute_input', { code, execution_count: this.count });
      const end = await this.runCode(request, code, allow_stdin === true && this.session.isInteractive);
      // What is ended as asked takes its program along first, which is no failure of the cell's own.
      if (this.session.isEnding && (end.ended || end.status !== 0)) return;
      if (end.status === 0 && !end.ended && !end.fullScreen) {
        this.reply(
          request,
          'execute_reply',
          {
            status: 'ok',
            execution_count: this.count,
            user_expressions: {},
            payload: [],
            watchbook: { exitStatus: 0 },
          },
          { started },
        );
        return;
      }
      const traceback = [
        `exit status ${end.status}`,
        ...(end.fullScreen ? [FULL_SCREEN] : []),
        ...(end.ended ? ['The shell ended with this cell; a fresh shell follows.'] : []),
      ];
      const error = { ename: 'ExitStatus', evalue: String(end.status), traceback };
      this.publish(request, 'error', error);
      this.reply(
        request,
        'execute_reply',
        {
          status: 'error',
          execution_count: this.count,
          ...error,
          watchbook: { exitStatus: end.status, ...(end.ended ? { sessionEnded: true } : {}) },
        },
        { started },
      );
      if (stop_on_error !== false) await this.abortWaiting();
    });
  }

  private async runCode(
    request: KernelMessage.IMessage,
    code: string,
    canRead: boolean,
  ): Promise<CommandEnd> {
    let shell: ShellProcess;
    try {
      shell = await this.session.shell();
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error);
      this.publish(request, 'stream', { name: 'stderr', text: `${text}\n` });
      return { status: 127, ended: true, fullScreen: false };
    }
    // Else the status would be that of the cell before.
    if (!HAS_COMMAND.test(code)) return { status: 0, ended: false, fullScreen: false };
    if (code.includes('\0')) {
      this.publish(request, 'stream', { name: 'stderr', text: 'A command can not hold a zero byte.\n' });
      return { status: 2, ended: false, fullScreen: false };
    }
    if (this.unwanted === request.header.msg_id) return INTERRUPTED;
    this.running = { shell, message: request.header.msg_id };
    const batch = new Batch((text) => this.publish(request, 'stream', { name: 'stdout', text }));
    try {
      return await shell.run(code, canRead, {
        output: (text) => batch.add(text),
        waits: ({ isPassword }) => {
          batch.flush();
          this.askInput(request, isPassword);
        },
      });
    } finally {
      batch.flush();
      this.running = null;
      this.prompt = null;
    }
  }

  private askInput(request: KernelMessage.IMessage, isPassword: boolean): void {
    const message = KernelMessage.createMessage<KernelMessage.IInputRequestMsg>({
      msgType: 'input_request',
      channel: 'stdin',
      username: '',
      session: this.session.clientId,
      parentHeader: request.header as never,
      metadata: { watchbook: { continuous: true } },
      content: { prompt: '', password: isPassword },
    });
    this.prompt = { message: message.header.msg_id, isPassword };
    this.deliver(message);
  }

  private answered(message: KernelMessage.IMessage): void {
    const { running, prompt } = this;
    if (running === null || prompt === null) return;
    this.prompt = null;
    const content = message.content as Content;
    const own = content['watchbook'];
    const value = typeof content['value'] === 'string' ? content['value'] : '';
    const isEof = typeof own === 'object' && own !== null && Reflect.get(own, 'eof') === true;
    if (isEof && value === '') running.shell.endInput();
    // oxlint-disable-next-line no-control-regex -- keys that end, stop or suspend a program are not text
    else running.shell.type(`${value.replaceAll(/[\u0003\u0004\u001a\u001c]/g, '')}\n`, !prompt.isPassword);
  }

  private async interrupt(request: KernelMessage.IMessage): Promise<void> {
    await this.stop();
    this.reply(request, 'interrupt_reply', { status: 'ok' });
  }

  private async shutdown(request: KernelMessage.IMessage): Promise<void> {
    this.reply(request, 'shutdown_reply', { status: 'ok', restart: false });
    await this.session.shutdown();
  }

  private async ask(request: KernelMessage.IMessage): Promise<void> {
    const content = request.content as Content;
    const code = typeof content['code'] === 'string' ? content['code'] : '';
    const cursor = typeof content['cursor_pos'] === 'number' ? content['cursor_pos'] : code.length;
    await this.busy(request, async () => {
      switch (request.header.msg_type as string) {
        case 'kernel_info_request':
          this.reply(request, 'kernel_info_reply', this.about());
          return;
        case 'complete_request': {
          const found = await this.session.platform.complete(code, cursor, await this.session.directory());
          this.reply(request, 'complete_reply', { status: 'ok', metadata: {}, ...found });
          return;
        }
        case 'inspect_request':
          this.reply(request, 'inspect_reply', { status: 'ok', found: false, data: {}, metadata: {} });
          return;
        case 'is_complete_request':
          this.reply(request, 'is_complete_reply', { status: 'unknown' });
          return;
        case 'history_request':
          this.reply(request, 'history_reply', { status: 'ok', history: [] });
          return;
        case 'comm_info_request':
          this.reply(request, 'comm_info_reply', { status: 'ok', comms: {} });
          return;
      }
    });
  }

  private about(): Content {
    const { version, platform } = this.session;
    return {
      status: 'ok',
      protocol_version: '5.3',
      implementation: 'watchbook-shell',
      implementation_version: '1',
      language_info: { ...platform.language, version },
      banner: version,
      help_links: [],
    };
  }

  /** After a failure everything that waits comes back as aborted, as other kernels do. */
  private async abortWaiting(): Promise<void> {
    this.aborting = true;
    await new Promise((resolve) => setImmediate(resolve));
    this.line = this.line.then(() => {
      this.aborting = false;
    });
  }

  private async busy(request: KernelMessage.IMessage, work: () => Promise<void>): Promise<void> {
    this.publish(request, 'status', { execution_state: 'busy' });
    try {
      await work();
    } finally {
      this.publish(request, 'status', { execution_state: 'idle' });
    }
  }

  private publish(request: KernelMessage.IMessage, type: string, content: Content): void {
    this.deliver(this.make(request, 'iopub', type, content, {}));
  }

  private reply(
    request: KernelMessage.IMessage,
    type: string,
    content: Content,
    metadata: Content = {},
  ): void {
    const channel = request.channel === 'control' ? 'control' : 'shell';
    this.deliver(this.make(request, channel, type, content, metadata));
  }

  private make(
    request: KernelMessage.IMessage,
    channel: 'iopub' | 'shell' | 'control',
    type: string,
    content: Content,
    metadata: Content,
  ): KernelMessage.IMessage {
    // The content of each type is written above; the library's types can not be followed through one maker.
    const options = {
      msgType: type,
      channel,
      username: '',
      session: this.session.clientId,
      parentHeader: request.header,
      metadata,
      content,
    } as unknown as KernelMessage.IOptions<KernelMessage.IStatusMsg>;
    return KernelMessage.createMessage(options);
  }
}

const BATCH_MS = 20;
const BATCH_CHARACTERS = 65_536;

/** Joins what arrives within a moment: a flood is not a message a line. */
class Batch {
  private text = '';
  private timer: NodeJS.Timeout | null = null;

  constructor(private readonly out: (text: string) => void) {}

  add(text: string): void {
    this.text += text;
    if (this.text.length >= BATCH_CHARACTERS) this.flush();
    else this.timer ??= setTimeout(() => this.flush(), BATCH_MS);
  }

  flush(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    if (this.text === '') return;
    const { text } = this;
    this.text = '';
    this.out(text);
  }
}

import { spawn, type ChildProcess } from 'node:child_process';
import { createHmac, randomUUID } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Dealer, Subscriber } from 'zeromq';
import { endpoint, ipcConnection, type ConnectionFile } from '../../electron/engine/kernels/connection-file';
import { testPython } from '../support/environment';

const SPLIT = Buffer.from('<IDS|MSG>');
const PROBE_MS = 100;

interface Header {
  readonly msg_id: string;
  readonly msg_type: string;
}

/** What one execution gave. */
export interface RawResult {
  readonly milliseconds: number;
  /** Characters of the streams. */
  readonly characters: number;
  readonly messages: number;
}

/** The kernel alone: the least that a client of ZMQ can do. It signs, sends, reads, and keeps nothing. */
export class RawKernel {
  private readonly session = randomUUID();
  private readonly shell = new Dealer({ linger: 0, sendHighWaterMark: 0, receiveHighWaterMark: 0 });
  private readonly iopub = new Subscriber({ linger: 0, receiveHighWaterMark: 0 });
  private readonly listeners = new Set<(header: Header, parent: string, content: Buffer) => void>();

  private constructor(
    private readonly child: ChildProcess,
    private readonly file: ConnectionFile,
  ) {}

  /** Starts the tests' Python kernel; ready when its messages arrive here. */
  static async start(folder: string): Promise<RawKernel> {
    await mkdir(folder, { recursive: true });
    const file = ipcConnection(folder, 'python3');
    const path = join(folder, 'c.json');
    await writeFile(path, JSON.stringify(file), { mode: 0o600 });
    const child = spawn(testPython(), ['-m', 'ipykernel_launcher', '-f', path], {
      stdio: 'ignore',
      env: { ...process.env, HOME: folder },
    });
    const kernel = new RawKernel(child, file);
    await kernel.open();
    return kernel;
  }

  /** From sending until reply and idle are both here. */
  async execute(code: string): Promise<RawResult> {
    const started = performance.now();
    let characters = 0;
    let messages = 0;
    const id = await this.send('execute_request', {
      code,
      silent: false,
      store_history: true,
      user_expressions: {},
      allow_stdin: false,
      stop_on_error: true,
    });
    await this.heard(id, (header, content) => {
      messages += 1;
      if (header.msg_type === 'stream') {
        characters += (JSON.parse(content.toString()) as { readonly text: string }).text.length;
      }
    });
    return { milliseconds: performance.now() - started, characters, messages };
  }

  /** As Ctrl-C does. */
  interrupt(): void {
    this.child.kill('SIGINT');
  }

  async dispose(): Promise<void> {
    const ended = new Promise<void>((resolve) => this.child.once('exit', () => resolve()));
    this.child.kill('SIGKILL');
    await ended;
    this.shell.close();
    this.iopub.close();
  }

  private async open(): Promise<void> {
    this.iopub.subscribe('');
    this.iopub.connect(endpoint(this.file, 'iopub'));
    this.shell.connect(endpoint(this.file, 'shell'));
    void this.receive(this.iopub);
    void this.receive(this.shell);
    // A subscription takes effect some time after connecting: asked until the kernel's status is heard.
    for (let isThrough = false; !isThrough;) {
      const heard = new Promise<boolean>((resolve) => {
        const listener = (header: Header): void => {
          if (header.msg_type !== 'status') return;
          this.listeners.delete(listener);
          resolve(true);
        };
        this.listeners.add(listener);
        setTimeout(() => {
          this.listeners.delete(listener);
          resolve(false);
        }, PROBE_MS);
      });
      await this.send('kernel_info_request', {});
      isThrough = await heard;
    }
    await this.execute('pass');
  }

  private async heard(id: string, each: (header: Header, content: Buffer) => void): Promise<void> {
    await new Promise<void>((resolve) => {
      let isReplied = false;
      let isIdle = false;
      const listener = (header: Header, parent: string, content: Buffer): void => {
        if (parent !== id) return;
        if (header.msg_type === 'execute_reply') isReplied = true;
        else if (header.msg_type === 'status') {
          isIdle ||= content.includes('"idle"');
        } else each(header, content);
        if (!isReplied || !isIdle) return;
        this.listeners.delete(listener);
        resolve();
      };
      this.listeners.add(listener);
    });
  }

  private async send(type: string, content: object): Promise<string> {
    const id = randomUUID();
    const header = {
      msg_id: id,
      msg_type: type,
      username: 'bench',
      session: this.session,
      date: new Date().toISOString(),
      version: '5.3',
    };
    const parts = [header, {}, {}, content].map((part) => Buffer.from(JSON.stringify(part)));
    const hmac = createHmac('sha256', this.file.key);
    for (const part of parts) hmac.update(part);
    await this.shell.send([SPLIT, Buffer.from(hmac.digest('hex')), ...parts]);
    return id;
  }

  private async receive(socket: Dealer | Subscriber): Promise<void> {
    for await (const frames of socket) {
      const start = frames.findIndex((frame) => frame.equals(SPLIT));
      const [, header, parent, , content] = frames.slice(start + 1);
      if (header === undefined || parent === undefined || content === undefined) continue;
      const head = JSON.parse(header.toString()) as Header;
      const from = (JSON.parse(parent.toString()) as Partial<Header>).msg_id ?? '';
      for (const listener of this.listeners) listener(head, from, content);
    }
  }
}

import { describe, expect, it } from 'vitest';
import type { EngineClient } from '../../../electron/engine/engine-client';
import type { Pty } from '../../../electron/engine/terminals/pty';
import { TerminalSession } from '../../../electron/engine/terminals/session';

const NONCE = '0123456789abcdef';
const mark = (words: string): string => `\u001b]633;${words};${NONCE}\u0007`;

/** A pty of which the test is the program. */
class Program implements Pty {
  readonly pid = 1;
  readonly ended = new Promise<never>(() => undefined);
  private listener: (data: Buffer) => void = () => undefined;

  onData(listener: (data: Buffer) => void): void {
    this.listener = listener;
  }
  print(text: string): void {
    this.listener(Buffer.from(text));
  }
  write(): void {
    // It reads nothing.
  }
  resize(): void {
    // It draws nothing anew.
  }
  pause(): void {
    // It prints when the test says so.
  }
  resume(): void {
    // The same.
  }
  end(): Promise<void> {
    return Promise.resolve();
  }
}

function client(sent: unknown[]): EngineClient {
  return {
    id: 'c',
    kind: 'window',
    isPerson: true,
    gone: new AbortController().signal,
    bulkCredit: 0,
    send: (event, data) => void sent.push([event, data]),
    sendBulk: () => undefined,
    onCredit: () => () => undefined,
  };
}

describe('who comes to a terminal', () => {
  it('is told how it stood in the picture, and then what came while that was drawn', async () => {
    const program = new Program();
    const session = new TerminalSession({
      id: 't',
      title: 'bash',
      profile: { id: 'bash', title: 'bash', kind: 'shell' } as never,
      pty: program,
      directory: '/',
      columns: 80,
      rows: 24,
      scrollback: 100,
      nonce: NONCE,
      shell: 'bash',
      marked: () => undefined,
      changed: () => undefined,
    });
    program.print(`${mark('A')}me> ${mark('B')}`);
    const sent: unknown[] = [];
    const answer = session.attach(client(sent), { isAwaited: false, scrollback: null });
    program.print(`ls\r\n${mark('C')}one\r\n`);
    const { info, screen, commands } = await answer;
    expect(info.phase).toBe('input');
    expect(screen).toContain('me> ');
    expect(screen).not.toContain('one');
    expect(commands).toMatchObject([{ id: 1, row: null }]);
    await expect.poll(() => JSON.stringify(sent)).toContain('"step":"start"');
    expect(session.info.phase).toBe('running');
  });
});

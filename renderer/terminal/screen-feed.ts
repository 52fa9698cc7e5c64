import type { IMarker, Terminal } from '@xterm/xterm';
import { toWireError } from '../../shared/rpc/errors';
import type { TerminalMark } from '../../shared/terminal/contract';
import type { TerminalCommand } from '../../shared/terminal/commands';
import type { Client } from '../rpc/client';
import type { CommandBlocks } from './command-blocks';
import type { CommandSigns } from './command-signs';

export interface FeedPorts {
  readonly client: Client;
  readonly terminal: string;
  readonly grid: Terminal;
  readonly signs: CommandSigns;
  readonly blocks: CommandBlocks;
  /** All that the engine's screen shows is drawn. */
  readonly drawn: () => void;
  readonly failed: (error: unknown) => void;
}

/**
 * What a terminal shows, as the engine tells it: its whole screen at first and whenever the connection was lost, then
 * what the shell writes, of which more comes as it is drawn.
 */
export class ScreenFeed {
  private readonly commands = new Map<number, TerminalCommand>();
  private readonly offs: readonly (() => void)[];
  private prompt: IMarker | null = null;
  private attached = false;
  private isDisposed = false;

  constructor(private readonly ports: FeedPorts) {
    const { client, terminal, grid, signs } = ports;
    const isOurs = (event: { readonly terminal: string }): boolean =>
      event.terminal === terminal && this.attached;
    this.offs = [
      client.on('terminal.output', (event) => {
        if (isOurs(event)) this.draw(event.data, event.marks);
      }),
      client.on('terminal.command', (event) => {
        if (!isOurs(event)) return;
        this.commands.set(event.command.id, event.command);
        // Behind what was written before it.
        grid.write('', () => signs.update(event.command));
      }),
      client.on('terminal.behind', (event) => {
        if (event.terminal === terminal) void this.attach();
      }),
      client.onConnection((state) => {
        if (state === 'ready') void this.attach();
        else this.attached = false;
      }),
    ];
    void this.attach();
  }

  /** The engine has sent its screen, and sends what follows. */
  get isAttached(): boolean {
    return this.attached;
  }

  /** The row of the prompt that waits; null where there is none. */
  get promptRow(): number | null {
    return this.prompt === null || this.prompt.line < 0 ? null : this.prompt.line;
  }

  dispose(): void {
    this.isDisposed = true;
    for (const off of this.offs) off();
    const { client, terminal } = this.ports;
    client.request('terminal.detach', { terminal }).catch(() => {
      // The engine is gone, and with it what looked at the terminal.
    });
  }

  /** Draws what the engine's screen shows, and goes on from there. */
  async attach(): Promise<void> {
    this.attached = false;
    const { client, terminal, grid, signs, blocks } = this.ports;
    try {
      const { info, screen, commands } = await client.request('terminal.attach', {
        terminal,
        scrollback: grid.options.scrollback,
      });
      if (this.isDisposed) return;
      this.attached = true;
      blocks.hold();
      signs.clear();
      this.prompt = null;
      grid.reset();
      grid.resize(info.columns, info.rows);
      grid.options.disableStdin = info.ended !== null;
      for (const command of commands) this.commands.set(command.id, command);
      grid.write(screen, () => {
        const { baseY, cursorY } = grid.buffer.normal;
        for (const { row, ...command } of commands) {
          if (row === null) continue;
          const marker = grid.registerMarker(row - (baseY + cursorY));
          if (marker !== undefined) signs.add(command, marker);
        }
        if (info.phase === 'prompt' || info.phase === 'input') this.markPrompt();
        this.ports.drawn();
        blocks.settle();
      });
    } catch (error) {
      // It has gone, or the connection has: the list of terminals says so, and the next "ready" asks again.
      if (!['not-found', 'engine-lost'].includes(toWireError(error).code)) this.ports.failed(error);
    }
  }

  private draw(data: string, marks: readonly TerminalMark[]): void {
    const { client, terminal, grid } = this.ports;
    let from = 0;
    for (const { at, step, command } of marks) {
      grid.write(data.slice(from, at), () => {
        if (step !== 'start') this.markPrompt();
        else if (command !== null) this.begin(command);
      });
      from = at;
    }
    grid.write(data.slice(from), () => {
      // What was drawn makes room for more; with the engine gone there is nobody to tell.
      if (data !== '' && !this.isDisposed)
        client.request('terminal.taken', { terminal, characters: data.length }).catch(() => undefined);
    });
  }

  private markPrompt(): void {
    const { grid } = this.ports;
    if (grid.buffer.active.type === 'alternate') return;
    this.prompt = grid.registerMarker(0) ?? null;
  }

  private begin(id: number): void {
    const { grid, signs } = this.ports;
    const command = this.commands.get(id);
    const marker = this.prompt ?? grid.registerMarker(0) ?? null;
    this.prompt = null;
    if (command !== undefined && marker !== null) signs.add(command, marker);
  }
}

import { spawn } from '@lydell/node-pty';
import { CLI, type TestProfile } from './profile';
import { until } from './until';

/** A command at a real terminal. */
export interface TerminalCommand {
  /** All that the terminal showed, with line ends as `\n`. */
  readonly shown: string;
  readonly pid: number;
  type(keys: string): void;
  /** Waits until the terminal shows it. */
  shows(text: string): Promise<void>;
  /** The exit status. */
  readonly ended: Promise<number>;
}

/** Runs the command line at a terminal of its own, with a person's hands at it. */
export function atTerminal(
  profile: TestProfile,
  args: readonly string[],
  { cwd = profile.home, program = process.execPath, before = [CLI] } = {},
): TerminalCommand {
  const pty = spawn(program, [...before, ...args], {
    name: 'xterm-256color',
    cols: 200,
    rows: 40,
    cwd,
    env: { ...profile.environment },
  });
  let shown = '';
  pty.onData((data) => (shown += data));
  const ended = new Promise<number>((resolve) => pty.onExit(({ exitCode }) => resolve(exitCode)));
  const text = (): string => shown.replaceAll('\r\n', '\n');
  return {
    get shown() {
      return text();
    },
    pid: pty.pid,
    type: (keys) => pty.write(keys),
    shows: (wanted) =>
      until(`the terminal shows ${JSON.stringify(wanted)}`, () => text().includes(wanted)).catch(
        (error: unknown) => {
          throw new Error(`${String(error)}; it shows ${JSON.stringify(text())}`);
        },
      ),
    ended,
  };
}

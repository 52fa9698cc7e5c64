import { describe, expect, it } from 'vitest';
import { linuxTerminal } from '../../../electron/engine/kernels/shell/linux-terminal';
import { isSilent, psTerminal } from '../../../electron/engine/kernels/shell/ps-terminal';
import { signalProcess, terminalPort } from '../../../electron/engine/kernels/shell/terminal-port';

/** macOS as it answers: `ps` and `stty` of BSD. */
function mac(answers: Readonly<Record<string, string>>) {
  const asked: string[] = [];
  const port = psTerminal('-f', async (program, args) => {
    const question = [program, ...args].join(' ');
    asked.push(question);
    const answer = answers[question];
    if (answer === undefined) throw new Error('exit status 1');
    return answer;
  });
  return { port, asked };
}

describe('a terminal without /proc', () => {
  it('tells who has it', async () => {
    const { port } = mac({
      'ps -o tpgid= -p 70': '  812\n',
      'ps -o tpgid= -p 71': '    0\n',
      'ps -o tpgid= -p 72': '-1\n',
    });
    expect(await Promise.all([70, 71, 72, 73].map((pid) => port.foregroundGroup(pid)))).toEqual([
      812,
      null,
      null,
      null,
    ]);
  });

  it('tells which jobs are on it, each once', async () => {
    const { port } = mac({
      'ps -o tty= -p 70': 'ttys004\n',
      'ps -o pgid= -t ttys004': '   70\n  812\n  812\n  815\n\n',
    });
    expect(await port.groups(70)).toEqual([70, 812, 815]);
  });

  it('is left alone where the shell has none any more', async () => {
    const { port, asked } = mac({ 'ps -o tty= -p 70': '??\n' });
    expect(await port.groups(70)).toEqual([]);
    expect(await port.waits(70)).toBeNull();
    expect(asked.filter((question) => !question.startsWith('ps -o tty='))).toEqual([]);
  });

  it('tells that a program hides what is typed', async () => {
    const modes = (echo: string): string =>
      `speed 9600 baud; 24 rows;\nlflags: icanon isig iexten ${echo} echoe -echok\n`;
    const at = (echo: string) =>
      mac({ 'ps -o tty= -p 7': 'ttys004\n', 'stty -a -f /dev/ttys004': modes(echo) }).port.waits(7);
    expect(await at('-echo')).toEqual({ isPassword: true, isReading: false });
    expect(await at('echo')).toBeNull();
  });
});

describe('the port', () => {
  it('is of the platform', () => {
    expect(terminalPort('linux')).toBe(linuxTerminal);
    expect(terminalPort('darwin')).not.toBe(linuxTerminal);
  });

  it('reads the modes of both kinds of stty', () => {
    expect(isSilent('isig icanon iexten -echo echoe echok')).toBe(true);
    expect(isSilent('isig icanon iexten echo -echoe -echok -echonl')).toBe(false);
    expect(isSilent('-echo;')).toBe(true);
  });

  it('takes a process that is gone for no mistake', () => {
    expect(signalProcess(2 ** 22 + 1, 'SIGINT')).toBe(true);
  });
});

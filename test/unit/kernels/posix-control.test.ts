import type { IPty } from '@lydell/node-pty';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { posixControl } from '../../../electron/engine/kernels/shell/posix-control';
import type { ShellChild, TerminalPort } from '../../../electron/engine/kernels/shell/terminal-port';

const SHELL = 70;
let sent: string[];
beforeEach(() => {
  sent = [];
  vi.spyOn(process, 'kill').mockImplementation((pid, signal) => {
    sent.push(`${String(signal)} ${pid}`);
    return true;
  });
});
afterEach(() => vi.restoreAllMocks());

interface Look {
  /** The group that has the terminal. */
  readonly terminal: number;
  readonly children?: readonly ShellChild[];
}

const copy = (pid: number): ShellChild => ({ pid, group: pid, isShell: true });
const program = (pid: number): ShellChild => ({ pid, group: pid, isShell: false });

/** Interrupts a shell of which each look tells something else; the last one holds for good. */
async function interrupt(...looks: readonly Look[]): Promise<readonly string[]> {
  let at = -1;
  const terminal: TerminalPort = {
    foregroundGroup: () => {
      at = Math.min(at + 1, looks.length - 1);
      return Promise.resolve(looks[at]?.terminal ?? null);
    },
    children: () => looks[at]?.children ?? [],
    groups: () => Promise.resolve([]),
    waits: () => Promise.resolve(null),
  };
  const control = posixControl({ pid: SHELL, write: () => undefined } as unknown as IPty, terminal);
  let asked = 0;
  // The cell ends while the last look is taken.
  await control.interrupt(1, () => (asked += 1) <= looks.length);
  return sent.splice(0);
}

test('bash hears of an interrupt before its program, whose end would break off a cell with a trap', async () => {
  expect(await interrupt({ terminal: 812, children: [program(812)] })).toEqual(['SIGINT -70', 'SIGINT -812']);
});

test('a program that was being started hears of it once it is there', async () => {
  const without = { terminal: SHELL, children: [copy(812)] };
  expect(await interrupt(without, without, { terminal: 812, children: [program(812)] })).toEqual([
    'SIGINT -70',
    'SIGINT 812',
  ]);
  // It had the terminal, and was a copy of bash still, which took the signal with it.
  expect(
    await interrupt({ terminal: 812, children: [copy(812)] }, { terminal: 812, children: [program(812)] }),
  ).toEqual(['SIGINT -70', 'SIGINT -812', 'SIGINT 812']);
});

test('nothing hears of it twice: no subshell, no job in the background, nothing that a trap has started', async () => {
  const subshell = { terminal: 812, children: [copy(812)] };
  expect(await interrupt(subshell, subshell, subshell)).toEqual(['SIGINT -70', 'SIGINT -812']);
  const job = { terminal: SHELL, children: [copy(500)] };
  expect(await interrupt(job, { terminal: SHELL, children: [program(500)] })).toEqual(['SIGINT -70']);
  expect(await interrupt({ terminal: SHELL }, { terminal: 900, children: [program(900)] })).toEqual([
    'SIGINT -70',
  ]);
});

import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { isRunning } from '../../../electron/engine/is-running';
import { until } from '../../support/until';

test('this process runs, and one that was never there does not', () => {
  expect(isRunning(process.pid)).toBe(true);
  expect(isRunning(2 ** 22 + 1)).toBe(false);
});

// Elsewhere than on Linux the state of a process is not asked.
test.runIf(process.platform === 'linux')('a killed process that nobody has reaped runs no more', async () => {
  // The second sleep took the place of the shell: it has the first one as a child and never waits for it.
  const parent = spawn('/bin/sh', ['-c', 'sleep 0.1 & echo $!; exec sleep 60'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  try {
    const pid = Number(await new Promise((resolve) => parent.stdout.once('data', resolve)));
    await until('the child is defunct', () => / Z /.test(readFileSync(`/proc/${pid}/stat`, 'latin1')));
    expect(isRunning(pid)).toBe(false);
  } finally {
    parent.kill('SIGKILL');
  }
});

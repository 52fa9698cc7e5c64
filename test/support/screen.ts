import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { test as base } from '@playwright/test';

const SIZE = '1600x1000x24';
const COOKIE = 'MIT-MAGIC-COOKIE-1';

/** An X authority file whose one cookie is good for any display: the display's number is known only later. */
function authority(): Buffer {
  const text = (value: Buffer): Buffer => {
    const length = Buffer.alloc(2);
    length.writeUInt16BE(value.length);
    return Buffer.concat([length, value]);
  };
  const anyFamily = Buffer.from([0xff, 0xff]);
  const nothing = text(Buffer.alloc(0));
  return Buffer.concat([anyFamily, nothing, nothing, text(Buffer.from(COOKIE)), text(randomBytes(16))]);
}

/**
 * `test` with a screen for each worker where the machine has none: on one they share, windows would take the keyboard
 * and the clipboard from each other. A machine that has a screen has one worker.
 */
export const test = base.extend<object, { display: void }>({
  display: [
    // oxlint-disable-next-line no-empty-pattern -- Playwright reads the names of the fixtures from the pattern
    async ({}, use) => {
      const { platform, env } = process;
      if (platform !== 'linux' || env['DISPLAY'] !== undefined || env['WAYLAND_DISPLAY'] !== undefined) {
        await use();
        return;
      }
      const folder = await mkdtemp(join(tmpdir(), 'wb-screen-'));
      const file = join(folder, 'authority');
      await writeFile(file, authority(), { mode: 0o600 });
      const words = ['-displayfd', '3', '-auth', file, '-screen', '0', SIZE, '-nolisten', 'tcp'];
      const server = spawn('Xvfb', words, { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] });
      const ended = new Promise<void>((resolve) => server.once('exit', () => resolve()));
      const number = await new Promise<string>((resolve, reject) => {
        // It may come in pieces; a line is whole.
        let told = '';
        (server.stdio[3] as Readable).on('data', (piece: Buffer) => {
          told += piece.toString();
          if (told.includes('\n')) resolve(told.trim());
        });
        server.once('error', reject);
        server.once('exit', (code) => reject(new Error(`Xvfb ended with ${code}`)));
      });
      Object.assign(env, { DISPLAY: `:${number}`, XAUTHORITY: file });
      try {
        await use();
      } finally {
        server.kill();
        await ended;
        await rm(folder, { recursive: true, force: true });
      }
    },
    { scope: 'worker', auto: true },
  ],
});

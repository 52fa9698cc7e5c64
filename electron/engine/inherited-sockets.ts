import { closeSync, readdirSync, readlinkSync } from 'node:fs';

const OPEN_FILES = '/proc/self/fd';
const LAST_STANDARD = 2;

/**
 * Closes the sockets that came with being started by a desktop on Linux: the display's, the bus's, those of its pages.
 *
 * Chromium leaves them open for a child that is not its own. An engine that held them would keep a killed window on
 * the screen, and its pages alive, for as long as it lives itself. Called before anything else is opened.
 */
export function closeInheritedSockets(): void {
  if (process.platform !== 'linux' || process.versions['electron'] === undefined) return;
  for (const name of readdirSync(OPEN_FILES)) {
    const number = Number(name);
    if (number <= LAST_STANDARD) continue;
    try {
      if (readlinkSync(`${OPEN_FILES}/${name}`).startsWith('socket:')) closeSync(number);
    } catch (error) {
      // The descriptor that listed the folder is gone by now.
      if (!['ENOENT', 'EBADF'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    }
  }
}

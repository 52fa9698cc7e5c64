import { win32 } from 'node:path';
import { openPowershell } from './open-powershell';
import type { ShellPlatform } from './shell-platform';

/**
 * PowerShell, on Windows: 7 where it is installed, else the one that Windows has. None of this was ever run. What is
 * known to differ from bash: nobody is asked for input, since it can not be seen that a program waits; an interrupt that
 * is not heeded ends the shell; words are not completed; and Windows redraws what programs print, so that long lines may
 * come with sequences that move the cursor.
 */
export const powerShell: ShellPlatform = {
  spec: {
    name: 'powershell',
    displayName: 'Shell',
    language: 'powershell',
    source: 'built-in',
    place: null,
    program: null,
    interruptMode: 'message',
  },
  language: {
    name: 'powershell',
    mimetype: 'text/x-powershell',
    file_extension: '.ps1',
    codemirror_mode: 'powershell',
  },
  programs: ['pwsh', 'powershell'],
  standardPlace: (environment) =>
    win32.join(
      environment['SystemRoot'] ?? environment['SYSTEMROOT'] ?? 'C:\\Windows',
      'System32\\WindowsPowerShell\\v1.0\\powershell.exe',
    ),
  missing: { reason: 'PowerShell is not on PATH', fix: 'winget install Microsoft.PowerShell' },
  version: {
    arguments: [
      '-NoLogo',
      '-NoProfile',
      '-NonInteractive',
      '-Command',
      '$PSVersionTable.PSVersion.ToString()',
    ],
    line: (output) => {
      const version = /^(\d+\.\d+)/.exec(output.trim())?.[1];
      return version === undefined ? null : `PowerShell ${version}`;
    },
  },
  // The first start after a boot is slow: Windows looks through all that it loads.
  startLimit: 30_000,
  open: openPowershell,
  frame: framePowershell,
  // Its prompt is ours, and a cell can not take it away unasked.
  resume: null,
  complete: (_code, cursor) => Promise.resolve({ matches: [], cursor_start: cursor, cursor_end: cursor }),
};

/** A line of nonce, input mode and code as base64: nothing in the code can end it or look like another. */
function framePowershell(nonce: string, canRead: boolean, code: string): string {
  if (code.includes('\0')) throw new RangeError('a command can not hold a zero byte');
  return `${nonce} ${canRead ? 'terminal' : 'none'} ${Buffer.from(code).toString('base64')}\n`;
}

import { frameCommand, RESUME } from './bootstrap';
import { openBash } from './open-bash';
import { completeShell } from './shell-completion';
import type { ShellPlatform } from './shell-platform';
import { terminalPort } from './terminal-port';

/** Bash, on Linux and macOS. */
export function posixShell(platform: NodeJS.Platform): ShellPlatform {
  return {
    spec: {
      name: 'bash',
      displayName: 'Shell',
      language: 'bash',
      source: 'built-in',
      place: null,
      program: null,
      interruptMode: 'message',
    },
    language: {
      name: 'bash',
      mimetype: 'text/x-sh',
      file_extension: '.sh',
      codemirror_mode: 'shell',
    },
    programs: ['bash'],
    standardPlace: () => '/bin/bash',
    missing: {
      reason: 'bash is not on PATH',
      fix: platform === 'darwin' ? 'brew install bash' : 'sudo apt install bash',
    },
    version: {
      arguments: ['--version'],
      line: (output) => {
        const version = /version (\d+\.\d+)/.exec(output)?.[1];
        return version === undefined ? null : `bash ${version}`;
      },
    },
    startLimit: 10_000,
    open: (options) => openBash(options, terminalPort(platform)),
    frame: frameCommand,
    resume: RESUME,
    complete: completeShell,
  };
}

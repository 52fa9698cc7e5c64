import type { Readable, Writable } from 'node:stream';
import type { IPty } from '@lydell/node-pty';
import { WatchbookError } from '../../../../shared/rpc/errors';
import type { ShellControl } from './shell-control';

export interface OpenShellOptions {
  /** A private folder of its own; removed at the end. */
  readonly folder: string;
  readonly program: string;
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** A shell that was just started: its terminal, the way commands go in, and the way their ends are told. */
export interface OpenShell {
  readonly pty: IPty;
  readonly commands: Writable;
  readonly status: Readable;
  readonly control: ShellControl;
  /** What is in the folder while the shell starts; all of it can be removed when it has. */
  readonly startFiles: readonly string[];
  /** Lets go of the terminal and the channels, once the shell has ended and all that it wrote was read. */
  readonly letGo: () => void;
}

/** The terminal's size, in characters: programs lay out tables for it. */
export const TERMINAL = { name: 'xterm-256color', cols: 120, rows: 40 } as const;

/** The error of a shell that did not start; the reason is the end of a sentence. */
export function notStarted(reason: string, cause: unknown): WatchbookError {
  return new WatchbookError('kernel-failed', `The shell did not start: ${reason}. Nothing was run.`, {
    cause,
  });
}

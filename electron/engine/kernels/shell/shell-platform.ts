import type { KernelSpecInfo } from '../../../../shared/kernels/contract';
import { findOnPath, isProgram } from '../find-program';
import type { OpenShell, OpenShellOptions } from './open-shell';
import { posixShell } from './posix-shell';
import { powerShell } from './powershell';
import type { ShellCompletions } from './shell-completion';

/** What differs between the shells that can be built in: all that the rest asks of one. */
export interface ShellPlatform {
  readonly spec: KernelSpecInfo;
  /** What kernels say of their language, save its version. */
  readonly language: {
    readonly name: string;
    readonly mimetype: string;
    readonly file_extension: string;
    readonly codemirror_mode: string;
  };
  /** Its names on PATH, the preferred one first. */
  readonly programs: readonly string[];
  /** Where it lies when PATH does not lead to it. */
  standardPlace(environment: Variables): string;
  /** Why it can not be used where it is not found, and the command that mends it where there is one. */
  readonly missing: { readonly reason: string; readonly fix: string | null };
  readonly version: {
    readonly arguments: readonly string[];
    /** Its version as a person names it, `bash 5.2`; null where the program said something else. */
    readonly line: (output: string) => string | null;
  };
  /** How long it may take to be ready, in milliseconds. */
  readonly startLimit: number;
  /** Starts it on a terminal of its own. It is not ready yet. Rejects with `kernel-failed`. */
  open(options: OpenShellOptions): Promise<OpenShell>;
  /** One command as it reads it: nonce, whether it may read the terminal, code. Throws RangeError for a zero byte. */
  frame(nonce: string, canRead: boolean, code: string): string;
  /** Typed where it stands at its own prompt; null for one that never does. */
  readonly resume: string | null;
  complete(code: string, cursor: number, directory: string): Promise<ShellCompletions>;
}

type Variables = Readonly<Record<string, string | undefined>>;

/** The built-in shell of a platform: PowerShell on Windows, else bash. */
export function shellPlatform(platform: NodeJS.Platform): ShellPlatform {
  return platform === 'win32' ? powerShell : posixShell(platform);
}

/** The program of a shell; null where there is none. */
export async function findShell(shell: ShellPlatform, environment: Variables): Promise<string | null> {
  for (const name of shell.programs) {
    const found = await findOnPath(name, environment);
    if (found !== null) return found;
  }
  const standard = shell.standardPlace(environment);
  return (await isProgram(standard)) ? standard : null;
}

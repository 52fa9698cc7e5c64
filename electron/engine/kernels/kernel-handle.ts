import type { Kernel } from '@jupyterlab/services';
import type { KernelSpecInfo } from '../../../shared/kernels/contract';

/** How a kernel's process ended. `asked`: by us. Times are UTC ISO. */
export interface KernelEnd {
  readonly asked: boolean;
  readonly at: string;
  readonly exitCode: number | null;
  readonly signal: string | null;
  /** One sentence for a person: "killed by the system, out of memory". */
  readonly reason: string;
  /** The last lines of its stderr file, at most 4 KiB. */
  readonly stderr: string;
}

/** What is on disk before a message is sent. */
export interface InFlight {
  readonly message: string;
  readonly document: string;
  /** Absolute path of the document's file. */
  readonly path: string;
  readonly cell: string;
  /** The engine's own id of this execution; names its spool. */
  readonly execution: string;
  readonly sentAt: string;
}

/**
 * A kernel that belongs to one document, however it is reached. Nobody above this line asks where it lives.
 *
 * The built-in shell is one too: it speaks the same messages over `connection`.
 */
export interface KernelHandle {
  readonly id: string;
  readonly spec: KernelSpecInfo;
  readonly connection: Kernel.IKernelConnection;
  readonly pid: number;
  readonly startedAt: string;
  readonly cwd: string;
  /** Taken up again after the engine was killed; then `inFlight` tells what was sent before. */
  readonly takenUp: boolean;
  readonly inFlight: readonly InFlight[];
  /** Resolves once when the process is gone, whoever ended it. Never rejects. */
  readonly ended: Promise<KernelEnd>;
  /** Resolves when the entry is on disk; only then may the message be sent. */
  recordInFlight(entry: InFlight): Promise<void>;
  /** The execution is finished: forgets its entry. */
  settled(message: string): void;
  /**
   * By signal or by message, as its kernelspec says. Resolves when sent. `message`: the request to execute that is
   * meant; where it is still on its way, a kernel of ours does not begin with it.
   */
  interrupt(message?: string): Promise<void>;
  /** Ends the process (politely, then by force) and everything it left in the private folder. Idempotent. */
  shutdown(): Promise<void>;
}

export interface StartOptions {
  readonly document: string;
  readonly path: string;
  readonly cwd: string;
  /** The base environment: the client's for a command, the login shell's for a window. Cleaned by the starter. */
  readonly environment: Readonly<Record<string, string>>;
  /** Somebody is there to answer prompts. */
  readonly interactive: boolean;
}

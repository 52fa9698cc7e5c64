/** What a shell on a pty is started with. */
export interface PtyStart {
  readonly program: string;
  readonly arguments: readonly string[];
  readonly directory: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly columns: number;
  readonly rows: number;
}

export interface PtyEnd {
  /** Null where a signal ended it. */
  readonly status: number | null;
  readonly signal: number | null;
}

/**
 * A program on a terminal, wherever it runs: here on a pty, later on a Jupyter server. All above this knows no
 * difference.
 */
export interface Pty {
  readonly pid: number;
  /** Its bytes as they come. One listener. */
  onData(listener: (data: Buffer) => void): void;
  /** Told when it has ended and all that it wrote was given to the listener. */
  readonly ended: Promise<PtyEnd>;
  write(data: string): void;
  resize(columns: number, rows: number): void;
  /** Gives out nothing until `resume`; the program waits when the system holds enough of its output. */
  pause(): void;
  resume(): void;
  /** Ends it and what it started: as a terminal that is closed, or by force. */
  end(how: 'politely' | 'by force'): Promise<void>;
}

/** Starts a program on a terminal. Rejects with `not-found` and `busy`. */
export type PtyFactory = (start: PtyStart) => Promise<Pty>;

/** The part of Electron's `powerSaveBlocker` that is needed. */
export interface SleepBlocker {
  start(type: 'prevent-app-suspension'): number;
  stop(id: number): unknown;
}

/** Keeps this machine from sleeping while any window has a cell that runs. The screen may go dark. */
export class KeepAwake {
  private readonly running = new Set<object>();
  private blocking: number | null = null;

  constructor(private readonly blocker: SleepBlocker) {}

  /** `who` is the window; one that is gone no longer runs anything. */
  set(who: object, isRunning: boolean): void {
    if (isRunning) this.running.add(who);
    else this.running.delete(who);
    if (this.running.size > 0) this.blocking ??= this.blocker.start('prevent-app-suspension');
    else if (this.blocking !== null) {
      this.blocker.stop(this.blocking);
      this.blocking = null;
    }
  }
}

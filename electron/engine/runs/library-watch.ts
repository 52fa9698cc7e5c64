import type { LibraryState } from './library-state';
import { placesOfRun } from './run-places';
import { conflict, engineActor, type RunState } from './run-state';

/** Looks before each step whether the library is the one that the run was started from. */
export class LibraryWatch {
  private seen: string | null = null;

  constructor(
    private readonly state: RunState,
    private readonly look: (library: string) => Promise<LibraryState>,
  ) {}

  /**
   * Records and shows a change, and stops before the step, once: whoever starts it again was shown it. Throws `conflict`,
   * and as the journal does; what could not be recorded is found anew the next time.
   */
  async before(): Promise<void> {
    const { state } = this;
    const started = state.run.started?.data;
    const library = started === undefined ? null : placesOfRun(state.folder, started.runbook)?.library;
    if (started === undefined || library === undefined || library === null) return;
    const now = await this.look(library);
    const word = wordOf(now.commit, now.uncommitted?.digest ?? null);
    this.seen ??= this.lastRecorded() ?? wordOf(started.commit, started.uncommitted?.digest ?? null);
    if (word === this.seen) {
      if (state.live.libraryChanged !== null) state.change({ libraryChanged: null });
      return;
    }
    await state.record(engineActor(), {
      type: 'library-changed',
      data: { commit: now.commit, uncommitted: now.uncommitted?.digest ?? null },
    });
    this.seen = word;
    state.change({ libraryChanged: { commit: now.commit, files: now.uncommitted?.files ?? 0 } });
    throw conflict(
      'The library is not as it was when the run was started: look at what changed, then go on.',
    );
  }

  /** A person saw it. */
  see(): void {
    if (this.state.live.libraryChanged === null) throw conflict('No change of the library is to be seen.');
    this.state.change({ libraryChanged: null });
  }

  private lastRecorded(): string | null {
    const last = this.state.events.findLast((event) => event.type === 'library-changed');
    return last?.type === 'library-changed' ? wordOf(last.data.commit, last.data.uncommitted) : null;
  }
}

function wordOf(commit: string | null, uncommitted: string | null): string {
  return `${commit ?? ''} ${uncommitted ?? ''}`;
}

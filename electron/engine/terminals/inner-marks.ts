import { randomBytes } from 'node:crypto';
import { WatchbookError } from '../../../shared/rpc/errors';
import type { CommandLog, InnerShell } from '../../../shared/terminal/commands';
import type { Mark } from '../../../shared/terminal/marks';
import type { Screen } from './screen';
import { loaderLine, NO_HOOKS, remoteHooks, shellOf, shownHooks } from './remote-hooks';

/** How long a shell elsewhere may take to answer the line, and to draw the prompt after it. Milliseconds. */
const ANSWER_MS = 15_000;
const CTRL_C = '\u0003';

export interface InnerMarksPorts {
  readonly log: CommandLog;
  readonly screen: Screen;
  readonly hasEnded: () => boolean;
  readonly write: (keys: string) => void;
}

/** A shell elsewhere is being given its marks. */
interface Giving {
  readonly token: string;
  inner: InnerShell | null;
  /** What a person typed meanwhile: it would be read as hooks. */
  held: string;
  readonly timer: NodeJS.Timeout;
  readonly done: (inner: InnerShell) => void;
  readonly failed: (error: WatchbookError) => void;
}

/** Gives marks to a shell inside of a terminal's own, as one over ssh is, by a line that a person has seen. */
export class InnerMarks {
  private offered: string | null = null;
  private giving: Giving | null = null;

  constructor(private readonly ports: InnerMarksPorts) {}

  /** What would be typed, and what follows it unseen. Throws where no shell inside can be at its prompt. */
  offer(): { readonly token: string; readonly line: string; readonly hooks: string } {
    this.check();
    this.offered ??= randomBytes(16).toString('hex');
    return { token: this.offered, line: loaderLine(this.offered), hooks: shownHooks() };
  }

  /** Types the line that was shown. Rejects with `timeout` where no shell answers it. */
  async give(token: string): Promise<InnerShell> {
    if (token !== this.offered) {
      throw new WatchbookError(
        'conflict',
        'This is not the line that was shown. Nothing was typed. Look at it again.',
      );
    }
    await this.ports.screen.settled();
    this.check();
    this.offered = null;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(
        () =>
          this.fail(
            new WatchbookError(
              'timeout',
              'The line was typed, and no shell answered it. Commands there are not marked. Look at the terminal, and press Ctrl C there if it waits.',
              { retryable: true },
            ),
          ),
        ANSWER_MS,
      );
      this.giving = { token, inner: null, held: '', timer, done: resolve, failed: reject };
      // Typed and not pasted: fish takes the space in front off a paste.
      this.ports.write(`${loaderLine(token)}\r`);
    });
  }

  get isGiving(): boolean {
    return this.giving !== null;
  }

  /** Keeps back what a person types meanwhile; Ctrl C gives up. True where it was kept back. */
  holds(data: string): boolean {
    if (this.giving === null) return false;
    if (data.includes(CTRL_C)) {
      this.fail(new WatchbookError('cancelled', 'Ctrl C was pressed. Commands there are not marked.'));
      return false;
    }
    this.giving.held += data;
    return true;
  }

  /** A shell elsewhere has read the line: it is given its hooks. */
  ready(mark: Extract<Mark, { kind: 'ready' }>): void {
    const { giving } = this;
    if (giving === null || mark.nonce !== giving.token || giving.inner !== null) return;
    const shell = shellOf(mark.versions);
    if (shell === null) {
      this.ports.write(NO_HOOKS);
      this.fail(
        new WatchbookError(
          'conflict',
          `The shell on ${mark.host} can not mark its commands: bash from 4.4, zsh and fish can. Nothing was changed there.`,
        ),
      );
      return;
    }
    giving.inner = { host: mark.host, shell };
    const nonce = randomBytes(16).toString('hex');
    this.ports.log.give(nonce, giving.inner);
    this.ports.write(remoteHooks(shell, nonce, giving.token));
  }

  /** A mark was taken: the first one of the shell that was given them means that it has them. */
  marked(): void {
    const { giving } = this;
    if (giving === null || giving.inner === null || this.ports.log.inner !== giving.inner) return;
    this.end();
    giving.done(giving.inner);
    if (giving.held !== '') this.ports.write(giving.held);
  }

  ended(): void {
    this.fail(new WatchbookError('not-found', 'The shell has ended. Commands there were not marked.'));
  }

  private check(): void {
    const { log, screen, hasEnded } = this.ports;
    if (hasEnded())
      throw new WatchbookError('not-found', 'The shell of this terminal has ended. Nothing was typed.');
    if (this.giving !== null)
      throw new WatchbookError('busy', 'Marks are being set here already. Nothing was typed.', {
        retryable: true,
      });
    if (log.phase === 'input' || log.phase === 'prompt')
      throw new WatchbookError('conflict', 'The shell here marks its commands already. Nothing was typed.');
    if (screen.promptState().isFull) {
      throw new WatchbookError(
        'conflict',
        'A program has the whole screen of this terminal. Nothing was typed. Leave it first.',
      );
    }
  }

  private fail(error: WatchbookError): void {
    const { giving } = this;
    this.end();
    giving?.failed(error);
  }

  private end(): void {
    if (this.giving !== null) clearTimeout(this.giving.timer);
    this.giving = null;
  }
}

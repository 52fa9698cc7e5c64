import { Notification } from 'electron';

/** A cell's news for the system; words alone, no output. */
export interface SystemNotice {
  readonly title: string;
  readonly body: string;
  readonly path: string;
  readonly cell: string;
}

/** Two windows on one file say the same within this time; it is shown once. */
const SAME_MS = 5_000;

/** The system's notifications of this program. */
export class Notifications {
  /** Held until they are gone: a collected one does not answer its click. */
  private readonly shown = new Set<Notification>();
  private readonly recent = new Map<string, number>();

  constructor(private readonly log: (message: string) => void) {}

  /** Shows it; `onClick` is called at most once. False where it was shown just now, or the system shows none. */
  show(notice: SystemNotice, onClick: () => void): boolean {
    const now = Date.now();
    for (const [key, at] of this.recent) if (now - at > SAME_MS) this.recent.delete(key);
    const key = JSON.stringify([notice.path, notice.cell, notice.title]);
    if (this.recent.has(key)) return false;
    this.recent.set(key, now);
    if (!Notification.isSupported()) {
      this.log('the system shows no notifications; the window lists them');
      return false;
    }
    const { title, body } = notice;
    const notification = new Notification({ title, body });
    const forget = (): void => void this.shown.delete(notification);
    notification.once('click', () => {
      forget();
      onClick();
    });
    notification.once('close', forget);
    notification.once('failed', (_event, error) => {
      forget();
      this.log(`a notification was not shown: ${error}`);
    });
    this.shown.add(notification);
    notification.show();
    return true;
  }
}

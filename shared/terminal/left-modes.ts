import type { Sequence } from './sequences';

/** The whole screen for itself, in three spellings. */
const SCREENS = ['47', '1047', '1049'] as const;
/** Moves and clicks of the mouse, and the focus, typed as keys. */
const REPORTS = ['9', '1000', '1001', '1002', '1003', '1004'] as const;
const WATCHED: ReadonlySet<string> = new Set([...SCREENS, ...REPORTS]);

/**
 * What a program took of its terminal and did not give back: the whole screen, the mouse, the cursor, the letters. One
 * that was killed leaves it so, and a file that is looked at can: the shell would go on where nobody can scroll back,
 * with clicks typed as text.
 */
export class LeftModes {
  private readonly modes = new Set<string>();
  private isCursorHidden = false;
  /** The letters are signs for drawing lines. */
  private isDrawing = false;

  /** Takes what the program wrote. */
  see(sequence: Sequence): void {
    if (sequence.kind === 'escape') this.seeEscape(sequence.text);
    if (sequence.kind !== 'csi') return;
    const { parameters, final } = sequence;
    if (final === 'p' && parameters === '!') this.isCursorHidden = false;
    if ((final !== 'h' && final !== 'l') || !parameters.startsWith('?')) return;
    for (const mode of parameters.slice(1).split(';')) {
      if (mode === '25') this.isCursorHidden = final === 'l';
      else if (!WATCHED.has(mode)) continue;
      else if (final === 'h') this.modes.add(mode);
      else this.forget(mode);
    }
  }

  /** What gives it all back, and counts as seen; empty where nothing was left. */
  giveBack(): string {
    const off = [...this.modes].map((mode) => `\u001b[?${mode}l`).join('');
    const all = `${off}${this.isCursorHidden ? '\u001b[?25h' : ''}${this.isDrawing ? '\u000f\u001b(B' : ''}`;
    this.reset();
    return all;
  }

  private seeEscape(text: string): void {
    if (text === '\u001bc') this.reset();
    else if (text === '\u001b(0') this.isDrawing = true;
    else if (text === '\u001b(B') this.isDrawing = false;
  }

  /** One spelling of the whole screen gives back what another took. */
  private forget(mode: string): void {
    const same = SCREENS.some((one) => one === mode) ? SCREENS : [mode];
    for (const one of same) this.modes.delete(one);
  }

  private reset(): void {
    this.modes.clear();
    this.isCursorHidden = false;
    this.isDrawing = false;
  }
}

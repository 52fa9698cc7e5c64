import type { Sequence } from './sequences';

const SCREENS: ReadonlySet<string> = new Set(['47', '1047', '1049']);

/**
 * Whether a terminal scrolls as a whole: on its own screen, not the one of a full-screen program, without fixed rows at
 * the top or the bottom, and outside of a link. Where that is so, lines that are printed push those before them out.
 *
 * Told of each sequence that a screen gets, and careful: what it does not know for certain it denies, until the next
 * reset of the terminal.
 */
export class ScrollArea {
  private screen: 'own' | 'full' | 'unknown' = 'own';
  private isFixed = false;
  private isLinked = false;

  get isWhole(): boolean {
    return this.screen === 'own' && !this.isFixed && !this.isLinked;
  }

  /** `rows`: of the terminal, at least. */
  see(sequence: Sequence, rows: number): void {
    if (sequence.kind === 'escape' && sequence.text === '\u001bc') this.reset();
    else if (sequence.kind === 'osc' && /^0*8(?:;|$)/.test(sequence.data))
      this.isLinked = sequence.data !== '8;;';
    else if (sequence.kind !== 'csi') return;
    else if (sequence.final === 'r') this.seeRows(sequence.parameters, rows);
    else if (sequence.final === 'h' || sequence.final === 'l')
      this.seeModes(sequence.parameters, sequence.final === 'h');
  }

  private seeModes(parameters: string, isOn: boolean): void {
    if (!parameters.includes('?')) return;
    if (!/^\?[\d;]*$/.test(parameters)) this.screen = 'unknown';
    else if (
      parameters
        .slice(1)
        .split(';')
        .some((mode) => SCREENS.has(mode))
    )
      this.screen = isOn ? 'full' : 'own';
  }

  private seeRows(parameters: string, rows: number): void {
    // That of the other screen is gone with it.
    if (this.screen === 'full') return;
    const found = /^(\d*)(?:;(\d*))?$/.exec(parameters);
    const [top, bottom] = [Number(found?.[1] ?? Number.NaN), Number(found?.[2] ?? 0)];
    this.isFixed = !(top <= 1 && (bottom === 0 || bottom >= rows));
  }

  private reset(): void {
    this.screen = 'own';
    this.isFixed = false;
    this.isLinked = false;
  }
}

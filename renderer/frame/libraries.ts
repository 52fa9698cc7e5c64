import type { FrameTheme, ToFrame } from '../../shared/notebook/outputs/frame-protocol';
import type { LibraryDrawing } from '../../shared/notebook/outputs/mime';
import type { Held } from './held';

/** Models of a widget on their way into its frame. */
export type Fed = Extract<ToFrame, { t: 'widgets' }>;

export interface LibraryPlace {
  /** JSON of the output. */
  readonly content: string;
  readonly place: HTMLElement;
  readonly held: Held;
}

/** What a library has drawn. */
export interface Drawn {
  /** The page's colours changed; resolves when it is drawn in them. */
  theme(theme: FrameTheme): Promise<void> | void;
  /** Takes what comes after the drawing began; resolves when it is drawn. */
  feed?(message: Fed): Promise<void>;
  dispose(): void;
}

/** Draws one output by a library; rejects with a sentence for a person where it can not. */
export type DrawByLibrary = (place: LibraryPlace) => Promise<Drawn>;

/** Each library is loaded when the first output of its kind is drawn, and in that output's frame only. */
export const LIBRARIES: Readonly<Record<LibraryDrawing, () => Promise<DrawByLibrary>>> = {
  widget: async () => (await import('./widgets')).drawWidget,
  plotly: async () => (await import('./plotly')).drawPlotly,
  vega: async () => (await import('./vega')).drawVega,
  'vega-lite': async () => (await import('./vega')).drawVegaLite,
  media: async () => (await import('./media')).drawMedia,
  mermaid: async () => (await import('./mermaid')).drawMermaid,
};

/** What was drawn last in this frame, by a library; the drawing that is under way gives way to the next. */
export class LibraryStage {
  #drawn: Drawn | null = null;
  #place: HTMLElement | null = null;
  #turn = 0;
  /** What came before the library was there. */
  #early: Fed[] = [];

  /** Draws it; resolves when it stands there, or when it was overtaken. */
  async show(drawing: LibraryDrawing, given: LibraryPlace): Promise<void> {
    const turn = this.clear();
    const { place } = given;
    // As tall as the page made the frame, so that nothing jumps while the library comes.
    place.style.minHeight = `${window.innerHeight}px`;
    place.className = `library ${drawing}`;
    place.replaceChildren();
    try {
      const draw = await LIBRARIES[drawing]();
      if (turn !== this.#turn) return;
      const drawn = await draw(given);
      if (turn !== this.#turn) {
        drawn.dispose();
        return;
      }
      this.#drawn = drawn;
      this.#place = place;
      for (const message of this.#early.splice(0)) await drawn.feed?.(message);
    } finally {
      if (turn === this.#turn) place.style.minHeight = '';
    }
  }

  /** It stays as tall as it is until it stands there in the other colours: what is below does not jump. */
  async theme(theme: FrameTheme): Promise<void> {
    const place = this.#place;
    if (this.#drawn === null || place === null) return;
    const turn = this.#turn;
    place.style.minHeight = `${place.offsetHeight}px`;
    try {
      await this.#drawn.theme(theme);
    } finally {
      if (turn === this.#turn) place.style.minHeight = '';
    }
  }

  async feed(message: Fed): Promise<void> {
    if (this.#drawn === null) this.#early.push(message);
    else await this.#drawn.feed?.(message);
  }

  /** Ends what is drawn; answers the number of the turn that begins. */
  clear(): number {
    this.#drawn?.dispose();
    this.#drawn = null;
    this.#early = [];
    this.#turn += 1;
    return this.#turn;
  }
}

/** The JSON of an output as an object. Throws a sentence for a person. */
export function objectOf(content: string, what: string): Record<string, unknown> {
  const value: unknown = JSON.parse(content);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new Error(`This is no ${what}: it should be an object.`);
  }
  return value as Record<string, unknown>;
}

/** More values than a page can draw while somebody waits. */
export const MOST_VALUES = 2_000_000;

/** Refuses what would take minutes. Counts members and items, without recursion. */
export function checkSize(value: unknown): void {
  const waiting: unknown[] = [value];
  let count = 0;
  while (waiting.length > 0) {
    const next = waiting.pop();
    if (typeof next !== 'object' || next === null) continue;
    const members = Object.values(next);
    count += members.length;
    if (count > MOST_VALUES) {
      throw new Error('The chart holds more than 2,000,000 values, too many to be drawn here.');
    }
    for (const member of members) if (typeof member === 'object' && member !== null) waiting.push(member);
  }
}

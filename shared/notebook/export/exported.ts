/** What of a notebook is written out. */
export interface ExportOptions {
  /** Sources of code cells. */
  readonly code: boolean;
  readonly outputs: boolean;
  /** What the cells' own tags fold away or remove. */
  readonly hidden: boolean;
}

/** One output as it is written out. Every text in it is foreign. */
export type ExportedOutput =
  | { readonly kind: 'text'; readonly text: string; readonly isError: boolean }
  | { readonly kind: 'error'; readonly title: string; readonly traceback: string }
  /** `html` is sanitised by whoever made it. */
  | { readonly kind: 'markdown'; readonly source: string; readonly html: string }
  | { readonly kind: 'latex'; readonly source: string; readonly html: string }
  /** A data URL of a picture type; SVG too, which as a picture runs nothing. */
  | { readonly kind: 'picture'; readonly url: string; readonly alt: string }
  /** Drawn in a frame that runs nothing; `text` is the fallback, `height` in CSS pixels. */
  | { readonly kind: 'html'; readonly source: string; readonly text: string | null; readonly height: number }
  | { readonly kind: 'json'; readonly text: string }
  /** What stands in place of an output that can not be written out. */
  | { readonly kind: 'note'; readonly text: string };

/** A piece of a line of code with the classes of its colour; empty for none. */
export interface ExportedPiece {
  readonly text: string;
  readonly classes: string;
}

/** One cell as it is written out; what is left out by the options is not in it. */
export interface ExportedCell {
  readonly type: 'code' | 'markdown' | 'raw';
  /** Null: left out. */
  readonly source: string | null;
  /** Markdown, rendered and sanitised by whoever made it. */
  readonly html: string | null;
  /** Code by lines in its colours. */
  readonly lines: readonly (readonly ExportedPiece[])[] | null;
  /** Name of the language as fences have it: `python`, `shell`, empty for none. */
  readonly language: string;
  readonly number: number | null;
  readonly outputs: readonly ExportedOutput[];
}

export interface ExportedNotebook {
  readonly title: string;
  /** File name of the notebook. */
  readonly file: string;
  /** UTC. */
  readonly at: string;
  /** The language of the notebook's own kernel, as {@link ExportedCell.language}. */
  readonly language: string;
  readonly cells: readonly ExportedCell[];
}

import { createHash } from 'node:crypto';
import type { Cell, Notebook } from '../../../shared/notebook/model';
import type { Operation } from '../../../shared/notebook/operation';
import { hasResult, ranAsOf, resultDigest, withoutRanAs, type RanAs } from '../../../shared/notebook/ran-as';

/** Where the note of a cell's source lies in its metadata. */
const PATH = ['watchbook', 'ranAs'] as const;

/**
 * Which source made the results that each cell shows: the one that was sent here, else what the file tells.
 *
 * A file tells it by its own source, and by a note where somebody edited that after the run and saved it; so it is known
 * after a restart of the engine, and in another profile too.
 */
export class RanSources {
  private readonly sent = new Map<string, string>();
  private indexed: { readonly of: Notebook; readonly cells: ReadonlyMap<string, Cell> } | null = null;
  private readonly notes = new WeakMap<Cell, RanAs | 'none'>();

  /** `file`: the notebook as its file holds it. */
  constructor(private readonly file: () => Notebook) {}

  sentCell(cell: string, source: string): void {
    this.sent.set(cell, source);
  }

  /** The source as it was sent here; null for a cell that was not. */
  sourceSent(cell: string): string | null {
    return this.sent.get(cell) ?? null;
  }

  clear(): void {
    this.sent.clear();
  }

  /** True where the cell's source is not the one that its results came from. */
  isEdited(cell: Cell): boolean {
    const sent = this.sent.get(cell.id);
    if (sent !== undefined) return sent !== cell.source;
    const inFile = this.inFile(cell);
    if (!hasResult(inFile)) return false;
    const note = this.noteOf(inFile);
    return note === null ? inFile.source !== cell.source : note.source !== sha256(cell.source);
  }

  /** False for the many cells of which a file has nothing to note. */
  mayHaveNote(cell: Cell): boolean {
    return this.isEdited(cell) || withoutRanAs(cell.metadata) !== cell.metadata;
  }

  /** What has to change in the metadata of these cells with their results, so that a file that holds them tells it. */
  notesFor(cells: readonly Cell[]): readonly Operation[] {
    return cells.flatMap((cell) => {
      const wanted = this.noteFor(cell);
      if (wanted === 'as it is') return [];
      if (wanted !== null) {
        const own = this.noteOf(cell);
        if (own?.source === wanted.source) return [];
        return [{ kind: 'metadata', cell: cell.id, path: [...PATH], value: wanted }];
      }
      const rest = withoutRanAs(cell.metadata);
      if (rest === cell.metadata) return [];
      // The last member of ours takes the place for them with it.
      const isLast = !Object.hasOwn(rest, PATH[0]);
      return [{ kind: 'metadata', cell: cell.id, path: isLast ? [PATH[0]] : [...PATH] }];
    });
  }

  private noteFor(cell: Cell): RanAs | null | 'as it is' {
    if (!hasResult(cell)) return 'as it is';
    const sent = this.sent.get(cell.id);
    const inFile = this.inFile(cell);
    if (!this.isEdited(cell)) {
      // Opened and not edited is saved as it was, whatever stands there.
      return sent !== undefined || this.noteOf(inFile) !== null ? null : 'as it is';
    }
    const source = sha256(sent ?? inFile.source);
    return {
      source: sent === undefined ? (this.noteOf(inFile)?.source ?? source) : source,
      result: resultDigest(cell, sha256),
    };
  }

  private inFile(cell: Cell): Cell {
    const file = this.file();
    if (this.indexed?.of !== file) {
      this.indexed = { of: file, cells: new Map(file.cells.map((one) => [one.id, one])) };
    }
    return this.indexed.cells.get(cell.id) ?? cell;
  }

  /** Cells are values: what one says of itself is looked at once. */
  private noteOf(cell: Cell): RanAs | null {
    const known = this.notes.get(cell) ?? ranAsOf(cell, sha256) ?? 'none';
    this.notes.set(cell, known);
    return known === 'none' ? null : known;
  }
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

import { rowsOfLines, type TextRow } from '../../../shared/notebook/outputs/text-rows';
import { toWireError, type WireError } from '../../../shared/rpc/errors';
import type { OpenDocument } from '../document-store';

/** Lines of one page. */
const PAGE = 500;
/** Pages kept at hand, those looked at last. */
const MOST_PAGES = 40;

interface Page {
  readonly rows: readonly TextRow[];
  /** It holds all of its lines, which will not change. */
  readonly isWhole: boolean;
  /** How many lines the text had when this was read. */
  readonly total: number;
}

/** A text output by lines, read page by page as it is looked at. */
export interface FullLines {
  readonly total: number | null;
  readonly failure: WireError | null;
  /** The row if it is at hand; reading it begins otherwise. */
  row(line: number): TextRow | null;
  /** Reads on after a failure. */
  retry(): void;
  /** The text has this many lines now. */
  grow(total: number): void;
  subscribe(listener: () => void): () => void;
  /** Changes with everything that is told. */
  readonly version: number;
}

/** Begins to read nothing yet: each row that is looked at brings its page. */
export function readFullLines(open: OpenDocument, cell: string, key: string): FullLines {
  const pages = new Map<number, Page>();
  const asked = new Set<number>();
  const listeners = new Set<() => void>();
  let total: number | null = null;
  let failure: WireError | null = null;
  let version = 0;

  function tell(): void {
    version += 1;
    for (const listener of listeners) listener();
  }
  function keep(number: number, page: Page): void {
    pages.delete(number);
    pages.set(number, page);
    const [oldest] = pages.keys();
    if (pages.size > MOST_PAGES && oldest !== undefined) pages.delete(oldest);
  }
  async function read(number: number): Promise<void> {
    asked.add(number);
    const from = number * PAGE;
    try {
      const { document } = open.store.getState();
      const lines: string[] = [];
      let known = Infinity;
      // An answer may hold fewer lines than asked for, where they are long.
      while (lines.length < PAGE && from + lines.length < known) {
        const answer = await open.engine.request('notebook.outputLines', {
          document,
          cell,
          key,
          from: from + lines.length,
          count: PAGE - lines.length,
        });
        known = answer.total;
        if (answer.lines.length === 0) break;
        lines.push(...answer.lines);
      }
      if (Number.isFinite(known)) total = known;
      const before = pages.get(number - 1)?.rows.at(-1);
      const entry =
        before === undefined ? undefined : rowsOfLines([before.text, ''], 0, before.entry)[1]?.entry;
      keep(number, {
        rows: rowsOfLines(lines, from, entry),
        isWhole: lines.length === PAGE,
        total: total ?? 0,
      });
      failure = null;
    } catch (error) {
      failure = toWireError(error);
    } finally {
      asked.delete(number);
      tell();
    }
  }

  return {
    get total() {
      return total;
    },
    get failure() {
      return failure;
    },
    get version() {
      return version;
    },
    row(line) {
      const number = Math.floor(line / PAGE);
      const page = pages.get(number);
      if (page === undefined) {
        if (!asked.has(number) && failure === null) void read(number);
        return null;
      }
      // Shown as it was until it is read again.
      if (!page.isWhole && page.total !== total && !asked.has(number) && failure === null) void read(number);
      return page.rows[line - number * PAGE] ?? null;
    },
    retry() {
      failure = null;
      tell();
    },
    grow(next) {
      if (total === null || next === total) return;
      // It was cleared and written anew.
      if (next < total) pages.clear();
      total = next;
      tell();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

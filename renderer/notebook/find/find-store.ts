import { createStore, type StoreApi } from 'zustand/vanilla';
import {
  MOST_MATCHES,
  type FindMatch,
  type FindQuery,
  type Replacement,
} from '../../../shared/notebook/find';
import { isEditable } from '../cell-facts';
import type { OpenDocument } from '../document-store';
import { createFindRunner, startFindWorker, type FindRunner } from './find-runner';
import { notebookTexts, type NotebookText } from './find-texts';
import { searchHidden } from './find-hidden';

/** A match in a text that is shown, or a line of an output that is not. */
export type NotebookMatch =
  | {
      readonly kind: 'shown';
      readonly cell: string;
      readonly output: string | null;
      readonly from: number;
      readonly to: number;
    }
  | { readonly kind: 'hidden'; readonly cell: string; readonly output: string; readonly line: number };

/** What was found, and in which texts: a text that has changed since is not marked by it. */
export interface FindFound {
  readonly matches: readonly NotebookMatch[];
  readonly hasMore: boolean;
  readonly texts: ReadonlyMap<string, NotebookText>;
  /** Some of an output is not shown, and was not searched by this query. */
  readonly isPartial: boolean;
}

export interface FindModel {
  readonly isOpen: boolean;
  /** Grows each time a person asks for the bar: its field then takes the focus. */
  readonly asked: number;
  readonly withReplace: boolean;
  readonly query: FindQuery;
  readonly replacement: string;
  readonly withOutputs: boolean;
  /** Only these cells are searched; null for all. */
  readonly cells: readonly string[] | null;
  readonly found: FindFound | null;
  /** Index of the match that is shown; -1 for none. */
  readonly current: number;
  /** Grows when a person asks for a match to be shown, if it is the same again. */
  readonly steps: number;
  /** Why nothing can be found: the pattern is wrong, or takes too long. */
  readonly problem: string | null;
  /** What the last replacing did. */
  readonly done: string | null;
}

/** Where to begin: a cell, and a place in its source. */
export interface FindPlace {
  readonly cell: string;
  readonly from: number;
}

/** Finding in one document: its state, and what can be done. */
export interface Find {
  readonly store: StoreApi<FindModel>;
  set(changes: Partial<FindModel>): void;
  /** Searches now for what is asked. The first match from `near` on is shown; null keeps the one that is. */
  search(near: FindPlace | null): Promise<void>;
  /** What would come in place of the matches in sources that may be edited. Null where it can not be told. */
  replacements(only: NotebookMatch | null): Promise<{
    readonly replacements: readonly (Replacement & { readonly cell: string })[];
    readonly texts: readonly NotebookText[];
    readonly hasMore: boolean;
  } | null>;
  /** Lets go of the worker and the texts; what was asked stays for the next time. */
  stop(): void;
}

const START: FindModel = {
  isOpen: false,
  asked: 0,
  withReplace: false,
  query: { text: '', isPattern: false, isCaseSensitive: false, isWholeWord: false },
  replacement: '',
  withOutputs: true,
  cells: null,
  found: null,
  current: -1,
  steps: 0,
  problem: null,
  done: null,
};

const TOO_SLOW = 'This pattern takes too long and was stopped. A simpler one may do.';

const finds = new WeakMap<OpenDocument, Find>();

/** The search of a document; it is kept while the document is open. */
export function findOf(open: OpenDocument): Find {
  const known = finds.get(open);
  if (known !== undefined) return known;
  const made = createFind(open, () => createFindRunner(startFindWorker));
  finds.set(open, made);
  return made;
}

/** {@link findOf} with a runner of the caller's. */
export function createFind(open: OpenDocument, makeRunner: () => FindRunner): Find {
  const store = createStore<FindModel>(() => START);
  let runner: FindRunner | null = null;
  let searches = 0;

  async function search(near: FindPlace | null): Promise<void> {
    searches += 1;
    const mine = searches;
    const { query, withOutputs, cells } = store.getState();
    if (query.text === '') {
      runner?.dispose();
      store.setState({ found: null, current: -1, problem: null });
      return;
    }
    const model = open.store.getState();
    const texts = notebookTexts(model, { withOutputs, cells });
    runner ??= makeRunner();
    const outcome = await runner.run(query, texts);
    if (mine !== searches || outcome.kind === 'superseded') return;
    switch (outcome.kind) {
      case 'too-slow':
        store.setState({ found: null, current: -1, problem: TOO_SLOW });
        return;
      case 'bad':
        store.setState({ found: null, current: -1, problem: outcome.reason });
        return;
      case 'replacements':
        return;
      case 'found': {
        const byId = new Map(texts.map((text) => [text.id, text]));
        const shown = outcome.result.matches.flatMap((match) => toShown(match, byId));
        const isLiteral = !query.isPattern && !query.isWholeWord;
        show({
          matches: shown,
          hasMore: outcome.result.hasMore,
          texts: byId,
          isPartial: texts.some(({ hidden, isShortened }) => isShortened && (hidden === null || !isLiteral)),
        });
        const hidden = texts.filter((text) => text.hidden !== null);
        if (!isLiteral || hidden.length === 0) return;
        const answer = await searchHidden(open, hidden, query);
        if (mine !== searches || answer.matches.length === 0) return;
        const matches = inOrder([...shown, ...answer.matches], texts);
        show({
          matches: matches.slice(0, MOST_MATCHES),
          hasMore: outcome.result.hasMore || answer.hasMore || matches.length > MOST_MATCHES,
          texts: byId,
          isPartial: false,
        });
      }
    }

    function show(found: FindFound): void {
      const { found: before, current } = store.getState();
      const last = before?.matches[current];
      store.setState({
        found,
        problem: null,
        current: near === null ? keepPlace(found, last) : firstFrom(found, near),
      });
    }

    function firstFrom({ matches }: FindFound, { cell, from }: FindPlace): number {
      const place = new Map(open.store.getState().order.map((id, index) => [id, index]));
      const start = place.get(cell) ?? 0;
      const first = matches.findIndex((match) => {
        const at = place.get(match.cell) ?? 0;
        return at === start ? match.output !== null || placeOf(match) >= from : at > start;
      });
      return first === -1 ? Math.min(0, matches.length - 1) : first;
    }

    /** The match that was shown, or the one that now stands at its place or after it. */
    function keepPlace(found: FindFound, last: NotebookMatch | undefined): number {
      if (found.matches.length === 0) return -1;
      if (last === undefined) return 0;
      const same = found.matches.findIndex(
        (match) =>
          match.cell === last.cell && match.output === last.output && placeOf(match) >= placeOf(last),
      );
      return same === -1 ? firstFrom(found, { cell: last.cell, from: 0 }) : same;
    }
  }

  return {
    store,
    set: (changes) => store.setState(changes),
    search,
    async replacements(only) {
      const { query, replacement, cells } = store.getState();
      const model = open.store.getState();
      const texts = notebookTexts(model, { withOutputs: false, cells }).filter((text) => {
        const cell = model.byId.get(text.cell);
        return cell !== undefined && isEditable(cell) && (only === null || only.cell === text.cell);
      });
      const one: FindMatch | null =
        only?.kind === 'shown' ? { id: `${only.cell} source`, from: only.from, to: only.to } : null;
      // A search under way would be of sources that are about to change.
      searches += 1;
      runner ??= makeRunner();
      const outcome = await runner.run(query, texts, { template: replacement, only: one });
      switch (outcome.kind) {
        case 'replacements': {
          const byId = new Map(texts.map((text) => [text.id, text.cell]));
          return {
            replacements: outcome.replacements.map((each) => ({ ...each, cell: byId.get(each.id) ?? '' })),
            texts,
            hasMore: outcome.hasMore,
          };
        }
        case 'too-slow':
          store.setState({ problem: TOO_SLOW });
          return null;
        case 'bad':
          store.setState({ problem: outcome.reason });
          return null;
        case 'found':
        case 'superseded':
          return null;
      }
    },
    stop() {
      searches += 1;
      runner?.dispose();
      runner = null;
      store.setState({ isOpen: false, found: null, current: -1, problem: null, done: null });
    },
  };
}

function toShown(match: FindMatch, texts: ReadonlyMap<string, NotebookText>): readonly NotebookMatch[] {
  const text = texts.get(match.id);
  if (text === undefined) return [];
  return [{ kind: 'shown', cell: text.cell, output: text.output, from: match.from, to: match.to }];
}

function placeOf(match: NotebookMatch): number {
  return match.kind === 'shown' ? match.from : Infinity;
}

/** Hidden lines take their place between the two ends of their output. */
function inOrder(
  matches: readonly NotebookMatch[],
  texts: readonly NotebookText[],
): readonly NotebookMatch[] {
  const byText = new Map(texts.map((text, index) => [`${text.cell} ${text.output}`, { index, text }]));
  const rank = (match: NotebookMatch): readonly [number, number, number] => {
    const of = byText.get(`${match.cell} ${match.output}`);
    const at = of?.text.hidden?.at ?? Infinity;
    return match.kind === 'shown'
      ? [of?.index ?? 0, match.from >= at ? 2 : 0, match.from]
      : [of?.index ?? 0, 1, match.line];
  };
  return matches
    .map((match) => ({ match, rank: rank(match) }))
    .toSorted((a, b) => a.rank[0] - b.rank[0] || a.rank[1] - b.rank[1] || a.rank[2] - b.rank[2])
    .map(({ match }) => match);
}

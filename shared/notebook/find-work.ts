import {
  compileQuery,
  findInTexts,
  replacementsIn,
  type FindMatch,
  type FindQuery,
  type FindResult,
  type FindText,
  type Replacement,
} from './find';

/** One piece of work for whoever searches. Texts that it was given before are named by `order` alone. */
export interface FindWork {
  readonly number: number;
  readonly query: FindQuery;
  readonly changed: readonly FindText[];
  readonly order: readonly string[];
  /** Absent: find. `only` null: all. */
  readonly replace?: { readonly template: string; readonly only: FindMatch | null } | undefined;
}

export type FindOutcome =
  | { readonly kind: 'found'; readonly result: FindResult }
  | {
      readonly kind: 'replacements';
      readonly replacements: readonly Replacement[];
      readonly hasMore: boolean;
    }
  | { readonly kind: 'bad'; readonly reason: string };

/** Answers one piece of work after the other, and remembers the texts between them. */
export function createFindWorker(): (work: FindWork) => FindOutcome {
  const known = new Map<string, string>();
  return ({ query, changed, order, replace }) => {
    for (const { id, text } of changed) known.set(id, text);
    const wanted = new Set(order);
    for (const id of known.keys()) if (!wanted.has(id)) known.delete(id);
    const compiled = compileQuery(query);
    if (compiled.kind === 'bad') return compiled;
    if (compiled.kind === 'nothing') return { kind: 'found', result: { matches: [], hasMore: false } };
    const texts = order.map((id): FindText => ({ id, text: known.get(id) ?? '' }));
    if (replace === undefined) return { kind: 'found', result: findInTexts(texts, compiled.pattern) };
    const template = { text: replace.template, isPattern: query.isPattern };
    return { kind: 'replacements', ...replacementsIn(texts, compiled.pattern, template, replace.only) };
  };
}

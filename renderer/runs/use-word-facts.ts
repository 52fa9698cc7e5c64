import { useStore } from 'zustand';
import { recordOf } from '../../shared/runs/position';
import { useNow } from '../notebook/use-now';
import { useAttempt, useRun, useRunModel } from './run-context';
import { cellOf } from './run-rows';
import { barWords, type BarWords, type WordFacts } from './run-words';
import { lastAttempt } from './step-names';

const NONE: Readonly<Record<string, number>> = {};

/** All that the words of the bar and the rail are made from, renewed once a second while time counts. */
export function useWordFacts(): WordFacts | null {
  const { document } = useRun();
  const plan = useRunModel((model) => model.plan);
  const run = useRunModel((model) => model.run);
  const live = useRunModel((model) => model.live);
  const position = useRunModel((model) => model.position);
  const usual = useRunModel(({ view }) => view?.estimates.seconds ?? NONE);
  const cells = useStore(document.store, (model) => model.byId);
  const cell = position === null ? null : cellOf(position);
  const record = run === null || cell === null ? undefined : recordOf(run, cell);
  const attempt = useAttempt(lastAttempt(record)?.finished?.content);
  const now = useNow(run !== null && run.finished === null);
  if (run === null || live === null || position === null) return null;
  return { plan, run, live, position, cells, attempt, usual, now };
}

/** {@link barWords}, for who has the facts. */
export function barWordsOf(facts: WordFacts): BarWords {
  return barWords(facts);
}

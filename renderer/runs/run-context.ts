import { createContext, use, useEffect, useMemo } from 'react';
import { useStore } from 'zustand';
import {
  attemptContentSchema,
  capturedContentSchema,
  reasonContentSchema,
  sourceContentSchema,
  type AttemptContent,
  type CapturedContent,
} from '../../shared/runs/content';
import type { ContentRef } from '../../shared/runs/events';
import type { Json } from '../../shared/rpc/contract';
import type { OpenRun, RunModel } from './run-store';

const Context = createContext<OpenRun | null>(null);

/** Gives the parts of a run's view their run. */
export const RunProvider = Context.Provider;

/** The run around. Throws outside of one. */
export function useRun(): OpenRun {
  const run = use(Context);
  if (run === null) throw new Error('A part of a run was used outside of its view');
  return run;
}

/** A part of the model of the run around; drawn again when the selected value changes its identity. */
export function useRunModel<T>(select: (model: RunModel) => T): T {
  return useStore(useRun().store, select);
}

/** A content file's value; undefined until it is there, null for one that was withheld or is missing. */
export function useContent(ref: ContentRef | null | undefined): Json | undefined {
  const run = useRun();
  const value = useRunModel(({ contents }) => (ref ? contents.get(ref.file) : undefined));
  useEffect(() => {
    if (ref) run.want([ref]);
  }, [run, ref]);
  return value;
}

/** What an attempt left; null until it is there. */
export function useAttempt(ref: ContentRef | null | undefined): AttemptContent | null {
  const value = useContent(ref);
  return useMemo(
    () =>
      value === undefined || value === null ? null : (attemptContentSchema.safeParse(value).data ?? null),
    [value],
  );
}

/** What is kept of a command that was typed in a terminal; null until it is there. */
export function useCaptured(ref: ContentRef | null | undefined): CapturedContent | null {
  const value = useContent(ref);
  return useMemo(() => capturedContentSchema.safeParse(value).data ?? null, [value]);
}

/** A source as it was sent; null until it is there. */
export function useSource(ref: ContentRef | null | undefined): string | null {
  const value = useContent(ref);
  return sourceContentSchema.safeParse(value).data?.source ?? null;
}

/** A reason that somebody typed; null until it is there. */
export function useReason(ref: ContentRef | null | undefined): string | null {
  const value = useContent(ref);
  return reasonContentSchema.safeParse(value).data?.text ?? null;
}

import type { Json } from '../../../shared/rpc/contract';
import type { RunAction, RunLive, RunView } from '../../../shared/runs/contract';
import type { ContentRef } from '../../../shared/runs/events';
import type { Run } from '../../../shared/runs/model';
import type { Plan } from '../../../shared/runs/plan';
import type { Position } from '../../../shared/runs/position';
import type { OpenDocument } from '../../notebook/document-store';
import type { EnginePort } from '../../notebook/engine-port';

/** What the pages of a run show of it: a part of the model of an open run. */
export interface RunPageModel {
  readonly view: RunView | null;
  readonly run: Run | null;
  readonly live: RunLive | null;
  readonly plan: Plan;
  readonly position: Position | null;
  /** Which of its pages is shown. */
  readonly page: string;
  /** A name is asked for, for a checkpoint that is to be kept now. */
  readonly isKeeping: boolean;
  /** Content files by name: null for one that is withheld or missing; absent while it is not read. */
  readonly contents: ReadonlyMap<string, Json>;
}

/** An open run, as its pages need it. */
export interface RunPort {
  readonly store: {
    getState(): RunPageModel;
    getInitialState(): RunPageModel;
    subscribe(listener: (now: RunPageModel, before: RunPageModel) => void): () => void;
  };
  readonly folder: string;
  readonly document: OpenDocument;
  readonly engine: EnginePort;
  /** False where it was refused, which is said in the document. */
  act(action: RunAction): Promise<boolean>;
  /** Sees to it that content files are in the model soon. */
  want(refs: readonly ContentRef[]): void;
  set(changes: { readonly page: 'notebook' } | { readonly isKeeping: boolean }): void;
}

/** True where this window may write into the run: it drives it, and it is not over. */
export function mayWrite({ view, run }: Pick<RunPageModel, 'view' | 'run'>): boolean {
  return view?.readOnly === null && run?.finished === null;
}

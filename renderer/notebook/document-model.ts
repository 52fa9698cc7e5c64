import type { Checkpoint } from '../../shared/notebook/checkpoint-contract';
import type { CellView, DocumentState, Finding } from '../../shared/notebook/contract';
import type { CellRun, InputRequest, OutputView } from '../../shared/notebook/view';
import type { JsonObject } from '../../shared/rpc/contract';
import type { WireError } from '../../shared/rpc/errors';
import type { ConnectionState } from '../../shared/rpc/protocol';
import type { ExportFormat } from './export/export-actions';
import type { Selection } from './selection';

/** Where the keys go: to the cells, or into the source of the active one. */
export type Mode = 'command' | 'edit';

/** Something that went wrong and stays on screen until it is closed. */
export interface Notice {
  readonly id: number;
  readonly error: WireError;
}

/** A question that an action waits for. */
export type Question =
  | { readonly kind: 'delete'; readonly cells: readonly string[]; readonly withOutputs: number }
  | { readonly kind: 'restart'; readonly runAll: boolean }
  | { readonly kind: 'convert'; readonly message: string; readonly path: string | undefined }
  /** Cells that are sent only when a person says so. */
  | {
      readonly kind: 'try';
      readonly message: string;
      readonly environment: string | null;
      readonly cells: readonly string[];
      readonly restartFirst: boolean;
    }
  | { readonly kind: 'close' };

/** A wish to bring a cell into view. A new object each time, so that the same cell can be shown twice. */
export interface ShowCell {
  readonly cell: string;
  readonly align: 'auto' | 'start' | 'center';
}

/** A text output to be shown in full, with a line of it (from 0) in view. */
export interface FullOutputWish {
  readonly cell: string;
  readonly key: string;
  readonly line: number;
}

/** All that the notebook pane shows of one document. Immutable: what did not change keeps its identity. */
export interface DocumentModel {
  readonly phase: 'opening' | 'open' | 'failed';
  /** Why it could not be opened. */
  readonly failure: WireError | null;
  readonly connection: ConnectionState['state'];

  readonly document: string;
  readonly cells: readonly CellView[];
  /** Ids in order; the same array while only texts change. */
  readonly order: readonly string[];
  readonly byId: ReadonlyMap<string, CellView>;
  readonly metadata: JsonObject;
  readonly outputs: ReadonlyMap<string, readonly OutputView[]>;
  readonly runs: ReadonlyMap<string, CellRun>;
  readonly inputs: readonly InputRequest[];
  readonly state: DocumentState | null;
  readonly findings: readonly Finding[];
  readonly recovered: boolean;
  /** Edits not yet acknowledged by the engine. */
  readonly unacknowledged: number;

  readonly selection: Selection;
  readonly mode: Mode;
  /** Hidden sources and outputs that were opened here, as `cell source` or `cell outputs`. */
  readonly revealed: ReadonlySet<string>;
  /** Headings whose sections are folded. */
  readonly collapsed: ReadonlySet<string>;
  /** Sources are folded unless opened one by one. */
  readonly codeHidden: boolean;
  /** Outputs stand beside their sources, not below them. */
  readonly outputsBeside: boolean;
  /** Where the reader is: the active cell while it is in view, else the first one in view. Null before that is known. */
  readonly readCell: string | null;
  /** The step that starts a runbook opened to be read; null once something was run or edited, and elsewhere. */
  readonly start: string | null;
  readonly wrapLines: boolean;
  readonly notices: readonly Notice[];
  readonly question: Question | null;
  readonly comparing: boolean;
  /** The checkpoint that the notebook is compared with; null while it is not. */
  readonly comparedWith: Checkpoint | null;
  /** The export dialog, begun with this format; null while it is closed. */
  readonly exporting: ExportFormat | null;
  /** Another kernel is being chosen. */
  readonly choosingKernel: boolean;
  readonly showCell: ShowCell | null;
  readonly fullOutput: FullOutputWish | null;
  /** Strips the person has closed. */
  readonly dismissed: ReadonlySet<string>;
}

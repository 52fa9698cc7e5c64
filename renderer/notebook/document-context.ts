import { createContext, use } from 'react';
import { useStore } from 'zustand';
import type { CopiedCell } from '../../shared/notebook/clipboard-cells';
import type { DocumentModel } from './document-model';
import type { OpenDocument } from './document-store';

/** What the pane asks of the window around it. */
export interface NotebookHost {
  /** The system's save dialog; null when cancelled. */
  chooseSavePath(suggested: string, kind?: 'notebook' | 'text' | 'picture' | 'any'): Promise<string | null>;
  /** Opens a link in the system's browser. */
  openLink(url: string): Promise<void>;
  copyText(text: string): Promise<void>;
  /** Puts cells on the system's clipboard. */
  copyCells(cells: readonly CopiedCell[]): Promise<void>;
  /** The cells on the system's clipboard; null where it holds none. */
  copiedCells(): Promise<readonly CopiedCell[] | null>;
  revealFile(path: string): Promise<void>;
  /** Writes text, or a page as PDF, where the person said in the save dialog. */
  writeExport(path: string, form: 'text' | 'pdf', content: string): Promise<void>;
  /** Prints a page by the dialog of the system; resolves when that is done or was cancelled. */
  printPage(content: string): Promise<void>;
  /** Confirms in a word or two, for a moment, what the person just did elsewhere. */
  confirm(text: string): void;
  /** Takes away what {@link confirm} said, where it holds no more. */
  unsay(): void;
  /** False for the one of two notebooks side by side that has not the keys. */
  isFront(open: OpenDocument): boolean;
  /** Shows a runbook in its tab; opens one where there is none. */
  openRunbook(path: string): OpenDocument;
  /**
   * Sends the selected cells or what is selected in a source, or the line with the cursor, to the terminal that is usual
   * for it. `isElsewhere`: to another one, which is asked.
   */
  sendToTerminal(open: OpenDocument, part: 'cells' | 'line', isElsewhere?: boolean): void;
  /** Shows the list of every key. */
  showKeys(): void;
  /** Shows the list of every command. */
  showPalette(): void;
}

export interface NotebookContext {
  readonly open: OpenDocument;
  readonly host: NotebookHost;
}

const Context = createContext<NotebookContext | null>(null);

/** Gives the parts of a pane their document. */
export const NotebookProvider = Context.Provider;

/** The document and the window around it. Throws outside of a pane. */
export function useNotebook(): NotebookContext {
  const context = use(Context);
  if (context === null) throw new Error('A part of the notebook was used outside of its pane');
  return context;
}

/** The document and the window around it; null outside of a pane. */
export function useOptionalNotebook(): NotebookContext | null {
  return use(Context);
}

/** A part of the model; the component is drawn again when the selected value changes its identity. */
export function useModel<T>(select: (model: DocumentModel) => T): T {
  return useStore(useNotebook().open.store, select);
}

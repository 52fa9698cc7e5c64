import { isShellCell } from '../../shared/notebook/model';
import { toWireError } from '../../shared/rpc/errors';
import type { SendAnswer } from '../../shared/terminal/send';
import type { WindowContext } from '../app/window-context';
import { notebookLanguage } from '../notebook/cell-facts';
import type { DocumentModel } from '../notebook/document-model';
import type { OpenDocument } from '../notebook/document-store';
import { editorCuts } from '../notebook/editor-cursor';
import { selectedCells } from '../notebook/selection';
import { chosenIn } from '../runs/trying-store';
import { askSend, type SendQuestion } from './send-question';

/** What of a notebook is sent: the selected cells, or what is selected in a source; or the line with the cursor. */
export type SendPart = 'cells' | 'line';

type Sends = Pick<WindowContext, 'client' | 'library' | 'tabs' | 'terminals'>;

/** What would be sent, with the cells that it is of; a sentence where there is nothing. */
export function sentPart(
  model: Pick<DocumentModel, 'byId' | 'order' | 'selection' | 'mode' | 'metadata'>,
  part: SendPart,
  cuts: readonly number[] | null,
): { readonly text: string; readonly cells: readonly string[] } | string {
  const { byId, order, selection, mode, metadata } = model;
  const isShell = notebookLanguage(metadata) === 'shell';
  const isSent = (id: string): boolean => {
    const cell = byId.get(id);
    return cell?.type === 'code' && (isShell || isShellCell(cell));
  };
  const { active } = selection;
  const source = active === null ? '' : (byId.get(active)?.source ?? '');
  const [from = 0, to = from] = mode === 'edit' ? (cuts ?? []) : [];
  const isPart = mode === 'edit' && cuts !== null && (part === 'line' || to > from);
  const own = active === null ? [] : [active];
  const cells = isPart || part === 'line' ? own : selectedCells(order, selection);
  if (cells.length === 0 || !cells.every(isSent))
    return 'Only shell cells can be sent to a terminal. Nothing was sent.';
  if (part === 'line') {
    if (!isPart) return 'No line was chosen: the cursor is in no source. Nothing was sent.';
    const start = source.lastIndexOf('\n', to - 1) + 1;
    const end = source.indexOf('\n', to);
    return { text: source.slice(start, end < 0 ? source.length : end), cells };
  }
  if (isPart) return { text: source.slice(from, to), cells };
  return { text: cells.map((id) => byId.get(id)?.source ?? '').join('\n'), cells };
}

/** Sends a part of a notebook or a run to a terminal, by default the one that has the keys of the pane. */
export function sendToTerminal(
  context: Sends,
  open: OpenDocument,
  part: SendPart,
  wanted: string | null = null,
): void {
  const { library, terminals } = context;
  const { terminals: all, active } = terminals.store.getState();
  const target = all?.find(({ id }) => id === (wanted ?? active)) ?? null;
  library.layout.setState(({ terminal }) => ({ terminal: { ...terminal, isOpen: true } }));
  if (target === null) {
    terminals.set({ failure: 'No terminal is open. Nothing was sent. Open one, and send it again.' });
    return;
  }
  terminals.activate(target.id);
  const model = open.store.getState();
  const found = sentPart(
    model,
    part,
    model.selection.active === null ? null : editorCuts(model.selection.active),
  );
  if (typeof found === 'string') {
    askSend({ terminal: target.id, message: found, act: null });
    return;
  }
  void send(context, open, { ...found, terminal: target.id, force: false, isConfirmed: false });
}

interface Sent {
  readonly terminal: string;
  readonly text: string;
  readonly cells: readonly string[];
  readonly force: boolean;
  /** A person said yes to what is asked before these cells are run. */
  readonly isConfirmed: boolean;
}

async function send(context: Sends, open: OpenDocument, sent: Sent): Promise<void> {
  const { terminal, text, cells, force, isConfirmed } = sent;
  askSend(null);
  const environment = chosenIn(open);
  const ask = (message: string, act: SendQuestion['act']): void => askSend({ terminal, message, act });
  const again = (label: string, change: Partial<Sent>): SendQuestion['act'] => ({
    label,
    run: () => void send(context, open, { ...sent, ...change }),
  });
  try {
    const document = await open.settled();
    const answer: SendAnswer = await context.client.request('terminal.sendCells', {
      terminal,
      text,
      force,
      document,
      cells: [...cells],
      ...(isConfirmed ? { confirmed: { environment, cells: [...cells] } } : {}),
    });
    if (answer.kind === 'sent') {
      if (answer.command === null)
        ask('It was typed. How it ends is not known here: look at the terminal.', null);
    } else if (answer.kind === 'refused' && answer.reason === 'no-marks') {
      ask(answer.message, again('It waits: type it', { force: true }));
    } else ask(answer.message, null);
  } catch (error) {
    const { code, message } = toWireError(error);
    if (code !== 'needs-consent') ask(message, null);
    else
      ask(
        message,
        again(environment === null ? 'Send it' : `Send it in ${environment}`, { isConfirmed: true }),
      );
  }
}

import { isShellCell } from '../../shared/notebook/model';
import { toWireError } from '../../shared/rpc/errors';
import type { SendAnswer } from '../../shared/terminal/send';
import { pathOf } from '../app/tabs';
import type { WindowContext } from '../app/window-context';
import { notebookLanguage } from '../notebook/cell-facts';
import type { DocumentModel } from '../notebook/document-model';
import type { OpenDocument } from '../notebook/document-store';
import { editorCuts } from '../notebook/editor-cursor';
import { selectedCells } from '../notebook/selection';
import { chosenIn } from '../runs/trying-store';
import { sendChoice } from './send-choice';
import { askSend, type SendQuestion } from './send-question';
import { firstChoice, usualTarget } from './send-target';

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

/**
 * Sends a part of a notebook or a run to the terminal that is usual for it, and shows that one. Where there are several
 * and none was chosen before, or `isElsewhere`, a person is asked which.
 */
export function sendToTerminal(
  context: Sends,
  open: OpenDocument,
  part: SendPart,
  isElsewhere = false,
): void {
  const { library, terminals } = context;
  const { terminals: all, active } = terminals.store.getState();
  const [one] = all ?? [];
  if (one === undefined) {
    showPane(library);
    terminals.set({ failure: 'No terminal is open. Nothing was sent. Open one, and send it again.' });
    return;
  }
  const model = open.store.getState();
  const found = sentPart(
    model,
    part,
    model.selection.active === null ? null : editorCuts(model.selection.active),
  );
  if (typeof found === 'string') {
    showPane(library);
    askSend({ terminal: active ?? one.id, message: found, act: null, elsewhere: null });
    return;
  }
  const usual = isElsewhere ? null : usualTarget(terminals.store.getState(), pathOf(open));
  const sent = { ...found, force: false, isConfirmed: false };
  if (usual === null) choose(context, open, sent);
  else void send(context, open, { ...sent, terminal: usual.id });
}

function showPane(library: Sends['library']): void {
  library.layout.setState(({ terminal }) => ({ terminal: { ...terminal, isOpen: true } }));
}

interface Sent {
  readonly terminal: string;
  readonly text: string;
  readonly cells: readonly string[];
  readonly force: boolean;
  /** A person said yes to what is asked before these cells are run. */
  readonly isConfirmed: boolean;
}

/** Asks which terminal is meant; the answer is remembered for this document. */
function choose(context: Sends, open: OpenDocument, sent: Omit<Sent, 'terminal'>): void {
  const { library, terminals } = context;
  const document = pathOf(open);
  const model = terminals.store.getState();
  const shown = library.layout.getState().terminal.isOpen ? model.active : null;
  sendChoice.setState({
    asked: {
      text: sent.text,
      first: firstChoice(model, document, shown),
      send: (terminal) => {
        terminals.sends(document, terminal);
        void send(context, open, { ...sent, terminal });
      },
    },
  });
}

async function send(context: Sends, open: OpenDocument, sent: Sent): Promise<void> {
  const { library, terminals } = context;
  const { terminal, text, cells, force, isConfirmed } = sent;
  askSend(null);
  // What runs there is to be seen.
  showPane(library);
  terminals.activate(terminal);
  const environment = chosenIn(open);
  const ask = (
    message: string,
    act: SendQuestion['act'],
    elsewhere: SendQuestion['elsewhere'] = null,
  ): void => askSend({ terminal, message, act, elsewhere });
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
    switch (answer.kind) {
      case 'sent':
        if (answer.command === null)
          ask('It was typed. How it ends is not known here: look at the terminal.', null);
        return;
      case 'refused': {
        const isAlone = (terminals.store.getState().terminals ?? []).length < 2;
        ask(
          answer.message,
          answer.reason === 'no-marks' ? again('It waits: type it', { force: true }) : null,
          isAlone || answer.reason === 'text'
            ? null
            : () => {
                askSend(null);
                // A person said yes to these cells, and looked at the prompt of that terminal alone.
                choose(context, open, { text, cells, isConfirmed, force: false });
              },
        );
        return;
      }
      case 'lost':
        return ask(answer.message, null);
    }
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

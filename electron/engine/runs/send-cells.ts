import { WatchbookError } from '../../../shared/rpc/errors';
import type { Handlers } from '../engine-client';
import type { DocumentsFeature } from '../notebook/documents';
import type { TerminalsFeature } from '../terminals/terminals';
import type { LiveRunsFeature } from './live-runs';
import type { RunbookGuard } from './runbook-guard';
import type { StepTerminals } from './terminal-steps';

export interface SendCellsPorts {
  readonly documents: Pick<DocumentsFeature, 'find'>;
  readonly runs: Pick<LiveRunsFeature, 'session'>;
  readonly guard: Pick<RunbookGuard, 'admitTo'>;
  readonly terminals: Pick<TerminalsFeature, 'session'>;
  readonly stepTerminals: Pick<StepTerminals, 'terminal'>;
}

/**
 * Sends parts of cells to a terminal by hand. Cells of a runbook are held to the rules for trying them, with the checks
 * asked in that terminal; in a run it is no attempt of a step, and a strict one sends nothing so.
 */
export function sendCells(ports: SendCellsPorts): Handlers<'terminal.sendCells'> {
  return {
    'terminal.sendCells': async ({ terminal, text, force, document, cells, confirmed }, context) => {
      const found = ports.documents.find(document, context);
      const session = ports.terminals.session(terminal);
      if (found.run !== null) {
        const { environment } = (await ports.runs.session(found.run.folder)).state;
        if (environment.guard === 'strict') {
          throw new WatchbookError(
            'forbidden',
            `This is a run in ${environment.name}, which is strict: its steps are sent by the run alone. Nothing was sent. Run the step, or bind it to a terminal in its runbook.`,
          );
        }
      }
      // Before anybody is asked: what can not be sent now is not asked about.
      const refusal = await session.refuses(force);
      if (refusal !== null) return refusal;
      if (found.run === null) {
        const { notebook } = found;
        const sent = cells.map((id) => notebook.cells.find((cell) => cell.id === id));
        if (sent.some((cell) => cell === undefined))
          throw new WatchbookError('not-found', 'A cell is not there any more. Nothing was sent.');
        await ports.guard.admitTo(
          force ? null : ports.stepTerminals.terminal(terminal),
          { path: () => found.path, notebook: () => found.notebook },
          sent.filter((cell) => cell !== undefined),
          confirmed ?? null,
        );
      }
      return session.send(text, force);
    },
  };
}

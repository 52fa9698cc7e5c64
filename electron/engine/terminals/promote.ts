import { newCellId } from '../../../shared/notebook/cell-ids';
import { WatchbookError } from '../../../shared/rpc/errors';
import { cellOfCommand, whyNoStep, type RanCommand } from '../../../shared/terminal/command-cell';
import type { Handlers, MethodsOf } from '../engine-client';
import type { DocumentsFeature } from '../notebook/documents';

export interface PromotePorts {
  readonly documents: Pick<DocumentsFeature, 'find'>;
  /** What is known of a past command. Throws `not-found`. */
  readonly ran: (terminal: string, command: number) => RanCommand;
}

/** A past command that a step can be made of. Throws `not-found`, and `conflict` where none can. */
export function promotable(ran: RanCommand): RanCommand {
  const why = whyNoStep(ran);
  if (why !== null) throw new WatchbookError('conflict', `${why} Nothing was added.`);
  return ran;
}

/**
 * Makes commands steps of a runbook. The engine itself says what they were and what came of them: no window can bring
 * results that nothing ever gave.
 */
export function promoteHandlers({ documents, ran }: PromotePorts): Handlers<MethodsOf<'promote'>> {
  return {
    'promote.commands': ({ terminal, commands, document, after }, context) => {
      const session = documents.find(document, context);
      session.run?.refuse('steps are added');
      const all = commands.map((command) => promotable(ran(terminal, command)));
      const taken = new Set(session.notebook.cells.map(({ id }) => id));
      const cells = all.map((one) => {
        let id = newCellId();
        while (taken.has(id)) id = newCellId();
        taken.add(id);
        return cellOfCommand(id, one, session.notebook);
      });
      session.edits.insertResults(after, cells, context.client);
      return { cells: cells.map(({ id }) => id) };
    },
  };
}

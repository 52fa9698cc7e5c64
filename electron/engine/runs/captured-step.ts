import { outputToJson } from '../../../shared/notebook/cell-json';
import { outputFromJson } from '../../../shared/notebook/notebook-values';
import { WatchbookError } from '../../../shared/rpc/errors';
import type { CapturedContent } from '../../../shared/runs/content';
import type { Actor } from '../../../shared/runs/events';
import { outputsDigest } from '../../../shared/runs/report/report';
import { outputsOf, sourceOf, type RanCommand } from '../../../shared/terminal/command-cell';
import { plainOutput } from '../../../shared/terminal/command-markdown';
import { promotable } from '../terminals/promote';
import { addedCell } from './added-cell';
import { sha256 } from './content';
import type { RunState } from './run-state';

/**
 * Makes a command that a person typed in a terminal a step of the run.
 *
 * It has happened, so it is recorded as that and never as something the run sent: one `step-added` with when it began
 * and ended there, its exit status, and what it printed, as the engine saw it. It is an attempt of the session
 * `terminal` with its own times. With status 0 the step is done; with any other, or one that nobody told, it has failed,
 * and the driver decides as after any failure: a person who adds a command has not said that its failing is well.
 *
 * The status is the shell's word, and what runs in the shell can claim any: in a strict environment a person says that
 * they take it. Throws `needs-consent`, `conflict`; then nothing was added.
 */
export async function addCommand(
  state: RunState,
  actor: Actor,
  place: { readonly id: string; readonly after: string | null; readonly confirmed: boolean },
  found: RanCommand,
): Promise<void> {
  const ran = promotable(found);
  const { id, after, confirmed } = place;
  const { started, ended, status, directory } = ran.command;
  const { name, guard } = state.environment;
  if (guard === 'strict' && !confirmed) {
    throw new WatchbookError(
      'needs-consent',
      `${name} is strict: that this command ended well is the word of its shell alone. Nothing was added until a person takes it.`,
    );
  }
  const outputs = outputsOf(ran).map((output) => outputToJson(output, 'string'));
  const isGood = status === 0;
  const content: CapturedContent = {
    outputs: [...outputs],
    expectations: [],
    line: lastLine(ran),
    failure: isGood ? null : status === null ? 'its exit status is not known' : `exit status ${status}`,
    terminal: ran.terminal,
    directory,
  };
  const times = { startedAt: started, endedAt: ended ?? started };
  const source = {
    source: sourceOf(ran),
    language: 'shell' as const,
    ...(ran.host === null ? {} : { host: ran.host }),
  };
  await state.record(actor, (keep) => ({
    type: 'step-added',
    data: {
      cell: id,
      after,
      source: keep('source', source),
      ran: {
        ...times,
        exitStatus: status,
        // As they are when they are read from the file.
        outputs: outputsDigest(outputs.map(outputFromJson), sha256),
        content: keep('attempt', content),
      },
    },
  }));
  const cell = addedCell(id, source, state.run.started?.data.kernel ?? null, times);
  state.document.edits.amendForRun({
    kind: 'insert',
    after,
    cells: [{ ...cell, outputs: outputs.map(outputFromJson) }],
  });
}

/** What tells the result in one line; that the output is gone, where it is. */
function lastLine({ output }: RanCommand): string {
  if (output === null) return 'what it printed is not kept';
  const lines = plainOutput(output).split('\n');
  return lines.findLast((line) => line.trim() !== '')?.trim() ?? '';
}

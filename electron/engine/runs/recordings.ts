import { WatchbookError } from '../../../shared/rpc/errors';
import { transcript } from '../../../shared/runs/transcript';
import type { Handlers, MethodsOf } from '../engine-client';
import type { TerminalsFeature } from '../terminals/terminals';
import type { LiveRunsFeature } from './live-runs';
import { contentOf, readRunFolder } from './read-run';

/** Terminals that are joined to runs: who asks is a person, and drives the run. */
export function createRecordings(ports: {
  readonly runs: Pick<LiveRunsFeature, 'session'>;
  readonly terminals: Pick<TerminalsFeature, 'session'>;
}): Handlers<MethodsOf<'recording'>> {
  const { runs, terminals } = ports;
  return {
    'recording.attach': async ({ terminal, run }, { client }) => {
      await (await runs.session(run)).attach(terminals.session(terminal), client);
      return {};
    },
    'recording.detach': async ({ terminal }) => {
      const { recording } = terminals.session(terminal);
      if (recording !== null) await (await runs.session(recording.run)).terminals.detach(terminal, 'person');
      return {};
    },
    'recording.pause': async ({ terminal, on }) => {
      const { recording } = terminals.session(terminal);
      if (recording === null)
        throw new WatchbookError('conflict', 'This terminal is not attached to a run. Nothing was changed.');
      (await runs.session(recording.run)).terminals.pause(terminal, on);
      return {};
    },
    'recording.transcript': async ({ run, attached, form }) => {
      const found = await readRunFolder(run);
      const of = found.run.terminals.find(({ seq }) => seq === attached);
      if (of === undefined)
        throw new WatchbookError('not-found', `No terminal was attached by event ${attached} of this run.`);
      return { text: transcript(of, (ref) => contentOf(found, ref), form) };
    },
  };
}

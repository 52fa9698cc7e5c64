import { expect, test } from 'vitest';
import { summaryOf } from '../../../electron/engine/runs/runs-list';
import { reduce } from '../../../shared/runs/reduce';
import { failedTwice, RELEASE_PLAN } from '../../support/release-run';
import { ref } from '../../support/run-events';

const FOLDER = '/lib/runs/releases/payments-api/20261124T020000Z-prod-abcdef';

test('a run that is over is listed with the step that it came to, and with the time that it took', () => {
  const list = failedTwice();
  list.add('run-finished', { status: 'aborted', reason: null });
  const end = list.events.at(-1)?.at;
  list.step = 86_400_000;
  list.add('note', { cell: null, text: ref('note') });
  list.add('content-withheld', {
    file: 'content/000001-attempt.json',
    sha256: '1'.repeat(64),
    reason: ref('reason'),
  });
  const run = reduce(list.events);
  const summary = summaryOf(FOLDER, 'Release', run, RELEASE_PLAN, { queue: [] }, { fault: null });
  expect(summary).toMatchObject({ state: 'aborted', step: { number: 3 }, lastAt: end });
});

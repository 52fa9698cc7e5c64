import type { Cell } from '../../shared/notebook/model';
import type { JsonObject } from '../../shared/rpc/contract';
import type { RunLive } from '../../shared/runs/contract';
import { planOf } from '../../shared/runs/plan';
import { EventList, ref } from './run-events';

function code(id: string, source: string, metadata: JsonObject = {}): Cell {
  return { id, type: 'code', source, metadata, outputs: [], executionCount: null };
}

function text(id: string, source: string, metadata: JsonObject = {}): Cell {
  return { id, type: 'markdown', source, metadata, outputs: [], executionCount: null };
}

/** A release in three sections: what the run's view shows is tested with it. */
export const RELEASE: readonly Cell[] = [
  text('title', '# payments-api to production'),
  code('p', 'version="4.17.0"', { tags: ['parameters'] }),
  text('s1', '## Prepare'),
  code('a', '# Check cluster and account\nkubectl config current-context'),
  code('b', '# Record current versions\nkubectl get deploy', { watchbook: { expect: { exitStatus: 0 } } }),
  text('s2', '## First batch, 10 %'),
  text('why', 'Two of twenty pods. **Watch the pool.**'),
  code('c', '# Deploy to the first batch\nrollout deploy payments-api\nrollout wait --timeout 2m', {
    tags: ['destructive'],
    watchbook: { expect: { exitStatus: 0, contains: 'successfully rolled out' } },
  }),
  code('cr', '# Undo the first batch\nrollout undo payments-api', {
    tags: ['rollback', 'skip-execution'],
    watchbook: { rollbackOf: 'c' },
  }),
  text(
    'g',
    '### Approve the second batch\nThe second batch sends **all** traffic to 4.18.0.\n\n- [ ] Error budget is intact\n- [ ] Support desk is informed\n- [ ] Status page is drafted',
    {
      watchbook: {
        gate: { kind: 'approve', by: ['release-managers'], minimum: 2 },
        checklist: { required: [1, 2] },
      },
    },
  ),
  text('s3', '## Second batch'),
  code('d', '# Deploy everywhere\nrollout deploy payments-api --all', { tags: ['destructive'] }),
  code('e', '# Smoke tests\nsmoke'),
];

export const RELEASE_PLAN = planOf({ cells: RELEASE, metadata: { kernelspec: { name: 'bash' } } });

/** A run of it in production, as far as its first two steps. */
export function begun(): EventList {
  const list = new EventList().start();
  list.step = 400;
  list.run('p').run('a');
  list.step = 95_000;
  list.add('note', { cell: null, text: ref('note') });
  list.step = 4_000;
  return list.run('b');
}

/** …with its third step failed for the second time. */
export function failedTwice(): EventList {
  const list = begun();
  list.step = 20_000;
  list.run('c', 'failed', 1);
  list.add('step-adjusted', { cell: 'c', before: ref('before'), after: ref('after') });
  return list.run('c', 'failed', 2);
}

const SESSION: RunLive['kernel'] = {
  state: 'none',
  spec: null,
  wanted: 'bash',
  since: '2026-11-24T02:00:00.000Z',
  pid: null,
  reason: null,
  stderr: null,
  takenUp: false,
  environment: null,
  cwd: null,
};

/** Nothing runs, waits or is asked. */
export const STILL: RunLive = {
  kernel: SESSION,
  shell: SESSION,
  queue: [],
  trials: [],
  waits: [],
  retry: null,
  hints: [],
  libraryChanged: null,
  terminals: {},
  unconfirmed: null,
  problem: null,
};

import { describe, expect, it } from 'vitest';
import type { Run } from '../../../shared/runs/model';
import { positionOf } from '../../../shared/runs/position';
import { reduce } from '../../../shared/runs/reduce';
import { railWords } from '../../../renderer/runs/rail-words';
import { barWords, type WordFacts } from '../../../renderer/runs/run-words';
import { numbersWords, rollbackName, within } from '../../../renderer/runs/step-names';
import { adjustmentWords } from '../../../renderer/runs/step-words';
import { hintTarget } from '../../../renderer/runs/open-hint';
import { ref, type EventList } from '../../support/run-events';
import { begun, failedTwice, RELEASE, RELEASE_PLAN, STILL } from '../../support/release-run';

const cells = new Map(RELEASE.map((cell) => [cell.id, cell]));

function factsOf(list: EventList, more: Partial<WordFacts> = {}): WordFacts {
  const run: Run = reduce(list.events);
  const live = more.live ?? STILL;
  return {
    plan: RELEASE_PLAN,
    run,
    live,
    position: positionOf(RELEASE_PLAN, run, live),
    cells,
    attempt: null,
    usual: { c: 110, d: 360 },
    now: Date.parse(run.lastAt ?? '') + 58_000,
    ...more,
  };
}

describe('the bar says the state in one sentence, what is kept, and what comes', () => {
  it('before a step', () => {
    expect(barWords(factsOf(begun()))).toMatchObject({
      state: 'todo',
      title: 'Step 3 is next',
      aside: 'Deploy to the first batch',
      sub: '2 of 6 steps are done. The run stops before each step and waits for you.',
    });
  });

  it('while a step runs', () => {
    expect(barWords(factsOf(begun().begin('c')))).toMatchObject({
      state: 'running',
      title: 'Step 3 is running, 58s',
      aside: 'usually 1m 50s',
      sub: 'Next: step 4, approve the second batch. The run stops before each step and waits for you.',
    });
  });

  it('at a failed step', () => {
    expect(barWords(factsOf(failedTwice()))).toMatchObject({
      state: 'failed',
      title: 'Step 3 failed after 0.9s',
      aside: 'exit status 1, expected 0',
      sub: 'The run is stopped. Steps 4 to 6 have not run. The output of both attempts is kept.',
    });
    const waiting = { ...STILL, retry: { cell: 'c', at: '2026-11-24T02:20:05.000Z', left: 2 } };
    expect(barWords(factsOf(failedTwice(), { live: waiting }))).toMatchObject({
      sign: 'timer',
      sub: 'It is tried again by itself. Steps 4 to 6 have not run.',
    });
  });

  it('with what was expected, where the exit status tells nothing', () => {
    const list = begun();
    list.add('cell-started', { cell: 'c', attempt: 1, session: 'shell', source: ref('source') });
    list.add('cell-finished', {
      cell: 'c',
      attempt: 1,
      status: 'failed',
      duration_ms: 300_000,
      exitStatus: 0,
      outputs: '3'.repeat(64),
      content: ref('attempt'),
    });
    const attempt = {
      outputs: [],
      expectations: [
        { expected: 'Exit status is 0', found: null, holds: true },
        {
          expected: 'Output contains “successfully rolled out”',
          found: 'not found in 38 lines',
          holds: false,
        },
      ],
      line: '',
      failure: null,
    };
    expect(barWords(factsOf(list, { attempt }))).toMatchObject({
      title: 'Step 3 failed after 5m 00s',
      aside: '1 of 2 expected results are not met',
    });
  });

  it('at a gate: its items first, then whose approval is missing', () => {
    const list = begun().run('c');
    expect(barWords(factsOf(list))).toMatchObject({
      title: 'Step 4 waits for 2 items',
      sub: 'Tick what is required above, each when it is true. Steps 5 and 6 have not run.',
    });
    list.add('gate-opened', { cell: 'g', kind: 'approve', until: null, request: ref('request'), minimum: 2 });
    list.add('ticked', { cell: 'g', item: 1 }).add('ticked', { cell: 'g', item: 2 });
    expect(barWords(factsOf(list)).title).toMatch(/^Waiting for 2 approvals, /);
    list.add('gate-answered', {
      cell: 'g',
      verdict: 'approved',
      approver: 'jonas',
      how: 'laptop',
      reason: null,
    });
    expect(barWords(factsOf(list))).toMatchObject({
      title: expect.stringMatching(/^Waiting for 1 more approval, /),
      sub: 'Approvals cover steps 5 and 6 as they are now. You can close the laptop: the run stays here.',
    });
  });

  it('while it rolls back, also over a step that names nothing', () => {
    const steps = [
      { cell: 'c', by: 'cr' },
      { cell: 'b', by: null },
    ];
    const list = failedTwice().add('roll-back-begun', { to: 'b', steps });
    expect(barWords(factsOf(list))).toMatchObject({
      state: 'rolledback',
      title: 'Next to undo: step 3, deploy to the first batch',
      aside: '2 left, back to before step 2',
      sub: '3r undoes it. Each asks before it runs. What is undone is in the record.',
    });
    list.add('rolled-back', { cell: 'c', by: 'cr' });
    expect(barWords(factsOf(list)).sub).toMatch(/^Nothing is named that undoes it\./);
    list.add('kernel-lost', { session: 'shell', why: null });
    expect(barWords(factsOf(list)).sub).toMatch(/^The shell ended meanwhile: .* Nothing is named/);
  });

  it('while a failed step is to be tried again, and when its time went by', () => {
    const list = failedTwice().add('retry-planned', { cell: 'c', count: 3, wait: 30 });
    const retry = { cell: 'c', at: '2026-11-24T02:20:00.000Z', left: 3 };
    expect(barWords(factsOf(list, { live: { ...STILL, retry } }))).toMatchObject({
      sign: 'timer',
      aside: expect.stringMatching(/^tried again at \d\d:\d\d:\d\d, 3 left$/),
    });
    expect(barWords(factsOf(list))).toMatchObject({
      sign: 'failed',
      aside: expect.stringMatching(/^was to be tried again at \d\d:\d\d:\d\d, 3 left$/),
      sub: expect.stringMatching(/^The engine was away at that time, so nothing was tried\./),
    });
  });

  it('after a session was lost, and at the end', () => {
    const lost = begun().begin('c').add('kernel-lost', { session: 'shell', why: null });
    expect(barWords(factsOf(lost))).toMatchObject({ sign: 'lost', state: 'failed' });
    const done = begun().add('step-skipped', { cell: 'c', reason: ref('reason') });
    done.add('run-finished', { status: 'done', reason: null });
    expect(barWords(factsOf(done))).toMatchObject({
      state: 'done',
      title: 'Run finished, done with 1 deviation',
    });
  });
});

describe('the head of the step list', () => {
  it('says how long it goes and is thought to go', () => {
    expect(railWords(factsOf(begun().begin('c')))).toMatchObject({
      title: 'Step 3 of 6 is running',
      sub: expect.stringMatching(/ so far, about 6m to go$/),
    });
    expect(railWords(factsOf(failedTwice()))).toMatchObject({
      title: 'Step 3 of 6 failed',
      sub: expect.stringMatching(/^Stopped at \d\d:\d\d:\d\d, .* so far$/),
    });
  });
});

describe('a hint', () => {
  it('leads to a runbook of the library, and nowhere else', () => {
    expect(hintTarget('fixes/pool.ipynb#raise')).toEqual({ path: 'fixes/pool.ipynb', anchor: 'raise' });
    expect(hintTarget('#raise')).toEqual({ path: '', anchor: 'raise' });
    for (const target of ['../x.ipynb', '/etc/passwd', 'C:\\x.ipynb', 'a\\..\\..\\x'])
      expect(hintTarget(target)).toBeNull();
  });
});

describe('small words', () => {
  it('names steps in a sentence', () => {
    expect(numbersWords([8, 9, 10])).toBe('steps 8 to 10');
    expect(numbersWords([8, 9])).toBe('steps 8 and 9');
    expect(numbersWords([2, 5, 9])).toBe('steps 2, 5 and 9');
    expect(within('Deploy everywhere')).toBe('deploy everywhere');
    expect(within('SQL first')).toBe('SQL first');
    expect(rollbackName(RELEASE_PLAN, 'c', 'cr')).toBe('3r');
  });

  it('tells the one change of an adjusted source, else how many lines', () => {
    const before = 'rollout deploy\nrollout wait(timeout="2m")';
    expect(adjustmentWords(before, before.replace('2m', '5m'))).toEqual({
      line: 2,
      was: 'timeout="2m"',
      is: 'timeout="5m"',
    });
    expect(adjustmentWords(before, `${before}\ndone\nend`)).toEqual({ lines: 2 });
  });
});

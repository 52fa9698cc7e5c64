import { describe, expect, it } from 'vitest';
import { reduce } from '../../../shared/runs/reduce';
import { filesOfSameText } from '../../../shared/runs/same-text';
import { EventList, ref } from '../../support/run-events';

const DIGEST = '9'.repeat(64);
const LONG = { file: `output/${DIGEST}.txt`, sha256: DIGEST };
const STARTED = '2026-11-24T02:00:10.000Z';

/** A step in a terminal, one in the kernel, a check in the terminal, a command of a person and one that became a step. */
function run(): ReturnType<typeof reduce> {
  const list = new EventList();
  const command = { terminal: 't', ended: null, exitStatus: null, notRecorded: null, output: [] };
  const attempt = { attempt: 1, status: 'done', duration_ms: 1, outputs: DIGEST } as const;
  list.add('terminal-attached', { terminal: 't', content: ref('attached'), columns: 80, rows: 24 });
  list.add('cell-started', { cell: 'bound', attempt: 1, session: 'terminal', source: ref('bound-source') });
  list.add('cell-finished', { cell: 'bound', ...attempt, content: ref('bound-result') });
  list.add('terminal-command', {
    ...command,
    command: 1,
    started: STARTED,
    content: ref('bound-seen'),
    step: { cell: 'bound', attempt: 1 },
    output: [LONG],
  });
  list.add('check', {
    title: null,
    cell: 'bound',
    in: 'terminal',
    found: ref('found'),
    result: 'match',
    command: { terminal: 't', command: 2 },
  });
  list.add('terminal-command', {
    ...command,
    command: 2,
    started: STARTED,
    content: ref('check-seen'),
    asked: { what: 'check', cell: 'bound' },
  });
  list.add('terminal-command', { ...command, command: 3, started: STARTED, content: ref('own') });
  const typed = '2026-11-24T02:10:00.000Z';
  list.add('terminal-command', { ...command, command: 4, started: typed, content: ref('typed') });
  list.add('step-added', {
    cell: 'made',
    after: null,
    source: ref('made-source'),
    ran: { startedAt: typed, endedAt: typed, exitStatus: 0, outputs: DIGEST, content: ref('made-result') },
  });
  list.add('cell-started', { cell: 'k', attempt: 1, session: 'kernel', source: ref('k-source') });
  list.add('cell-finished', { cell: 'k', ...attempt, content: ref('k-result') });
  return reduce(list.events);
}

function withIt(file: string, fullTexts: Readonly<Record<string, readonly (typeof LONG)[]>> = {}): string[] {
  const found = filesOfSameText(file, run(), (cell) => fullTexts[cell] ?? []);
  return found.map((one) => one.file).toSorted();
}
const files = (...names: string[]): string[] => names.map((name) => ref(name).file).toSorted();

describe('where a text of a run stands as well', () => {
  it('is in what the terminal showed of a step, and what was typed there beside its result', () => {
    expect(withIt(ref('bound-result').file)).toEqual([...files('bound-seen'), LONG.file]);
    expect(withIt(ref('bound-source').file)).toEqual([...files('bound-result', 'bound-seen'), LONG.file]);
    for (const seen of ['bound-seen', LONG.file])
      expect(withIt(seen === LONG.file ? seen : ref(seen).file)).toEqual(
        [...files('bound-source', 'bound-result', 'bound-seen'), LONG.file]
          .filter((file) => file !== (seen === LONG.file ? seen : ref(seen).file))
          .toSorted(),
      );
  });

  it('is in what a check found and in the command that it was', () => {
    expect(withIt(ref('found').file)).toEqual(files('check-seen'));
    expect(withIt(ref('check-seen').file)).toEqual(files('found'));
  });

  it('is in a command that a person made a step', () => {
    expect(withIt(ref('made-result').file)).toEqual(files('typed'));
    expect(withIt(ref('typed').file)).toEqual(files('made-source', 'made-result'));
  });

  it('is nowhere else for what ran in a kernel, and for a command of a person, save in full', () => {
    expect(withIt(ref('own').file)).toEqual([]);
    expect(withIt(ref('k-source').file)).toEqual([]);
    expect(withIt(ref('k-result').file)).toEqual([]);
    expect(withIt(ref('k-result').file, { k: [LONG] })).toEqual([LONG.file]);
  });
});

import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../shared/rpc/contract';
import type { ContentRef } from '../../../shared/runs/events';
import type { AttachedTerminal } from '../../../shared/runs/model';
import { outputsOfEvents } from '../../../shared/runs/named-content';
import { planOf } from '../../../shared/runs/plan';
import { reduce } from '../../../shared/runs/reduce';
import { ReportWords } from '../../../shared/runs/report/report-words';
import { terminals } from '../../../shared/runs/report/terminals';
import { attachedIn, quotedContent, timelineLine, timelineText } from '../../../shared/runs/timeline';
import { transcript } from '../../../shared/runs/transcript';
import { EventList, ref } from '../../support/run-events';

const HOSTILE = '[x](http://a.example) \u001b]8;;http://a.example\u0007<img src=x>\u202e';
const CONTENTS: Readonly<Record<string, JsonObject>> = {
  [ref('attached').file]: { title: HOSTILE, profile: 'bash', kind: 'shell', directory: '/srv' },
  [ref('one').file]: {
    command: `ls ${HOSTILE}`,
    directory: '/srv',
    shown: `\u001b[31m${HOSTILE}\u001b[0m\n2\n3\n4\n5\n6\n7\n`,
    raw: [
      [0, 'secret\r'],
      [40, 'x\r\n'],
    ],
    lost: 0,
    paused: false,
  },
};
const content = (of: ContentRef): JsonObject | null => CONTENTS[of.file] ?? null;
const digest = '9'.repeat(64);

function record(): EventList {
  const list = new EventList();
  const command = {
    terminal: 't',
    started: '2026-11-24T02:00:10.000Z',
    ended: '2026-11-24T02:00:11.500Z',
    exitStatus: 2,
    notRecorded: null,
    output: [],
  };
  list.add('terminal-attached', { terminal: 't', content: ref('attached'), columns: 80, rows: 24 });
  list.add('terminal-command', {
    ...command,
    command: 1,
    content: ref('one'),
    output: [{ file: `output/${digest}.txt`, sha256: digest }],
  });
  list.add('terminal-command', { ...command, command: 2, content: null, notRecorded: 'space' });
  list.add('terminal-command', { ...command, command: 3, content: null, notRecorded: 'space' });
  list.add('terminal-command', { ...command, command: 4, content: ref('gone'), ended: null });
  list.add('terminal-detached', { terminal: 't', why: 'engine' });
  return list;
}
const attached = (): AttachedTerminal => reduce(record().events).terminals[0]!;

describe('what a run recorded of a terminal', () => {
  it('stands in the report, with the first lines of what was printed, and nothing in it is markup', () => {
    const run = reduce(record().events);
    const text = terminals(new ReportWords(run, { notebook: { cells: [], metadata: {} }, content }));
    expect(text).toContain('in `/srv`: attached 2026-11-24 ');
    expect(text).toContain('as the engine ended');
    expect(text).toMatch(/02:00:10 `ls \[x\].*` in `\/srv` by Mara Lindt: exit 2, 1\.5s\n/);
    expect(text).toContain('    - `5`\n    - 2 more lines\n');
    expect(text).toContain('2 commands not recorded, as they begin with a space');
    expect(text).toContain('(its content file is missing) by Mara Lindt: did not end while attached');
    // oxlint-disable-next-line no-control-regex -- it is what is looked for
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/);
    expect(text).not.toMatch(/^[^`]*\[x\]/m);
  });

  it('names the step of a command that the run sent, and has what it printed there alone', () => {
    const list = record();
    list.add('terminal-attached', { terminal: 'u', content: ref('attached'), columns: 80, rows: 24 });
    list.add('terminal-command', {
      terminal: 'u',
      started: '2026-11-24T02:00:10.000Z',
      ended: '2026-11-24T02:00:11.500Z',
      exitStatus: 0,
      notRecorded: null,
      output: [],
      command: 1,
      content: ref('one'),
      step: { cell: 'c0', attempt: 2 },
    });
    const run = reduce(list.events);
    const cells = [{ id: 'c0', type: 'code', source: 'ls', metadata: {} }];
    const text = terminals(
      new ReportWords(
        { ...run, terminals: run.terminals.slice(1) },
        { notebook: { cells, metadata: {} } as never, content },
      ),
    );
    expect(text).toMatch(/02:00:10 .*, attempt 2, sent by the run: exit 0, 1\.5s\n$/);
    expect(text).not.toContain('`5`');
    expect(transcript(run.terminals[1]!, content, 'text')).toContain(
      'Z sent by the run, attempt 2 of a step, /srv\n$ ls',
    );
    const facts = {
      plan: planOf({ cells, metadata: {} } as never),
      deviations: new Set<number>(),
      attached: attachedIn(run),
    };
    const event = list.events.at(-1)!;
    const line = timelineLine(event, { ...facts, content, item: () => null });
    expect(line.parts.map((part) => part.text).join('')).toMatch(
      /, attempt 2, in the terminal: exit 0, 1\.5s$/,
    );
    expect(quotedContent(event, facts)).toEqual([]);
  });

  it('names the terminal that was detached, as it was called when it was attached', () => {
    const list = record();
    list.add('terminal-attached', { terminal: 'u', content: ref('other'), columns: 80, rows: 24 });
    list.add('terminal-detached', { terminal: 'u', why: 'person' });
    list.add('terminal-attached', { terminal: 'u', content: ref('attached'), columns: 80, rows: 24 });
    const facts = {
      plan: planOf({ cells: [], metadata: {} }),
      deviations: new Set<number>(),
      attached: attachedIn(reduce(list.events)),
      content: (of: ContentRef) =>
        of.file === ref('other').file
          ? { title: 'incident', profile: 'bastion', kind: 'ssh', directory: '/' }
          : null,
      item: () => null,
    };
    const [detached] = list.events.slice(-2);
    expect(quotedContent(detached!, facts)).toEqual([ref('other')]);
    expect(timelineText(timelineLine(detached!, facts), () => '')).toBe(
      '  Terminal detached: incident (ssh bastion) (Mara Lindt)',
    );
    expect(attachedIn(null)('u', 9)).toBeNull();
  });

  it('names the whole texts that belong to the record', () => {
    expect(outputsOfEvents(record().events)).toEqual([digest]);
  });

  it('is a transcript, in which nothing that was typed or shown does anything', () => {
    const text = transcript(attached(), content, 'text');
    expect(text).toContain('# exit 2, 1.5s');
    expect(text).toContain('# 2026-11-24T02:00:10.000Z withheld or missing, did not end while attached');
    // oxlint-disable-next-line no-control-regex -- it is what is looked for
    expect(text).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u202e]/);
  });

  it('has all that was written in its asciicast, so that nothing is hidden by what was drawn over it', () => {
    const lines = transcript(attached(), content, 'cast')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as [number, string, string]);
    expect(lines[0]).toMatchObject({ version: 2, width: 80, height: 24 });
    const all = lines.slice(1);
    expect(all.map(([, , data]) => data).join('')).toContain('secret\rx\r\n');
    expect(all.map(([at]) => at)).toEqual(all.map(([at]) => at).toSorted((a, b) => a - b));
  });
});

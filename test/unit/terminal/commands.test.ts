import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CommandLog, MOST_COMMANDS } from '../../../shared/terminal/commands';
import { parseMark, type Mark } from '../../../shared/terminal/marks';

const AT = '2026-11-28T02:00:00.000Z';
const nonce = (number: number): string => number.toString(16).padStart(32, '0');

/** Takes marks as OSC data; answers the steps they mean. */
function take(log: CommandLog, ...marks: readonly string[]): readonly (string | null)[] {
  return marks.map((data) => {
    const mark = parseMark(data);
    if (mark === null) return 'no mark';
    return log.take(mark, AT)?.step ?? null;
  });
}

/** A prompt, a command with its line, and its end. */
function run(log: CommandLog, number: number, status: number): readonly (string | null)[] {
  const now = nonce(number);
  return take(
    log,
    `633;A;${now}`,
    `633;B;${now}`,
    `633;E;make\\x3b test;${now}`,
    `633;C;${now}`,
    `633;D;${status};${now};${nonce(number + 1)}`,
  );
}

describe('a mark', () => {
  it('is read in both families, with its text and folder', () => {
    expect(parseMark(`133;A;${nonce(1)}`)).toEqual({ kind: 'prompt', nonce: nonce(1) });
    expect(parseMark(`633;E;a\\x3bb\\\\c\\x0ad;${nonce(1)}`)).toEqual({
      kind: 'line',
      nonce: nonce(1),
      text: 'a;b\\c\nd',
    });
    expect(parseMark(`633;P;Cwd=/srv/a b;${nonce(1)}`)).toEqual({
      kind: 'directory',
      nonce: nonce(1),
      path: '/srv/a b',
    });
  });

  it.each([
    '133;D;0',
    '633;D;0;x;y',
    '633;A',
    '633;A;short',
    `633;D;-1;${nonce(1)};${nonce(2)}`,
    '8;;http://a',
  ])('is not %s', (data) => expect(parseMark(data)).toBeNull());
});

describe('the commands of a shell', () => {
  it('begin and end by the marks, with text, folder and status', () => {
    const log = new CommandLog(nonce(1));
    expect(log.phase).toBe('unknown');
    take(log, `633;P;Cwd=/srv;${nonce(1)}`);
    expect(run(log, 1, 2)).toEqual(['prompt', 'input', null, 'start', 'end']);
    expect(log.commands).toEqual([
      { id: 1, text: 'make; test', directory: '/srv', started: AT, ended: AT, status: 2 },
    ]);
    run(log, 2, 0);
    expect(log.commands.map(({ id, status }) => [id, status])).toEqual([
      [1, 2],
      [2, 0],
    ]);
  });

  it('are not touched by a prompt that is drawn again, or by an empty line', () => {
    const log = new CommandLog(nonce(1));
    run(log, 1, 0);
    const again = `633;D;0;${nonce(1)};${nonce(2)}`;
    expect(take(log, again, `633;A;${nonce(2)}`, `633;B;${nonce(2)}`, again)).toEqual([
      null,
      null,
      'input',
      null,
    ]);
    expect(take(log, `633;D;130;${nonce(2)};${nonce(3)}`)).toEqual(['prompt']);
    expect(log.commands).toHaveLength(1);
    expect(log.forged).toBe(0);
  });

  it('tell a line that was cancelled at its prompt from a command that was aborted', () => {
    const log = new CommandLog(nonce(1));
    const cancelled = `633;P;Line=cancelled;${nonce(1)}`;
    expect(take(log, cancelled, `633;A;${nonce(1)}`, `633;B;${nonce(1)}`, cancelled)).toEqual([
      null,
      'prompt',
      'input',
      'cancelled',
    ]);
    expect(log.commands).toEqual([]);
    // The shell draws its prompt while the command runs, and told of no end: it has no status.
    expect(take(log, `633;C;${nonce(1)}`, cancelled, `633;B;${nonce(1)}`)).toEqual(['start', null, 'end']);
    expect(log.commands).toMatchObject([{ ended: AT, status: null }]);
    expect(log.phase).toBe('input');
  });

  it('take nothing from a program that prints marks: none, old and guessed nonces', () => {
    const log = new CommandLog(nonce(1));
    run(log, 1, 0);
    take(log, `633;A;${nonce(2)}`, `633;B;${nonce(2)}`, `633;C;${nonce(2)}`);
    expect(
      take(
        log,
        '133;D;0',
        `633;D;0;${nonce(1)};${nonce(2)}`,
        `633;D;0;${nonce(1)};${nonce(9)}`,
        `633;D;0;${nonce(3)};${nonce(4)}`,
        `633;C;${nonce(1)}`,
      ),
    ).toEqual(['no mark', null, null, null, null]);
    expect(log.phase).toBe('running');
    expect(log.forged).toBe(4);
    expect(log.running?.status).toBeNull();
    expect(take(log, `633;D;1;${nonce(2)};${nonce(3)}`)).toEqual(['end']);
    expect(log.commands.at(-1)?.status).toBe(1);
  });

  it('never end by any marks without the nonce that holds', () => {
    const forged = fc.record({
      kind: fc.constantFrom('prompt', 'input', 'start', 'end', 'line', 'directory'),
      nonce: fc.integer({ min: 2, max: 50 }).map(nonce),
    });
    fc.assert(
      fc.property(fc.array(forged), (marks) => {
        const log = new CommandLog(nonce(1));
        take(log, `633;A;${nonce(1)}`, `633;B;${nonce(1)}`, `633;C;${nonce(1)}`);
        for (const mark of marks)
          expect(
            log.take({ ...mark, next: nonce(7), status: 0, text: '', path: '/' } as Mark, AT),
          ).toBeNull();
        expect(log.phase).toBe('running');
        expect(log.forged).toBe(marks.length);
      }),
    );
  });

  it('end with their shell, with a status that nobody told', () => {
    const log = new CommandLog(nonce(1));
    expect(log.close(AT)).toEqual([]);
    const other = new CommandLog(nonce(1));
    take(other, `633;A;${nonce(1)}`, `633;B;${nonce(1)}`, `633;C;${nonce(1)}`);
    expect(other.close(AT)).toMatchObject([{ id: 1, ended: AT, status: null }]);
    expect(other.phase).toBe('unknown');
    expect(other.running).toBeNull();
  });

  it('are kept up to a number', () => {
    const log = new CommandLog(nonce(1));
    for (let number = 1; number <= MOST_COMMANDS + 5; number += 1) run(log, number, 0);
    expect(log.commands).toHaveLength(MOST_COMMANDS);
    expect(log.commands[0]?.id).toBe(6);
  });

  it('get their text from the screen once, where the shell did not say it', () => {
    const log = new CommandLog(nonce(1));
    take(log, `633;A;${nonce(1)}`, `633;B;${nonce(1)}`, `633;C;${nonce(1)}`);
    expect(log.setText(1, 'uptime')?.text).toBe('uptime');
    expect(log.setText(1, 'other')).toBeNull();
    expect(log.setText(9, 'x')).toBeNull();
  });
});

describe('a shell inside of another', () => {
  const inner = { host: 'mara@far', shell: 'bash' } as const;
  /** A terminal whose shell runs ssh, and was given nonce 100 for the far side. */
  function reach(): CommandLog {
    const log = new CommandLog(nonce(1), { host: 'bastion', shell: 'zsh' });
    take(log, `633;A;${nonce(1)}`, `633;B;${nonce(1)}`, `633;E;ssh far;${nonce(1)}`, `633;C;${nonce(1)}`);
    log.give(nonce(100), inner);
    return log;
  }
  const arrive = (log: CommandLog) =>
    take(log, `633;D;0;${nonce(100)};${nonce(101)}`, `633;P;Cwd=/far;${nonce(101)}`, `633;B;${nonce(101)}`);

  it('marks its commands with the host, and the outer one goes on when it is left', () => {
    const log = reach();
    expect(arrive(log)).toEqual(['prompt', null, 'input']);
    expect([log.phase, log.directory, log.inner]).toEqual(['input', '/far', inner]);
    expect(log.running).toBeNull();
    expect(log.shell).toBe('bash');
    expect(log.outermost?.text).toBe('ssh far');
    take(log, `633;E;uptime;${nonce(101)}`, `633;C;${nonce(101)}`);
    expect(log.running).toMatchObject({ id: 2, text: 'uptime', directory: '/far', host: 'mara@far' });
    expect(take(log, `633;D;3;${nonce(101)};${nonce(102)}`, `633;B;${nonce(102)}`)).toEqual(['end', 'input']);
    take(log, `633;E;exit;${nonce(102)}`, `633;C;${nonce(102)}`);
    // The far side is left: its last command has no status, the outer one has.
    expect(take(log, `633;D;0;${nonce(1)};${nonce(2)}`)).toEqual(['end']);
    expect(log.takeCutOff()).toMatchObject([{ id: 3, text: 'exit', ended: AT, status: null }]);
    expect(log.takeCutOff()).toEqual([]);
    expect(log.commands.map(({ id, status, host }) => [id, status, host])).toEqual([
      [1, 0, undefined],
      [2, 3, 'mara@far'],
      [3, null, 'mara@far'],
    ]);
    expect([log.inner, log.shell]).toEqual([null, 'zsh']);
    expect(log.commands.map((command) => log.hostOf(command))).toEqual(['bastion', 'mara@far', 'mara@far']);
    expect(log.hostOf(undefined)).toBe('bastion');
    expect(take(log, `633;B;${nonce(2)}`, `633;C;${nonce(2)}`)).toEqual(['input', 'start']);
  });

  it('marks nothing of the outer one, and nothing at all once it was left', () => {
    const log = reach();
    arrive(log);
    expect(take(log, `633;C;${nonce(1)}`, `633;B;${nonce(1)}`, `633;A;${nonce(1)}`)).toEqual([
      null,
      null,
      null,
    ]);
    expect(log.commands).toMatchObject([{ id: 1, ended: null }]);
    take(log, `633;D;255;${nonce(1)};${nonce(2)}`);
    expect(take(log, `633;C;${nonce(101)}`, `633;D;0;${nonce(101)};${nonce(102)}`)).toEqual([null, null]);
    expect(log.commands).toHaveLength(1);
  });

  it('has no use for a nonce that it did not take in time, or that it was not given', () => {
    const log = reach();
    take(log, `633;D;255;${nonce(1)};${nonce(2)}`);
    expect(arrive(log)).toEqual([null, null, null]);
    expect(log.inner).toBeNull();
  });

  it('may have another inside of itself; all of them end with the terminal', () => {
    const log = reach();
    arrive(log);
    take(log, `633;E;sudo -i;${nonce(101)}`, `633;C;${nonce(101)}`);
    log.give(nonce(200), { host: 'root@far', shell: 'zsh' });
    take(log, `633;D;0;${nonce(200)};${nonce(201)}`, `633;B;${nonce(201)}`, `633;C;${nonce(201)}`);
    expect(log.running).toMatchObject({ id: 3, host: 'root@far' });
    expect(log.close(AT).map(({ id }) => id)).toEqual([3, 2, 1]);
    expect(log.commands.every(({ ended, status }) => ended === AT && status === null)).toBe(true);
  });
});

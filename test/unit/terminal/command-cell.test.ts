import { describe, expect, it } from 'vitest';
import { cellOfCommand, whyNoStep, type RanCommand } from '../../../shared/terminal/command-cell';

const ran = (
  more: Partial<RanCommand['command']> = {},
  output: string | null = 'no \u001b[31mresponse\u001b[0m\n',
) => ({
  command: {
    id: 4,
    text: ' pg_isready\n',
    directory: '/srv',
    started: '2026-11-25T01:59:40.000Z',
    ended: '2026-11-25T01:59:42.000Z',
    status: 2,
    ...more,
  },
  output,
  terminal: 'incident',
  host: null,
});
const python = { metadata: { kernelspec: { name: 'python3' } } };
const bash = { metadata: { kernelspec: { name: 'bash' } } };

describe('a command as a cell', () => {
  it('has its output, its status and its times, and runs in the shell beside a kernel', () => {
    expect(cellOfCommand('new', ran(), python)).toEqual({
      id: 'new',
      type: 'code',
      source: 'pg_isready',
      metadata: {
        execution: {
          'shell.execute_reply.started': '2026-11-25T01:59:40.000Z',
          'shell.execute_reply': '2026-11-25T01:59:42.000Z',
        },
        vscode: { languageId: 'shellscript' },
      },
      outputs: [
        { output_type: 'stream', name: 'stdout', text: 'no response\n' },
        { output_type: 'error', ename: 'ExitStatus', evalue: '2', traceback: ['exit status 2'] },
      ],
      executionCount: null,
    });
  });

  it('is a plain cell of a runbook for the shell, and of the host where it was typed', () => {
    const good = { ...ran({ status: 0 }, null), host: 'bastion' };
    const { metadata, outputs } = cellOfCommand('new', good, bash);
    expect(metadata['vscode']).toBeUndefined();
    expect(metadata['watchbook']).toEqual({ terminal: { host: 'bastion' } });
    expect(outputs).toEqual([]);
  });

  it.each([
    [{ ended: null }, /still runs/],
    [{ text: null }, /did not say/],
    [{ text: ' \n' }, /did not say/],
  ])('is not made of one with %j', (more, why) => expect(whyNoStep(ran(more))).toMatch(why));

  it('is made of any other', () => expect(whyNoStep(ran({ status: null }))).toBeNull());
});

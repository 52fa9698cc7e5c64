import { KernelMessage } from '@jupyterlab/services';
import { expect, test, vi } from 'vitest';
import type { ShellProcess } from '../../../electron/engine/kernels/shell/shell-process';
import { ShellSocket, type ShellSession } from '../../../electron/engine/kernels/shell/shell-socket';
import { until } from '../../support/until';

const tick = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A socket over a shell that answers every command at once, and what it was asked and answered. */
async function socketOver(shell: () => Promise<ShellProcess>) {
  const session = {
    clientId: 'here',
    version: 'bash',
    platform: { language: { name: 'bash' } },
    isInteractive: false,
    isEnding: false,
    shell,
  } as unknown as ShellSession;
  const socket = new ShellSocket(session);
  const replies: Record<string, unknown>[] = [];
  socket.onmessage = ({ data }) => {
    if (data.header.msg_type === 'execute_reply') replies.push(data.content as Record<string, unknown>);
  };
  await tick();
  const send = (msgType: 'execute_request' | 'interrupt_request', code: string, msgId?: string): void =>
    socket.send(
      KernelMessage.createMessage({
        msgType,
        ...(msgId === undefined ? {} : { msgId }),
        channel: msgType === 'execute_request' ? 'shell' : 'control',
        username: '',
        session: 'here',
        content: msgType === 'execute_request' ? { code } : {},
      } as unknown as KernelMessage.IOptions<KernelMessage.IExecuteRequestMsg>),
    );
  return { socket, replies, send };
}

test('an interrupt right behind a command keeps it out of the shell', async () => {
  const run = vi.fn(() => Promise.resolve({ status: 0, ended: false, fullScreen: false }));
  const interrupt = vi.fn(() => Promise.resolve());
  const { replies, send } = await socketOver(() =>
    Promise.resolve({ run, interrupt } as unknown as ShellProcess),
  );
  send('execute_request', 'sleep 600');
  send('interrupt_request', '');
  await until('1 answered', () => replies.length === 1);
  expect(replies[0]).toMatchObject({ status: 'error', evalue: '130' });
  expect(run).not.toHaveBeenCalled();
  await tick();
  await tick();
  // It was meant for that one alone, and so is one that comes when nothing is there.
  send('interrupt_request', '');
  send('execute_request', 'echo on');
  await until('2 answered', () => replies.length === 2);
  expect(replies[1]).toMatchObject({ status: 'ok' });
  expect(run).toHaveBeenCalledOnce();
});

test('an interrupt of a command that is not here yet keeps it out, and no other one', async () => {
  const run = vi.fn(() => Promise.resolve({ status: 0, ended: false, fullScreen: false }));
  const { socket, replies, send } = await socketOver(() =>
    Promise.resolve({ run } as unknown as ShellProcess),
  );
  // The connection holds messages back until it is connected.
  await socket.stop('the-second');
  send('execute_request', 'echo first');
  send('execute_request', 'sleep 600', 'the-second');
  await vi.waitFor(() => expect(replies).toHaveLength(2));
  expect(replies.map(({ status }) => status)).toEqual(['ok', 'error']);
  expect(run).toHaveBeenCalledOnce();
});

test('an interrupt while the shell is still starting keeps the command out of it', async () => {
  const run = vi.fn(() => Promise.resolve({ status: 0, ended: false, fullScreen: false }));
  let started = (_shell: ShellProcess): void => undefined;
  const starting = new Promise<ShellProcess>((resolve) => (started = resolve));
  const { replies, send } = await socketOver(() => starting);
  send('execute_request', 'sleep 600');
  await tick();
  send('interrupt_request', '');
  started({ run } as unknown as ShellProcess);
  await until('1 answered', () => replies.length === 1);
  expect(replies[0]).toMatchObject({ status: 'error', evalue: '130' });
  expect(run).not.toHaveBeenCalled();
});

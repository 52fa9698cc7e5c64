import type { KernelMessage } from '@jupyterlab/services';
import { WatchbookError } from '../../../shared/rpc/errors';
import type { KernelHandle } from '../kernels/kernel-handle';

/** What a session answered to something that was asked of it. */
export interface SessionAnswer {
  /** What it printed, at most {@link MOST_ANSWER} characters. */
  readonly text: string;
  readonly isGood: boolean;
  /** Why not: the error's own words. */
  readonly error: string | null;
}

/** An answer is compared with a few words; more of it is left out. */
const MOST_ANSWER = 65_536;

/**
 * Runs code in a live session without a trace: no outputs in the notebook, no history, no questions.
 *
 * Rejects with `timeout` after `limitMs`, having interrupted it, and with `kernel-died`.
 */
export async function askSession(
  handle: KernelHandle,
  code: string,
  limitMs: number,
): Promise<SessionAnswer> {
  const future = handle.connection.requestExecute(
    { code, silent: true, store_history: false, allow_stdin: false, stop_on_error: false },
    true,
  );
  let text = '';
  let error: string | null = null;
  future.onIOPub = (message: KernelMessage.IIOPubMessage): void => {
    const content: object = message.content;
    if (message.header.msg_type === 'stream' && 'text' in content && typeof content.text === 'string')
      text = (text + content.text).slice(0, MOST_ANSWER);
  };
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      void handle.interrupt();
      reject(new WatchbookError('timeout', `It did not answer within ${limitMs / 1000} s.`));
    }, limitMs);
  });
  const gone = handle.ended.then(({ reason }): never => {
    throw new WatchbookError('kernel-died', reason);
  });
  try {
    const reply = await Promise.race([future.done, late, gone]);
    const { content } = reply;
    if (content.status === 'error') error = `${content.ename}: ${content.evalue}`;
    return { text, isGood: content.status === 'ok', error };
  } finally {
    clearTimeout(timer);
    // The loser of the race is nobody's concern any more.
    gone.catch(() => undefined);
    future.done.catch(() => undefined);
    future.dispose();
  }
}

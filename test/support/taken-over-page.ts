import type { Page } from '@playwright/test';
import { until } from './until';

/** Far from the numbers of the page's own requests, whose answers may still come. */
const FIRST = 1_000_000;

/** What comes back over the port that it took. */
export type Answer = {
  readonly t: string;
  readonly id?: number;
  readonly error?: { readonly code: string; readonly message: string };
};

/**
 * A page of ours that was taken over: it asks for a port of its own and sends what it likes. The page's client has
 * lost its port then, which is the price of this way in.
 */
export async function takeOver(
  page: Page,
): Promise<(...frames: readonly unknown[]) => Promise<readonly Answer[]>> {
  await page.evaluate(
    () =>
      new Promise<void>((resolve) => {
        const answers: unknown[] = [];
        window.addEventListener('message', (event) => {
          const [port] = event.ports;
          if (port === undefined) return;
          Object.assign(window, { stolen: port, answers });
          port.onmessage = ({ data }) => {
            answers.push(data);
            if ((data as { t: string; state: string }).state === 'ready') resolve();
          };
        });
        window.postMessage('watchbook:ready', window.location.origin);
      }),
  );
  const post = (frames: readonly unknown[]): Promise<void> =>
    page.evaluate((all) => {
      const { stolen } = window as unknown as { stolen: MessagePort };
      for (const frame of all) stolen.postMessage(frame);
    }, frames as unknown[]);
  const read = (): Promise<Answer[]> =>
    page.evaluate(() =>
      (window as unknown as { answers: Answer[] }).answers.filter(({ t }) => t === 'result' || t === 'error'),
    );
  const send = async (...frames: readonly unknown[]): Promise<readonly Answer[]> => {
    const ids = frames.flatMap((frame) => {
      const id = (frame as { id?: unknown } | null)?.id;
      return typeof id === 'number' && id >= FIRST ? [id] : [];
    });
    await post(frames);
    await until('all is answered', async () => {
      const got = await read();
      return ids.every((id) => got.some((answer) => answer.id === id));
    });
    return (await read()).filter(({ id }) => ids.includes(id ?? -1));
  };
  // The connection of the page before is ended first, and a new one made: what is asked meanwhile goes with it.
  await until('the engine answers', async () => {
    const probe = ask('engine.status');
    await post([probe]);
    await page.waitForTimeout(200);
    return (await read()).some(({ id, t }) => id === probe.id && t === 'result');
  });
  return send;
}

let number = FIRST;
/** A request as the page's client would send it, with a number of its own. */
export const ask = (method: unknown, params: unknown = {}) => ({
  t: 'request',
  id: (number += 1),
  method,
  params,
});

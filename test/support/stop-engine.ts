import { connectEngine } from '../../electron/engine/client/connect-engine';
import type { Places } from '../../electron/engine/places';
import { toWireError } from '../../shared/rpc/errors';

/** So long an engine may take to its end before a test goes on without it. */
const CLOSE_MS = 6_000;
/** A test that started no engine has none to stop, nor one that ended or hid it. */
const NONE = ['not-found', 'engine-lost', 'forbidden', 'unauthorized', 'timeout'];

/** Ends the engine of a profile in good order, and with it all that it holds. None may be there. */
export async function stopEngine(places: Places): Promise<void> {
  try {
    const engine = await connectEngine({ places, kind: 'cli', version: 'test', start: false, program: '' });
    await engine.request('engine.stop', { force: true });
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, CLOSE_MS)));
    await Promise.race([engine.closed, late]);
    clearTimeout(timer);
    engine.dispose();
  } catch (error) {
    if (!NONE.includes(toWireError(error).code)) throw error;
  }
}

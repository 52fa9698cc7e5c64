import { Unplug } from 'lucide-react';
import { useEffect, useState, type JSX } from 'react';
import { Strip } from '../ui/strip';
import { useWindow } from './window-context';

const LONG_MS = 1_500;

/** Said while the engine is away for longer than a blink: what is kept, and that it is being tried again. */
export function ConnectionBanner(): JSX.Element | null {
  const { client } = useWindow();
  const [state, setState] = useState(client.connection);
  const [isLong, setLong] = useState(false);
  useEffect(
    () =>
      client.onConnection((next) => {
        setState(next);
        if (next === 'ready') setLong(false);
      }),
    [client],
  );
  useEffect(() => {
    if (state === 'ready') return undefined;
    const timer = setTimeout(() => setLong(true), LONG_MS);
    return () => clearTimeout(timer);
  }, [state]);
  if (state === 'ready' || !isLong) return null;
  return (
    <Strip state="waiting" icon={Unplug} title="No connection to the engine.">
      Your edits are kept in this window and sent when it is back. Trying again.
    </Strip>
  );
}

import { useEffect, useState, type JSX } from 'react';
import type { Client } from '../rpc/client';

interface About {
  readonly version: string;
  readonly development: boolean;
}

/** Which Watchbook this is. */
export function AboutLine({ client }: { readonly client: Client }): JSX.Element | null {
  const [about, setAbout] = useState<About | null>(null);
  useEffect(() => {
    client.desktop('desktop.about', {}).then(setAbout, () => setAbout(null));
  }, [client]);
  if (about === null) return null;
  return (
    <p className="small muted">
      Watchbook {about.version}
      {about.development && ', a development build: for trying out, no release'}
    </p>
  );
}

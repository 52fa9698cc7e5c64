import { useEffect, useState } from 'react';
import { useSetting } from '../settings/settings-store';

/** Changes whenever the window's colours do: by the setting, by the system, by contrast. */
export function useThemeName(): string {
  const theme = useSetting('theme');
  const contrast = useSetting('contrast');
  const follows = useSetting('terminalFollowsTheme');
  const [system, setSystem] = useState('');
  useEffect(() => {
    const wishes = [
      '(prefers-color-scheme: dark)',
      '(prefers-contrast: more)',
      '(forced-colors: active)',
    ].map((one) => window.matchMedia(one));
    const read = (): void => setSystem(wishes.map(({ matches }) => matches).join());
    read();
    for (const wish of wishes) wish.addEventListener('change', read);
    return () => {
      for (const wish of wishes) wish.removeEventListener('change', read);
    };
  }, []);
  return [theme, contrast, follows, system].join();
}

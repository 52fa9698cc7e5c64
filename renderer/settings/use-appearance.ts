import { useEffect } from 'react';
import type { Settings } from '../../shared/settings/contract';
import type { Client } from '../rpc/client';
import { followSettings, settingsStore } from './settings-store';

/**
 * Follows the settings, and shows those of the whole window: theme, contrast, size of sources, zoom.
 *
 * The zoom is Chromium's own, so that every measure and media query follows; only the desktop can set it.
 */
export function useAppearance(client: Client): void {
  useEffect(() => {
    const systemWish = window.matchMedia('(prefers-contrast: more)');
    let zoom: number | null = null;
    const show = (settings: Settings): void => {
      const { dataset, style } = document.documentElement;
      if (settings.theme === 'system') delete dataset['theme'];
      else dataset['theme'] = settings.theme;
      const isHigh = settings.contrast === 'high' || (settings.contrast === 'system' && systemWish.matches);
      if (isHigh) dataset['contrast'] = 'high';
      else delete dataset['contrast'];
      style.setProperty('--source-size', `${settings.editorFontSize}px`);
      if (settings.zoom === zoom) return;
      zoom = settings.zoom;
      client.desktop('desktop.zoom', { percent: zoom }).catch(() => {
        // The desktop is going; the next change tries again.
        zoom = null;
      });
    };
    show(settingsStore.getState());
    const onWish = (): void => show(settingsStore.getState());
    systemWish.addEventListener('change', onWish);
    const offs = [settingsStore.subscribe(show), followSettings(client)];
    return () => {
      systemWish.removeEventListener('change', onWish);
      for (const off of offs) off();
    };
  }, [client]);
}

const STEPS = [50, 67, 75, 80, 90, 100, 110, 125, 150, 175, 200] as const;

/** The next zoom, in percent, as browsers step it; `0` is back to 100. */
export function nextZoom(now: number, by: 1 | -1 | 0): number {
  if (by === 0) return 100;
  const found = by === 1 ? STEPS.find((step) => step > now) : STEPS.findLast((step) => step < now);
  return found ?? now;
}

import { useEffect } from 'react';
import { createKeyMap } from '../notebook/key-map';
import { isMac } from '../notebook/key-words';
import { useKeysInUse, takeKeys } from '../notebook/keys-in-use';
import { useSetting } from '../settings/settings-store';
import { appCommands, windowCommands } from './app-commands';
import { moveRegion } from './regions';
import { countsInTerminal, isInTerminal } from '../terminal/terminal-commands';
import type { Tab } from './tabs';
import type { WindowContext } from './window-context';

/** Takes the keys of the window before anything in it, and follows the setting that changes keys. */
export function useWindowKeys(context: WindowContext, active: Tab | null): void {
  const setting = useSetting('keys');
  useEffect(() => takeKeys(windowCommands(context), setting), [context, setting]);
  const keys = useKeysInUse();
  useEffect(() => {
    const map = createKeyMap(isMac(), windowCommands(context), keys);
    const onKey = (event: KeyboardEvent): void => {
      if (event.key === 'F6') {
        event.preventDefault();
        moveRegion(event.shiftKey ? -1 : 1);
        return;
      }
      // Text may be typed anywhere in the window: only what no text is counts.
      const found = event.isComposing ? null : map.press(event, 'edit', event.timeStamp);
      if (found === null) return;
      // There keys are the shell's, save those that lead out.
      if (isInTerminal(event.target) && (found === 'pending' || !countsInTerminal(found.id, event.key)))
        return;
      event.preventDefault();
      event.stopPropagation();
      if (found === 'pending') return;
      appCommands(context, active)
        .find(({ id, group }) => id === found.id && group === 'Window')
        ?.run();
    };
    window.addEventListener('keydown', onKey, { capture: true });
    return () => window.removeEventListener('keydown', onKey, { capture: true });
  }, [context, active, keys]);
}

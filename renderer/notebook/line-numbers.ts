import { settingsStore, useSetting } from '../settings/settings-store';
import type { OpenDocument } from './document-store';

/** Whether sources show the numbers of their lines. */
export function useLineNumbers(): boolean {
  return useSetting('editorLineNumbers');
}

/** Shows or hides the numbers of lines in every source, and remembers it as the setting it is. */
export async function toggleLineNumbers(open: OpenDocument): Promise<void> {
  const { editorLineNumbers } = settingsStore.getState();
  try {
    await open.engine.request('settings.set', { changes: { editorLineNumbers: !editorLineNumbers } });
  } catch (error) {
    open.say(error);
  }
}

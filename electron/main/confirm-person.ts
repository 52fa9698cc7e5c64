/** The part of Electron's `systemPreferences` that is needed; both members are on macOS only. */
export interface SystemConfirmation {
  canPromptTouchID?(): boolean;
  promptTouchID?(reason: string): Promise<void>;
}

/**
 * Has the system confirm that the person of this account is there (issue 5). `none`: it has nothing that programs can
 * ask, as on Linux and Windows, where Electron offers none.
 */
export async function confirmPerson(
  system: SystemConfirmation,
  reason: string,
): Promise<'confirmed' | 'refused' | 'none'> {
  if (system.canPromptTouchID?.() !== true || system.promptTouchID === undefined) return 'none';
  try {
    await system.promptTouchID(reason);
    return 'confirmed';
  } catch {
    // Cancelled, or another finger: the system says no more than that it was not confirmed.
    return 'refused';
  }
}

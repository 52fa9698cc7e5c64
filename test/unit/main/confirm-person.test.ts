import { expect, test, vi } from 'vitest';
import { confirmPerson } from '../../../electron/main/confirm-person';

test('a system that can be asked is asked, and its answer holds', async () => {
  const promptTouchID = vi.fn((_reason: string) => Promise.resolve());
  const system = { canPromptTouchID: () => true, promptTouchID };
  expect(await confirmPerson(system, 'approve step 2 as ines')).toBe('confirmed');
  expect(promptTouchID).toHaveBeenCalledExactlyOnceWith('approve step 2 as ines');
  promptTouchID.mockRejectedValueOnce(new Error('cancelled'));
  expect(await confirmPerson(system, 'approve step 2 as ines')).toBe('refused');
});

test('a system without one, or with no finger known, is not asked', async () => {
  const promptTouchID = vi.fn(() => Promise.resolve());
  expect(await confirmPerson({}, 'approve')).toBe('none');
  expect(await confirmPerson({ canPromptTouchID: () => false, promptTouchID }, 'approve')).toBe('none');
  expect(promptTouchID).not.toHaveBeenCalled();
});

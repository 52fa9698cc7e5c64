import { expect, test } from '../support/app';

test('starts with the welcome page', async ({ desktop }) => {
  const page = await desktop.start();
  await expect(page.getByRole('heading', { name: 'Watchbook' })).toBeVisible();
  await expect(page.getByText('bash')).toBeVisible();
  await desktop.shoot('welcome');
  await page.getByRole('navigation').getByRole('button', { name: 'Kernels' }).click();
  await page.waitForTimeout(1500);
  await desktop.shoot('kernels');
  await page.getByRole('navigation').getByRole('button', { name: 'Settings' }).click();
  await page.waitForTimeout(300);
  await desktop.shoot('settings');
  await page.keyboard.press('Control+Shift+C');
  await page.waitForTimeout(300);
  await desktop.shoot('palette');
});

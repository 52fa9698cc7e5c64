import { expect, test, type Desktop } from '../support/app';
import { openOutputs } from '../support/output-notebook';

/** What the system's browser was asked to open. */
async function watchOpened(desktop: Desktop): Promise<() => Promise<unknown>> {
  await desktop.app.evaluate(({ shell }) => {
    const opened: string[] = [];
    Object.assign(globalThis, { opened });
    shell.openExternal = (url) => {
      opened.push(url);
      return Promise.resolve();
    };
  });
  return () => desktop.app.evaluate(() => (globalThis as unknown as { opened: string[] }).opened);
}

test('an address in a text opens by Ctrl click or Enter, and is text otherwise', async ({ desktop }) => {
  const text =
    'see https://ci.example/build/42, then\njavascript:alert(1) http://user:secret@evil.example/\n';
  const page = await openOutputs(desktop, [{ outputs: [{ output_type: 'stream', name: 'stdout', text }] }]);
  const opened = await watchOpened(desktop);
  const link = page.getByRole('link', { name: 'https://ci.example/build/42' });
  await expect(link).toHaveAttribute('title', 'Ctrl click or Enter opens https://ci.example/build/42');
  await expect(page.locator('.out-text').getByRole('link')).toHaveCount(1);
  await link.click();
  expect(await opened()).toEqual([]);
  await link.click({ modifiers: ['Control'] });
  await expect.poll(opened).toEqual(['https://ci.example/build/42']);
  await link.focus();
  await page.keyboard.press('Enter');
  await expect.poll(opened).toHaveLength(2);
  await expect(page.locator('.out-text')).toContainText('http://user:secret@evil.example/');
  await desktop.shoot('outputs-addresses');
});

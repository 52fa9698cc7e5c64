import type { Locator } from '@playwright/test';
import type { Desktop } from './app';

/** A click as a person makes it: the page sees the pointer come. Playwright's own goes to a frame behind its back. */
export async function clickByPointer(desktop: Desktop, target: Locator): Promise<void> {
  await target.waitFor({ timeout: 60_000 });
  const box = await target.boundingBox();
  if (box === null) throw new Error('There is nothing to click on');
  const place = { x: Math.round(box.x + box.width / 2), y: Math.round(box.y + box.height / 2) };
  await desktop.app.evaluate(({ BrowserWindow }, { x, y }) => {
    for (const nearer of [3, 2, 1, 0]) {
      BrowserWindow.getAllWindows()[0]?.webContents.sendInputEvent({ type: 'mouseMove', x: x - nearer, y });
    }
  }, place);
  await desktop.page.waitForFunction(
    ({ x, y }) => document.elementFromPoint(x, y)?.matches('iframe:hover') === true,
    place,
  );
  await target.click();
}

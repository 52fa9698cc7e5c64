import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Locator, Page } from '@playwright/test';
import { openOutputs } from '../support/output-notebook';
import { expect, test, type Desktop } from '../support/app';

const SLOW = { timeout: 60_000 };

/** A server that counts what reaches it; nothing may. */
let server: Server;
let reached: string[];

test.beforeEach(async () => {
  reached = [];
  server = createServer((request, response) => {
    reached.push(request.url ?? '');
    response.end('reached');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
test.afterEach(async () => {
  await new Promise((resolve) => server.close(resolve));
});

/** Opens these pieces of HTML, one a cell behind a calm one, and lets their scripts run, as a person can. */
async function openLoose(desktop: Desktop, pieces: readonly string[]): Promise<Page> {
  const calm = '<p>calm</p><script>document.querySelector("p").textContent = "calm, and live"</script>';
  const page = await openOutputs(
    desktop,
    [calm, ...pieces].map((content) => ({
      outputs: [{ output_type: 'display_data', data: { 'text/html': content }, metadata: {} }],
    })),
  );
  await page
    .locator('article[data-cell=c0]')
    .getByRole('button', { name: 'Let scripts of this notebook run' })
    .click(SLOW);
  return page;
}

/** As `openLoose`, and the calm one is seen to live. */
async function letLoose(desktop: Desktop, pieces: readonly string[]): Promise<Page> {
  const page = await openLoose(desktop, pieces);
  await expect(page.frameLocator('article[data-cell=c0] iframe').locator('p')).toHaveText(
    'calm, and live',
    SLOW,
  );
  return page;
}

/** The window is as it was: one of it, on our page, and its notebook can be used. */
async function expectUnharmed(desktop: Desktop, page: Page): Promise<void> {
  expect(page.url()).toBe('app://watchbook/index.html');
  expect(await desktop.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(1);
  await page.locator('article[data-cell=c0] .entry-head').click();
  await page.keyboard.press('b');
  await expect(page.getByRole('button', { name: 'Save', exact: true })).toBeEnabled();
  expect(reached).toEqual([]);
}

/** A frame that was stopped is gone, and its place says why. */
async function expectStopped(cell: Locator, reason: string): Promise<void> {
  await expect(cell.locator('.out-note')).toContainText(`This output was stopped: ${reason}.`, SLOW);
  await expect(cell.locator('iframe')).toHaveCount(0);
}

const send = (script: string): string => `<p>sends</p><script>${script}</script>`;

test('stops a frame that forges, or says what it can not mean', async ({ desktop }) => {
  const page = await letLoose(desktop, [
    send("parent.postMessage({ v: 2, t: 'size', height: 10 }, '*')"),
    send("parent.postMessage({ v: 1, t: 'run', cell: 'c0' }, '*')"),
    send("parent.postMessage({ v: 1, t: 'size', height: 10, more: 'x'.repeat(50_000_000) }, '*')"),
    send(
      "parent.postMessage('watchbook:port', '*', [new MessageChannel().port1]); parent.postMessage('watchbook:ready', '*')",
    ),
  ]);
  for (const index of [1, 2, 3, 4]) {
    const cell = page.locator(`article[data-cell=c${index}]`);
    await expectStopped(cell, 'it sent a message that is not of this version of Watchbook');
    await expect(cell.getByRole('button', { name: 'Draw it again' })).toBeVisible();
  }
  await desktop.shoot('outputs-stopped');
  await expectUnharmed(desktop, page);
});

test('stops a frame that floods; what its flood held up is drawn again', async ({ desktop }) => {
  const page = await openLoose(desktop, [
    send(
      "setInterval(() => { for (let i = 0; i < 20000; i++) parent.postMessage({ v: 1, t: 'size', height: i }, '*') }, 10)",
    ),
  ]);
  await expectStopped(page.locator('article[data-cell=c1]'), 'it sent too many messages');
  // Frames of one notebook share a process: the calm one may have been kept from answering until it was stopped too.
  const calm = page.locator('article[data-cell=c0]');
  const text = calm.locator('iframe').contentFrame().locator('p');
  const again = calm.getByRole('button', { name: 'Draw it again' });
  await expect(async () => {
    if (await again.isVisible()) await again.click();
    await expect(text).toHaveText('calm, and live', { timeout: 5_000 });
  }).toPass(SLOW);
  await expectUnharmed(desktop, page);
});

test('keeps a frame in its box: no page, no network, no window, no download', async ({ desktop }) => {
  const { port } = server.address() as AddressInfo;
  const base = `http://127.0.0.1:${port}`;
  const tries = [
    'parent.document.title',
    'localStorage.length',
    'document.cookie = "a=1"',
    `top.location = "${base}/top"`,
    `fetch("${base}/fetch").catch(() => {})`,
    `new WebSocket("ws://127.0.0.1:${port}/socket")`,
    `navigator.sendBeacon("${base}/beacon", "x")`,
    `new Image().src = "${base}/image"`,
    `window.open("${base}/open")`,
    `new Worker("${base}/worker")`,
    `import("${base}/module.js").catch(() => {})`,
    'document.documentElement.requestFullscreen().catch(() => {})',
    'alert(1)',
    'history.back()',
    'parent.location.reload()',
  ];
  const script = tries.map((one) => `try { ${one} } catch (error) { refused += 1 }`).join('\n');
  const page = await letLoose(desktop, [
    `<p id="out"></p><form action="${base}/form"><button>send</button></form>
     <script>let refused = 0; ${script}; document.forms[0].submit(); document.querySelector("#out").textContent = "tried, " + refused</script>`,
    `<p>goes</p><script>location = "${base}/away"</script>`,
    '<div style="position: fixed; inset: 0; width: 9999px; height: 9999px; background: red; z-index: 9999">over</div><div style="height: 40px"></div>',
    `<div id=a></div><script>let tall = false; setInterval(() => { tall = !tall; document.querySelector("#a").style.height = (tall ? 300 : 100) + "px" }, 30)</script>`,
    `<p>saves</p><script>Object.assign(document.createElement("a"), { href: "${base}/download", download: "x.exe" }).click()</script>`,
  ]);
  await expect(page.frameLocator('article[data-cell=c1] iframe').locator('#out')).toContainText(
    'tried,',
    SLOW,
  );
  for (const gone of ['c2', 'c5']) {
    const cell = page.locator(`article[data-cell=${gone}]`);
    await expect(cell).toContainText('This output was stopped: it left its page.', SLOW);
  }
  // What is drawn stays in the frame's own box.
  const over = page.locator('article[data-cell=c3] iframe');
  const article = await page.locator('article[data-cell=c3]').boundingBox();
  const box = await over.boundingBox();
  expect(box?.height).toBeLessThanOrEqual(640);
  expect((box?.x ?? 0) + (box?.width ?? 0)).toBeLessThanOrEqual((article?.x ?? 0) + (article?.width ?? 0));
  // A content that never rests: the frame does.
  const restless = page.locator('article[data-cell=c4] iframe');
  await restless.evaluate((element) => element.scrollIntoView({ block: 'center' }));
  await expect
    .poll(async () => {
      const before = await restless.evaluate((element) => element.style.height);
      await page.waitForTimeout(1_500);
      return before === '300px' && (await restless.evaluate((element) => element.style.height)) === before;
    }, SLOW)
    .toBe(true);
  await page.locator('.doc').evaluate((doc) => doc.scrollTo(0, 0));
  await expectUnharmed(desktop, page);
  // The policies said no, in the frames alone.
  expect(desktop.problems.length).toBeGreaterThan(0);
  desktop.problems.length = 0;
});

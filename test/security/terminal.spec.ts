import { access, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '../support/app';
import { spy } from '../support/canary';
import { NotebookPage } from '../support/notebook-page';
import { pointAt, rows, startBesideTerminal, terminal } from '../support/terminal-window';

/** Attack groups 2 and 10: where a link of a program can lead (OSC 8), and what a paste can do. */
const DEAD = [
  'javascript:alert(1)',
  'data:text/html,<script>alert(1)</script>',
  'vbscript:x',
  'app://watchbook/index.html',
  'frame://output/live',
  'watchbook://open?runbook=x',
  'smb://host/share',
  'ms-word:ofe|u|https://e.org/x',
  '//e.org/x',
  'ja\tvascript:alert(1)',
];
const ALIVE = 'https://example.org/ok';

test('a terminal leads to the web alone, and a paste types no key that ends it', async ({ desktop }) => {
  test.setTimeout(300_000);
  const page = await startBesideTerminal(desktop);
  const look = await spy(desktop.app);
  await new NotebookPage(page).select(0);
  await page.keyboard.press('Control+`');
  await expect(rows(terminal(page))).toContainText('me>');

  const links = [...DEAD, ALIVE].map((url, at) => `\u001b]8;;${url}\u0007link-${at}-here\u001b]8;;\u0007\n`);
  await writeFile(join(desktop.folder, 'links.txt'), links.join(''));
  await page.keyboard.press('Control+Shift+x');
  await page.keyboard.type(`clear; cat ${join(desktop.folder, 'links.txt')}`);
  await page.keyboard.press('Enter');
  const last = DEAD.length;
  await expect(rows(terminal(page))).toContainText(`link-${last}-here`);
  const click = async (at: number, isWished: boolean): Promise<void> => {
    await pointAt(page, terminal(page), `link-${at}-here`);
    if (isWished) await page.keyboard.down('Control');
    await page.mouse.down();
    await page.mouse.up();
    if (isWished) await page.keyboard.up('Control');
  };
  for (const at of DEAD.keys()) {
    await click(at, false);
    await click(at, true);
  }
  await expect(terminal(page).getByRole('alert')).toContainText('Not opened: only http, https');
  // A plain click is none, also on one that may be followed.
  await click(last, false);
  expect((await look()).opened).toEqual([]);
  await expect(async () => {
    await click(last, true);
    expect((await look()).opened.slice(0, 1)).toEqual([ALIVE]);
  }).toPass();
  expect(new Set((await look()).opened)).toEqual(new Set([ALIVE]));
  expect(await look()).toMatchObject({ windows: 1, navigations: [], downloads: 0, dialogs: [] });
  expect(page.url()).toBe('app://watchbook/index.html');

  // The end of a bracketed paste inside of it, and an Enter behind that: nothing runs before a person's own Enter.
  const made = join(desktop.folder, 'made');
  await terminal(page).locator('.xterm-screen').click();
  await page.keyboard.press('Control+c');
  await terminal(page)
    .locator('textarea')
    .first()
    .evaluate((area, text) => {
      const clipboardData = new DataTransfer();
      clipboardData.setData('text/plain', text);
      area.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
    }, `echo pasted \u001b[201~\rtouch ${made}\r`);
  const bar = terminal(page).getByRole('alert').filter({ hasText: 'lines are on the clipboard' });
  await bar.getByRole('button', { name: 'Paste all' }).click();
  await expect(rows(terminal(page))).toContainText(`touch ${made}`);
  await expect(access(made)).rejects.toThrow(/ENOENT/);
  const prompts = async (): Promise<number> =>
    ((await rows(terminal(page)).textContent()) ?? '').split('me>').length;
  const before = await prompts();
  await page.keyboard.press('Control+c');
  // What is typed into a line that is being thrown away is thrown away with it.
  await expect.poll(prompts).toBeGreaterThan(before);
  await page.keyboard.type('echo "still $((40+2))"');
  await page.keyboard.press('Enter');
  await expect(rows(terminal(page))).toContainText('still 42');
  await expect(access(made)).rejects.toThrow(/ENOENT/);
});

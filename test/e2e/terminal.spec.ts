import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Locator, Page } from '@playwright/test';
import { expect, test, type Desktop } from '../support/app';
import { findViolations } from '../support/axe';
import { NotebookPage } from '../support/notebook-page';
import { writeNotebookFile } from '../support/notebooks';
import { until } from '../support/until';

const terminal = (page: Page): Locator => page.getByRole('region', { name: 'Terminal', exact: true });
/** The screen's rows, as a screen reader finds them. */
const rows = (page: Page): Locator => terminal(page).locator('.xterm-accessibility-tree');

/** Pastes by the page's own event: what brings it here differs between systems. */
async function paste(page: Page, text: string): Promise<void> {
  await terminal(page)
    .locator('.xterm-helper-textarea')
    .evaluate((area, given) => {
      const clipboardData = new DataTransfer();
      clipboardData.setData('text/plain', given);
      area.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
    }, text);
}

async function start(desktop: Desktop): Promise<Page> {
  const config = join(desktop.profile, 'config');
  await mkdir(config, { recursive: true, mode: 0o700 });
  await writeFile(join(config, 'settings.json'), JSON.stringify({ terminalScreenReader: true }));
  await mkdir(desktop.home, { recursive: true });
  await writeFile(join(desktop.home, '.bashrc'), "PS1='me> '\n");
  await mkdir(join(desktop.folder, 'books'), { recursive: true });
  const file = join(desktop.folder, 'books', 'runbook.ipynb');
  await writeNotebookFile(file, ['print(1)', 'print(2)']);
  const page = await desktop.start({ files: [file] });
  await new NotebookPage(page).opened();
  return page;
}

test('the terminal: a shell to type in, found again after kill -9 of the window', async ({ desktop }) => {
  test.setTimeout(300_000);
  let page = await start(desktop);
  const notebook = new NotebookPage(page);
  await notebook.select(0);

  // One key opens it, with a shell in the notebook's folder, and gives it the keys.
  await page.keyboard.press('Control+`');
  await expect(rows(page)).toContainText('me>');
  await expect(terminal(page).locator('.terminal-head')).toContainText(join(desktop.folder, 'books'));
  await expect(terminal(page)).toContainText('not recorded');
  await page.keyboard.type('echo "sum $((40+2))"; sh -c "exit 3"');
  await page.keyboard.press('Enter');
  await expect(rows(page)).toContainText('sum 42');
  await expect(terminal(page).locator('.terminal-sign[data-state=failed]')).toBeVisible();
  await expect(terminal(page).locator('.terminal-facts').first()).toContainText('exit 3');
  // The notebook's keys are not for it, and neither are the window's but some.
  await page.keyboard.type('dd');
  await page.keyboard.press('Control+b');
  await expect(notebook.cell(1)).toBeVisible();
  await page.keyboard.press('Control+e');
  await page.keyboard.press('Control+u');

  // F7 goes back to the cell and to the shell again.
  await page.keyboard.press('F7');
  await expect(notebook.cell(0)).toBeFocused();
  await page.keyboard.press('F7');
  await page.keyboard.type('seq 1 300');
  await page.keyboard.press('Enter');
  await expect(rows(page)).toContainText('300');

  // Find goes back to what has scrolled away.
  await page.keyboard.press('Control+Shift+f');
  const find = terminal(page).getByRole('textbox', { name: 'Find in the terminal' });
  await find.fill('sum 42');
  await expect(
    terminal(page)
      .getByRole('status')
      .filter({ hasText: /of|match/i }),
  ).toContainText('1');
  await expect(rows(page)).toContainText('sum 42');
  await desktop.shoot('terminal-find');
  await page.keyboard.press('Escape');
  await expect(find).toHaveCount(0);

  // Several lines are shown before they are typed.
  await paste(page, 'echo one\necho two\u202e \u200bthree\n');
  const bar = terminal(page).getByRole('alert');
  await expect(bar).toContainText('2 lines are on the clipboard');
  await expect(bar).toContainText('U+202E direction');
  await expect(bar).toContainText('U+200B zero width');
  await desktop.shoot('terminal-paste');
  await page.keyboard.press('Escape');
  await expect(bar).toHaveCount(0);
  await paste(page, 'echo pasted $((1+1))a\necho pasted $((1+2))b');
  await bar.getByRole('button', { name: 'Line by line' }).click();
  await expect(rows(page)).toContainText('pasted 2a');
  await bar.getByRole('button', { name: 'Type line 2' }).click();
  await page.keyboard.press('F7');
  await page.keyboard.press('F7');
  await page.keyboard.press('Enter');
  await expect(rows(page)).toContainText('pasted 3b');

  // Hidden, it goes on; shown again, it is the same.
  await page.keyboard.type('read line; echo "got $line"');
  await page.keyboard.press('Enter');
  await expect(terminal(page).locator('.terminal-sign[data-state=running]')).toBeVisible();
  await page.keyboard.press('Control+`');
  await expect(terminal(page)).toHaveCount(0);
  await page.keyboard.press('Control+`');
  await expect(rows(page)).toContainText('pasted 3b');
  await expect(terminal(page).locator('.terminal-sign[data-state=running]')).toBeVisible();
  // Where it stands already, the key that shows it leads into it.
  const typing = page.getByRole('textbox', { name: 'Terminal input' });
  await expect(typing).toBeFocused();
  await page.keyboard.press('F7');
  await expect(typing).not.toBeFocused();
  await page.keyboard.press('Control+`');
  await expect(typing).toBeFocused();
  await desktop.shoot('terminal');
  expect(await findViolations(desktop, '.terminal-region')).toEqual([]);

  await desktop.kill();
  page = await desktop.start();
  await expect(rows(page)).toContainText('pasted 3b');
  await terminal(page).getByRole('tab', { name: 'bash' }).click();
  await page.keyboard.type('after all');
  await page.keyboard.press('Enter');
  await expect(rows(page)).toContainText('got after all');

  // The machine sleeps: the window takes nothing, the shell goes on, and what it wrote is there afterwards.
  await page.keyboard.type('seq 1 200000; echo "slept $((40+2))"');
  await page.keyboard.press('Enter');
  const asleep = await desktop.pagePid();
  process.kill(asleep, 'SIGSTOP');
  const engine = await desktop.connect();
  try {
    await until('the shell went on without a window', async () => {
      const { terminals } = await engine.request('terminal.list', {});
      return terminals.some(({ phase, command }) => phase === 'input' && command?.text?.startsWith('seq'));
    });
  } finally {
    engine.dispose();
    process.kill(asleep, 'SIGCONT');
  }
  await desktop.app.evaluate(({ powerMonitor }) => void powerMonitor.emit('resume'));
  await expect(rows(page)).toContainText('slept 42');
  await page.keyboard.type('echo "awake $((40+2))"');
  await page.keyboard.press('Enter');
  await expect(rows(page)).toContainText('awake 42');

  // One that runs something is asked about; one whose shell ended says how.
  await page.keyboard.type('sleep 1000');
  await page.keyboard.press('Enter');
  await expect(terminal(page).locator('.terminal-sign[data-state=running]')).toBeVisible();
  await terminal(page).getByRole('button', { name: 'Close bash' }).click();
  await expect(terminal(page).getByRole('alert')).toContainText('sleep 1000 runs in bash');
  await desktop.resize(1100, 700);
  await desktop.shoot('terminal-close');
  await page.keyboard.press('Escape');
  await page.keyboard.press('Control+c');
  await expect(terminal(page).locator('.terminal-sign[data-state=running]')).toHaveCount(0);
  await page.keyboard.type('exit 6');
  await page.keyboard.press('Enter');
  await expect(terminal(page)).toContainText('exit status 6');
  await desktop.shoot('terminal-ended');
  await terminal(page).getByRole('button', { name: 'Close it' }).click();
  await expect(terminal(page).getByRole('button', { name: 'Open a terminal' })).toBeVisible();
  await desktop.shoot('terminal-none');
});

import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Locator, Page } from '@playwright/test';
import { expect, test } from '../support/app';
import { findViolations } from '../support/axe';
import { NotebookPage } from '../support/notebook-page';
import { writeNotebookFile } from '../support/notebooks';
import { startSshd } from '../support/sshd';
import { prepareHome } from '../support/terminal-window';

const terminal = (page: Page): Locator => page.getByRole('region', { name: 'Terminal', exact: true });
const rows = (page: Page): Locator => terminal(page).locator('.xterm-accessibility-tree');

test('cells are sent to the terminal at its prompt alone, also over ssh once that is marked', async ({
  desktop,
}) => {
  test.setTimeout(300_000);
  const sshd = await startSshd();
  try {
    await prepareHome(desktop);
    await sshd.letReach(desktop.home);
    await mkdir(join(desktop.folder, 'books'), { recursive: true });
    const file = join(desktop.folder, 'books', 'runbook.ipynb');
    const cells = ['echo "cell $((40+2))"', 'echo "line $((1+1))"\necho "line $((1+2))"'];
    await writeNotebookFile(file, cells, 'bash');
    const page = await desktop.start({ files: [file] });
    const notebook = new NotebookPage(page);
    await notebook.opened();
    await notebook.select(0);

    await page.keyboard.press('Control+`');
    await expect(rows(page)).toContainText('me>');
    await page.keyboard.press('F7');
    await expect(notebook.cell(0)).toBeFocused();
    await page.keyboard.press('Control+Alt+Enter');
    await expect(rows(page)).toContainText('cell 42');
    await expect(terminal(page).locator('.terminal-sign[data-state=done]')).toHaveCount(1);
    await expect(notebook.cell(0)).toBeFocused();

    // What is half typed there is no place for a command.
    await page.keyboard.press('F7');
    await page.keyboard.type('half a line');
    await page.keyboard.press('Home');
    await page.keyboard.press('F7');
    await page.keyboard.press('Control+Alt+Enter');
    const bar = terminal(page).getByRole('alert');
    await expect(bar).toContainText(
      'Something may be typed at the prompt of bash already. Nothing was sent.',
    );
    await desktop.shoot('terminal-send-refused');
    expect(await findViolations(desktop, '.terminal-region')).toEqual([]);
    await page.keyboard.press('Escape');
    await expect(bar).toHaveCount(0);
    await expect(notebook.cell(0)).toBeFocused();
    await page.keyboard.press('F7');
    await page.keyboard.press('Control+c');
    await expect(rows(page)).toContainText('^C');

    // One line of a source.
    await notebook.select(1);
    await page.keyboard.press('Enter');
    await expect(notebook.editor).toBeFocused();
    await page.keyboard.press('Control+Home');
    await page.keyboard.press('Control+Alt+Shift+Enter');
    await expect(rows(page)).toContainText('line 2');
    await expect(rows(page)).not.toContainText('line 3');
    await page.keyboard.press('Escape');

    // A shell elsewhere is busy to this one, until it marks its commands.
    await terminal(page).getByRole('button', { name: 'New terminal' }).click();
    await page.getByRole('menuitem', { name: 'ssh bastion', exact: true }).click();
    await expect(rows(page)).toContainText('far>');
    await notebook.select(0);
    await page.keyboard.press('Control+Alt+Enter');
    await expect(bar).toContainText('does not mark its commands');
    await expect(bar.getByRole('button', { name: 'It waits: type it' })).toBeVisible();
    await page.keyboard.press('Escape');
    await terminal(page).getByRole('button', { name: 'Mark commands here' }).click();
    await expect(bar).toContainText('stty -echo');
    await desktop.shoot('terminal-marks');
    await desktop.resize(1100, 700);
    expect(await findViolations(desktop, '.terminal-region')).toEqual([]);
    await bar.getByRole('button', { name: 'Type it' }).click();
    await expect(terminal(page).locator('.terminal-head')).toContainText(/\S+@\S+/);
    await expect(bar).toHaveCount(0);
    await notebook.select(0);
    await page.keyboard.press('Control+Alt+Enter');
    await expect(rows(page)).toContainText('cell 42');
    await expect(terminal(page).locator('.terminal-sign[data-state=done]')).toHaveCount(1);
    await desktop.shoot('terminal-send-ssh');
  } finally {
    await sshd.dispose();
  }
});

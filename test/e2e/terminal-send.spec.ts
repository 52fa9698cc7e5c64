import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Locator, Page } from '@playwright/test';
import { expect, test, type Desktop } from '../support/app';
import { findViolations } from '../support/axe';
import { NotebookPage } from '../support/notebook-page';
import { writeNotebookFile } from '../support/notebooks';
import { startSshd } from '../support/sshd';
import { prepareHome } from '../support/terminal-window';

const terminal = (page: Page): Locator => page.getByRole('region', { name: 'Terminal', exact: true });
const rows = (page: Page): Locator => terminal(page).locator('.xterm-accessibility-tree');

/** How often the screen has a text now. */
const timesShown = async (page: Page, text: string): Promise<number> =>
  (await rows(page).innerText()).split(text).length - 1;

/** A picture, and what axe finds. */
async function look(desktop: Desktop, name: string): Promise<void> {
  await desktop.shoot(name);
  expect(await findViolations(desktop, null)).toEqual([]);
}

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
    // Of two, none is guessed.
    const list = page.getByRole('dialog', { name: 'Send to which terminal?' });
    const choices = list.getByRole('option');
    await expect(choices).toHaveText([
      /^1bash.*not recordedat a prompt$/,
      /^2bastionssh bastion.*not recordedcommands not marked$/,
    ]);
    await expect(choices.nth(1)).toHaveAttribute('aria-selected', 'true');
    await expect(list).toContainText('echo "cell $((40+2))"');
    await look(desktop, 'terminal-choose');
    await page.keyboard.press('Escape');
    await expect(list).toHaveCount(0);
    await expect(notebook.cell(0)).toBeFocused();
    await page.keyboard.press('Control+Alt+Enter');
    await expect(choices).toHaveCount(2);
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await expect(list).toHaveCount(0);
    await expect(bar).toContainText('does not mark its commands');
    await expect(bar.getByRole('button', { name: 'It waits: type it' })).toBeVisible();

    // To another one: what is sent there is seen, and it is the usual one of this notebook from then on.
    await bar.getByRole('button', { name: 'Another terminal…' }).click();
    await expect(choices).toHaveCount(2);
    await page.keyboard.press('1');
    await expect(rows(page)).toContainText('me>');
    await expect.poll(() => timesShown(page, 'cell 42')).toBe(2);
    await notebook.select(0);
    await page.keyboard.press('Control+Alt+Enter');
    await expect.poll(() => timesShown(page, 'cell 42')).toBe(3);

    // The palette names it, and has the way to another one.
    await page.keyboard.press('Control+Shift+p');
    await page.keyboard.type('send');
    const palette = page.getByRole('dialog', { name: 'Search or run a command' });
    await expect(palette.getByRole('option', { name: /^Send the cells.* to bash/ })).toBeVisible();
    await desktop.shoot('terminal-send-palette');
    await palette.getByRole('option', { name: 'Send to another terminal…' }).click();
    await page.keyboard.press('2');
    await expect(bar).toContainText('does not mark its commands');
    await page.keyboard.press('Escape');
    await notebook.cell(0).hover();
    await notebook.cell(0).getByRole('button', { name: 'More for this cell' }).click();
    await expect(page.getByRole('menuitem', { name: /^Send to bastion/ })).toBeVisible();
    await page.getByRole('menuitem', { name: 'Send to another terminal…' }).click();
    await expect(choices).toHaveCount(2);
    await page.keyboard.press('Escape');
    await expect(list).toHaveCount(0);
    await terminal(page).getByRole('button', { name: 'Mark commands here' }).click();
    await expect(bar).toContainText('stty -echo');
    await desktop.shoot('terminal-marks');
    await desktop.resize(1100, 700);
    // However low the pane is, the prompt that the offer is about stays in view.
    const height = page.getByRole('separator', { name: 'Height of the terminal' });
    await height.focus();
    await page.keyboard.press('Home');
    const stage = terminal(page).locator('.terminal-stage');
    await expect.poll(async () => (await stage.boundingBox())?.height ?? 0).toBeGreaterThan(50);
    await expect.poll(async () => (await stage.boundingBox())?.height ?? 0).toBeLessThan(120);
    await expect(bar.getByRole('button', { name: 'Type it' })).toBeInViewport();
    await desktop.shoot('terminal-marks-low');
    expect(await findViolations(desktop, '.terminal-region')).toEqual([]);
    await height.focus();
    await page.keyboard.press('End');
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

import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Locator, Page } from '@playwright/test';
import { expect, test, type Desktop } from '../support/app';
import { findViolations } from '../support/axe';
import { writeNotebookFile } from '../support/notebooks';
import { openRun, startRun } from '../support/run-page';
import { prepareHome } from '../support/terminal-window';

const CONFIG = { version: 1, environments: [{ name: 'dev', colour: 'teal', guard: 'none' }] };

const terminal = (page: Page): Locator => page.getByRole('region', { name: 'Terminal', exact: true });
const head = (page: Page): Locator => terminal(page).locator('.terminal-head');
const rows = (page: Page): Locator => terminal(page).locator('.xterm-accessibility-tree');

async function look(desktop: Desktop, name: string): Promise<void> {
  await desktop.shoot(name);
  const found = await findViolations(desktop, null);
  expect(found.map(({ what, appearance }) => `${name}, ${appearance}: ${what}`)).toEqual([]);
}

/** Types a command and waits for its end. */
async function type(page: Page, line: string, number: number): Promise<void> {
  await page.keyboard.type(line);
  await page.keyboard.press('Enter');
  await expect(rows(page)).toContainText(new RegExp(`(?:me>[^]*){${number + 1}}`));
}

test('a terminal is attached to a run by one key, says so everywhere, and is in its timeline', async ({
  desktop,
}) => {
  test.setTimeout(300_000);
  await prepareHome(desktop, "PS1='me> '\nHISTCONTROL=ignoreboth\n");
  const library = join(desktop.folder, 'lib');
  await mkdir(library, { recursive: true });
  await writeFile(join(library, 'watchbook.json'), JSON.stringify(CONFIG));
  await writeNotebookFile(join(library, 'book.ipynb'), ['# Look\necho one', '# Wait\necho two'], 'bash');
  let page = await desktop.start();

  // Without a run that goes on here there is nothing to attach it to.
  await page.keyboard.press('Control+`');
  await expect(rows(page)).toContainText('me>');
  await expect(head(page)).toContainText('not recorded');
  await expect(terminal(page).getByRole('button', { name: 'Attach' })).toBeHidden();

  // The keys of the window are the shell's there.
  await page.keyboard.press('F7');
  await openRun(desktop, page, await startRun(desktop, join(library, 'book.ipynb'), 'Slow checkout'));
  const attach = terminal(page).getByRole('button', { name: 'Attach' });
  await expect(attach).toBeVisible();
  await expect(attach).toHaveAttribute(
    'title',
    /Record every command of this terminal in run \w+ \(Shift F7\)/,
  );
  await terminal(page).locator('.terminal-screen').click();
  await page.keyboard.press('Shift+F7');
  await expect(head(page)).toContainText(/attached to run \w{6}/);
  await expect(head(page)).toContainText('every command here is recorded');
  await expect(terminal(page).locator('.terminal-tab')).toContainText('attached to run');

  await type(page, 'echo recorded-one', 1);
  await type(page, ' echo hidden-one', 2);
  const status = (): Locator => page.getByRole('contentinfo');
  await expect(status().getByRole('button', { name: '1 terminal recorded' })).toBeVisible();
  await look(desktop, 'terminal-attached');
  await terminal(page).locator('.terminal-screen').click({ button: 'right' });
  await expect(page.getByRole('menuitem', { name: /^Detach from run \w{6}/ })).toBeVisible();
  await desktop.shoot('terminal-attached-menu');
  await page.getByRole('menuitem', { name: /^Pause recording/ }).click();
  await expect(head(page)).toContainText('recording paused');
  await expect(status().getByRole('button', { name: '1 terminal, recording paused' })).toBeVisible();
  await expect(terminal(page).locator('.xterm-helper-textarea')).toBeFocused();
  await type(page, 'echo paused-one', 3);
  await look(desktop, 'terminal-paused');
  await page.keyboard.press('Control+F7');
  await expect(head(page)).toContainText('every command here is recorded');

  // The engine has it: a window that is killed changes nothing.
  await desktop.kill();
  page = await desktop.start();
  await expect(head(page)).toContainText(/attached to run \w{6}/);
  await page.getByRole('tab', { name: 'Timeline' }).click();
  const timeline = page.getByRole('region', { name: 'Timeline' });
  await timeline.getByRole('button', { name: /^Terminal/ }).click();
  const events = timeline.getByRole('option');
  await expect(events).toHaveText([
    /Terminal attached: bash \(bash, this machine\)/,
    /echo recorded-one, exit 0, /,
    /1 command not recorded, as it begins with a space/,
    /1 command not recorded, while recording was paused/,
  ]);

  // What a command printed is read there, also when its terminal is gone.
  await events.nth(1).click();
  const printed = page.getByRole('region', { name: 'What the command printed' });
  await expect(printed.getByRole('group', { name: 'Output' })).toHaveText('recorded-one');
  await printed.getByRole('button', { name: 'Raw' }).click();
  await expect(printed.getByRole('group', { name: 'Output' })).toContainText('recorded-one');

  // Another one is attached by the menu of its tab; the status bar leads to each.
  await terminal(page).getByRole('button', { name: 'New terminal' }).click();
  await page.getByRole('menuitem', { name: /^bash/ }).click();
  const tabs = terminal(page).locator('.terminal-tab');
  await expect(tabs).toHaveCount(2);
  await expect(tabs.last()).toContainText('bash 2');
  await tabs.last().click({ button: 'right' });
  await page.getByRole('menuitem', { name: /^Attach to run \w{6}/ }).click();
  await expect(tabs.last()).toContainText('attached to run');
  await look(desktop, 'terminal-attached-two');
  await status().getByRole('button', { name: '2 terminals recorded' }).click();
  await expect(page.getByRole('menuitem', { name: /^bash 2, / })).toBeVisible();
  await page.getByRole('menuitem', { name: /^bash, / }).click();
  await expect(rows(page)).toContainText('recorded-one');
  await expect(terminal(page).locator('.xterm-helper-textarea')).toBeFocused();
  await tabs.last().click({ button: 'right' });
  await page.getByRole('menuitem', { name: /^Detach from run \w{6}/ }).click();
  await expect(tabs.last()).not.toContainText('attached to run');

  await terminal(page).getByRole('button', { name: 'Detach' }).click();
  await expect(head(page)).toContainText('not recorded');
  await expect(events.last()).toContainText('Terminal detached: bash (bash, this machine)');
  await look(desktop, 'terminal-timeline');

  // From the timeline back to the terminal, also where it was hidden.
  await page.getByRole('button', { name: 'Hide the terminal' }).click();
  await events.nth(1).dblclick();
  await expect(rows(page)).toContainText('recorded-one');

  const written = join(desktop.folder, 'terminal.txt');
  await desktop.answerSaveDialog(written);
  await timeline.getByRole('button', { name: 'Write what was recorded of a terminal' }).click();
  await page.getByRole('menuitem', { name: /^bash, attached .*, as text…$/ }).click();
  await expect(async () => {
    const text = await readFile(written, 'utf8');
    expect(text).toContain('$ echo recorded-one\nrecorded-one\n# exit 0');
    expect(text).not.toMatch(/hidden-one|paused-one/);
  }).toPass({ timeout: 30_000 });
});

import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Locator, Page } from '@playwright/test';
import { expect, test, type Desktop } from '../support/app';
import { findViolations, lookOver } from '../support/axe';
import { NotebookPage } from '../support/notebook-page';
import { writeNotebookFile } from '../support/notebooks';
import { RunPage, startRun } from '../support/run-page';
import { prepareHome } from '../support/terminal-window';

const CONFIG = {
  version: 1,
  environments: [
    { name: 'prod', colour: 'carmine', guard: 'strict' },
    { name: 'dev', colour: 'teal', guard: 'none' },
  ],
};

const terminal = (page: Page): Locator => page.getByRole('region', { name: 'Terminal', exact: true });
const rows = (page: Page): Locator => terminal(page).locator('.xterm-accessibility-tree');
const tools = (page: Page): Locator => terminal(page).getByRole('toolbar');
const told = (page: Page): Locator => terminal(page).getByRole('status', { name: 'Selected commands' });
const copied = (desktop: Desktop): Promise<string> =>
  desktop.app.evaluate(({ clipboard }) => clipboard.readText());

/** Types a command and waits for its end. */
async function type(page: Page, line: string, ended: number): Promise<void> {
  await page.keyboard.type(line);
  await page.keyboard.press('Enter');
  await expect(terminal(page).locator('.terminal-sign:not([data-state=running])')).toHaveCount(ended);
}

test('past commands: selected, copied, run again, made steps of a runbook and of a run', async ({
  desktop,
}) => {
  test.setTimeout(300_000);
  await prepareHome(desktop);
  const library = join(desktop.folder, 'lib');
  await mkdir(library, { recursive: true });
  await writeFile(join(library, 'watchbook.json'), JSON.stringify(CONFIG));
  const file = join(library, 'latency.ipynb');
  await writeNotebookFile(file, ['# Error rate by region\necho rate', 'echo last'], 'bash');
  let page = await desktop.start({ files: [file] });
  const notebook = new NotebookPage(page);
  await notebook.opened();
  await notebook.select(0);

  await page.keyboard.press('Control+`');
  await expect(rows(page)).toContainText('me>');
  await type(page, 'seq 1 3', 1);
  await type(page, 'echo "eu-c-3:5432 - no response"; sh -c "exit 2"', 2);
  await type(page, 'printf "\\033[33mWARNING\\033[0m: too many locks held\\n"', 3);

  // Keys go from one to the next; below the last one is the prompt again.
  await page.keyboard.press('Control+ArrowUp');
  await expect(told(page)).toContainText('command 3 of 3: printf');
  await page.keyboard.press('Control+ArrowUp');
  await expect(told(page)).toContainText(/command 2 of 3: echo .*, exit status 2, took /);
  await expect(tools(page).getByRole('button', { name: 'Make it a step' })).toBeVisible();
  await desktop.shoot('terminal-command');
  expect(await findViolations(desktop, '.terminal-region'), 'a command is selected').toEqual([]);
  await desktop.resize(1100, 700);
  await expect(tools(page)).toBeInViewport();
  await desktop.resize(1440, 900);

  await tools(page).getByRole('button', { name: 'Copy output' }).click();
  await expect.poll(() => copied(desktop)).toBe('eu-c-3:5432 - no response\n');
  await page.keyboard.press('Control+Shift+M');
  await expect
    .poll(() => copied(desktop))
    .toMatch(
      /^```console\n\$ echo "eu-c-3.*\neu-c-3:5432 - no response\n```\n\nExit status 2 after .*UTC, in `/,
    );

  // Shift takes more of them; a key of the shell, or Escape, leaves them.
  await page.keyboard.press('Shift+ArrowUp');
  await expect(told(page)).toContainText('2 commands selected');
  await expect(tools(page).getByRole('button', { name: 'Run again' })).toBeDisabled();
  await page.keyboard.press('Control+Shift+C');
  await expect.poll(() => copied(desktop)).toBe('1\n2\n3\neu-c-3:5432 - no response\n');
  await page.keyboard.press('Control+Shift+P');
  await expect(page.getByRole('combobox', { name: 'Search or run a command' })).toBeFocused();
  await page.keyboard.type('terminal as markdown');
  await page.keyboard.press('Enter');
  await expect.poll(() => copied(desktop)).toMatch(/^```console\n\$ seq 1 3\n[^]*```console\n\$ echo/);
  // Tab leads to the bar, and Escape out of it.
  await terminal(page)
    .locator('.xterm-screen')
    .click({ position: { x: 300, y: 30 } });
  await page.keyboard.press('Control+ArrowUp');
  await page.keyboard.press('Tab');
  await expect(tools(page).getByRole('button', { name: 'Make it a step' })).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(tools(page)).toHaveCount(0);

  // By the hand: the sign in the margin, and the menu of the right button.
  await terminal(page).locator('.terminal-sign[data-state=failed]').click();
  await expect(told(page)).toContainText('command 2 of 3');
  await terminal(page)
    .locator('.terminal-sign')
    .first()
    .click({ modifiers: ['Shift'] });
  await expect(told(page)).toContainText('2 commands selected');
  await terminal(page)
    .locator('.xterm-screen')
    .click({ button: 'right', position: { x: 200, y: 10 } });
  await expect(page.getByRole('menuitem', { name: /Copy as markdown/ })).toBeVisible();
  await lookOver(desktop, 'terminal-command-menu', '[role=menu]');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('menuitem')).toHaveCount(0);

  // Two steps of the runbook, behind the selected cell, as one edit.
  await terminal(page).locator('.terminal-sign[data-state=failed]').click();
  await terminal(page)
    .locator('.terminal-sign')
    .nth(2)
    .click({ modifiers: ['Shift'] });
  await tools(page).getByRole('button', { name: 'Make them steps' }).click();
  await expect(notebook.cells).toHaveCount(4);
  await expect(notebook.cells.nth(1)).toContainText('no response');
  await expect(notebook.cells.nth(1)).toHaveAccessibleName(/failed/);
  await expect(notebook.cells.nth(2)).toContainText('WARNING: too many locks held');
  await expect(notebook.cells.nth(2)).toBeFocused();
  await expect(notebook.cells.nth(2).locator('time')).toHaveText(/\d\d:\d\d:\d\d/);
  await desktop.shoot('terminal-command-made-step');
  await page.keyboard.press('z');
  await expect(notebook.cells).toHaveCount(2);

  // A resize, and a window that comes back, find the same commands.
  await page.keyboard.press('F7');
  await page.keyboard.press('Control+ArrowUp');
  await desktop.resize(1100, 700);
  await expect(told(page)).toContainText('command 3 of 3: printf');
  await desktop.resize(1440, 900);
  await desktop.kill();
  page = await desktop.start();
  await expect(terminal(page).locator('.terminal-sign')).toHaveCount(3);
  await expect(rows(page)).toContainText('too many locks held');

  // Run again only at an empty prompt; it becomes a command of its own.
  await terminal(page)
    .locator('.xterm-screen')
    .click({ position: { x: 300, y: 30 } });
  await page.keyboard.type('half');
  await page.keyboard.press('Control+ArrowUp');
  await page.keyboard.press('Control+Shift+R');
  await expect(terminal(page)).toContainText(
    'Something may be typed at the prompt of bash already. Nothing was sent.',
  );
  await page.keyboard.press('Control+c');
  await page.keyboard.press('Control+ArrowUp');
  await expect(told(page)).toContainText(/command \d of \d: printf/);
  await page.keyboard.press('Control+Shift+R');
  await expect(rows(page).getByText('WARNING: too many locks held')).toHaveCount(2);
  await expect(tools(page)).toHaveCount(0);

  // In a strict run a person takes the shell's word first, and the record says where it ran.
  const run = await startRun(desktop, file, 'Checkout latency', 'prod', 'prod');
  await desktop.answerOpenDialog(join(run, 'run.ipynb'));
  await page.keyboard.press('F7');
  await page.keyboard.press('Control+o');
  const runPage = new RunPage(page);
  await expect(runPage.title).toContainText('Step 1 is next');
  await page.keyboard.press('F7');
  await page.keyboard.press('Control+ArrowUp');
  await expect(told(page)).toContainText(/command \d of \d: printf/);
  await page.keyboard.press('Control+Shift+E');
  const question = terminal(page).getByRole('group', { name: 'A strict run asks' });
  await expect(question).toContainText('prod is strict');
  await desktop.shoot('terminal-command-strict');
  await question.getByRole('button', { name: 'Take it, make it a step' }).click();
  const step = page.locator('article[aria-label*="done in the terminal"]');
  await expect(step).toBeFocused();
  await expect(step).toContainText('The run did not send it.');
  await expect(runPage.title).toContainText('Step 2 is next');
  await desktop.shoot('terminal-command-run-step');
  await expect
    .poll(async () => (await readFile(join(run, 'journal.jsonl'), 'utf8')).includes('"exitStatus":0'))
    .toBe(true);

  // From there it is added to the runbook too, which comes to the front for it.
  const book = new NotebookPage(page);
  await page.keyboard.press('F7');
  await page.keyboard.press('Control+ArrowUp');
  await expect(told(page)).toContainText(/command \d of \d: printf/);
  await desktop.shoot('terminal-command-in-run');
  await tools(page).getByRole('button', { name: 'Add to the runbook' }).click();
  await expect(page.getByRole('tab', { name: /latency\.ipynb/ })).toHaveAttribute('aria-selected', 'true');
  await expect(book.cells).toHaveCount(3);
  await expect(book.cells.nth(1)).toContainText('WARNING: too many locks held');
  await expect(book.cells.nth(1)).toBeFocused();
  await page.keyboard.press('F7');
  await page.keyboard.press('Control+ArrowUp');
  await expect(tools(page).getByRole('button', { name: 'Make it a step' })).toBeVisible();
  await expect(tools(page).getByRole('button', { name: 'Add to the runbook' })).toHaveCount(0);
  await page.getByRole('tab', { name: 'Checkout latency' }).click();

  // A shell of a strict run frames the window under every tab while it is in view: what is typed counts there.
  const frame = page.locator('.window');
  const band = page.getByRole('banner').locator('.titlebar-band');
  await terminal(page).locator('.terminal-screen').click();
  await page.keyboard.press('Shift+F7');
  await expect(terminal(page).locator('.terminal-head')).toContainText(/attached to run \w{6}/);
  await page.getByRole('tab', { name: /latency\.ipynb/ }).click();
  await expect(frame).toHaveAttribute('data-guard', 'strict');
  await expect(band).toHaveText('prodin the terminal');
  await desktop.shoot('terminal-strict-frame');
  expect(await findViolations(desktop)).toEqual([]);

  // Under the tab of a run of another environment it is named, and not seen; both ways out are there.
  const other = await startRun(desktop, file, 'Rehearse latency', 'dev');
  await desktop.answerOpenDialog(join(other, 'run.ipynb'));
  await page.keyboard.press('Control+o');
  await expect(runPage.title).toContainText('Step 1 is next');
  const apart = terminal(page).getByRole('alert');
  await expect(apart).toContainText(/attached to run \w{6} in prod, not to the run in front/);
  await expect(terminal(page).locator('.terminal-screen')).toHaveCount(0);
  await expect(frame).not.toHaveAttribute('data-guard', 'strict');
  await expect(band).toHaveCount(0);
  await desktop.shoot('terminal-other-run');
  expect(await findViolations(desktop)).toEqual([]);
  await apart.getByRole('button', { name: 'Go to its run' }).click();
  await expect(page.getByRole('tab', { name: 'Checkout latency' })).toHaveAttribute('aria-selected', 'true');
  await expect(terminal(page).locator('.terminal-screen')).toBeVisible();
  await expect(apart).toHaveCount(0);
  await page.getByRole('tab', { name: /latency\.ipynb/ }).click();
  await desktop.resize(1100, 700);
  await expect(band).toBeInViewport();
  await page.getByRole('button', { name: 'Hide the terminal' }).click();
  await expect(frame).not.toHaveAttribute('data-guard', 'strict');
  await expect(band).toHaveCount(0);
});

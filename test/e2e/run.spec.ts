import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '../support/app';
import { lookOver } from '../support/axe';
import { filesWith } from '../support/files-with';
import { NotebookPage, readNotebookFile } from '../support/notebook-page';
import { writeNotebookFile } from '../support/notebooks';

test('runs Python cells and shows every state of a cell', async ({ desktop }) => {
  const file = join(desktop.folder, 'payments.ipynb');
  await writeNotebookFile(file, [
    { type: 'markdown', source: '# Release payments\n\nEvery step is run by hand. Read before you run.' },
    {
      source: 'version = "4.18.0"\nbatch_percent = 10          # share of traffic in the first batch',
      metadata: { tags: ['parameters'] },
    },
    { type: 'markdown', source: '## First batch' },
    '# Deploy to the first batch\nfor pod in range(3):\n    print("pod", pod, "is ready")\nversion',
    '# Count the pods\nprint("counting")',
    '# Check the ledger\ntotals = {"eur": 1}\nassert totals["eur"] == 2, "ledger differs by 1"',
    '# Wait for the pods\nimport time\nprint("waiting")\ntime.sleep(300)',
    '# Smoke tests\nprint("41 of 41 passed")',
    '# Announce\nprint("told")',
    {
      source: '# Validate row counts\nimport sys\nprint(sys.version)',
      metadata: { tags: ['hide-input', 'destructive'] },
    },
  ]);
  const page = await desktop.start({ files: [file] });
  const notebook = new NotebookPage(page);
  await notebook.opened();
  await expect(page.getByRole('contentinfo')).toContainText('Python 3');
  await desktop.shoot('notebook-to-come');

  await notebook.select(1);
  await notebook.press('Shift+Enter', 'ArrowDown', 'Shift+Enter', 'Shift+Enter');
  await expect(notebook.cell(3)).toContainText('pod 2 is ready');
  await expect(notebook.cell(4)).toHaveAccessibleName(/done$/);
  await expect(notebook.cell(5)).toBeFocused();
  await notebook.press('Shift+Enter');
  await expect(notebook.cell(5)).toHaveAccessibleName(/failed, AssertionError/);
  // A change after a run marks the source and its output.
  await notebook.select(4);
  await notebook.press('Enter');
  await page.keyboard.type(' # all of them');
  await notebook.press('Escape');
  await expect(notebook.cell(4)).toContainText('edited since run');
  await notebook.select(6);
  await notebook.press('Shift+Enter', 'Shift+Enter', 'Shift+Enter');
  await expect(notebook.cell(6)).toHaveAccessibleName(/running$/);
  await expect(notebook.cell(8)).toHaveAccessibleName(/queued, place 2 in line$/);
  await expect(notebook.cell(6).locator('.entry-time .dur')).toHaveText(/^(?:[2-9]|[1-9]\d)s$/);
  await expect(page.getByRole('contentinfo')).toContainText(/busy \d+s/);
  await desktop.shoot('notebook-states');
  await notebook.select(3);
  await notebook.press('Enter');
  await desktop.shoot('notebook-edit-mode');
  await notebook.press('Escape');
  await notebook.press('i', 'i');
  await expect(notebook.cell(6)).toHaveAccessibleName(/failed, interrupted/);
  await expect(notebook.cell(7)).toHaveAccessibleName(/not run here$/);
  await desktop.shoot('notebook-interrupted');
});

test('runs all and stops at the first failure', async ({ desktop }) => {
  const file = join(desktop.folder, 'stop.ipynb');
  await writeNotebookFile(file, ['print("one")', '1 / 0', 'print("three")']);
  const page = await desktop.start({ files: [file] });
  const notebook = new NotebookPage(page);
  await notebook.opened();
  await page.getByRole('button', { name: 'Run all' }).click();
  await expect(notebook.cell(1)).toHaveAccessibleName(/failed, ZeroDivisionError/);
  await expect(page.getByRole('button', { name: 'Run all' })).toBeEnabled();
  await expect(notebook.cell(0)).toHaveAccessibleName(/done$/);
  await expect(notebook.cell(2)).toHaveAccessibleName(/not run here$/);
});

test('restarts and runs all after a question', async ({ desktop }) => {
  const file = join(desktop.folder, 'restart.ipynb');
  await writeNotebookFile(file, [
    'import os\nprint("first" if "seen" not in globals() else "again", os.getpid())\nseen = True',
    'print("last")',
  ]);
  const page = await desktop.start({ files: [file] });
  const notebook = new NotebookPage(page);
  await notebook.opened();
  await page.getByRole('button', { name: 'Run all' }).click();
  await expect(notebook.cell(1)).toHaveAccessibleName(/done$/);
  const before = await notebook.cell(0).locator('.output').textContent();
  expect(before).toMatch(/first \d+/);
  await page.getByRole('button', { name: 'More for this notebook' }).click();
  await page.getByRole('menuitem', { name: /Restart and run all/ }).click();
  const question = page.getByRole('alertdialog', { name: 'Restart and run all cells?' });
  await expect(question.getByRole('button', { name: 'Keep it running' })).toBeFocused();
  await desktop.shoot('restart-question');
  await question.getByRole('button', { name: 'Restart and run all' }).click();
  await expect(notebook.cell(0).locator('.output')).not.toHaveText(before ?? '');
  await expect(notebook.cell(0).locator('.output')).toHaveText(/first \d+/);
  await expect(notebook.cell(1)).toHaveAccessibleName(/done$/);
});

test('asks at the cell for what a program wants, and stores none of it', async ({ desktop }) => {
  const file = join(desktop.folder, 'ask.ipynb');
  await writeNotebookFile(file, [
    'name = input("Who is on call? ")\nprint("hello", name)',
    'from getpass import getpass\nsecret = getpass("Token of the gateway: ")\nprint(len(secret), "characters")',
    {
      source: 'read -p "Go on? " answer; echo "said $answer"',
      metadata: { vscode: { languageId: 'shellscript' } },
    },
    {
      source: 'read -s -p "Password: " word; echo; echo "${#word} letters"',
      metadata: { vscode: { languageId: 'shellscript' } },
    },
  ]);
  const page = await desktop.start({ files: [file] });
  const notebook = new NotebookPage(page);
  await notebook.opened();
  await notebook.press('Shift+Enter');
  const asked = page.getByRole('textbox', { name: 'Who is on call?' });
  await expect(asked).toBeFocused();
  await desktop.shoot('prompt-input');
  await page.keyboard.type('mara');
  await page.keyboard.press('Enter');
  await expect(notebook.cell(0)).toContainText('hello mara');
  await expect(asked).toBeHidden();
  // The keys go on where the person had gone on to.
  await expect(notebook.cell(1)).toBeFocused();

  await notebook.press('Control+Enter');
  const token = page.getByLabel('Token of the gateway:');
  await expect(token).toBeFocused();
  await expect(token).toHaveAttribute('type', 'password');
  await page.keyboard.type('hunter2-token');
  await lookOver(desktop, 'prompt-password', '.center');
  await page.keyboard.press('Enter');
  await expect(notebook.cell(1)).toContainText('13 characters');

  await notebook.press('j', 'Control+Enter');
  const line = notebook.cell(2).getByRole('textbox');
  await expect(line).toBeVisible();
  await desktop.shoot('prompt-shell');
  await line.fill('yes');
  await line.press('Enter');
  await expect(notebook.cell(2)).toContainText('said yes');

  await notebook.select(3);
  await notebook.press('Control+Enter');
  const masked = notebook.cell(3).locator('input');
  await expect(masked).toHaveAttribute('type', 'password');
  await masked.fill('hunter2-word');
  // In a smaller window it is still seen where one types.
  await desktop.resize(1100, 700);
  await expect(masked).toBeInViewport({ ratio: 1 });
  await desktop.resize(1440, 900);
  await desktop.shoot('prompt-shell-password');
  await masked.press('Enter');
  await expect(notebook.cell(3)).toContainText('12 letters');
  await notebook.save();
  for (const place of [desktop.folder]) {
    expect(await filesWith(place, 'hunter2'), 'files that hold the secret').toEqual([]);
  }
});

test('completes and inspects by the kernel', async ({ desktop }) => {
  const file = join(desktop.folder, 'help.ipynb');
  await writeNotebookFile(file, ['ledger_total = 3\ndef settle(amount):\n    "Settles one amount."', 'ledg']);
  const page = await desktop.start({ files: [file] });
  const notebook = new NotebookPage(page);
  await notebook.opened();
  await notebook.press('Shift+Enter');
  await expect(notebook.cell(0)).toHaveAccessibleName(/done$/);
  await notebook.press('Enter');
  const list = page.getByRole('listbox');
  // A kernel that is asked for the first time may need longer than an editor waits: a person asks again.
  await expect(async () => {
    if (!(await list.isVisible())) await notebook.press('Tab');
    await expect(list).toContainText('ledger_total', { timeout: 4_000 });
  }).toPass({ timeout: 60_000 });
  await desktop.shoot('completion');
  await notebook.press('Enter');
  await expect(notebook.editor).toHaveText('ledger_total');
  await notebook.press('Control+a');
  await page.keyboard.type('settle');
  await notebook.press('Escape', 'Enter');
  await expect(async () => {
    await notebook.press('Shift+Tab');
    await expect(page.locator('.inspection')).toContainText('Settles one amount.', { timeout: 4_000 });
  }).toPass({ timeout: 60_000 });
  await lookOver(desktop, 'inspection', '.center');
  // The innermost thing is left first.
  await notebook.press('Escape');
  await expect(page.locator('.inspection')).toBeHidden();
  await expect(notebook.editor).toBeFocused();
  await notebook.press('Escape');
  await expect(notebook.cell(1)).toBeFocused();
});

test('runs shell cells beside Python, in one line and one session', async ({ desktop }) => {
  const file = join(desktop.folder, 'mixed.ipynb');
  const shell = { vscode: { languageId: 'shellscript' } };
  await writeNotebookFile(file, [
    { source: 'cd /; PLACE=here', metadata: shell },
    'print("python")',
    { source: 'echo "$PLACE $(pwd)"', metadata: shell },
    { source: 'echo before; (exit 7)', metadata: shell },
  ]);
  const page = await desktop.start({ files: [file] });
  const notebook = new NotebookPage(page);
  await notebook.opened();
  await page.getByRole('button', { name: 'Run all' }).click();
  await expect(notebook.cell(3)).toHaveAccessibleName(/failed, exit status 7/);
  await expect(notebook.cell(2).locator('.output')).toHaveText('here /');
  await expect(notebook.cell(1).locator('.output')).toHaveText('python');
  await desktop.shoot('shell-beside-python');
});

test('runs the built-in shell sample from start to end', async ({ desktop }) => {
  const page = await desktop.start();
  await page.getByRole('button', { name: 'A small release' }).click();
  const notebook = new NotebookPage(page);
  await notebook.opened();
  await page.getByRole('button', { name: 'Run all' }).click();
  // One of its cells is destructive: it is asked for first, and nothing is sent before.
  const question = page.getByRole('alertdialog', { name: 'Run 8 cells?' });
  await expect(question).toContainText('Switch the link to the new version');
  await question.getByRole('button', { name: /^Run/ }).click();
  await expect(page.getByRole('contentinfo')).toContainText(/Shell\s*idle/, { timeout: 60_000 });
  await expect(page.getByRole('button', { name: 'Run all' })).toBeEnabled();
  await expect(page.locator('article[data-state="failed"]')).toHaveCount(0);
  await desktop.shoot('sample-run');
});

test('writes when and how long on the spine, local with the zone, UTC on hover', async ({ desktop }) => {
  const file = join(desktop.folder, 'times.ipynb');
  await writeNotebookFile(file, [
    {
      source: 'print("of the day before")',
      metadata: {
        execution: {
          'iopub.execute_input': '2026-11-23T23:30:00.000Z',
          'shell.execute_reply': '2026-11-23T23:31:12.500Z',
        },
      },
      executionCount: 1,
    },
    'import time\ntime.sleep(1.2)',
  ]);
  const page = await desktop.start({ files: [file] });
  const notebook = new NotebookPage(page);
  await notebook.opened();
  await expect(page.locator('.log-head')).toHaveText(/^CES?T$/);
  const old = notebook.cell(0).locator('.entry-time');
  await expect(old).toContainText('00:30:00');
  await expect(old).toContainText('1m 13s');
  await expect(old).toContainText('24 Nov');
  await expect(old).toHaveAttribute('title', '23 Nov 2026, 23:30:00 UTC');
  await notebook.press('j', 'Control+Enter');
  const duration = notebook.cell(1).locator('.entry-time .dur');
  await expect(duration).toHaveText(/^[1-9]\.\ds$/, { timeout: 60_000 });
  // It slept for so long, and a busy machine adds to it.
  expect(Number.parseFloat(await duration.innerText())).toBeGreaterThanOrEqual(1.2);
  await notebook.save();
  const [, cell] = (await readNotebookFile(file)).cells;
  const { execution: times } = cell!['metadata'] as { execution: Record<string, string> };
  expect(Object.keys(times)).toContain('shell.execute_reply');
  for (const time of Object.values(times)) expect(time).toMatch(/^\d{4}-\d\d-\d\dT.*(Z|\+00:00)$/);
});

test('offers kernels where the named one is not here, and remembers the choice', async ({ desktop }) => {
  const file = join(desktop.folder, 'old.ipynb');
  await writeNotebookFile(file, ['print("ran")'], {
    kernelspec: { display_name: 'Python 2', language: 'python', name: 'python2' },
  });
  const before = await readFile(file, 'utf8');
  const page = await desktop.start({ files: [file] });
  const notebook = new NotebookPage(page);
  await notebook.opened();
  await expect(page.getByText('The kernel “python2” is not on this machine')).toBeVisible();
  await expect(page.getByRole('contentinfo')).toContainText('python2');
  await expect(page.getByRole('button', { name: /Use it/ }).first()).toBeVisible();
  await page.getByRole('button', { name: /Where Watchbook looked/ }).click();
  await desktop.shoot('kernel-missing');
  await page
    .locator('.facts-row', { hasText: 'Python 3' })
    .getByRole('button', { name: /Use it/ })
    .click();
  await expect(page.getByText('is not on this machine')).toBeHidden();
  await notebook.select(0);
  await notebook.press('Control+Enter');
  await expect(notebook.cell(0)).toContainText('ran');
  await desktop.close();
  const again = await desktop.start();
  await new NotebookPage(again).opened();
  await expect(again.getByRole('contentinfo')).toContainText('Python 3');
  expect(await readFile(file, 'utf8')).toBe(before);

  // Another one is chosen at any time. One of another language is an edit of the file, and said.
  await again
    .locator('.context')
    .getByText(/^Python 3/)
    .click();
  const choice = again.getByRole('dialog', { name: 'Use another kernel' });
  await expect(choice.getByRole('radio', { name: /^Python 3/ })).toBeFocused();
  await expect(choice.getByRole('combobox', { name: 'Remember it for' })).toBeVisible();
  await choice.getByRole('radio', { name: /^Shell/ }).check();
  await expect(choice).toContainText('becomes one of the language bash');
  await lookOver(desktop, 'kernel-choice', '.kernel-choice');
  await again.keyboard.press('Enter');
  await expect(again.getByRole('contentinfo')).toContainText('Shell');
  await expect(again.locator('article.entry.is-active')).toBeFocused();
  await new NotebookPage(again).save();
  expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({
    metadata: { kernelspec: { name: 'bash' }, language_info: { name: 'bash' } },
  });
});

test('says why a kernel died, with its last words, and starts it again', async ({ desktop }) => {
  const file = join(desktop.folder, 'dies.ipynb');
  await writeNotebookFile(file, [
    // The kernel's own stderr is a file; what a cell prints there by sys.stderr is an output.
    'import os, sys, time\nprint("going", flush=True)\ntime.sleep(0.3)\nos.write(getattr(sys.stderr, "_original_stdstream_copy", None) or 2, b"out of luck\\n")\nos.kill(os.getpid(), 9)',
    'print("after")',
  ]);
  const page = await desktop.start({ files: [file] });
  const notebook = new NotebookPage(page);
  await notebook.opened();
  await notebook.press('Shift+Enter');
  const strip = page.locator('.strip-line', { hasText: 'ended at' });
  await expect(strip).toContainText('Its variables are gone.');
  await expect(notebook.cell(0)).toContainText('going');
  await expect(notebook.cell(0)).toHaveAccessibleName(/failed/);
  await strip.getByRole('button', { name: 'Show its last words' }).click();
  await expect(strip).toContainText('out of luck');
  await lookOver(desktop, 'kernel-died', '.center');
  await strip.getByRole('button', { name: 'Start it again' }).click();
  await expect(strip).toBeHidden();
  await notebook.select(1);
  await notebook.press('Control+Enter');
  await expect(notebook.cell(1)).toContainText('after');
});

test('shows the last words of a kernel that dies at its start', async ({ desktop }) => {
  const specs = join(desktop.home, '.local', 'share', 'jupyter', 'kernels', 'licensed');
  await mkdir(specs, { recursive: true });
  const argv = ['/bin/sh', '-c', 'echo the licence has run out >&2; exit 3', '{connection_file}'];
  await writeFile(
    join(specs, 'kernel.json'),
    JSON.stringify({ argv, display_name: 'Licensed', language: 'python' }),
  );
  const file = join(desktop.folder, 'licensed.ipynb');
  await writeNotebookFile(file, ['print(1)', 'print(2)'], {
    kernelspec: { display_name: 'Licensed', language: 'python', name: 'licensed' },
  });
  const page = await desktop.start({ files: [file] });
  const notebook = new NotebookPage(page);
  await notebook.opened();
  await page.getByRole('button', { name: 'Run all' }).click();
  const strip = page.locator('.strip-line', { hasText: 'did not start' });
  await expect(strip).toBeVisible({ timeout: 30_000 });
  await strip.getByRole('button', { name: 'Show its last words' }).click();
  await expect(strip).toContainText('the licence has run out');
  await lookOver(desktop, 'kernel-not-started', '.center');
  // Nothing is left in the line, and the window says so.
  await expect(page.getByRole('button', { name: 'Run all' })).toBeEnabled();
});

import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '../support/app';
import { lookOver } from '../support/axe';
import { NotebookPage } from '../support/notebook-page';
import { writeNotebookFile } from '../support/notebooks';
import { RunPage } from '../support/run-page';

const RULES = {
  version: 1,
  parameters: {
    version: { type: 'string', default: '4.17.0', pinned: true },
    batch_percent: { type: 'number', min: 1, max: 50, default: 10 },
    dry_run: { type: 'boolean', default: false },
    namespace: { type: 'choice', choices: ['payments', 'checkout'], default: 'payments' },
  },
  environments: [
    { name: 'dev', description: 'kind cluster on this machine', colour: 'teal', guard: 'none' },
    { name: 'staging', description: 'staging-eu1', colour: 'ochre', guard: 'confirm' },
    {
      name: 'prod',
      description: 'prod-eu1, account 7421-payments',
      colour: 'carmine',
      guard: 'strict',
      values: { namespace: 'payments' },
      checks: [{ title: 'Cluster context', command: ['echo', 'prod-eu1'], equals: 'prod-eu1' }],
    },
  ],
};

test('a run is started from a link and from the runbook, read as a timeline and found again', async ({
  desktop,
}) => {
  test.setTimeout(300_000);
  const library = join(desktop.folder, 'ops-runbooks');
  await mkdir(join(library, 'releases'), { recursive: true });
  const mistaken = JSON.stringify({ ...RULES, environments: [{ name: 1 }] });
  await writeFile(join(library, 'watchbook.json'), mistaken);
  const file = join(library, 'releases', 'payments-api.ipynb');
  await writeNotebookFile(
    file,
    [
      { type: 'markdown', source: '# Release payments-api' },
      {
        source: 'version=1\nbatch_percent=1\ndry_run=false\nnamespace=x',
        metadata: { tags: ['parameters'] },
      },
      { type: 'markdown', source: '## Prepare' },
      '# Check the cluster\necho "version $version in $namespace"',
      {
        source: '# Deploy to the first batch\necho "first batch on $version"',
        metadata: { tags: ['destructive'] },
      },
      '# Look at the logs\necho fine',
    ],
    'bash',
  );
  const page = await desktop.start({ files: [file] });
  const notebook = new NotebookPage(page);
  await notebook.opened();
  await page.getByRole('navigation', { name: 'Places' }).getByRole('button', { name: /^Runs/ }).click();
  await expect(page.getByText(/^Each run of a runbook is listed here/)).toBeVisible();
  await desktop.shoot('runs-empty');
  await page.getByRole('tab', { name: 'payments-api.ipynb' }).click();

  // A library's file that was never good: no form, and each mistake is named.
  const form = page.getByRole('dialog', { name: /Start a run of/ });
  await page.keyboard.press('Control+Shift+Enter');
  await expect(form.getByRole('alert')).toContainText('has mistakes');
  await desktop.shoot('start-run-mistakes');
  await form.getByRole('button', { name: 'Edit the environments' }).click();
  await expect(form).toBeHidden();
  await expect(page.getByRole('tab', { name: 'Environments' })).toBeVisible();
  await page.getByRole('tab', { name: 'payments-api.ipynb' }).click();
  await writeFile(join(library, 'watchbook.json'), JSON.stringify(RULES));

  // A link opens the runbook with the form filled in: it names a strict environment, which is not chosen for it.
  await desktop.startAgain([
    'watchbook://open?library=ops-runbooks&runbook=releases/payments-api.ipynb&env=prod&p.version=4.18.0&p.batch_percent=400&p.other=1&link=CHG-20418',
  ]);
  await expect(form.getByRole('textbox', { name: /^version/ })).toHaveValue('4.18.0');
  await expect(form.getByRole('radio', { name: /dev/ })).toBeChecked();
  await expect(form.getByText('from link')).toHaveCount(4);
  await expect(form.getByRole('textbox', { name: /Change/ })).toHaveValue('CHG-20418');
  await expect(form.getByText('batch_percent is 400, at most 50.').first()).toBeVisible();
  await expect(
    form.getByText('“other” came with the link and is no parameter here.', { exact: false }),
  ).toBeVisible();
  const start = form.getByRole('button', { name: 'Start run' });
  await expect(start).toBeDisabled();
  await lookOver(desktop, 'start-run-link');

  await form.getByRole('textbox', { name: /^batch_percent/ }).fill('10');
  await expect(form.getByRole('switch', { name: /dry_run/ })).toBeChecked();
  await form.getByRole('radio', { name: /prod/ }).check();
  await expect(form.getByRole('switch', { name: /dry_run/ })).not.toBeChecked();
  await form.getByRole('checkbox', { name: /I have read them/ }).check();
  // The name is typed, key by key: what is pasted or filled in does not count.
  const words = form.getByRole('textbox', { name: 'Type prod to start' });
  await words.fill('prod');
  await expect(words).toHaveValue('');
  await words.pressSequentially('pro');
  await expect(start).toBeDisabled();
  await lookOver(desktop, 'start-run-strict');
  await page.keyboard.press('Escape');
  await expect(form).toBeHidden();

  // From the runbook, by its key, also after a menu and a press beside every control.
  await page.getByRole('button', { name: 'Menu', exact: true }).click();
  await expect(page.getByRole('menu')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('menu')).toBeHidden();
  await page.locator('.context h1').click();
  await page.keyboard.press('Control+Shift+Enter');
  await expect(form.getByRole('radio', { name: /dev/ })).toBeFocused();
  await form.getByRole('radio', { name: /staging/ }).check();
  await form.getByRole('textbox', { name: 'Title' }).fill('payments-api 4.18, rehearsal');
  await form.getByRole('checkbox', { name: /I have read them/ }).check();
  await expect(start).toBeDisabled();
  await form.getByRole('checkbox', { name: 'Yes, in staging' }).check();
  await desktop.shoot('start-run-staging');
  await start.click();
  const views = page.getByRole('tablist', { name: 'Views of the run' });
  await expect(views).toBeVisible({ timeout: 60_000 });
  await expect(page.getByRole('heading', { name: 'payments-api 4.18, rehearsal' })).toBeVisible();
  // The next key is the run's: nothing has to be pressed by hand first.
  await expect(page.locator('article.run-entry.is-active')).toBeFocused();
  await desktop.shoot('run-begun');

  const run = new RunPage(page);
  for (const [cell, next] of [
    ['c3', 2],
    ['c4', 3],
  ] as const) {
    await run.send(cell, /done/);
    await expect(page.getByText(new RegExp(`Step ${next}\\b`)).first()).toBeVisible();
  }
  await views.getByRole('tab', { name: 'Timeline' }).click();
  const events = page.getByRole('listbox', { name: 'Events' });
  await expect(events.getByText('Run started in staging')).toBeVisible();
  await expect(events.getByText(/Step 1 Check the cluster started/)).toBeVisible();
  await expect(events.getByText(/Step 1 done, version/)).toBeVisible();
  await lookOver(desktop, 'run-timeline', '.timeline');
  for (const form of ['md', 'html'] as const) {
    const written = join(desktop.folder, `timeline.${form}`);
    await desktop.answerSaveDialog(written);
    await page.getByRole('button', { name: 'Export what is listed' }).click();
    await page.getByRole('menuitem', { name: form === 'md' ? 'Markdown…' : /HTML…/ }).click();
    await expect.poll(() => readFile(written, 'utf8').catch(() => '')).toContain('Check the cluster');
  }
  // From anywhere in the window, each by one key.
  await page.keyboard.press('Control+Shift+Y');
  await expect
    .poll(() => desktop.app.evaluate(({ clipboard }) => clipboard.readText()))
    .toContain('2 of 3 steps done.');
  await page.keyboard.press('Control+Shift+X');
  await expect
    .poll(() => desktop.app.evaluate(({ clipboard }) => clipboard.readText()))
    .toMatch(/Step 1 Check the cluster started \(/);
  await page.keyboard.press('Control+Shift+E');
  await page.getByRole('textbox', { name: /note/i }).first().fill('pool size raised to 80');
  await desktop.shoot('run-note-form');
  await page.keyboard.press('Enter');
  await expect(events.getByText('“pool size raised to 80”')).toBeVisible();
  // Beside the log, and in a small window over it: never over what can be done.
  await views.getByRole('tab', { name: 'Notebook' }).click();
  await page.getByRole('button', { name: 'Record beside the run' }).click();
  const record = page.getByRole('complementary', { name: 'Record' });
  await expect(record).toContainText('pool size raised to 80');
  await lookOver(desktop, 'run-record', '.run-record');
  await desktop.resize(1100, 700);
  const below = await run.bar.boundingBox();
  const over = await record.boundingBox();
  expect(over!.y + over!.height).toBeLessThanOrEqual(below!.y + 1);
  const header = await page.locator('.run-context').boundingBox();
  expect(over!.y).toBeGreaterThanOrEqual(header!.y + header!.height - 1);
  await desktop.resize(1440, 900);
  await record.getByRole('button', { name: /^Notes/ }).click();
  await desktop.shoot('run-record-notes');
  await page.getByRole('button', { name: 'Close the record' }).click();
  await views.getByRole('tab', { name: 'Checkpoints' }).click();
  await expect(page.getByRole('button', { name: /Before step 1/ })).toBeVisible();
  await page.getByRole('button', { name: /Before step 1/ }).click();
  await expect(page.getByText('Different from now')).toBeVisible();
  await lookOver(desktop, 'run-checkpoints', '.checkpoint-split');
  await expect(page.getByText('Parameters are the same. Cells are the same.')).toBeVisible();
  await page.getByRole('button', { name: 'Compare with now' }).click();
  await expect(page.locator('.checkpoint-compared').first()).toContainText('Output now');
  await page.getByRole('button', { name: /Go back to this checkpoint/ }).click();
  const goBack = page.getByRole('alertdialog', { name: 'Go back to “Before step 1”?' });
  await expect(goBack.getByRole('button', { name: 'Go back and run up to there' })).toBeVisible();
  await lookOver(desktop, 'run-checkpoint-back', '[role=alertdialog]');
  await goBack.getByRole('button', { name: 'Keep it as it is' }).click();
  // By the same key as in a runbook, from any view of the run.
  await views.getByRole('tab', { name: 'Timeline' }).click();
  await page.keyboard.press('Control+Alt+s');
  await expect(page.getByRole('textbox', { name: 'Name of the checkpoint' })).toBeFocused();
  await page.keyboard.type('pool raised');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('button', { name: /“pool raised”/ })).toBeVisible();
  await views.getByRole('tab', { name: 'Report' }).click();
  await expect(page.getByRole('document', { name: 'report.md' })).toContainText(
    'payments-api 4.18, rehearsal',
  );
  await lookOver(desktop, 'run-report', '.timeline');
  await page.getByRole('button', { name: 'Read', exact: true }).click();
  await expect(page.getByRole('document', { name: 'The run, for reading' })).toContainText(
    'Check the cluster',
  );
  await expect(page.getByRole('document', { name: 'The run, for reading' })).not.toContainText('echo');
  await lookOver(desktop, 'run-reading', '.timeline');

  // The runbook says so, and the welcome page shows what is not over.
  await page.getByRole('tab', { name: 'payments-api.ipynb' }).click();
  await expect(page.getByText(/^rehearsed in staging today .*, not finished$/)).toBeVisible();
  // A mistake that came into the library's file: what was good before holds, and the form says so.
  await writeFile(join(library, 'watchbook.json'), mistaken);
  await page.keyboard.press('Control+Shift+Enter');
  await expect(form.getByRole('complementary')).toContainText('It has a mistake now');
  await desktop.shoot('start-run-mistake');
  await page.keyboard.press('Escape');
  await writeFile(join(library, 'watchbook.json'), JSON.stringify(RULES));
  await lookOver(desktop, 'runbook-rehearsed', '.center');
  await page.getByRole('navigation', { name: 'Places' }).getByRole('button', { name: 'Library' }).click();
  await expect(page.getByRole('heading', { name: 'Not over yet' })).toBeVisible();
  await lookOver(desktop, 'welcome-runs', '.welcome-runs');
  const changed = page.getByRole('region', { name: 'Needs a rehearsal' });
  await expect(changed).toHaveCount(0);
  await writeFile(file, (await readFile(file, 'utf8')).replace('echo fine', 'echo all is fine'));
  // As where somebody wrote it in another program and comes back.
  await page.evaluate(() => window.dispatchEvent(new Event('focus')));
  await expect(changed.getByRole('button')).toHaveText(
    /^payments-api1 cell changed, rehearsed todaynot finished in staging/,
  );
  await lookOver(desktop, 'welcome-rehearsals', '.welcome-rehearsals');
  await page.getByRole('navigation', { name: 'Places' }).getByRole('button', { name: /^Runs/ }).click();
  const runs = page.getByRole('table', { name: 'Runs' });
  await expect(runs.getByRole('button', { name: 'payments-api 4.18, rehearsal' })).toBeVisible();
  await lookOver(desktop, 'runs');
  await page.getByRole('textbox', { name: /Find a run/ }).fill('nothing of that name');
  await expect(page.getByText('No run fits.')).toBeVisible();
  await desktop.shoot('runs-none-fits');
  await page.getByRole('button', { name: 'Show all runs' }).click();
  await desktop.resize(1100, 700);
  await desktop.shoot('runs-all');
  await runs.getByRole('button', { name: 'payments-api 4.18, rehearsal' }).click();
  await expect(views).toBeVisible();
  // Again elsewhere, with what it was started with.
  await page.keyboard.press('Control+Shift+C');
  await page.getByRole('combobox', { name: 'Search or run a command' }).fill('run again, here');
  await page.keyboard.press('Enter');
  await expect(form.getByRole('textbox', { name: 'Title' })).toHaveValue('payments-api 4.18, rehearsal');
  await expect(form.getByRole('radio', { name: /staging/ })).toBeChecked();
  await form.getByRole('checkbox', { name: 'Yes, in staging' }).check();
  await start.click();
  await expect(page.getByRole('tab', { name: /rehearsal/ })).toHaveCount(2, { timeout: 60_000 });
  // The results of one runbook stand beside each other over time.
  await page.getByRole('navigation', { name: 'Places' }).getByRole('button', { name: /^Runs/ }).click();
  await page.getByRole('textbox', { name: /Find a run/ }).fill('payments');
  await expect(page.getByText('results over time')).toBeVisible();
  await desktop.shoot('runs-lanes');
});

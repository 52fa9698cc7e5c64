import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '../support/app';
import { lookOver } from '../support/axe';
import { NotebookPage } from '../support/notebook-page';
import { writeNotebookFile } from '../support/notebooks';

const CONFIG = `{
  // ours
  "version": 1,
  "parameters": {
    "namespace": { "type": "choice", "choices": ["payments", "orders"], "default": "payments" },
    "batch_percent": { "type": "number", "min": 1, "max": 50 },
    "deploy_token": { "type": "secret" }
  },
  "environments": [
    { "name": "local", "description": "any machine", "colour": "slate", "guard": "none" },
    { "name": "dev", "description": "kind cluster", "colour": "teal", "guard": "none" },
    { "name": "staging", "description": "staging-eu1", "colour": "ochre", "guard": "confirm" },
    { "name": "prod", "description": "prod-eu1", "colour": "carmine", "guard": "strict",
      "checks": [
        { "command": ["kubectl", "config", "current-context"], "equals": "prod-eu1" }, // the cluster
        { "command": ["aws", "sts", "get-caller-identity"], "contains": "742100000000" }
      ],
      "values": { "namespace": "payments", "batch_percent": 5, "deploy_token": "DEPLOY_TOKEN" } }
  ]
}
`;

test('environments are edited as a form, by keys, and mended where a hand made a mistake', async ({
  desktop,
}) => {
  const root = join(desktop.folder, 'ops-runbooks');
  await mkdir(root);
  const file = join(root, 'watchbook.json');
  await writeFile(file, CONFIG);
  await writeNotebookFile(join(root, 'a.ipynb'), ['echo 1'], 'bash');
  const page = await desktop.start({ files: [join(root, 'a.ipynb')] });
  await new NotebookPage(page).opened();
  await desktop.answerOpenDialog(root);
  await page.getByRole('button', { name: 'Add a folder…' }).click();
  await page.getByRole('treeitem', { name: 'watchbook.json' }).dblclick();
  const list = page.getByRole('listbox', { name: 'Environments, lowest first' });
  await expect(list.getByRole('option')).toHaveText([
    /local.*none/,
    /dev.*none/,
    /staging.*confirm/,
    /prod.*strict/,
  ]);

  await list.getByRole('option', { name: 'prod' }).click();
  await expect(page.getByRole('radio', { name: 'Strict' })).toBeChecked();
  const batch = page.getByRole('textbox', { name: 'batch_percent' });
  const save = page.getByRole('button', { name: 'Save', exact: true });
  await expect(save).toBeDisabled();
  await batch.fill('400');
  await expect(page.getByText('batch_percent is 400, at most 50.')).toBeVisible();
  await expect(save).toBeDisabled();
  await lookOver(desktop, 'environments', '.center');
  await batch.fill('25');
  await batch.press('Control+s');
  const changed = CONFIG.replace('"batch_percent": 5,', '"batch_percent": 25,');
  await expect.poll(() => readFile(file, 'utf8')).toBe(changed);

  // A hand's mistake is named, the last good version holds, and one key press leads to the field.
  await writeFile(file, changed.replace('"batch_percent": 25,', '\n"batch_percent": 400,'));
  const fault = page.getByRole('alert').filter({ hasText: 'Line 19: batch_percent is 400, at most 50.' });
  await expect(fault).toContainText('Until this is mended the last good version is used, from ');
  await list.getByRole('option', { name: 'dev' }).click();
  await fault.getByRole('button', { name: 'Go to the field' }).press('Enter');
  await expect(batch).toBeFocused();
  await desktop.shoot('environments-mistake');
  await batch.fill('5');
  await batch.press('Control+s');
  await expect(fault).toHaveCount(0);

  // The order is the order: moved by keys, written with the comments of a hand.
  await list.getByRole('option', { name: 'prod' }).press('Alt+ArrowUp');
  await expect(list.getByRole('option').nth(2)).toContainText('prod');
  await expect(list.getByRole('option').nth(2)).toBeFocused();
  await page.getByRole('textbox', { name: 'Check 1: command' }).fill('kubectl config "current context"');
  // Meanwhile somebody else writes: what was changed here is kept on top of it.
  const theirs = (await readFile(file, 'utf8')).replace('any machine', 'this machine');
  await writeFile(file, theirs);
  await expect(page.getByText('watchbook.json was changed on disk.')).toBeVisible();
  await lookOver(desktop, 'environments-changed-on-disk', '.center');
  await save.click();
  await expect.poll(() => readFile(file, 'utf8')).toContain('"current context"');
  const written = await readFile(file, 'utf8');
  for (const part of ['this machine', '// ours', '// the cluster']) expect(written).toContain(part);
  expect(written.indexOf('"prod"')).toBeLessThan(written.indexOf('"staging"'));

  // What can not be read as a whole is said, and nothing can be changed on top of it.
  await writeFile(file, '{\n  "version": 1\n  "environments": []\n}\n');
  await expect(page.getByRole('alert')).toContainText(
    'Line 3: The file is not valid here: a comma is missing.',
  );
  await expect(page.getByRole('button', { name: 'Add environment' })).toBeDisabled();
});

test('a cell is tried in the chosen environment, never in a strict one, and asks where it has to', async ({
  desktop,
}) => {
  const root = join(desktop.folder, 'ops-runbooks');
  const place = join(root, 'place');
  await mkdir(root);
  await writeFile(place, 'dev-eu1');
  const asks = (text: string) => [{ title: 'The place', command: ['cat', place], equals: text }];
  const rules = {
    version: 1,
    parameters: { target: { type: 'string' } },
    environments: [
      {
        name: 'dev',
        description: 'kind cluster',
        colour: 'teal',
        guard: 'none',
        checks: asks('dev-eu1'),
        values: { target: 'dev' },
      },
      {
        name: 'staging',
        description: 'staging-eu1',
        colour: 'ochre',
        guard: 'confirm',
        values: { target: 'staging' },
      },
      { name: 'prod', description: 'prod-eu1', colour: 'carmine', guard: 'strict', checks: asks('prod-eu1') },
    ],
  };
  await writeFile(join(root, 'watchbook.json'), JSON.stringify(rules));
  await writeNotebookFile(
    join(root, 'a.ipynb'),
    ['echo "to $target"', { source: 'echo "dropped in $target"', metadata: { tags: ['destructive'] } }],
    'bash',
  );
  const page = await desktop.start({ files: [join(root, 'a.ipynb')] });
  const book = new NotebookPage(page);
  await book.opened();
  const chooser = page.getByRole('button', { name: /^Cells are tried in/ });
  await expect(chooser).toHaveAccessibleName('Cells are tried in dev');

  // What the library would ask is read before it is asked; nothing is sent until then.
  await book.select(0);
  await page.keyboard.press('Control+Enter');
  const unseen = page.getByRole('alert').filter({ hasText: 'that nobody here has seen yet' });
  await expect(unseen.getByText(`cat ${place}`)).toBeVisible();
  await lookOver(desktop, 'try-commands', '.strips');
  await unseen.getByRole('button', { name: /asked$/ }).press('Enter');
  await expect(unseen).toHaveCount(0);
  await book.select(0);
  await page.keyboard.press('Control+Enter');
  await expect(book.cell(0)).toContainText('to dev');

  // A destructive one asks, and the focus begins at the choice that changes nothing.
  await book.select(1);
  await page.keyboard.press('Control+Enter');
  const question = page.getByRole('alertdialog', { name: 'Run the cell in dev?' });
  await expect(question).toContainText('Tagged destructive: step 2');
  await expect(question.getByRole('button', { name: 'Do not run it' })).toBeFocused();
  await lookOver(desktop, 'try-destructive', '[role=alertdialog]');
  await question.getByRole('button', { name: 'Run the cell in dev' }).press('Enter');
  await expect(book.cell(1)).toContainText('dropped in dev');

  // Chosen by keys; a strict one can be seen there, and not be chosen.
  await book.select(0);
  await page.keyboard.press('Control+Alt+e');
  await expect(page.getByRole('menuitemradio', { name: /prod.*strict: by a run only/ })).toBeDisabled();
  await lookOver(desktop, 'try-chooser', '[role=menu]');
  await page.getByRole('menuitemradio', { name: /staging/ }).press('Enter');
  await expect(chooser).toHaveAccessibleName('Cells are tried in staging');
  await book.select(0);
  await page.keyboard.press('Control+Enter');
  await page.getByRole('alertdialog').getByRole('button', { name: 'Run the cell in staging' }).press('Enter');
  await expect(book.cell(0)).toContainText('to staging');

  // Where a strict one answers nothing is sent, and a run is offered.
  await writeFile(place, 'prod-eu1');
  await book.select(1);
  await page.keyboard.press('Control+Enter');
  await page.getByRole('alertdialog').getByRole('button', { name: 'Run the cell in staging' }).press('Enter');
  const blocked = page.locator('.strips').getByRole('alert').filter({ hasText: 'This is prod' });
  await expect(blocked).toContainText('found “prod-eu1” here. Nothing was sent.');
  await expect(book.cell(1)).not.toContainText('dropped in staging');
  await lookOver(desktop, 'try-strict', '.strips');
  await desktop.resize(1100, 700);
  await blocked.getByRole('button', { name: 'Start run…' }).press('Enter');
  await expect(page.getByRole('heading', { name: /^Start a run of/ })).toBeVisible();
});

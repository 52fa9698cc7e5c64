import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '../support/app';
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
  await desktop.shoot('environments');
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
  await desktop.resize(1100, 700);
  await desktop.shoot('environments-mistake');
  await desktop.resize(1440, 900);
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
  await desktop.shoot('environments-changed-on-disk');
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

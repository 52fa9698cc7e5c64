import { execFileSync } from 'node:child_process';
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { expect, test, type Desktop } from '../support/app';
import { findViolations, lookOver } from '../support/axe';
import { NotebookPage } from '../support/notebook-page';
import { clickByPointer } from '../support/pointer';
import { writeNotebookFile } from '../support/notebooks';

/** A library as of the design's picture. */
async function makeLibrary(desktop: Desktop): Promise<string> {
  const root = join(desktop.folder, 'ops-runbooks');
  for (const folder of ['releases', 'incidents', 'databases', 'node_modules'])
    await mkdir(join(root, folder), { recursive: true });
  for (const name of ['payments-api', 'checkout-web', 'ledger'])
    await writeNotebookFile(join(root, 'releases', `${name}.ipynb`), ['# Release', 'echo 1']);
  await writeNotebookFile(join(root, 'incidents', 'first-response.ipynb'), ['date']);
  await writeFile(join(root, 'restart.md'), '# Restart\n\nLook first.\n\n```sh\necho restarted\n```\n');
  await writeFile(join(root, 'watchbook.json'), '{}\n');
  return root;
}

/** Adds the folder by the empty side of a notebook, as a person does. */
async function withLibrary(desktop: Desktop): Promise<{ readonly page: Page; readonly root: string }> {
  const root = await makeLibrary(desktop);
  const page = await desktop.start({ files: [join(root, 'releases', 'payments-api.ipynb')] });
  await new NotebookPage(page).opened();
  await desktop.answerOpenDialog(root);
  await page.getByRole('button', { name: 'Add a folder…' }).click();
  await page.getByRole('treeitem', { name: 'releases' }).waitFor();
  return { page, root };
}

/** The system's trash is a folder of the test's. */
async function stubTrash(desktop: Desktop, trash: string): Promise<void> {
  await mkdir(trash);
  await desktop.app.evaluate(({ shell }, folder) => {
    // oxlint-disable-next-line typescript/no-require-imports -- this runs in the desktop
    const { renameSync } = process.getBuiltinModule('node:fs');
    shell.trashItem = (path: string) => {
      renameSync(path, `${folder}/${path.split('/').at(-1) ?? ''}`);
      return Promise.resolve();
    };
  }, trash);
}

test('shows a library, follows it, filters it and opens from it by keys alone', async ({ desktop }) => {
  const { page, root } = await withLibrary(desktop);
  const tree = page.getByRole('tree');
  await expect(page.getByRole('treeitem')).toHaveText([
    'databases',
    'incidents',
    'releases',
    'restart.md',
    'watchbook.json',
  ]);

  await tree.focus();
  await page.keyboard.type('rel');
  await page.keyboard.press('ArrowRight');
  await page.getByRole('treeitem', { name: 'ledger.ipynb' }).waitFor();
  await expect(page.getByRole('treeitem', { name: 'payments-api.ipynb' })).toHaveAttribute(
    'aria-selected',
    'true',
  );
  await desktop.shoot('library-tree');

  // Another program makes a file.
  await writeNotebookFile(join(root, 'releases', 'new-here.ipynb'), ['echo new']);
  await page.getByRole('treeitem', { name: 'new-here.ipynb' }).waitFor();

  await page.keyboard.type('new');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('tab', { name: 'new-here.ipynb' })).toHaveAttribute('aria-selected', 'true');
  // From the tree it opens for work; from the command line, as the one before it, for reading.
  await expect(page.locator('.context h1')).toHaveText('new-here');
  await expect(page.getByText('Open for reading')).toHaveCount(0);

  const filter = page.getByRole('searchbox', { name: 'Filter the library by name' });
  await filter.fill('first inc');
  await expect(page.getByRole('treeitem')).toHaveText(['first-response.ipynbincidents']);
  await desktop.shoot('library-filter');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('tab', { name: 'first-response.ipynb' })).toHaveAttribute(
    'aria-selected',
    'true',
  );
  await filter.fill('nothing like this');
  await expect(page.getByText('No file of the library has this in its name.')).toBeVisible();

  // Also where no document is open: the side stands beside the welcome page.
  await page.getByRole('button', { name: 'Library', exact: true }).click();
  await expect(tree).toBeVisible();
  await page.keyboard.press('Control+b');
  await expect(tree).toBeHidden();
  await page.keyboard.press('Control+b');
  await filter.fill('');
  await desktop.shoot('library-welcome');
});

test('renames an open runbook, makes new ones, and puts a removed one back', async ({ desktop }) => {
  const { page, root } = await withLibrary(desktop);
  const trash = join(desktop.folder, 'trash');
  await stubTrash(desktop, trash);
  const tree = page.getByRole('tree');
  await tree.focus();
  await page.keyboard.type('rel');
  await page.keyboard.press('ArrowRight');
  await page.getByRole('treeitem', { name: 'payments-api.ipynb' }).waitFor();
  await page.keyboard.type('pay');
  await page.keyboard.press('F2');
  const name = page.getByRole('textbox', { name: 'New name' });
  await name.fill('a/b');
  await page.keyboard.press('Enter');
  await expect(tree.getByRole('alert')).toContainText('can not hold /');
  await expect(name).toHaveAccessibleDescription(/can not hold/);
  await desktop.shoot('library-bad-name');
  await name.fill('payments.ipynb');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('tab', { name: 'payments.ipynb' })).toBeVisible();
  expect(await readdir(join(root, 'releases'))).toContain('payments.ipynb');
  await expect(tree).toBeFocused();

  // A runbook from Markdown, beside the file it came from.
  await page.keyboard.press('End');
  await page.keyboard.type('restart');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('tab', { name: 'restart.md' })).toHaveAttribute('aria-selected', 'true');
  const text = page.getByRole('document', { name: 'Text of restart.md' });
  await expect(text.getByRole('heading', { name: 'Restart' })).toBeVisible();
  // It is read as it is on disk now; a link leads to a runbook of the library.
  await writeFile(
    join(root, 'restart.md'),
    `# Restart\n\nLook at [the ledger](releases/ledger.ipynb) first.\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n\`\`\`sh\necho restarted\n\`\`\`\n\n\`\`\`mermaid\nflowchart LR\n  A[Drain] --> B[Restart]\n\`\`\`\n\n${'A line of the log.\n\n'.repeat(60)}`,
  );
  await expect(text.getByRole('table')).toBeVisible();
  // A diagram is drawn as in a notebook, and Esc leaves it for the text.
  const diagram = text.locator('iframe[title="Diagram"]');
  await expect(diagram.contentFrame().locator('svg')).toContainText('Restart');
  await expect.poll(async () => (await diagram.boundingBox())?.height).toBeGreaterThan(40);
  await clickByPointer(desktop, diagram.contentFrame().locator('svg'));
  await expect(diagram).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(text).toBeFocused();
  await desktop.shoot('text-markdown');
  expect(await findViolations(desktop)).toEqual([]);
  await text.getByRole('link', { name: 'the ledger' }).click();
  await expect(page.getByRole('tab', { name: 'ledger.ipynb' })).toHaveAttribute('aria-selected', 'true');
  await page.keyboard.press('Control+w');
  // Where the reader was, in the text too.
  const scrolled = (): Promise<number> => text.evaluate((element) => element.scrollTop);
  await text.focus();
  await page.keyboard.press('End');
  let place = 0;
  // Until it comes to rest.
  await expect
    .poll(async () => {
      const before = place;
      place = await scrolled();
      return place > 400 && place === before;
    })
    .toBe(true);
  await writeFile(join(root, 'deploy.sh'), '#!/bin/sh\necho "deploying $1"\n');
  await page.getByRole('treeitem', { name: 'deploy.sh' }).click();
  await expect(page.getByRole('document', { name: 'Text of deploy.sh' })).toContainText('deploying');
  await desktop.shoot('text-plain');
  await page.keyboard.press('Control+w');
  await expect.poll(scrolled).toBe(place);
  await page.getByRole('button', { name: 'Make a runbook from it…' }).click();
  await expect(page.getByRole('textbox', { name: 'Name of the new runbook' })).toHaveValue('restart');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('tab', { name: 'restart.ipynb' })).toHaveAttribute('aria-selected', 'true');
  await expect(page.locator('article.entry')).toHaveCount(3);
  expect(await readFile(join(root, 'restart.ipynb'), 'utf8')).toContain('echo restarted');

  await tree.focus();
  await page.keyboard.type('restart.i');
  await page.getByRole('treeitem', { name: 'restart.ipynb' }).click({ button: 'right' });
  await page.getByRole('menuitem', { name: 'Duplicate' }).waitFor();
  await desktop.shoot('library-menu');
  await page.getByRole('menuitem', { name: 'Duplicate' }).click();
  await page.getByRole('treeitem', { name: 'restart copy.ipynb' }).waitFor();

  await page.getByRole('treeitem', { name: 'restart.ipynb' }).click();
  await tree.focus();
  await page.keyboard.press('Delete');
  await expect(page.getByText('In the trash: restart.ipynb')).toBeVisible();
  await expect(page.getByRole('tab', { name: 'restart.ipynb' })).toHaveCount(0);
  expect(await readdir(trash)).toEqual(['restart.ipynb']);
  await lookOver(desktop, 'library-removed');
  await page.getByRole('button', { name: 'Undo', exact: true }).click();
  await page.getByRole('treeitem', { name: 'restart.ipynb' }).waitFor();
  expect(await readFile(join(root, 'restart.ipynb'), 'utf8')).toContain('echo restarted');

  // A folder as a file: its open runbook follows, and it comes back from the trash with all that is in it.
  await page.getByRole('treeitem', { name: 'payments.ipynb' }).click();
  await tree.focus();
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('F2');
  await name.fill('rollouts');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('treeitem', { name: 'rollouts' })).toHaveAttribute('aria-expanded', 'true');
  await expect(page.locator('.context-path')).toHaveAttribute(
    'title',
    join(root, 'rollouts', 'payments.ipynb'),
  );
  await expect(page.getByRole('treeitem', { name: 'ledger.ipynb' })).toBeVisible();
  await expect(tree).toBeFocused();
  await page.keyboard.press('Delete');
  await expect(page.getByText('In the trash: rollouts')).toBeVisible();
  await expect(page.getByRole('tab', { name: 'payments.ipynb' })).toHaveCount(0);
  expect(await readdir(join(trash, 'rollouts'))).toContain('ledger.ipynb');
  await desktop.shoot('library-folder-removed');
  await tree.focus();
  await page.keyboard.press('Control+z');
  await page.getByRole('treeitem', { name: 'ledger.ipynb' }).waitFor();
  expect(await readdir(join(root, 'rollouts'))).toContain('payments.ipynb');

  // What is open with edits is not removed.
  await page.getByRole('treeitem', { name: 'payments.ipynb' }).click();
  const book = new NotebookPage(page);
  await book.opened();
  await page.locator('article.entry').first().click();
  await page.keyboard.press('b');
  await tree.focus();
  await page.keyboard.press('Delete');
  await expect(page.locator('.lib-problem')).toContainText('open with edits that are not saved');
});

test('asks before a dropped folder becomes one of the library', async ({ desktop }) => {
  const root = await makeLibrary(desktop);
  const page = await desktop.start();
  await page.getByRole('heading', { name: 'Watchbook' }).waitFor();
  await desktop.drop([root]);
  await expect(page.getByRole('alert')).toContainText(root);
  await lookOver(desktop, 'library-dropped', '[role=alert]');
  await page.getByRole('button', { name: 'Leave it' }).click();
  await expect(page.getByRole('tree')).toHaveCount(0);
  await desktop.drop([root]);
  await page.getByRole('button', { name: 'Add the folder' }).click();
  await expect(page.getByRole('treeitem')).toHaveCount(5);

  // Named on the command line it is asked about as well.
  const other = join(desktop.folder, 'home');
  await desktop.startAgain([other]);
  await expect(page.locator('.lib-notice')).toContainText(other);
  await page.getByRole('button', { name: 'Leave it' }).click();

  await rename(root, `${root}-away`);
  await page.getByRole('button', { name: 'More for the library' }).click();
  await page.getByRole('menuitem', { name: 'Read it again' }).click();
  await expect(page.getByText('is not there. It is listed again when it is back.')).toBeVisible();
});

test('shows how files and branch stand in git, and asks before it runs git beside settings of a stranger', async ({
  desktop,
}) => {
  const root = await makeLibrary(desktop);
  const git = (folder: string, ...args: readonly string[]): void =>
    void execFileSync('git', ['-C', folder, '-c', 'user.name=m', '-c', 'user.email=m@example.org', ...args], {
      stdio: 'ignore',
    });
  git(root, 'init', '-b', 'main');
  git(root, 'add', '.');
  git(root, 'commit', '-m', 'first');
  const clone = join(desktop.folder, 'clone', 'ops-runbooks');
  git(desktop.folder, 'clone', root, clone);
  git(root, 'commit', '--allow-empty', '-m', 'second');
  git(clone, 'fetch');
  await writeNotebookFile(join(clone, 'releases', 'payments-api.ipynb'), ['# Release', 'echo 2']);
  await writeNotebookFile(join(clone, 'releases', 'new.ipynb'), ['echo 2']);

  const page = await desktop.start({ files: [join(clone, 'releases', 'payments-api.ipynb')] });
  await new NotebookPage(page).opened();
  await expect(page.locator('.git-line')).toHaveText('main, fetched just now, 1 behind, modified');
  await desktop.answerOpenDialog(clone);
  await page.getByRole('button', { name: 'Add a folder…' }).click();
  await page.getByRole('treeitem', { name: 'releases' }).click();
  await expect(page.getByRole('treeitem', { name: 'payments-api.ipynb' })).toContainText('M');
  await expect(page.getByRole('treeitem', { name: 'new.ipynb' })).toContainText('untracked, not in git yet');
  await lookOver(desktop, 'library-git', '.side');

  // A commit elsewhere is seen.
  git(clone, 'add', '.');
  git(clone, 'commit', '-m', 'third');
  await expect(page.locator('.git-line')).toHaveText('main, fetched just now, 1 behind, 1 ahead');
  await expect(page.getByRole('treeitem', { name: 'new.ipynb' })).not.toContainText('untracked');

  git(clone, 'config', 'core.sshCommand', 'sh -c "touch /tmp/never"');
  await page.getByRole('button', { name: 'Look at why…' }).click();
  await expect(page.getByRole('alertdialog')).toContainText('core.sshcommand');
  await expect(page.getByRole('button', { name: 'Leave git out' })).toBeFocused();
  await lookOver(desktop, 'git-question', '[role=alertdialog]');
  await page.getByRole('button', { name: 'Run git here' }).click();
  await expect(page.locator('.git-line')).toContainText('main, fetched');
});

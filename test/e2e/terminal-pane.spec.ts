import { join } from 'node:path';
import { expect, test } from '../support/app';
import { lookOver } from '../support/axe';
import { NotebookPage } from '../support/notebook-page';
import { part, pointAtLink, rows, startBesideTerminal as start, terminal } from '../support/terminal-window';

test('terminals side by side, with links, found again after kill -9 of the window', async ({ desktop }) => {
  test.setTimeout(300_000);
  let page = await start(desktop);
  await new NotebookPage(page).select(0);
  await page.keyboard.press('Control+`');
  await expect(rows(terminal(page))).toContainText('me>');

  // A second one of the same kind, in the folder where the first one is.
  await page.keyboard.type('cd / && echo first');
  await page.keyboard.press('Enter');
  await expect(terminal(page).locator('.terminal-head')).not.toContainText('books');
  await page.keyboard.press('Control+Shift+d');
  const [left, right] = [part(page, '1 of 2'), part(page, '2 of 2')];
  await expect(rows(right)).toContainText('me>');
  await expect(right.locator('.terminal-head')).not.toContainText('books');
  await page.keyboard.type('echo second');
  await page.keyboard.press('Enter');
  await expect(rows(right)).toContainText('second');
  await page.keyboard.press('Control+Shift+ArrowLeft');
  await page.keyboard.type(`cd ${join(desktop.folder, 'books')}; grep -n 'echo 150' deploy.sh /dev/null`);
  await page.keyboard.press('Enter');
  await expect(rows(left)).toContainText('deploy.sh:150');
  const line = terminal(page).getByRole('separator', { name: 'Share of terminal 1 of 2' });
  const before = (await left.boundingBox())?.width ?? 0;
  await line.focus();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  await expect.poll(async () => (await left.boundingBox())?.width ?? 0).toBeGreaterThan(before + 10);
  await lookOver(desktop, 'terminal-split', '.terminal-region');

  // A file with its line opens in a tab by a click with Ctrl; a plain click is none.
  await pointAtLink(page, left, 'deploy.sh:150', 'Ctrl click opens deploy.sh, line 150');
  await page.mouse.down();
  await page.mouse.up();
  await expect(page.getByRole('region', { name: 'deploy.sh, for reading' })).toHaveCount(0);
  await page.keyboard.down('Control');
  await page.mouse.down();
  await page.mouse.up();
  await page.keyboard.up('Control');
  const text = page.getByRole('region', { name: 'deploy.sh, for reading' });
  await expect(text.locator('[data-wished]')).toHaveText('echo 150');
  await expect(text.locator('[data-wished]')).toBeInViewport();
  await lookOver(desktop, 'terminal-link', '.terminal-region');

  await desktop.kill();
  page = await desktop.start();
  await expect(rows(part(page, '1 of 2'))).toContainText('deploy.sh:150');
  await expect(rows(part(page, '2 of 2'))).toContainText('second');
  await desktop.resize(1100, 700);
  await desktop.shoot('terminal-split-again');

  // One of two is closed by its key, the other one has the whole tab and the keys.
  await part(page, '2 of 2').locator('.xterm-screen').click();
  await page.keyboard.press('Control+Shift+w');
  await expect(part(page, '2 of 2')).toHaveCount(0);
  await expect(rows(terminal(page))).toContainText('deploy.sh:150');
});

test('a terminal: its menu, patterns in find, less WebGL, programs on the whole screen, and its end', async ({
  desktop,
}) => {
  test.setTimeout(300_000);
  let page = await start(desktop);
  await new NotebookPage(page).select(0);
  await page.keyboard.press('Control+`');
  await expect(rows(terminal(page))).toContainText('me>');
  await page.keyboard.type('seq -f "Line %g" 1 40');
  await page.keyboard.press('Enter');
  await expect(rows(terminal(page))).toContainText('Line 40');

  // By the menu: all is selected and copied, and what was copied is shown before it is pasted.
  const screen = terminal(page).locator('.xterm-screen');
  const menu = async (name: string): Promise<void> => {
    await screen.click({ button: 'right', position: { x: 400, y: 60 } });
    await page.getByRole('menuitem', { name: new RegExp(`^${name}(?: Ctrl .*)?$`) }).click();
    await expect(page.getByRole('menu')).toHaveCount(0);
  };
  await screen.click({ button: 'right', position: { x: 400, y: 60 } });
  await expect(page.getByRole('menuitem', { name: 'Copy', exact: true })).toHaveAttribute(
    'aria-disabled',
    'true',
  );
  await desktop.shoot('terminal-menu');
  await page.keyboard.press('Escape');
  await menu('Select all');
  await menu('Copy');
  await expect(page.getByText('Copied', { exact: true })).toBeVisible();
  await menu('Paste');
  await expect(terminal(page).getByRole('alert')).toContainText('lines are on the clipboard');
  await lookOver(desktop, 'terminal-paste', '.terminal-region');
  await page.keyboard.press('Escape');

  // What else can be opened, the menu of a tab, and its name.
  await terminal(page).getByRole('button', { name: 'New terminal' }).click();
  await expect(page.getByRole('menuitem', { name: /the usual one/ })).toBeVisible();
  await desktop.shoot('terminal-new');
  await page.keyboard.press('Escape');
  await terminal(page).getByRole('tab').click({ button: 'right' });
  await expect(page.getByRole('menuitem', { name: /^Rename/ })).toBeVisible();
  await desktop.shoot('terminal-tab-menu');
  await page.getByRole('menuitem', { name: /^Rename/ }).click();
  await expect(page.getByRole('textbox', { name: 'Name of the terminal' })).toBeFocused();
  await desktop.shoot('terminal-rename');
  await page.keyboard.press('Escape');
  await terminal(page).getByRole('button', { name: 'Put it beside the document' }).click();
  await desktop.shoot('terminal-beside');
  await terminal(page).getByRole('button', { name: 'As large as the window' }).click();
  await desktop.shoot('terminal-full');
  await terminal(page).getByRole('button', { name: 'As large as before' }).click();
  await terminal(page).getByRole('button', { name: 'Put it below the document' }).click();

  // A program asks for the clipboard.
  await screen.click();
  await page.keyboard.type("printf '\\033]52;c;Y29weSBtZQ==\\007'");
  await page.keyboard.press('Enter');
  await expect(terminal(page).getByRole('alert')).toContainText('A program here would copy 7 characters.');
  await lookOver(desktop, 'terminal-copy-asked', '.terminal-region');
  await page.keyboard.press('Escape');

  // A pattern, and one that is half typed.
  await page.keyboard.press('Control+Shift+f');
  await page.keyboard.type('line [12]0$');
  await expect(page.getByRole('textbox', { name: 'Find in the terminal' })).toHaveValue('line [12]0$');
  const found = terminal(page).getByRole('search').getByRole('status');
  await expect(found).toHaveText('No match');
  await page.keyboard.press('Alt+r');
  await expect(found).toContainText('of 2');
  await page.keyboard.press('Alt+c');
  await expect(found).toHaveText('No match');
  await page.keyboard.press('Alt+c');
  await page.keyboard.type('(');
  await expect(found).toHaveText('Not a whole pattern');
  await desktop.shoot('terminal-find-pattern');
  await page.keyboard.press('Escape');

  // Where the graphics driver takes its context back, the page draws by itself.
  const lost = await screen.evaluate((element) => {
    const contexts = [...element.querySelectorAll('canvas')].flatMap(
      (canvas) => canvas.getContext('webgl2') ?? [],
    );
    for (const context of contexts) context.getExtension('WEBGL_lose_context')?.loseContext();
    return contexts.length;
  });
  expect(lost).toBeGreaterThan(0);
  await expect(screen.locator('.xterm-rows')).toContainText('Line 2');

  // Programs that take the whole screen, and a window that is sized meanwhile.
  const book = join(desktop.folder, 'books', 'deploy.sh');
  const run = async (line: string, shown: string): Promise<void> => {
    await page.keyboard.type(line);
    await page.keyboard.press('Enter');
    await expect(rows(terminal(page))).toContainText(shown);
  };
  await run(`clear; vim -u NONE -N -c 'set number ruler' ${book}`, '1,1');
  await desktop.resize(1100, 700);
  await expect(rows(terminal(page))).toContainText('1,1');
  await desktop.shoot('terminal-vim');
  await desktop.resize(1440, 900);
  await page.keyboard.type(':q!');
  await page.keyboard.press('Enter');
  await expect(rows(terminal(page))).toContainText('me>');
  await run(`less -N ${book}`, '1 echo 1');
  await desktop.shoot('terminal-less');
  await page.keyboard.type('q');
  await expect(rows(terminal(page))).toContainText('me>');
  await run('clear; env -u TMUX tmux -L watchbook-test -f /dev/null', '[0]');
  await page.keyboard.press('Control+b');
  await page.keyboard.type('%');
  await run('echo in tmux', 'in tmux');
  await desktop.shoot('terminal-tmux');
  await run('tmux kill-server', 'me>');

  // A shell that ended is started again in its place; with the focus in it Tab leads there.
  await page.keyboard.type('cd /; exit 4');
  await page.keyboard.press('Enter');
  await expect(terminal(page)).toContainText('exit status 4');
  await page.keyboard.press('Tab');
  await expect(terminal(page).getByRole('button', { name: 'Restart' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(terminal(page).getByRole('button', { name: 'Restart' })).toHaveCount(0);
  await expect(rows(terminal(page))).toContainText('me>');
  await expect(terminal(page).getByRole('tab')).toHaveCount(1);
  await expect(terminal(page).locator('textarea')).toBeFocused();

  // What cannot be opened says why, and what can be.
  const gone = join(desktop.folder, 'gone');
  await run(`mkdir ${gone}; cd ${gone}; echo "in $((1+1))"`, 'in 2');
  await expect(terminal(page).locator('.terminal-head')).toContainText(gone);
  await page.keyboard.type('rmdir ../gone; exit');
  await page.keyboard.press('Enter');
  await terminal(page).getByRole('button', { name: 'Restart' }).click();
  await expect(terminal(page).getByRole('alert')).toContainText('is not there. No terminal was opened.');
  await lookOver(desktop, 'terminal-refused', '.terminal-region');
  await terminal(page).getByRole('button', { name: 'Open it in the home folder' }).click();
  await expect(terminal(page).getByRole('button', { name: 'Restart' })).toHaveCount(0);
  await expect(rows(terminal(page))).toContainText('me>');
  await expect(terminal(page).locator('textarea')).toBeFocused();

  // The last window asks what becomes of what still runs.
  await page.keyboard.type('sleep 1000');
  await page.keyboard.press('Enter');
  // At once: also a command that begins in the last moment is asked about.
  const closeWindow = (): Promise<void> =>
    desktop.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close());
  const question = page.getByRole('alertdialog', { name: 'A terminal is still in use' });
  await closeWindow();
  await expect(question).toContainText('sleep 1000');
  await lookOver(desktop, 'terminal-quit', '[role=alertdialog]');
  await page.keyboard.press('Escape');
  await expect(question).toHaveCount(0);
  await closeWindow();
  await question.getByRole('button', { name: 'Leave it running' }).click();
  await desktop.closed();
  page = await desktop.start();
  await expect(terminal(page).locator('.terminal-sign[data-state=running]')).toBeVisible();
  await closeWindow();
  await page
    .getByRole('alertdialog', { name: 'A terminal is still in use' })
    .getByRole('button', { name: 'End the terminal' })
    .click();
  await desktop.closed();
  page = await desktop.start();
  await expect(terminal(page).getByRole('button', { name: 'Open a terminal' })).toBeVisible();
});

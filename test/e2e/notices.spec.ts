import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test, type Desktop } from '../support/app';
import { NotebookPage } from '../support/notebook-page';
import { writeNotebookFile } from '../support/notebooks';
import { openRun, RunPage, startRun } from '../support/run-page';

interface Shown {
  readonly title: string;
  readonly body: string;
}

/**
 * No program shows notifications under this display: what is seen here is what Electron's own object was given, and
 * a click is the event it would send. Whether the window is in front is said by the test.
 */
async function listenToNotifications(desktop: Desktop): Promise<void> {
  await desktop.app.evaluate(({ Notification, BrowserWindow }) => {
    const all: Electron.Notification[] = [];
    Object.assign(globalThis, { shownNotifications: all });
    Notification.isSupported = () => true;
    Notification.prototype.show = function show(this: Electron.Notification) {
      all.push(this);
    };
    Object.assign(globalThis, { isInFront: false, broughtToFront: 0, looks: 0 });
    const [window] = BrowserWindow.getAllWindows();
    if (window === undefined) return;
    window.isFocused = () => {
      const said = globalThis as unknown as { readonly isInFront: boolean; looks: number };
      said.looks += 1;
      return said.isInFront;
    };
    window.focus = () => {
      (globalThis as unknown as { broughtToFront: number }).broughtToFront += 1;
    };
  });
}

/** How often the desktop looked whether the window is in front: once for each notice. */
function looks(desktop: Desktop): Promise<number> {
  return desktop.app.evaluate(() => (globalThis as unknown as { readonly looks: number }).looks);
}

function shown(desktop: Desktop): Promise<readonly Shown[]> {
  return desktop.app.evaluate(() =>
    (globalThis as unknown as { shownNotifications: Electron.Notification[] }).shownNotifications.map(
      ({ title, body }) => ({ title, body }),
    ),
  );
}

function isKeptAwake(desktop: Desktop): Promise<boolean> {
  return desktop.app.evaluate(({ powerSaveBlocker }) =>
    Array.from({ length: 20 }, (_, id) => id).some((id) => powerSaveBlocker.isStarted(id)),
  );
}

test('what cells and steps of a run do is told outside the window, and leads to its place', async ({
  desktop,
}) => {
  test.setTimeout(240_000);
  const file = join(desktop.folder, 'payments.ipynb');
  await writeNotebookFile(
    file,
    [
      '# Deploy to the first batch\nsleep 1.5; echo secret-output',
      '# Check the ledger\necho secret-output; exit 7',
      '# Ask for the change\nread -p "secret-prompt? " change',
      'true',
    ],
    'bash',
  );
  await mkdir(desktop.places.config, { recursive: true });
  await writeFile(
    join(desktop.places.config, 'settings.json'),
    '{ "notifyAfterSeconds": 1, "silentMinutes": 1 }\n',
  );
  const page = await desktop.start({ files: [file] });
  const notebook = new NotebookPage(page);
  await notebook.opened();
  await listenToNotifications(desktop);
  await expect.poll(() => isKeptAwake(desktop)).toBe(false);

  await notebook.select(0);
  await page.keyboard.press('Shift+Enter');
  await expect.poll(() => isKeptAwake(desktop)).toBe(true);
  await expect.poll(async () => (await shown(desktop)).length).toBe(1);
  await expect.poll(() => isKeptAwake(desktop)).toBe(false);
  await page.keyboard.press('Shift+Enter');
  await expect.poll(async () => (await shown(desktop)).length).toBe(2);
  await page.keyboard.press('Control+Enter');
  await expect.poll(async () => (await shown(desktop)).length).toBe(3);
  const all = await shown(desktop);
  expect(all.map(({ body }) => body)).toEqual([
    'Deploy to the first batch, payments.ipynb',
    'Check the ledger, payments.ipynb',
    'Ask for the change, payments.ipynb',
  ]);
  expect(all[0]?.title).toMatch(/^Step 1 is done after \d+\.\ds$/);
  expect(all[1]?.title).toMatch(/^Step 2 failed after /);
  expect(all[2]?.title).toBe('Step 3 waits for input');
  expect(JSON.stringify(all)).not.toContain('secret');

  // A click comes back to the window, the tab and the cell.
  await page.keyboard.press('Control+,');
  await desktop.app.evaluate(() => {
    const { shownNotifications } = globalThis as unknown as { shownNotifications: Electron.Notification[] };
    shownNotifications[1]?.emit('click');
  });
  await expect(notebook.cell(1)).toBeFocused();
  expect(
    await desktop.app.evaluate(() => (globalThis as unknown as { broughtToFront: number }).broughtToFront),
  ).toBe(1);

  // The list in the window has the same, and its lines lead there too.
  await page.getByRole('contentinfo').getByRole('button', { name: 'Notifications, 3 new' }).click();
  const centre = page.getByRole('dialog', { name: 'Notifications' });
  await expect(centre.getByRole('listitem')).toContainText([
    /Step 3 waits for input/,
    /Step 2 failed/,
    /Step 1 is done/,
  ]);
  await expect(centre.getByRole('button', { name: /Step 3/ })).toBeFocused();
  await desktop.shoot('notifications');
  await page.keyboard.press('Escape');
  await expect(centre).toBeHidden();
  await expect(page.getByRole('button', { name: 'Notifications', exact: true })).toBeFocused();
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await expect(notebook.cell(0)).toBeFocused();

  // In front of the window nothing is told by the system; the list has it all the same.
  await desktop.app.evaluate(() => Object.assign(globalThis, { isInFront: true }));
  const looked = await looks(desktop);
  await notebook.cell(2).getByRole('textbox').fill('CHG-1');
  await notebook.cell(2).getByRole('textbox').press('Enter');
  await notebook.select(1);
  await page.keyboard.press('Control+Enter');
  await expect(page.getByRole('button', { name: 'Notifications, 1 new' })).toBeVisible();
  // The desktop gets it later than the list, and judges it by where the window is then.
  await expect.poll(() => looks(desktop)).toBeGreaterThan(looked);
  // The cell has ended too, not only the one before it.
  await expect(page.getByRole('contentinfo')).toContainText('idle');
  expect(await shown(desktop)).toHaveLength(3);

  // Of a run its steps are told by their numbers there: over the limit, asking, and waiting for a person.
  await desktop.app.evaluate(() => Object.assign(globalThis, { isInFront: false }));
  // oxlint-disable-next-line unicorn/no-thenable -- the member of the file format, never awaited
  const limit = { watchbook: { limit: { seconds: 1, then: 'warn' } } };
  const confirm = { watchbook: { gate: { kind: 'confirm' } } };
  const release = join(desktop.folder, 'release.ipynb');
  await writeNotebookFile(
    release,
    [
      { id: 'wait', source: '# Wait for the pods\nsleep 4; echo secret-output', metadata: limit },
      { id: 'ask', source: '# Name the change\nread -p "secret-prompt? " change' },
      { id: 'sure', type: 'markdown', source: 'All is calm?', metadata: confirm },
    ],
    'bash',
  );
  await openRun(desktop, page, await startRun(desktop, release, 'Release', 'local'));
  const run = new RunPage(page);
  // On a busy machine the desktop hears of the cell above only now, when the window is not in front.
  const told = async (): Promise<readonly string[]> =>
    (await shown(desktop))
      .slice(3)
      .map(({ title }) => title)
      .filter((title) => !title.startsWith('Step 2 failed'));
  await expect(run.title).toContainText('Step 1 is next');
  await run.send('wait', /running|done/);
  await expect
    .poll(told)
    .toEqual([
      expect.stringMatching(/^Step 1 is over its time limit, after /),
      expect.stringMatching(/^Step 1 is done after /),
    ]);
  const answer = run.step('ask').getByRole('textbox');
  await run.press('Shift+Enter', () => expect(answer).toBeVisible({ timeout: 5_000 }));
  await expect.poll(async () => (await told()).at(-1)).toBe('Step 2 waits for input');
  await answer.fill('CHG-2');
  await answer.press('Enter');
  // On a busy machine the answered step was long enough to be told too, before or after.
  await expect.poll(told).toContain('Step 3 waits for you to confirm');
  expect((await shown(desktop)).filter(({ title }) => title.startsWith('Step 2 waits'))).toHaveLength(1);
  expect(JSON.stringify(await shown(desktop))).not.toContain('secret');

  // A click leads from another tab to the step of the run.
  await page.keyboard.press('Control+,');
  await desktop.app.evaluate(() => {
    const { shownNotifications } = globalThis as unknown as { shownNotifications: Electron.Notification[] };
    shownNotifications.find(({ title }) => title === 'Step 3 waits for you to confirm')?.emit('click');
  });
  await expect(run.step('sure')).toBeVisible();

  // A step that says nothing for as long as the settings have it, by the clock of the window.
  const calm = join(desktop.folder, 'calm.ipynb');
  await writeNotebookFile(calm, [{ id: 'calm', source: '# Wait for calm\nsleep 300' }], 'bash');
  await openRun(desktop, page, await startRun(desktop, calm, 'Calm', 'local'));
  await expect(run.title).toContainText('Step 1 is next');
  await run.send('calm', /running/);
  const before = (await shown(desktop)).length;
  await page.clock.setFixedTime(Date.now() + 90_000);
  await expect
    .poll(async () => (await shown(desktop)).slice(before))
    .toEqual([
      {
        title: expect.stringMatching(/^Step 1 has said nothing for 1m \d\ds$/),
        body: expect.stringContaining('Wait for calm'),
      },
    ]);
});

import { join } from 'node:path';
import { expect, test } from '../support/app';
import { lookOver } from '../support/axe';
import { openOutputs, writeCells } from '../support/output-notebook';
import { clickByPointer } from '../support/pointer';

const SLOW = { timeout: 60_000 };

const html = (content: string): object => ({
  outputs: [
    { output_type: 'display_data', data: { 'text/html': content, 'text/plain': 'html' }, metadata: {} },
  ],
});

test('marks what is missing, names what is unknown, and folds what the file folds', async ({ desktop }) => {
  const gap = {
    from: '2026-11-24T03:12:10.000Z',
    to: '2026-11-24T03:14:02.000Z',
    reason: 'the engine was away',
  };
  const lines = Array.from({ length: 60 }, (_, index) => `line ${index}\n`).join('');
  const page = await openOutputs(desktop, [
    {
      outputs: [
        { output_type: 'stream', name: 'stdout', text: 'eu-c-3 in flight 1,204\n' },
        { output_type: 'display_data', data: { 'text/plain': 'gap' }, metadata: { watchbook: { gap } } },
        { output_type: 'stream', name: 'stdout', text: 'eu-c-3 in flight 61\n' },
        { output_type: 'hologram', depth: 3 },
      ],
    },
    { metadata: { scrolled: true }, outputs: [{ output_type: 'stream', name: 'stdout', text: lines }] },
    {
      metadata: { jupyter: { outputs_hidden: true } },
      outputs: [{ output_type: 'stream', name: 'stdout', text: 'folded away\n' }],
    },
    {
      outputs: [
        {
          output_type: 'error',
          ename: 'ExitStatus',
          evalue: '7',
          traceback: ['exit status 7', 'a fresh shell follows'],
        },
      ],
    },
    {
      outputs: [{ output_type: 'display_data', data: { 'image/png': 'bm90IGEgcGljdHVyZQ==' }, metadata: {} }],
    },
  ]);
  const first = page.locator('article[data-cell=c0]');
  await expect(first.getByRole('note')).toContainText(
    /Output between .*03:12:10|Output between .* was not received/,
  );
  await expect(first.getByRole('note')).toContainText('The engine was away.');
  await expect(first).toContainText('An output of the type hologram, which Watchbook does not know.');
  await expect(first.getByRole('treeitem', { name: 'depth' })).toBeVisible();

  const scrolled = page.getByRole('group', { name: 'Output, scrolls' });
  expect((await scrolled.boundingBox())?.height).toBeLessThanOrEqual(400);
  await scrolled.focus();
  await page.keyboard.press('End');
  await expect.poll(() => scrolled.evaluate((element) => element.scrollTop)).toBeGreaterThan(0);

  await lookOver(desktop, 'outputs-gap', '.center');
  const folded = page.locator('article[data-cell=c2]');
  await expect(folded).not.toContainText('folded away');
  await folded.getByRole('button', { name: 'Output hidden' }).click();
  await expect(folded).toContainText('folded away');
  await folded.getByRole('button', { name: 'Hide output' }).click();
  await expect(folded).not.toContainText('folded away');

  const exit = page.locator('article[data-cell=c3] .out-error');
  await expect(exit.locator('.out-error-name')).toHaveText('exit status 7');
  await expect(exit).toContainText('a fresh shell follows');
  await expect(page.locator('article[data-cell=c4]')).toContainText('not the PNG it says it is');
  await exit.scrollIntoViewIfNeeded();
  await lookOver(desktop, 'outputs-scrolled', '.center');
});

test('a frame never takes the keyboard, and gives it back on Esc', async ({ desktop }) => {
  const page = await openOutputs(desktop, [
    html(
      `<input id="trap" autofocus><script>
        window.heard = [];
        for (const name of ['focus', 'keydown', 'beforeinput']) window.addEventListener(name, () => window.heard.push(name), true);
        window.isAtIt = true;
        window.tries = 0;
        setInterval(() => { if (window.isAtIt) { window.tries += 1; window.focus(); document.querySelector("#trap").focus(); } }, 5);
      </script>`,
    ),
    html('<p>calm</p><button id="inside">a button</button>'),
  ]);
  await expect(page.frameLocator('article[data-cell=c1] iframe').locator('#inside')).toBeVisible(SLOW);
  // Typing in a source goes on while the scripts of the notebook are let loose.
  const source = page.locator('article[data-cell=c1] .source');
  const thief = page.locator('article[data-cell=c0]');
  await thief.getByRole('button', { name: 'Let scripts of this notebook run' }).click();
  const trap = page.frameLocator('article[data-cell=c0] iframe').locator('#trap');
  // Whatever a test asks in a frame counts as a person's hand in it: until it was heard, the frame is left alone.
  await expect(thief.locator('iframe.is-drawn[src="frame://output/live"]')).toBeVisible(SLOW);
  await source.click();
  await page.keyboard.press('Control+End');
  await page.keyboard.type('  # typed while a frame wants the keyboard', { delay: 20 });
  await expect(source).toContainText('step(1)  # typed while a frame wants the keyboard');
  await expect(thief).not.toContainText('This output was stopped');
  const live = await (await thief.locator('iframe').elementHandle())?.contentFrame();
  const heard = await live?.evaluate(() => {
    Reflect.set(window, 'isAtIt', false);
    return { heard: Reflect.get(window, 'heard') as unknown, tries: Reflect.get(window, 'tries') as unknown };
  });
  expect(heard).toEqual({ heard: [], tries: expect.any(Number) });
  expect(heard?.tries).toBeGreaterThan(5);

  // By Tab a person comes into it, and it hears what is typed there.
  await page.keyboard.press('Escape');
  await thief.focus();
  await expect(async () => {
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('IFRAME');
  }).toPass(SLOW);
  await page.keyboard.type('mine');
  await expect(trap).toHaveValue('mine');
  // For some seconds after that the browser lets its scripts have the focus; the page gives it back, and then stops it.
  await live?.evaluate(() => Reflect.set(window, 'isAtIt', true));
  await source.click();
  await expect(async () => {
    if (await trap.isVisible()) await clickByPointer(desktop, trap);
    await source.click();
    await expect(thief).toContainText('it kept taking the keyboard', { timeout: 4_000 });
  }).toPass(SLOW);
  await expect.poll(() => page.evaluate(() => document.activeElement?.tagName)).not.toBe('IFRAME');

  await page.keyboard.press('Escape');
  await clickByPointer(desktop, page.frameLocator('article[data-cell=c1] iframe').locator('#inside'));
  await expect.poll(() => page.evaluate(() => document.activeElement?.tagName)).toBe('IFRAME');
  await page.keyboard.press('Escape');
  await expect(page.locator('article[data-cell=c1]')).toBeFocused();
});

test('a frame keeps its place while it is out of sight', async ({ desktop }) => {
  const tall = '<div style="height: 300px; background: linear-gradient(#ccc, #666)">tall</div>';
  const page = await openOutputs(
    desktop,
    Array.from({ length: 22 }, () => html(tall)),
  );
  const doc = page.locator('.doc');
  const frame = page.locator('article[data-cell=c0] iframe');
  await expect.poll(async () => (await frame.boundingBox())?.height, SLOW).toBe(300);
  const areDrawn = (): Promise<boolean> =>
    page
      .locator('article.entry iframe')
      .evaluateAll((all) => all.every((each) => each.getBoundingClientRect().height === 300));
  // To the end and back, until every height is known.
  for (const place of [1e9, 0]) {
    for (let step = 0; step < 22; step += 1) {
      await doc.evaluate((element, down) => element.scrollBy(0, down ? 400 : -400), place > 0);
      await expect.poll(areDrawn, SLOW).toBe(true);
    }
  }
  await expect(frame).toHaveCount(1);
  const before = await doc.evaluate((element) => element.scrollHeight);
  await doc.evaluate((element) => element.scrollTo(0, 6_000));
  await expect(frame).toHaveCount(0);
  await doc.evaluate((element) => element.scrollTo(0, 0));
  await expect(frame).toHaveCount(1);
  expect((await frame.boundingBox())?.height).toBe(300);
  expect(await doc.evaluate((element) => element.scrollHeight)).toBe(before);
});

test(
  'a flood is drawn at most once a frame, and moves nothing else',
  { tag: '@alone' },
  async ({ desktop }) => {
    const file = join(desktop.folder, 'flood.ipynb');
    await writeCells(file, [
      'print("before")',
      "for i in range(300_000): print(f'{i:07d} GET /health/ready 200')",
      'print("after")',
    ]);
    const page = await desktop.start({ files: [file], withPython: true });
    await page.locator('article[data-cell=c0]').click();
    await page.keyboard.press('Control+Enter');
    await expect(page.locator('article[data-cell=c0] .out')).toHaveText(/before/, SLOW);
    await page.locator('article[data-cell=c1]').click();
    await page.evaluate(() => {
      const counts = { most: 0, updates: 0, frames: 0, elsewhere: 0 };
      Object.assign(window, { counts });
      let inFrame = 0;
      const tick = (): void => {
        counts.frames += 1;
        inFrame = 0;
        requestAnimationFrame(tick);
      };
      requestAnimationFrame(tick);
      // Each commit of React is one delivery to an observer.
      const observe = (id: string, on: () => void): void => {
        const body = document.querySelector(`article[data-cell=${id}] .entry-body`);
        if (body === null) throw new Error(`There is no ${id}`);
        new MutationObserver(on).observe(body, { subtree: true, childList: true, characterData: true });
      };
      observe('c1', () => {
        if (document.querySelector('article[data-cell=c1] .out') === null) return;
        inFrame += 1;
        counts.updates += 1;
        counts.most = Math.max(counts.most, inFrame);
      });
      observe('c0', () => (counts.elsewhere += 1));
      observe('c2', () => (counts.elsewhere += 1));
    });
    await page.keyboard.press('Control+Enter');
    const flood = page.locator('article[data-cell=c1]');
    await expect(flood.locator('.out-text').last()).toContainText('0299999 GET', { timeout: 120_000 });
    const counts = await page.evaluate(
      () => (window as unknown as { counts: Record<string, number> }).counts,
    );
    expect(counts['updates']).toBeGreaterThan(2);
    // The state of the cell may change in the same frame as its output.
    expect(counts['most']).toBeLessThanOrEqual(2);
    expect(counts['elsewhere']).toBe(0);
  },
);

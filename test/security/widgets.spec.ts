import { join } from 'node:path';
import type { Frame, Page } from '@playwright/test';
import { expect, test, type Desktop } from '../support/app';
import { openOutputs, writeCells } from '../support/output-notebook';
import { clickByPointer } from '../support/pointer';
import { until } from '../support/until';

const SLOW = { timeout: 60_000 };
test.describe.configure({ timeout: 300_000 });
const VIEW = 'application/vnd.jupyter.widget-view+json';
const CONTROLS = { model_module: '@jupyter-widgets/controls', model_module_version: '2.0.0' };

/** What the policies of frames refuse is said on the console; that they do is what is tested here. */
test.afterEach(({ desktop }) => {
  const atWork =
    /Content Security Policy|has been blocked|ERR_|Could not create a view|This widget needs code of|There is no __proto__/;
  const own = desktop.problems.filter((problem) => !atWork.test(problem));
  desktop.problems.splice(0, desktop.problems.length, ...own);
});

async function openAndRun(desktop: Desktop, cells: readonly string[]): Promise<Page> {
  const file = join(desktop.folder, 'widgets.ipynb');
  await writeCells(file, cells);
  const page = await desktop.start({ files: [file] });
  await page.getByRole('button', { name: 'Run all' }).click();
  await expect(page.locator(`article[data-cell="c${cells.length - 1}"]`)).toHaveAttribute(
    'aria-label',
    /, done/,
    SLOW,
  );
  return page;
}

const cellOf = (page: Page, index: number) => page.locator(`article[data-cell="c${index}"]`);

async function frameOf(page: Page, index: number): Promise<Frame> {
  const element = await cellOf(page, index).locator('iframe.out-frame').elementHandle(SLOW);
  const frame = await element?.contentFrame();
  if (!frame) throw new Error('The cell has no frame');
  return frame;
}

const SLIDER = `import ipywidgets as w
s = w.IntSlider(value=3, max=50)
s.observe(lambda c: print('heard', c['new']), names='value')
s`;

test('a frame that nobody touched sends nothing, whatever it says', async ({ desktop }) => {
  const page = await openAndRun(desktop, [SLIDER, 'print(s.comm.comm_id)']);
  await expect(page.frameLocator('iframe.out-frame').getByRole('slider')).toBeVisible(SLOW);
  const model = (await cellOf(page, 1).locator('[data-kind=stdout]').innerText()).trim();
  const frame = await frameOf(page, 0);
  const forge = (value: number): Promise<void> =>
    frame.evaluate(
      ([id, next]) => {
        const message = { kind: 'update', state: { value: next }, buffers: [] };
        window.focus();
        window.parent.postMessage({ v: 1, t: 'widget', model: id, message }, '*');
      },
      [model, value] as const,
    );
  // A pointer that happens to rest on the frame would be a sign of a hand in it, and Playwright's calls are another.
  await page.mouse.move(1, 1);
  await forge(44);
  await expect(cellOf(page, 0)).toContainText('A change was not sent to the kernel', SLOW);
  // Playwright's own click goes to the frame behind the page's back: no hand was seen.
  await expect(cellOf(page, 0).locator('[data-kind=stdout]')).toHaveCount(0);
  await clickByPointer(desktop, page.frameLocator('iframe.out-frame').getByRole('slider'));
  await page.keyboard.press('ArrowRight');
  await expect(cellOf(page, 0).locator('[data-kind=stdout]')).toContainText(/heard \d+/, SLOW);
  await expect(cellOf(page, 0).locator('[data-kind=stdout]')).not.toContainText('heard 44');
});

test('a frame that floods, or speaks for a widget that it is not, is stopped', async ({ desktop }) => {
  const page = await openAndRun(desktop, [
    SLIDER,
    `from IPython.display import HTML
HTML('<p id="live">live</p><script>parent.postMessage({v: 1, t: "widget", model: "x", message: {kind: "custom", content: 1}}, "*")</script>')`,
  ]);
  await expect(cellOf(page, 1)).toContainText('it spoke as a widget, and shows none', SLOW);
  const frame = await frameOf(page, 0);
  await frame.evaluate(() => {
    const message = { kind: 'custom', content: 1 };
    for (let sent = 0; sent < 1_000; sent += 1)
      window.parent.postMessage({ v: 1, t: 'widget', model: 'x', message }, '*');
  });
  await expect(cellOf(page, 0)).toContainText('it sent too many messages', SLOW);
});

test('an endless loop in a frame stops the frame, and the window stays live', async ({ desktop }) => {
  const page = await openAndRun(desktop, [SLIDER, 'print("beside")']);
  await expect(page.frameLocator('iframe.out-frame').getByRole('slider')).toBeVisible(SLOW);
  const frame = await frameOf(page, 0);
  void frame.evaluate(() =>
    setTimeout(() => {
      for (;;);
    }),
  );
  await expect(cellOf(page, 0)).toContainText('it did not answer for 2 seconds', SLOW);
  expect(await page.evaluate(() => 6 * 7)).toBe(42);
  await cellOf(page, 0).getByRole('button', { name: 'Draw it again' }).click();
  await expect(page.frameLocator('iframe.out-frame').getByRole('slider')).toBeVisible(SLOW);
});

test('a file’s widgets bring no code, no network and no loop', async ({ desktop }) => {
  const layout = { ...CONTROLS, model_module: '@jupyter-widgets/base', model_name: 'LayoutModel', state: {} };
  const views = (name: string) => ({
    _view_module: CONTROLS.model_module,
    _view_name: name,
    _view_module_version: '2.0.0',
  });
  const hostile =
    '<img src="https://tracker.example/x.png" onerror="parent.stolen=1"><b>kept</b><script>parent.stolen=1</script>';
  const state = {
    label: {
      ...CONTROLS,
      model_name: 'CheckboxModel',
      state: {
        description: hostile,
        description_allow_html: true,
        value: true,
        disabled: false,
        ...views('CheckboxView'),
        layout: 'IPY_MODEL_layout',
      },
    },
    html: {
      ...CONTROLS,
      model_name: 'HTMLModel',
      state: { value: hostile, ...views('HTMLView'), layout: 'IPY_MODEL_layout' },
    },
    custom: {
      model_name: 'EvilModel',
      model_module: 'https://evil.example/widget.js',
      model_module_version: '*',
      state: { _view_module: '../../evil', _view_name: 'EvilView' },
    },
    loop: {
      ...CONTROLS,
      model_name: 'BoxModel',
      state: { children: ['IPY_MODEL_loop'], ...views('BoxView') },
    },
    proto: { ...CONTROLS, model_name: '__proto__', state: {} },
    layout,
  };
  const cells = ['label', 'html', 'custom', 'loop', 'proto', 'nowhere'].map((id) => ({
    outputs: [
      { output_type: 'display_data', metadata: {}, data: { [VIEW]: { model_id: id }, 'text/plain': id } },
    ],
  }));
  const page = await openOutputs(desktop, cells, {
    widgets: { 'application/vnd.jupyter.widget-state+json': { version_major: 2, version_minor: 0, state } },
  });
  await expect(page.frameLocator('article[data-cell="c0"] iframe').getByRole('checkbox')).toBeChecked(SLOW);
  await expect(page.frameLocator('article[data-cell="c0"] iframe').locator('b')).toHaveText('kept');
  await expect(page.frameLocator('article[data-cell="c1"] iframe').locator('b')).toHaveText('kept', SLOW);
  await expect(page.frameLocator('article[data-cell="c2"] iframe').locator('body')).toContainText(
    'which Watchbook does not have and does not load from the network',
    SLOW,
  );
  await expect(cellOf(page, 3)).toContainText('This widget holds itself', SLOW);
  await expect(cellOf(page, 5)).toContainText('The state of this widget is not here', SLOW);
  await until('nothing but our own frames is in the page', () =>
    page.frames().every((frame) => /^(app:|frame:\/\/output\/still$)/.test(frame.url())),
  );
  expect(await page.evaluate(() => Reflect.get(window, 'stolen') as unknown)).toBeUndefined();
});

test('charts run nothing of their own, load nothing, and are bounded', async ({ desktop }) => {
  const values = [{ a: 1 }];
  const evil = "this.constructor.constructor('parent.stolen=1')()";
  const bundle = (data: object): object => ({
    outputs: [{ output_type: 'display_data', metadata: {}, data }],
  });
  const page = await openOutputs(desktop, [
    bundle({
      'application/vnd.vega.v5+json': {
        width: 40,
        height: 20,
        signals: [{ name: 'x', init: evil }],
        data: [{ name: 'd', values, transform: [{ type: 'formula', as: 'b', expr: evil }] }],
        marks: [{ type: 'text', encode: { enter: { text: { value: 'drawn' } } } }],
      },
    }),
    bundle({
      'application/vnd.vegalite.v5+json': {
        data: { url: 'https://data.example/rows.json' },
        mark: 'point',
        encoding: { x: { field: 'a', type: 'quantitative' } },
      },
    }),
    bundle({
      'application/vnd.plotly.v1+json': {
        data: [{ x: [1], y: [2] }],
        layout: {
          images: [{ source: 'https://pictures.example/a.png', x: 0, y: 1 }],
          annotations: [{ text: '<a href="javascript:parent.stolen=1">press</a>', x: 1, y: 2 }],
        },
        config: { plotlyServerURL: 'https://evil.example', showSendToCloud: true },
      },
    }),
    bundle({
      'application/vnd.plotly.v1+json': { data: [{ y: Array.from({ length: 2_100_000 }, () => 1) }] },
    }),
  ]);
  const cell = (index: number) => cellOf(page, index);
  await expect(cell(0).locator('iframe')).toBeVisible(SLOW);
  await expect(cell(1)).toContainText('data.example', SLOW);
  await cell(2).evaluate((element) => element.scrollIntoView({ block: 'start' }));
  await expect(cell(2)).toContainText('pictures.example', SLOW);
  await cell(3).evaluate((element) => element.scrollIntoView({ block: 'start' }));
  await expect(cell(3)).toContainText('more than 2,000,000 values', SLOW);
  expect(await page.evaluate(() => Reflect.get(window, 'stolen') as unknown)).toBeUndefined();
});

import { cp, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Frame, Page } from '@playwright/test';
import { expect, test, type Desktop } from '../support/app';
import { Beacons, settle, spy } from '../support/canary';
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
    /Content Security Policy|has been blocked|[Ss]andbox|Unsafe attempt|Ignored call|Permissions policy|ERR_|Could not create a view|This widget needs code of|There is no __proto__/;
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
    'Not drawn: this widget needs code of ../../evil.',
    SLOW,
  );
  await expect(cellOf(page, 2)).toContainText(
    '../../evil and https://evil.example/widget.js can be the name of no package, so it was looked for nowhere.',
  );
  await expect(cellOf(page, 3)).toContainText('This widget holds itself', SLOW);
  await expect(cellOf(page, 5)).toContainText('The state of this widget is not here', SLOW);
  await until('nothing but our own frames is in the page', () =>
    page.frames().every((frame) => /^(app:|frame:\/\/output\/still$)/.test(frame.url())),
  );
  expect(await page.evaluate(() => Reflect.get(window, 'stolen') as unknown)).toBeUndefined();
});

/** A widget of somebody else's package: its code says what it may reach, and its HTML has a handler. */
const GAUGE_CODE = `define(['@jupyter-widgets/base', 'exports'], (base, exports) => {
  const tries = async (url) => {
    const attempt = async (what) => { try { await what(); return 'reached'; } catch { return 'refused'; } };
    const image = () => new Promise((good, bad) => Object.assign(new Image(), { onload: good, onerror: bad, src: url + 'image' }));
    const all = [() => fetch(url + 'fetch'), image, () => import(url + 'module.js'), () => localStorage.length,
      () => parent.document.title, () => eval('1'), () => new Worker('data:text/javascript,1')];
    return Promise.all(all.map(attempt));
  };
  exports.GaugeModel = class extends base.DOMWidgetModel {};
  exports.GaugeView = class extends base.DOMWidgetView {
    render() {
      const level = document.createElement('button');
      level.textContent = 'level ' + this.model.get('value');
      level.onclick = () => { this.model.set('value', this.model.get('value') + 1); this.touch(); };
      const page = document.createElement('p');
      page.innerHTML = '<img src="x" onerror="window.handled = 1">';
      const found = document.createElement('output');
      this.el.append(level, page, found);
      this.listenTo(this.model, 'change:value', () => { level.textContent = 'level ' + this.model.get('value'); });
      tries(this.model.get('place')).then((all) => { found.textContent = all.join(' '); });
      import(URL.createObjectURL(new Blob(['export const made = 42'], { type: 'text/javascript' })))
        .then(({ made }) => { page.append('made ' + made); });
    }
  };
});`;

/** An extension of JupyterLab as webpack makes it, reduced to what it does; its plugin wants more than widgets need. */
const NEEDY_CODE = `var _JUPYTERLAB;
(_JUPYTERLAB = typeof _JUPYTERLAB === 'undefined' ? {} : _JUPYTERLAB)['watch-needy'] = {
  init(scope) { this.scope = scope; },
  async get(member) {
    if (member !== './extension') throw new Error('Module "' + member + '" does not exist in container.');
    const [shared] = Object.values(this.scope['@jupyter-widgets/base']);
    const { IJupyterWidgetRegistry } = (await shared.get())();
    const tracker = { name: '@jupyterlab/notebook:INotebookTracker' };
    return () => ({ default: [{ id: 'needy', requires: [tracker, IJupyterWidgetRegistry], activate() { window.handled = 2; } }] });
  },
};`;

test('code of other people’s widgets is asked about, and runs closed in', async ({ desktop }) => {
  const beacons = await Beacons.start();
  const jupyter = join(desktop.home, '.local', 'share', 'jupyter');
  const place = join(jupyter, 'nbextensions', 'watch-gauge');
  await mkdir(place, { recursive: true });
  await writeFile(join(place, 'index.js'), GAUGE_CODE);
  await writeFile(join(place, 'package.json'), '{"version": "1.2.0"}');
  const extensions = join(jupyter, 'labextensions');
  await cp(join(import.meta.dirname, '..', 'fixtures', 'labextensions'), extensions, { recursive: true });
  await mkdir(join(extensions, 'watch-needy'));
  await writeFile(join(extensions, 'watch-needy', 'entry.js'), NEEDY_CODE);
  const build = { load: 'entry.js', extension: './extension' };
  await writeFile(
    join(extensions, 'watch-needy', 'package.json'),
    JSON.stringify({ jupyterlab: { _build: build } }),
  );
  const page = await openAndRun(desktop, [
    `import ipywidgets as w
from traitlets import Int, Unicode
class Gauge(w.DOMWidget):
    _model_module = _view_module = Unicode('watch-gauge').tag(sync=True)
    _model_module_version = _view_module_version = Unicode('^1.0').tag(sync=True)
    _model_name = Unicode('GaugeModel').tag(sync=True)
    _view_name = Unicode('GaugeView').tag(sync=True)
    value = Int(3).tag(sync=True)
    place = Unicode('${beacons.url('')}').tag(sync=True)
g = Gauge()
g.observe(lambda c: print('heard', c['new']), names='value')
g`,
    `class Other(Gauge):
    _model_module = _view_module = Unicode('not-here').tag(sync=True)
Other()`,
    `class Dial(Gauge):
    _model_module = _view_module = Unicode('watch-dial').tag(sync=True)
    _model_name = Unicode('DialModel').tag(sync=True)
    _view_name = Unicode('DialView').tag(sync=True)
d = Dial()
d.observe(lambda c: print('heard', c['new']), names='value')
d`,
    `class Needy(Dial):
    _model_module = _view_module = Unicode('watch-needy').tag(sync=True)
Needy()`,
  ]);
  const first = cellOf(page, 0);
  const ask = first.getByRole('group', { name: 'Code of the widget' });
  await expect(ask).toContainText(`Drawn by code of watch-gauge 1.2.0 ${join(place, 'index.js')}`, SLOW);
  await expect(page.frameLocator('article[data-cell="c0"] iframe').locator('body')).toContainText(
    'Not drawn: this widget needs code of watch-gauge.',
    SLOW,
  );
  await cellOf(page, 1).evaluate((cell) => cell.scrollIntoView({ block: 'end' }));
  await expect(cellOf(page, 1)).toContainText(
    /The code of not-here is not in the Jupyter folders .* from cdn\.jsdelivr\.net\/npm\/not-here@1\.0; Watchbook loads nothing from the network/,
    SLOW,
  );
  await desktop.shoot('widget-code-asked');
  expect((await frameOf(page, 0)).url()).toBe('frame://output/still');

  await ask.getByRole('button', { name: 'Draw with this code' }).click();
  const drawn = page.frameLocator('article[data-cell="c0"] iframe');
  await expect(drawn.locator('output')).toHaveText(Array(7).fill('refused').join(' '), SLOW);
  await expect(drawn.getByText('made 42')).toBeVisible(SLOW);
  await expect(ask).toHaveCount(0);
  const frame = await frameOf(page, 0);
  expect(frame.url()).toBe('frame://output/code');
  expect(await frame.evaluate(() => [origin, Reflect.get(window, 'handled')])).toEqual(['null', undefined]);
  await clickByPointer(desktop, drawn.getByRole('button', { name: 'level 3' }));
  await expect(drawn.getByRole('button', { name: 'level 4' })).toBeVisible(SLOW);
  await expect(first.locator('[data-kind=stdout]')).toContainText('heard 4', SLOW);
  await desktop.shoot('widget-code-drawn');

  // Playwright evaluates as if by a person's gesture: with every right that a click gives there is no other way out.
  const look = await spy(desktop.app);
  const tried = await frame.evaluate(async (url) => {
    const add = (html: string): Element => {
      document.body.insertAdjacentHTML('beforeend', html);
      return document.body.lastElementChild ?? document.body;
    };
    const tries: Record<string, () => unknown> = {
      open: () => window.open(`${url}open`) ?? Promise.reject(new Error()),
      confirm: () => window.confirm('Approve?') || Promise.reject(new Error()),
      fullscreen: () => document.documentElement.requestFullscreen(),
      pointer: () => document.documentElement.requestPointerLock(),
      clipboard: () => navigator.clipboard.readText(),
      top: () => window.top?.location.assign(`${url}top`),
      parent: () => window.parent.location.assign(`${url}parent`),
      cookie: () => document.cookie,
      database: () => indexedDB.open('x'),
    };
    const refused: string[] = [];
    for (const [name, attempt] of Object.entries(tries)) {
      try {
        await attempt();
      } catch {
        refused.push(name);
      }
    }
    (add(`<form action="${url}form" target="_top"></form>`) as HTMLFormElement).submit();
    (add('<a download="tool.exe" href="data:application/octet-stream,x">x</a>') as HTMLElement).click();
    add(`<iframe src="${url}frame"></iframe>`);
    window.name = 'left behind';
    return refused.length === Object.keys(tries).length ? 'all refused' : refused.join(' ');
  }, beacons.url(''));
  expect(tried).toBe('all refused');
  await settle(page);
  expect(await look()).toMatchObject({ opened: [], dialogs: [], windows: 1, downloads: 0, ipc: [] });
  expect(await page.evaluate(() => [window.name, document.fullscreenElement])).toEqual(['', null]);
  expect(page.url()).toBe('app://watchbook/index.html');
  // What forges the page's own words is stopped, as everywhere.
  await frame.evaluate(() => window.parent.postMessage({ v: 1, t: 'show', policy: 'live' }, '*'));
  await expect(first).toContainText('it sent a message that is not of this version of Watchbook', SLOW);

  // The same of what is there in JupyterLab's form alone.
  const third = cellOf(page, 2);
  await third.evaluate((cell) => cell.scrollIntoView({ block: 'start' }));
  const askAgain = third.getByRole('group', { name: 'Code of the widget' });
  await expect(askAgain).toContainText(
    /Drawn by code of watch-dial 2\.1\.0 .*labextensions\/watch-dial\/static\/remoteEntry\.\w+\.js/,
    SLOW,
  );
  expect((await frameOf(page, 2)).url()).toBe('frame://output/still');
  await askAgain.getByRole('button', { name: 'Draw with this code' }).click();
  const dial = page.frameLocator('article[data-cell="c2"] iframe');
  await expect(dial.locator('output')).toHaveText(Array(5).fill('refused').join(' '), SLOW);
  await expect(dial.getByText('one lumino')).toBeVisible();
  expect((await frameOf(page, 2)).url()).toBe('frame://output/code');
  await clickByPointer(desktop, dial.getByRole('button', { name: 'dial 3' }));
  await expect(dial.getByRole('button', { name: 'dial 4' })).toBeVisible(SLOW);
  await expect(third.locator('[data-kind=stdout]')).toContainText('heard 4', SLOW);
  await desktop.shoot('widget-code-of-lab');

  const fourth = cellOf(page, 3);
  await fourth.evaluate((cell) => cell.scrollIntoView({ block: 'start' }));
  await fourth.getByRole('button', { name: 'Draw with this code' }).click();
  await expect(page.frameLocator('article[data-cell="c3"] iframe').locator('body')).toContainText(
    'Not drawn: the code of watch-needy can not be used: it needs @jupyterlab/notebook:INotebookTracker of JupyterLab, which is not here.',
    SLOW,
  );
  expect(
    await (await frameOf(page, 3)).evaluate(() => Reflect.get(window, 'handled') as unknown),
  ).toBeUndefined();
  expect(beacons.seen).toEqual([]);
  expect(beacons.connections).toBe(0);
  await beacons.stop();
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

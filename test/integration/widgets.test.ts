import { mkdir, readFile, realpath, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { MOST_WIDGET_CODE } from '../../shared/notebook/widgets/widget-code';
import { WIDGET_STATE_MIME } from '../../shared/notebook/widgets/widget-mimes';
import type { DocumentView } from '../support/document-view';
import { engineShared } from '../support/engine-fixture';
import { testPython } from '../support/environment';
import { writeNotebookFile } from '../support/notebooks';
import { killHard } from '../support/processes';
import { until } from '../support/until';
import { keyOf, WidgetView } from '../support/widget-view';

const SETUP = 'import ipywidgets as w\nfrom IPython.display import display';

describe('the widgets of a notebook', () => {
  const here = engineShared();
  const view = () => here.openApart();

  async function ran(...sources: string[]): Promise<DocumentView> {
    await writeNotebookFile(here.path, [SETUP, ...sources]);
    const book = await view();
    const cells = sources.map((_, index) => `c${index + 1}`);
    await book.run('c0', ...cells);
    for (const cell of cells) {
      const run = await book.finished(cell);
      expect(run.summary, cell).toBeNull();
    }
    return book;
  }

  /** Runs cells that ran before. */
  async function again(book: DocumentView, ...cells: string[]): Promise<void> {
    const before = new Map(cells.map((cell) => [cell, book.runs.get(cell)?.startedAt]));
    await book.run(...cells);
    await until('they ran again', () =>
      cells.every((cell) => {
        const run = book.runs.get(cell);
        return run?.startedAt !== before.get(cell) && ['done', 'failed'].includes(run?.status ?? '');
      }),
    );
    await book.told();
  }

  const seen = (what: string, isSo: () => boolean): Promise<void> => until(what, isSo);

  it('are told with all that an output reaches, and what is changed arrives', async () => {
    const book = await ran(
      `box = w.Checkbox(description='Drained')
box.observe(lambda change: print('ticked', change['new']), names='value')
other = w.IntText(value=4)
w.VBox([box, w.Label('beside')])`,
      'print(box.value)',
    );
    const widget = await WidgetView.of(book, 'c1');
    await seen('the models are told', () => widget.models.size > 0);
    expect([...widget.models.values()].map(({ name }) => name).sort()).toEqual(
      expect.arrayContaining(['CheckboxModel', 'LabelModel', 'LayoutModel', 'VBoxModel']),
    );
    expect(widget.find('IntTextModel')).toBeUndefined();
    expect(widget.isLive).toBe(true);
    await widget.set('CheckboxModel', { value: true });
    await seen('what its handler printed is the cell’s', () => book.text('c1') === 'ticked True\n');
    await again(book, 'c2');
    expect(book.text('c2')).toBe('True\n');
  });

  it('lead what a handler prints into an output widget', async () => {
    const book = await ran(`@w.interact(n=w.IntSlider(value=3, max=20))
def show(n): print('replicas', n)`);
    const widget = await WidgetView.of(book, 'c1');
    await seen('the first call is shown', () => widget.printed === 'replicas 3\n');
    expect(book.text('c1')).toBe('');
    await widget.set('IntSliderModel', { value: 7 });
    await seen('the second call is shown in its place', () => widget.printed === 'replicas 7\n');
    expect(book.text('c1')).toBe('');
  });

  it('tell a kernel what was led into its output widget', async () => {
    const book = await ran(
      `out = w.Output()
with out: print('first')
out`,
      `out.append_stdout('second\\n')`,
    );
    const widget = await WidgetView.of(book, 'c1');
    await seen('both are there', () => widget.printed === 'first\nsecond\n');
  });

  it('are buttons whose clicks are heard, and bars that move while a cell runs', async () => {
    const book = await ran(
      `bar = w.IntProgress(max=5); button = w.Button(description='Next')
def next_(_): bar.value += 1
button.on_click(next_); w.HBox([button, bar])`,
      'for i in range(3): bar.value = i + 2',
    );
    const widget = await WidgetView.of(book, 'c1');
    await seen('the cell moved it', () => widget.state('IntProgressModel')['value'] === 4);
    await widget.click('ButtonModel');
    await seen('the click moved it', () => widget.state('IntProgressModel')['value'] === 5);
  });

  it('send the last of many changes, however busy the kernel is', async () => {
    const book = await ran(
      'slider = w.IntSlider(max=1000)\nslider',
      'import time\ntime.sleep(2)',
      'print(slider.value)',
    );
    const widget = await WidgetView.of(book, 'c1');
    await seen('it is there', () => widget.models.size > 0);
    await book.run('c2');
    for (let value = 1; value <= 500; value += 1) await widget.set('IntSliderModel', { value });
    await book.finished('c2');
    await until('the kernel has the last one', async () => {
      await again(book, 'c3');
      return book.text('c3') === '500\n';
    });
  });

  it('carry bytes both ways', async () => {
    const book = await ran(
      `upload = w.FileUpload()\nimage = w.Image(value=bytes([1, 2, 250]))\nw.HBox([image, upload])`,
      `print(upload.value[0]['name'], bytes(upload.value[0]['content']))`,
    ).catch((error: unknown) => error);
    // The second cell fails until something is handed in.
    expect(String(book)).toContain('IndexError');
    const later = await view();
    const widget = await WidgetView.of(later, 'c1');
    await seen('it is there', () => widget.find('ImageModel') !== undefined);
    expect(widget.find('ImageModel')?.buffers).toEqual([{ path: ['value'], data: 'AQL6' }]);
    const file = { name: 'a.bin', type: '', size: 3, last_modified: 0 };
    await widget.send(widget.find('FileUploadModel')!.id, {
      kind: 'update',
      state: { value: [file] },
      buffers: [{ path: ['value', 0, 'content'], data: 'AQL6' }],
    });
    await again(later, 'c2');
    expect(later.text('c2')).toBe("a.bin b'\\x01\\x02\\xfa'\n");
  });

  it('are read only when their kernel has ended, and live again after their cell ran', async () => {
    const book = await ran('w.IntSlider(value=8)');
    const widget = await WidgetView.of(book, 'c1');
    await seen('it is live', () => widget.isLive);
    await book.engine.request('notebook.restart', { document: book.document });
    await seen('it is not', () => !widget.isLive);
    expect(widget.state('IntSliderModel')['value']).toBe(8);
    await expect(widget.set('IntSliderModel', { value: 9 })).rejects.toMatchObject({ code: 'not-found' });
    await again(book, 'c0', 'c1');
    const anew = await WidgetView.of(book, 'c1');
    await seen('it is live again', () => anew.isLive);
  });

  it('come back from a kernel that outlived the engine', async () => {
    const before = await ran(
      "slider = w.IntSlider(value=8, max=50)\nslider.observe(lambda c: print('now', c['new']), names='value')\nprint('begun')\nslider",
      'print(slider.value)',
    );
    await before.save();
    await killHard(here.engine.enginePid);
    const book = await view();
    await seen('the kernel was taken up', () => book.state.kernel.takenUp);
    await seen('the output is back', () => keyOf(book, 'c1') !== '');
    const widget = await WidgetView.of(book, 'c1');
    await seen('the model is back', () => widget.isLive && widget.state('IntSliderModel')['value'] === 8);
    await widget.set('IntSliderModel', { value: 31 });
    await seen('what it prints follows what the file has', () => book.text('c1') === 'begun\nnow 31\n');
    await seen('that is not in the file', () => book.state.unsavedOutputs);
    await again(book, 'c2');
    expect(book.text('c2')).toBe('31\n');
  });

  it('are saved with each save where the setting says so, and only where they changed', async () => {
    const book = await ran('w.IntSlider(value=8)');
    const widget = await WidgetView.of(book, 'c1');
    await seen('it is there', () => widget.models.size > 0);
    await book.save();
    expect(await readFile(here.path, 'utf8')).not.toContain(WIDGET_STATE_MIME);
    await here.setting({ saveWidgetState: true });
    await widget.set('IntSliderModel', { value: 12 });
    await book.save();
    const kept = await readFile(here.path, 'utf8');
    expect(kept).toMatch(/"value": 12\b/);
    await book.save();
    expect(await readFile(here.path, 'utf8')).toBe(kept);
  });

  it('are saved when asked, and shown without a kernel', async () => {
    const book = await ran(`w.HBox([w.IntSlider(value=8), w.Image(value=b'abc')])`);
    const widget = await WidgetView.of(book, 'c1');
    await seen('it is there', () => widget.models.size > 0);
    await widget.set('IntSliderModel', { value: 42 });
    const { models } = await book.engine.request('notebook.saveWidgetState', { document: book.document });
    expect(models).toBe(widget.models.size);
    await seen('that is an unsaved change', () => book.state.unsavedEdits);
    await book.save();
    const kept = JSON.parse(await readFile(here.path, 'utf8')) as {
      readonly metadata: { readonly widgets: Record<string, { readonly state: object }> };
    };
    expect(Object.keys(kept.metadata.widgets[WIDGET_STATE_MIME]!.state)).toHaveLength(models);
    const closing = await here.profile.cli(['engine', 'stop', '--force']);
    expect(closing.code).toBe(0);
    const later = await view();
    const shown = await WidgetView.of(later, 'c1');
    await seen('the state is there', () => shown.state('IntSliderModel')['value'] === 42);
    expect(shown.find('ImageModel')?.buffers).toEqual([{ path: ['value'], data: 'YWJj' }]);
    expect(shown.isLive).toBe(false);
    expect(later.state.kernel.state).toBe('none');
  });

  it('are drawn by other people’s code only from this machine’s Jupyter folders, and after a person’s word', async () => {
    const book = await ran('print("beside")');
    const { engine, document } = book;
    const ask = (names: string[]) => engine.request('notebook.findWidgetCode', { document, names });
    const read = (name: string) => engine.request('notebook.widgetCode', { document, name });

    const before = await ask(['watch-gauge']);
    expect(before.found).toEqual([]);
    // That of the kernel's own Python comes first.
    expect(before.looked[0]).toBe(join(dirname(dirname(testPython())), 'share', 'jupyter'));

    const place = join(here.profile.home, '.local', 'share', 'jupyter', 'nbextensions', 'watch-gauge');
    await mkdir(place, { recursive: true });
    await writeFile(join(place, 'index.js'), 'define([], () => ({}))');
    await writeFile(join(place, 'package.json'), '{"version": "1.4.0"}');
    await mkdir(join(place, '..', 'a-folder', 'index.js'), { recursive: true });
    expect((await ask(['a-folder', 'nowhere', 'watch-gauge'])).found).toEqual([
      { name: 'watch-gauge', version: '1.4.0', path: await realpath(join(place, 'index.js')) },
    ]);
    await expect(ask(['../watch-gauge'])).rejects.toMatchObject({ code: 'bad-request' });
    await expect(ask(['https://evil.example/x.js'])).rejects.toMatchObject({ code: 'bad-request' });

    await expect(read('watch-gauge')).rejects.toMatchObject({ code: 'forbidden' });
    await engine.request('notebook.allowWidgetCode', { document, names: ['watch-gauge'] });
    expect(await read('watch-gauge')).toEqual({ form: 'amd', source: 'define([], () => ({}))' });
    await seen('the window is told', () => book.state.widgetCode.includes('watch-gauge'));
    await rm(place, { recursive: true });
    await expect(read('watch-gauge')).rejects.toMatchObject({ code: 'not-found' });
  });

  it('are drawn by what JupyterLab would load too, where nothing lies there for Jupyter Notebook', async () => {
    const book = await ran('print("beside")');
    const { engine, document } = book;
    const shared = join(here.profile.home, '.local', 'share', 'jupyter');
    const place = join(shared, 'labextensions', '@watch', 'dial');
    const write = (build: object) =>
      writeFile(
        join(place, 'package.json'),
        JSON.stringify({ version: '2.1.0', jupyterlab: { _build: build } }),
      );
    const found = async () =>
      (await engine.request('notebook.findWidgetCode', { document, names: ['@watch/dial'] })).found;
    await mkdir(join(place, 'static'), { recursive: true });
    const names = ['remoteEntry.new.js', 'remoteEntry.old.js', '7.a.js', 'style.js', '7.a.js.map'];
    for (const name of names) await writeFile(join(place, 'static', name), name);
    await writeFile(join(shared, 'outside.js'), 'outside');
    await symlink(join(shared, 'outside.js'), join(place, 'static', 'linked.js'));
    for (const load of [
      '../../outside.js',
      '/etc/passwd',
      'static/linked.js',
      'static/nothing.js',
      'https://x/y.js',
    ]) {
      await write({ load });
      expect(await found(), load).toEqual([]);
    }
    await write({ load: 'static/remoteEntry.new.js', extension: './extension' });
    expect(await found()).toEqual([
      {
        name: '@watch/dial',
        version: '2.1.0',
        path: await realpath(join(place, 'static', 'remoteEntry.new.js')),
      },
    ]);
    const read = () => engine.request('notebook.widgetCode', { document, name: '@watch/dial' });
    await expect(read()).rejects.toMatchObject({ code: 'forbidden' });
    await engine.request('notebook.allowWidgetCode', { document, names: ['@watch/dial'] });
    expect(await read()).toEqual({
      form: 'federated',
      entry: 'remoteEntry.new.js',
      chunks: ['7.a.js'],
      extension: './extension',
      style: null,
    });
    const large = join(place, 'static', '8.b.js');
    await writeFile(large, '');
    await truncate(large, MOST_WIDGET_CODE);
    await expect(read()).rejects.toMatchObject({ code: 'too-large' });
    // What Jupyter Notebook loads is one text, and is taken first.
    await mkdir(join(shared, 'nbextensions', '@watch', 'dial'), { recursive: true });
    await writeFile(join(shared, 'nbextensions', '@watch', 'dial', 'index.js'), 'define([], {})');
    expect(await read()).toEqual({ form: 'amd', source: 'define([], {})' });
  });
});

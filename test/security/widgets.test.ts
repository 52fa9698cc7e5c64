import { describe, expect, it } from 'vitest';
import { DocumentView } from '../support/document-view';
import { engineShared } from '../support/engine-fixture';
import { writeNotebookFile } from '../support/notebooks';
import { until } from '../support/until';
import { WidgetView } from '../support/widget-view';

const SETUP = 'import ipywidgets as w\nfrom IPython.display import display\nfrom comm import create_comm';

/** What a window (or whoever has taken its place) and a kernel can do by the messages of widgets. */
describe('widgets under attack', () => {
  const here = engineShared();

  async function ran(...sources: string[]): Promise<DocumentView> {
    await writeNotebookFile(here.path, [SETUP, ...sources]);
    const book = await here.open();
    const cells = sources.map((_, index) => `c${index + 1}`);
    await book.run('c0', ...cells);
    for (const cell of cells) expect((await book.finished(cell)).summary, cell).toBeNull();
    return book;
  }

  const seen = (what: string, isSo: () => boolean): Promise<void> => until(what, isSo);
  const RAW = `def raw(id, name, module, **state):
    create_comm(target_name='jupyter.widget', comm_id=id, metadata={'version': '2.1.0'}, data={'state': {
        '_model_name': name, '_model_module': module, '_model_module_version': '2.0.0', '_view_name': None, **state}})
def show(id): display({'application/vnd.jupyter.widget-view+json': {'version_major': 2, 'version_minor': 0, 'model_id': id}}, raw=True)\n`;

  it('write to no model of another output', async () => {
    const book = await ran(
      'a = w.IntSlider(value=1)\na',
      'b = w.IntSlider(value=2)\nb',
      'print(a.value, b.value)',
    );
    const [first, second] = [await WidgetView.of(book, 'c1'), await WidgetView.of(book, 'c2')];
    await seen('both are there', () => first.models.size > 0 && second.models.size > 0);
    const foreign = second.find('IntSliderModel')!.id;
    expect(first.models.has(foreign)).toBe(false);
    const refused = { code: 'forbidden' };
    await expect(first.update(foreign, { value: 9 })).rejects.toMatchObject(refused);
    await expect(first.send(foreign, { kind: 'custom', content: 1 })).rejects.toMatchObject(refused);
    await expect(first.set('IntSliderModel', { layout: `IPY_MODEL_${foreign}` })).rejects.toMatchObject(
      refused,
    );
    await expect(first.set('IntSliderModel', { _view_module: 'evil' })).rejects.toMatchObject(refused);
    await expect(first.update('jupyter.widget.control', { value: 1 })).rejects.toMatchObject(refused);
    expect(second.state('IntSliderModel')['value']).toBe(2);
    const watch = { document: book.document, watch: first.watch, model: foreign };
    await expect(
      here.engine.request('notebook.sendToWidget', { ...watch, message: { kind: 'close' } as never }),
    ).rejects.toMatchObject({ code: 'bad-request' });
  });

  it('are not watched through another client, or through an output that shows none', async () => {
    const book = await ran('w.IntSlider(value=1)', 'print(1)');
    const widget = await WidgetView.of(book, 'c1');
    await seen('it is there', () => widget.models.size > 0);
    const other = await here.profile.connect();
    const stranger = await DocumentView.open(other, here.path);
    const params = { document: stranger.document, watch: widget.watch, model: widget.root };
    const message = { kind: 'update', state: { value: 5 }, buffers: [] } as const;
    await expect(other.request('notebook.sendToWidget', { ...params, message })).rejects.toMatchObject({
      code: 'not-found',
    });
    other.dispose();
    const key = book.outputs.get('c2')![0]!.key;
    await expect(
      here.engine.request('notebook.watchWidget', { document: book.document, watch: 'w', cell: 'c2', key }),
    ).rejects.toMatchObject({ code: 'not-found' });
  });

  it('of a file are never those of the kernel', async () => {
    const view = (id: string) => ({
      output_type: 'display_data' as const,
      data: { 'application/vnd.jupyter.widget-view+json': { version_major: 2, model_id: id } },
      metadata: {},
    });
    await writeNotebookFile(here.path, [
      `${SETUP}\n${RAW}\nraw('known', 'LabelModel', '@jupyter-widgets/controls', value='secret')\nshow('known')`,
      { source: 'pass', outputs: [view('known')] },
    ]);
    const book = await here.open();
    await book.run('c0');
    await book.finished('c0');
    const own = await WidgetView.of(book, 'c0');
    await seen('the kernel’s own is there', () => own.models.size > 0);
    const planted = await WidgetView.of(book, 'c1');
    await seen('the planted one is told', () => planted.events > 0);
    expect(planted.isLive).toBe(false);
    expect(planted.models.size).toBe(0);
    await expect(planted.update('known', { value: 'x' })).rejects.toMatchObject({ code: 'not-found' });
  });

  it('that hold themselves or far too much are not drawn, and cost nobody else', async () => {
    const book = await ran(
      `${RAW}raw('loop', 'BoxModel', '@jupyter-widgets/controls', children=['IPY_MODEL_knot'])
raw('knot', 'BoxModel', '@jupyter-widgets/controls', children=['IPY_MODEL_loop'])\nshow('loop')`,
      `raw('giant', 'LabelModel', '@jupyter-widgets/controls', value='x' * 20_000_000)\nshow('giant')`,
      `for i in range(3000): raw(f'n{i}', 'BoxModel', '@jupyter-widgets/controls', children=[f'IPY_MODEL_n{i + 1}'])\nshow('n0')`,
      'w.IntSlider(value=6)',
    );
    const [loop, giant, many, good] = await Promise.all(
      ['c1', 'c2', 'c3', 'c4'].map((cell) => WidgetView.of(book, cell)),
    );
    await seen('all are told', () => [loop, giant, many, good].every((view) => view!.events > 0));
    expect(loop!.problem).toContain('holds itself');
    expect(giant!.problem).toContain('not here');
    expect(many!.problem).toContain('more than 2,000 parts');
    for (const view of [loop, giant, many]) expect(view!.models.size).toBe(0);
    expect(good!.state('IntSliderModel')['value']).toBe(6);
  });

  it('that change without end are told at the pace of a window', async () => {
    const book = await ran('bar = w.IntProgress(max=5000)\nbar', 'for i in range(5001): bar.value = i');
    const widget = await WidgetView.of(book, 'c1');
    await seen('the last change is told', () => widget.state('IntProgressModel')['value'] === 5000);
    expect(widget.events).toBeLessThan(2_000);
  });

  it('take malformed messages for nothing', async () => {
    const book = await ran(
      `${RAW}slider = w.IntSlider(value=6); display(slider)
raw(slider.comm.comm_id + '', 'IntSliderModel', '@jupyter-widgets/controls', value=7, min=0, max=10)
from ipykernel.comm import Comm
bad = create_comm(target_name='jupyter.widget', comm_id='bad', data={'state': 7}, metadata={})
bad.send(data=[1, 2]); bad.send(data={'method': 'update', 'state': 'x', 'buffer_paths': [['a', -1], 3]}, buffers=[b'a', b'b'])
bad.send(data={'method': 'update_states', 'states': {'x': 1, 'y': {'state': []}}, 'buffer_paths': None})
bad.close()`,
      'print(2)',
    );
    expect(book.text('c2')).toBe('2\n');
    const widget = await WidgetView.of(book, 'c1');
    await seen('the good one is there', () => widget.state('IntSliderModel')['value'] === 7);
  });
});

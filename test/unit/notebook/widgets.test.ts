import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judgeWidgetMessage, type WidgetMessage } from '../../../shared/notebook/widgets/judge-message';
import { loopIn, reachOf, referencesIn, type LinkedModel } from '../../../shared/notebook/widgets/reach';
import { modelsInFile, widgetStateOf } from '../../../shared/notebook/widgets/widget-file';
import {
  viewedModel,
  WIDGET_STATE_MIME,
  WIDGET_VIEW_MIME,
} from '../../../shared/notebook/widgets/widget-mimes';
import {
  applyWidgetChange,
  MOST_REACHED,
  widgetModelOf,
  type WidgetModel,
} from '../../../shared/notebook/widgets/widget-model';
import type { JsonObject } from '../../../shared/rpc/contract';

const CONTROLS = '@jupyter-widgets/controls';

function model(id: string, state: JsonObject = {}, name = 'BoxModel'): WidgetModel {
  return { id, name, module: CONTROLS, version: '2.0.0', state, buffers: [] };
}

function linked(...models: WidgetModel[]): ReadonlyMap<string, LinkedModel> {
  return new Map(models.map((one) => [one.id, { model: one, references: referencesIn(one.state) }]));
}

const box = (id: string, ...children: string[]): WidgetModel =>
  model(id, { children: children.map((child) => `IPY_MODEL_${child}`) });

describe('the models that an output reaches', () => {
  it('are those it names, by any way, and no other', () => {
    const all = linked(box('a', 'b', 'c'), box('b', 'd'), model('c'), model('d'), box('x', 'd'));
    expect([...reachOf('a', all)].sort()).toEqual(['a', 'b', 'c', 'd']);
    expect([...reachOf('x', all)].sort()).toEqual(['d', 'x']);
    expect([...reachOf('nowhere', all)]).toEqual([]);
  });

  it('are in dictionaries, lists and the outputs of an output widget', () => {
    const state = {
      titles: { 0: 'IPY_MODEL_a' },
      pair: ['IPY_MODEL_b', 'value'],
      outputs: [{ output_type: 'display_data', data: { [WIDGET_VIEW_MIME]: { model_id: 'c' } } }],
      text: 'see IPY_MODEL_d',
    };
    expect([...referencesIn(state)].sort()).toEqual(['a', 'b', 'c']);
  });

  it('take a link along when both of its ends are reached', () => {
    const link = (id: string, from: string, to: string): WidgetModel =>
      model(
        id,
        { source: [`IPY_MODEL_${from}`, 'value'], target: [`IPY_MODEL_${to}`, 'value'] },
        'LinkModel',
      );
    const all = linked(
      box('a', 'b', 'c'),
      model('b'),
      model('c'),
      model('x'),
      link('l', 'b', 'c'),
      link('m', 'b', 'x'),
    );
    expect([...reachOf('a', all)].sort()).toEqual(['a', 'b', 'c', 'l']);
  });

  it('are bounded, and walking them ends, whatever names what', () => {
    const ids = fc.integer({ min: 0, max: 12 });
    fc.assert(
      fc.property(fc.array(fc.tuple(ids, fc.array(ids, { maxLength: 4 })), { maxLength: 14 }), (edges) => {
        const all = linked(...edges.map(([id, children]) => box(`${id}`, ...children.map(String))));
        const reach = reachOf('0', all);
        for (const id of reach)
          for (const next of all.get(id)?.references ?? [])
            if (all.has(next)) expect(reach.has(next)).toBe(true);
        const loop = loopIn(all);
        // A model is on a loop where it is reached from one that it names.
        const loops = [...all].filter(([id, { references }]) =>
          references.some((next) => reachOf(next, all).has(id)),
        );
        expect(loop !== null).toBe(loops.length > 0);
        if (loop !== null) expect(loops.map(([id]) => id)).toContain(loop);
      }),
    );
    const chain = Array.from({ length: MOST_REACHED + 500 }, (_, at) => box(`m${at}`, `m${at + 1}`));
    expect(reachOf('m0', linked(...chain)).size).toBe(MOST_REACHED);
    expect(loopIn(linked(...chain))).toBeNull();
  });
});

describe('a message of a frame', () => {
  const slider = model(
    's',
    { value: 3, _model_name: 'IntSliderModel', layout: 'IPY_MODEL_l' },
    'IntSliderModel',
  );
  const reach = new Set(['s', 'l']);
  const update = (state: JsonObject): WidgetMessage => ({ kind: 'update', state, buffers: [] });

  it('changes what its model has', () => {
    expect(judgeWidgetMessage(slider, update({ value: 9 }), reach)).toBeNull();
    expect(judgeWidgetMessage(slider, { kind: 'custom', content: { event: 'click' } }, reach)).toBeNull();
    expect(judgeWidgetMessage(slider, update({ layout: 'IPY_MODEL_l' }), reach)).toBeNull();
  });

  it.each([
    ['a model of another output', model('other', { value: 1 }), update({ value: 2 })],
    ['a model that is gone', undefined, update({ value: 2 })],
    ['what a model is', slider, update({ _model_name: 'HTMLModel' })],
    ['a member that it does not have', slider, update({ constructor: 1 })],
    [
      'a member by the name of a prototype',
      slider,
      update(JSON.parse('{"__proto__": {"value": 1}}') as JsonObject),
    ],
    ['a reference to another output', slider, update({ layout: 'IPY_MODEL_other' })],
    ['more than a person can send', slider, update({ value: 'x'.repeat(25 * 1024 * 1024) })],
    ['a large word of its own', slider, { kind: 'custom', content: 'x'.repeat(25 * 1024 * 1024) } as const],
    [
      'bytes in a member that it does not have',
      slider,
      { kind: 'update', state: {}, buffers: [{ path: ['evil'], data: 'AA==' }] } as const,
    ],
  ])('does not change %s', (_what, target, message) => {
    expect(judgeWidgetMessage(target, message, reach)).toBeTypeOf('string');
  });
});

describe('the state of a model', () => {
  it('is replaced member by member, with its bytes', () => {
    const image = { ...model('i', { format: 'png' }), buffers: [{ path: ['value'], data: 'AA==' }] };
    const after = applyWidgetChange(image, { state: { format: 'gif' }, buffers: [] });
    expect(after).toMatchObject({ state: { format: 'gif' }, buffers: image.buffers });
    const text = applyWidgetChange(after, { state: { value: 'now a text' }, buffers: [] });
    expect(text).toMatchObject({ state: { format: 'gif', value: 'now a text' }, buffers: [] });
  });

  it('holds members of any name', () => {
    const state = JSON.parse('{"__proto__": {"polluted": true}, "constructor": 1}') as JsonObject;
    const after = applyWidgetChange(model('m'), { state, buffers: [] });
    expect(Object.hasOwn(after.state, '__proto__')).toBe(true);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  it('is none where no class is named', () => {
    expect(
      widgetModelOf('m', { state: { _model_name: 3, _model_module: CONTROLS }, buffers: [] }),
    ).toBeNull();
    expect(viewedModel({ model_id: 4 })).toBeNull();
    expect(viewedModel('m')).toBeNull();
  });

  it('goes into a file and comes back', () => {
    const kept = { ...model('m', { value: 3 }), buffers: [{ path: ['list', 0, 'bytes'], data: 'AQL6' }] };
    const widgets = { [WIDGET_STATE_MIME]: widgetStateOf([kept, model('a')]) };
    expect(modelsInFile({ widgets })).toEqual([model('a'), kept]);
  });

  it('is absent where a file holds something else', () => {
    const state = { m: { model_name: 7 }, n: null, o: { model_name: 'A', model_module: 'b', state: [] } };
    const of = (value: unknown) => modelsInFile({ widgets: { [WIDGET_STATE_MIME]: value } } as JsonObject);
    expect(of({ version_major: 2, state })).toEqual([]);
    expect(of({ version_major: 3, state: {} })).toEqual([]);
    expect(of('x')).toEqual([]);
    expect(modelsInFile({ widgets: [] })).toEqual([]);
  });
});

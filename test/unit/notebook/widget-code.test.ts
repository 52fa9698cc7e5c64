import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { SHARED_VERSIONS } from '../../../renderer/frame/shared-versions';
import { missingWidgetWords } from '../../../shared/notebook/widgets/missing-words';
import {
  MOST_WIDGET_PACKAGES,
  wantedWidgetCode,
  widgetCodeAddress,
  widgetModuleSchema,
} from '../../../shared/notebook/widgets/widget-code';
import type { JsonObject } from '../../../shared/rpc/contract';

const model = (module: string, version: string, state: JsonObject = {}) => ({ module, version, state });

describe('the packages that models need', () => {
  it('are those of models and of views, each once, and never ours', () => {
    const wanted = wantedWidgetCode([
      model('@jupyter-widgets/base', '2.0.0'),
      model('@jupyter-widgets/controls', '2.0.0', {
        _view_module: 'jupyter-leaflet',
        _view_module_version: '^0.19',
      }),
      model('bqplot', '^0.5.46', { _view_module: 'bqplot', _view_module_version: '^0.6' }),
      model('', ''),
    ]);
    expect(wanted).toEqual([
      { name: 'bqplot', version: '^0.5.46', isName: true },
      { name: 'jupyter-leaflet', version: '^0.19', isName: true },
    ]);
  });

  it('are bounded, however many a kernel names', () => {
    const many = Array.from({ length: 5_000 }, (_, index) => model(`package-${index}`, '1'));
    expect(wantedWidgetCode(many)).toHaveLength(MOST_WIDGET_PACKAGES);
  });

  it.each([
    'https://evil.example/widget.js',
    '../../evil',
    '..',
    '.hidden',
    'a/b/c',
    'a\\b',
    '@/x',
    '@scope/..',
    'a b',
    'x'.repeat(300),
  ])('are looked for by the name of a package alone: not %s', (name) => {
    expect(wantedWidgetCode([model(name, '1')])).toEqual([{ name, version: '1', isName: false }]);
    expect(widgetModuleSchema.safeParse(name).success).toBe(false);
  });

  it('may be of a scope', () => {
    expect(widgetModuleSchema.safeParse('@bokeh/jupyter_bokeh').success).toBe(true);
  });
});

it('names where other programs would load a package from, with its version where there is one', () => {
  const address = (version: string) => widgetCodeAddress({ name: 'bqplot', version, isName: true });
  expect(address('^0.5.46')).toBe('cdn.jsdelivr.net/npm/bqplot@0.5.46');
  expect(address('~2.0.0-beta.1')).toBe('cdn.jsdelivr.net/npm/bqplot@2.0.0-beta.1');
  expect(address('*')).toBe('cdn.jsdelivr.net/npm/bqplot');
});

it('names the packages in the place of what is not drawn', () => {
  expect(missingWidgetWords([])).toBeNull();
  expect(missingWidgetWords(['bqplot'])).toBe('Not drawn: this widget needs code of bqplot.');
  expect(missingWidgetWords(['bqplot', 'ipyleaflet'])).toContain('code of bqplot and ipyleaflet.');
  expect(missingWidgetWords(['x'.repeat(5_000)])?.length).toBeLessThan(500);
});

it.each(Object.entries(SHARED_VERSIONS))(
  'shares %s in the version that is part of this program',
  (name, version) => {
    const place = new URL(`../../../node_modules/${name}/package.json`, import.meta.url);
    expect(JSON.parse(readFileSync(place, 'utf8'))).toMatchObject({ name, version });
  },
);

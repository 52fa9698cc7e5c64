import * as vega from 'vega';
import { expressionInterpreter } from 'vega-interpreter';
import { compile, type Config, type TopLevelSpec } from 'vega-lite';
import type { Held } from './held';
import { CHART_FONT, chartColours } from './colours';
import { checkSize, objectOf, type Drawn, type LibraryPlace } from './libraries';

/** Draws a Vega specification. */
export async function drawVega(place: LibraryPlace): Promise<Drawn> {
  const spec = objectOf(place.content, 'Vega specification');
  checkSize(spec);
  // Vega-Lite sees to it by itself, for numbers.
  return drawWith(place, () => spec as unknown as vega.Spec, { labelOverlap: true, labelSeparation: 6 });
}

/** Draws a Vega-Lite specification. */
export async function drawVegaLite(place: LibraryPlace): Promise<Drawn> {
  const spec = objectOf(place.content, 'Vega-Lite specification');
  checkSize(spec);
  return drawWith(
    place,
    () => compile(spec as unknown as TopLevelSpec, { logger: silent(), config: looks() as Config }).spec,
  );
}

async function drawWith(
  { place, held }: LibraryPlace,
  specOf: () => vega.Spec,
  axis: vega.AxisConfig = {},
): Promise<Drawn> {
  let view: vega.View | null = null;
  const draw = async (): Promise<void> => {
    view?.finalize();
    place.replaceChildren();
    const chart = document.createElement('div');
    place.append(chart);
    // Expressions are walked as a tree by the interpreter: nothing of a specification becomes code.
    const own = looks();
    const config = { ...own, ...markLooks(), axis: { ...own.axis, ...axis } };
    const runtime = vega.parse(specOf(), config, { ast: true });
    view = new vega.View(runtime, {
      expr: expressionInterpreter,
      loader: closedLoader(held),
      logLevel: vega.None,
      renderer: 'svg',
      container: chart,
      hover: true,
    });
    await view.runAsync();
  };
  await draw();
  return {
    theme: draw,
    dispose: () => view?.finalize(),
  };
}

/** Loads nothing: data and pictures of elsewhere are counted and named, links are only told. */
function closedLoader(held: Held): vega.Loader {
  const refuse = (address: string): Promise<never> => {
    held.resource(address);
    return Promise.reject(new Error('A chart loads nothing from the network.'));
  };
  return {
    load: refuse,
    http: refuse,
    file: refuse,
    sanitize: (address: string, options: { readonly context?: string }) => {
      const isLink = options.context === 'href' && /^https?:/i.test(address);
      if (isLink || /^data:image\//i.test(address)) return Promise.resolve({ href: address });
      return refuse(address);
    },
  } as unknown as vega.Loader;
}

/** Its own words are for its author and go to no console. */
function silent(): vega.LoggerInterface {
  const logger: vega.LoggerInterface = {
    level: (() => logger) as vega.LoggerInterface['level'],
    error: () => logger,
    warn: () => logger,
    info: () => logger,
    debug: () => logger,
  };
  return logger;
}

/** Marks of Vega that name no colour. Vega-Lite has names of its own for these. */
function markLooks(): vega.Config {
  const [colour] = chartColours().series;
  const fill = { fill: colour };
  const stroke = { stroke: colour };
  return {
    arc: fill,
    area: fill,
    rect: fill,
    shape: stroke,
    symbol: fill,
    line: stroke,
    path: stroke,
    trail: fill,
  } as vega.Config;
}

/** Looks of the page where the specification says nothing. */
function looks(): vega.Config {
  const colours = chartColours();
  const words = { labelColor: colours.muted, titleColor: colours.text };
  const fonts = {
    labelFont: CHART_FONT,
    titleFont: CHART_FONT,
    labelFontSize: 12,
    titleFontSize: 12,
    titleFontWeight: 500,
  };
  return {
    background: 'transparent',
    axis: {
      ...words,
      ...fonts,
      gridColor: colours.grid,
      domainColor: colours.axis,
      tickColor: colours.axis,
      labelSeparation: 4,
    },
    legend: { ...words, ...fonts },
    header: { ...words, ...fonts },
    title: {
      color: colours.text,
      subtitleColor: colours.muted,
      font: CHART_FONT,
      fontSize: 15,
      fontWeight: 600,
    },
    range: { category: [...colours.series] },
    mark: { color: colours.series[0] ?? colours.text },
    text: { fill: colours.text, font: CHART_FONT },
    style: {
      'guide-label': { fill: colours.muted, font: CHART_FONT },
      'guide-title': { fill: colours.text, font: CHART_FONT },
      cell: { stroke: colours.grid },
      bar: { fill: colours.series[0] ?? colours.text },
      line: { stroke: colours.series[0] ?? colours.text },
      point: { stroke: colours.series[0] ?? colours.text },
      rect: { fill: colours.series[0] ?? colours.text },
      area: { fill: colours.series[0] ?? colours.text },
    },
  } as vega.Config;
}

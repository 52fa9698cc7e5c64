import Plotly from 'plotly.js-strict-dist-min';
import { CHART_FONT, chartColours } from './colours';
import { checkSize, objectOf, type Drawn, type LibraryPlace } from './libraries';

type Members = Record<string, unknown>;

function membersOf(value: unknown): Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Members) : {};
}

/** Ours alone: a specification could name servers to send the data to, and places to load maps from. */
const CONFIG = {
  displaylogo: false,
  responsive: true,
  showSendToCloud: false,
  showLink: false,
  modeBarButtonsToRemove: ['toImage', 'sendDataToCloud', 'lasso2d', 'select2d'],
  topojsonURL: 'data:,',
  plotlyServerURL: '',
} as const;

/** Looks of the page where the figure says nothing: a template is what a figure falls back to. */
function inOurLooks(layout: Members): Members {
  const colours = chartColours();
  const axis = {
    gridcolor: colours.grid,
    linecolor: colours.axis,
    zerolinecolor: colours.axis,
    tickcolor: colours.axis,
    automargin: true,
    title: { font: { size: 12 } },
  };
  const template = membersOf(layout['template']);
  const given = membersOf(template['layout']);
  return {
    ...layout,
    template: {
      ...template,
      layout: {
        ...given,
        colorway: colours.series,
        paper_bgcolor: 'rgba(0,0,0,0)',
        plot_bgcolor: 'rgba(0,0,0,0)',
        font: { family: CHART_FONT, size: 12, color: colours.text },
        title: { ...membersOf(given['title']), font: { size: 15, weight: 600 } },
        hoverlabel: { font: { family: CHART_FONT, size: 12 } },
        modebar: { bgcolor: 'rgba(0,0,0,0)', color: colours.muted, activecolor: colours.accent },
        xaxis: { ...membersOf(given['xaxis']), ...axis },
        yaxis: { ...membersOf(given['yaxis']), ...axis },
        margin: { t: 48, r: 16, b: 48, l: 56 },
      },
    },
  };
}

/** Draws a Plotly figure: `{data, layout, frames}`, as Plotly's MIME type holds it. */
export async function drawPlotly({ content, place, held }: LibraryPlace): Promise<Drawn> {
  const figure = objectOf(content, 'Plotly figure');
  checkSize(figure);
  const layout = membersOf(figure['layout']);
  for (const image of Array.isArray(layout['images']) ? layout['images'] : []) {
    const source = membersOf(image)['source'];
    if (typeof source === 'string' && !source.startsWith('data:')) held.resource(source);
  }
  const chart = document.createElement('div');
  place.append(chart);
  const data = Array.isArray(figure['data']) ? figure['data'] : [];
  const frames = Array.isArray(figure['frames']) ? figure['frames'] : [];
  await Plotly.newPlot(chart, { data, layout: inOurLooks(layout), frames, config: CONFIG });
  // It grows and shrinks with the frame's width alone. Of a box whose height comes from the chart, Plotly takes all of
  // that height, which then is none.
  chart.style.height = `${chart.offsetHeight}px`;
  return {
    theme: async () => {
      await Plotly.react(chart, { data, layout: inOurLooks(layout), frames, config: CONFIG });
    },
    dispose: () => {
      Plotly.purge(chart);
      chart.remove();
    },
  };
}

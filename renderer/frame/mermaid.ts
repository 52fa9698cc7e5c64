import mermaid, { type MermaidConfig } from 'mermaid';
import { CHART_FONT, chartColours } from './colours';
import type { Held } from './held';
import type { Drawn, LibraryPlace } from './libraries';
import { quieten } from './quieten';

/** A longer source takes longer than anybody waits for; so do more lines between its parts. */
const MOST_CHARACTERS = 20_000;
const MOST_EDGES = 400;
/** Pixels. A wide diagram is made smaller until its texts have the smallest size there is, and then scrolls. */
const FONT_SIZE = 14;
const SMALLEST = 12;

/** What the source of a diagram may not change: its looks are the page's, its limits are ours. */
const FIXED = [
  'secure',
  'securityLevel',
  'startOnLoad',
  'maxTextSize',
  'maxEdges',
  'suppressErrorRendering',
  'dompurifyConfig',
  'htmlLabels',
  'theme',
  'themeVariables',
  'themeCSS',
  'darkMode',
  'fontFamily',
  'altFontFamily',
  'look',
  'layout',
  'elk',
  'deterministicIds',
  'deterministicIDSeed',
  'logLevel',
  'legacyMathML',
  'forceLegacyMathML',
];

/** The page's colours in the names that Mermaid's plainest theme has. */
function looks(): MermaidConfig {
  const { text, muted, grid, axis, page, series } = chartColours();
  const isDark = document.documentElement.style.colorScheme === 'dark';
  const panel = read('--surface-panel');
  const hue = (index: number): string => series[index % series.length] ?? text;
  const scale = Object.fromEntries(
    Array.from({ length: 12 }, (_, index) => [
      [`cScale${index}`, axis],
      [`cScaleLabel${index}`, text],
      [`cScalePeer${index}`, hue(index)],
      [`pie${index + 1}`, hue(index)],
      [`git${index}`, hue(index)],
      [`gitBranchLabel${index}`, page],
    ]).flat(),
  );
  return {
    theme: 'base',
    themeVariables: {
      ...scale,
      darkMode: isDark,
      fontFamily: CHART_FONT,
      fontSize: `${FONT_SIZE}px`,
      dropShadow: 'none',
      useGradient: false,
      background: page,
      primaryColor: panel,
      primaryTextColor: text,
      primaryBorderColor: read('--border-control'),
      secondaryColor: page,
      secondaryTextColor: text,
      secondaryBorderColor: axis,
      tertiaryColor: page,
      tertiaryTextColor: text,
      tertiaryBorderColor: axis,
      lineColor: muted,
      textColor: text,
      titleColor: text,
      edgeLabelBackground: page,
      clusterBkg: page,
      clusterBorder: axis,
      noteBkgColor: panel,
      noteTextColor: text,
      noteBorderColor: axis,
      actorLineColor: axis,
      gridColor: grid,
      sectionBkgColor: panel,
      altSectionBkgColor: page,
      rowOdd: page,
      rowEven: panel,
      attributeBackgroundColorOdd: page,
      attributeBackgroundColorEven: panel,
      commitLabelColor: text,
      commitLabelBackground: page,
      taskBkgColor: panel,
      taskBorderColor: read('--border-control'),
      taskTextColor: text,
      taskTextOutsideColor: text,
      taskTextLightColor: text,
      taskTextDarkColor: text,
      activeTaskBkgColor: read('--state-running-soft'),
      activeTaskBorderColor: read('--state-running'),
      doneTaskBkgColor: read('--state-done-soft'),
      doneTaskBorderColor: read('--state-done'),
      critBkgColor: read('--state-failed-soft'),
      critBorderColor: read('--state-failed'),
      todayLineColor: read('--state-failed'),
      pieOpacity: '1',
      pieStrokeColor: page,
      pieOuterStrokeColor: axis,
      pieSectionTextColor: page,
      errorBkgColor: page,
      errorTextColor: text,
    },
  };
}

function read(token: string): string {
  const probe = document.createElement('span');
  probe.hidden = true;
  probe.style.color = `var(${token})`;
  document.body.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}

/**
 * Draws a Mermaid diagram from its source, which comes as a JSON string.
 *
 * What Mermaid makes is looked through like any other output before it is part of the page, and nothing of a diagram
 * is ever a handler: clicks that its source asks for are not bound.
 */
export async function drawMermaid({ content, place, held }: LibraryPlace): Promise<Drawn> {
  const source: unknown = JSON.parse(content);
  if (typeof source !== 'string') throw new Error('The diagram is not a text.');
  let turn = 0;
  let last: Element | null = null;
  const draw = async (): Promise<void> => {
    turn += 1;
    const own = turn;
    const svg = await svgOf(source, `diagram-${own}`, place.clientWidth);
    if (own !== turn) return;
    const made = insert(svg, place, held, last);
    last = made;
  };
  try {
    await draw();
  } catch (error) {
    showSource(place, source);
    throw new Error(wordsOf(error, source), { cause: error });
  }
  return {
    // It was drawn once; in other colours it is drawn again or stays as it is.
    theme: () => draw().catch(() => undefined),
    dispose: () => {
      turn += 1;
    },
  };
}

async function svgOf(source: string, id: string, width: number): Promise<string> {
  if (source.length > MOST_CHARACTERS) {
    throw new Error(`it is longer than ${MOST_CHARACTERS.toLocaleString('en')} characters`);
  }
  mermaid.initialize({
    ...looks(),
    startOnLoad: false,
    securityLevel: 'strict',
    secure: FIXED,
    htmlLabels: false,
    suppressErrorRendering: true,
    maxTextSize: MOST_CHARACTERS,
    maxEdges: MOST_EDGES,
    look: 'classic',
    layout: 'dagre',
    fontSize: FONT_SIZE,
    sequence: { actorFontSize: FONT_SIZE, noteFontSize: FONT_SIZE, messageFontSize: FONT_SIZE },
    fontFamily: CHART_FONT,
    logLevel: 'fatal',
  });
  // Mermaid measures texts in the page; here nobody sees it.
  const bench = document.createElement('div');
  bench.className = 'bench';
  bench.style.width = `${Math.max(320, width)}px`;
  document.body.append(bench);
  try {
    return (await mermaid.render(id, source, bench)).svg;
  } finally {
    bench.remove();
  }
}

function insert(svg: string, place: HTMLElement, held: Held, before: Element | null): Element | null {
  const parsed = new DOMParser().parseFromString(svg, 'text/html');
  quieten(parsed, held, false);
  const drawing = parsed.body.querySelector('svg');
  if (drawing === null) return null;
  const width = drawing.viewBox.baseVal.width;
  if (width > 0) {
    drawing.style.maxWidth = `${width}px`;
    drawing.style.minWidth = `${Math.ceil((width * SMALLEST) / FONT_SIZE)}px`;
  }
  if (before !== null && before.parentNode === place) before.replaceWith(drawing);
  else place.replaceChildren(drawing);
  return drawing;
}

/** What can not be drawn is still there to be read. */
function showSource(place: HTMLElement, source: string): void {
  const pre = document.createElement('pre');
  pre.className = 'diagram-source';
  pre.textContent = source;
  place.replaceChildren(pre);
}

/** Mermaid's words, of which the first line says what a person can use. */
function wordsOf(error: unknown, source: string): string {
  const text = error instanceof Error ? error.message : String(error);
  const line = /(?:parse|lexical) error on line (\d+)/i.exec(text)?.[1];
  if (line !== undefined) {
    // At the end of a text the parser counts lines that are not there.
    const last = source.trimEnd().split('\n').length;
    return `line ${Math.min(Number(line), last)} of the diagram can not be read`;
  }
  if (/maximum text size/i.test(text)) return 'the diagram is too long';
  if (/too many edges|edges? .*exceed|maxEdges/i.test(text))
    return `the diagram has more than ${MOST_EDGES} lines between its parts`;
  return text.split('\n', 1)[0] ?? 'the diagram can not be read';
}

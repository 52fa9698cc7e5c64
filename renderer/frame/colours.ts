/** Lines of a chart, in this order: the tokens of states and marks, which are told apart in both schemes. */
const SERIES = [
  '--state-running',
  '--state-waiting',
  '--state-done',
  '--state-rolledback',
  '--state-edited',
  '--env-prod',
  '--env-moss',
  '--state-queued',
] as const;

/** The page's colours as a chart library takes them: resolved, as its own code can not read `light-dark()`. */
export interface ChartColours {
  readonly text: string;
  readonly muted: string;
  readonly grid: string;
  readonly axis: string;
  readonly page: string;
  readonly accent: string;
  readonly series: readonly string[];
}

/** Reads the colours that this page wears now. */
export function chartColours(): ChartColours {
  const probe = document.createElement('span');
  probe.hidden = true;
  document.body.append(probe);
  const read = (token: string): string => {
    probe.style.color = `var(${token})`;
    return getComputedStyle(probe).color;
  };
  const colours: ChartColours = {
    text: read('--text-primary'),
    muted: read('--text-secondary'),
    grid: read('--border-subtle'),
    axis: read('--border-default'),
    page: read('--surface-page'),
    accent: read('--accent'),
    series: SERIES.map(read),
  };
  probe.remove();
  return colours;
}

export const CHART_FONT = "'Inter Variable', 'Inter', system-ui, sans-serif";

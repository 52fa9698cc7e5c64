import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import type { Desktop } from './app';

/** A cell for each kind of output, in the order in which tests look at them: `c0`, `c1` and so on. */
export const OUTPUT_CELLS = {
  colours: `# Colours and styles
print('\\x1b[1mDeploying payments-api\\x1b[0m \\x1b[32m4.18.0\\x1b[0m to \\x1b[36mprod-eu1\\x1b[0m')
print('\\x1b[33mwarning\\x1b[0m pod \\x1b[4mpayments-6d9f7c\\x1b[0m not ready, \\x1b[31m503\\x1b[0m 30 times in a row')
print('\\x1b[7m inverse \\x1b[0m \\x1b[38;5;208morange of 256\\x1b[0m \\x1b[48;5;22;38;5;231m on dark green \\x1b[0m \\x1b[38;2;90;90;255mtrue colour\\x1b[0m \\x1b[41;97m FAIL \\x1b[0m \\x1b[2mfaint\\x1b[0m \\x1b[3mitalic\\x1b[0m')
print('plain != ligature => -> ===')
import sys
print('replica lag 4.2 s, above 2 s', file=sys.stderr)`,
  bar: `# A progress bar
from tqdm import tqdm
import sys
for _ in tqdm(range(300), desc='Rolling out', ncols=80, mininterval=0): pass
print('successfully rolled out')`,
  table: `# A data frame
import pandas as pd
pd.DataFrame({'service': ['payments-api', 'checkout-web', 'ledger'], 'p95 ms': [182.4, 96.0, 1203.75],
  'errors': [3, 0, 1204], 'share': ['0.4 %', '0.0 %', '12.1 %'], 'owner': ['mara', 'jonas', None]})`,
  png: `# A picture
import matplotlib.pyplot as plt
figure, axes = plt.subplots(figsize=(5, 2))
axes.plot([3, 1, 4, 1, 5, 9, 2, 6])
axes.set_title('5xx per minute')
plt.show()`,
  svg: `# A drawing
from IPython.display import SVG
SVG('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 240 60" width="240" height="60"><circle cx="30" cy="30" r="20" fill="#1c7d45"/><text x="60" y="36" font-family="sans-serif" font-size="16">healthy</text></svg>')`,
  gifAndJpeg: `# GIF and JPEG
import io
from PIL import Image as P
from IPython.display import Image, display
def data(kind, colour):
    buffer = io.BytesIO(); P.new('RGB', (120, 24), colour).save(buffer, kind); return buffer.getvalue()
display(Image(data('GIF', (31, 95, 208)), format='gif', alt='a blue bar'))
display(Image(data('JPEG', (203, 52, 32)), format='jpeg', alt='a red bar'))`,
  markdown: `# Markdown
from IPython.display import Markdown
Markdown('**Ready** for the next batch, see [the dashboard](https://grafana.example/d/5xx)\\n\\n| step | took |\\n|---|--:|\\n| drain | 12 |\\n| roll | 48 |\\n\\n<img src=x onerror="window.stolen=1"><script>window.stolen=1</script>')`,
  latex: `# LaTeX
from IPython.display import Latex
Latex(r'The rate is $\\frac{1}{n}\\sum_i x_i$ and so $$\\lambda = \\lim_{n\\to\\infty} \\frac{e_n}{n}$$')`,
  json: `# JSON
from IPython.display import JSON
JSON({'service': 'payments-api', 'replicas': 20, 'healthy': True, 'owner': None,
  'pods': [{'name': f'pod-{i}', 'ready': i % 2 == 0} for i in range(250)], 'limits': {'cpu': '500m', 'memory': '1Gi'}})`,
  script: `# JavaScript
from IPython.display import Javascript
Javascript("element.textContent = 'drawn by a script, ' + (2 * 21)")`,
  update: `# A display that is updated
from IPython.display import display
handle = display('0 of 3', display_id=True)
for i in range(1, 4): handle.update(f'{i} of 3 batches done')`,
  clear: `# Cleared output
from IPython.display import clear_output
for i in range(5):
    clear_output(wait=True)
    print('attempt', i + 1, 'of 5')`,
  flood: `# Five thousand lines
for i in range(5000): print(f'{i:05d} GET /health/ready 200 in {i % 37} ms')`,
  longLine: `# A line over the limit
print('x' * 9000 + ' end')`,
  widget: `# A type nobody draws
from IPython.display import display
display({'application/vnd.example.chart+json': {'series': [1, 2]}, 'text/plain': 'Chart(series=2)'}, raw=True)
display({'application/x-unheard-of': 'AAAA'}, raw=True)`,
  html: `# HTML with a style, a link, a script, and a picture from elsewhere
from IPython.display import HTML
HTML('''<style>.hot { font-weight: 600 }</style><h3>Release notes</h3>
<p>Built by <span class="hot">mara</span>, see <a href="https://ci.example/build/42">build 42</a>.</p>
<p id="by-script">no script ran</p><script>document.querySelector("#by-script").textContent = "its script ran"</script>
<img src="https://tracker.example/pixel.png" alt="a picture from elsewhere">''')`,
  failure: `# A failure
def ready(pods):
    return pods['ready'] / pods['wanted']

def wait(pods):
    return ready(pods) > 0.5

wait({'ready': 1, 'wanted': 0})`,
} as const;

export type OutputKind = keyof typeof OUTPUT_CELLS;

/** The id of the cell that makes this kind of output. */
export function outputCell(kind: OutputKind): string {
  return `c${Object.keys(OUTPUT_CELLS).indexOf(kind)}`;
}

/** Writes a notebook of code cells with these members; their ids are `c0`, `c1` and so on. */
async function writeNotebook(path: string, cells: readonly object[], more: object = {}): Promise<void> {
  const whole = cells.map((cell, index) => ({
    cell_type: 'code',
    execution_count: null,
    id: `c${index}`,
    metadata: {},
    outputs: [],
    source: `step(${index})`,
    ...cell,
  }));
  const kernelspec = { display_name: 'Python 3', language: 'python', name: 'python3' };
  const notebook = { cells: whole, metadata: { kernelspec, ...more }, nbformat: 4, nbformat_minor: 5 };
  await writeFile(path, `${JSON.stringify(notebook, null, 1)}\n`);
}

/** Writes a notebook of these Python cells, not run yet; of all kinds where none are given. */
export async function writeCells(
  path: string,
  sources: readonly string[] = Object.values(OUTPUT_CELLS),
): Promise<void> {
  await writeNotebook(
    path,
    sources.map((source) => ({ source })),
  );
}

/** Opens a notebook whose cells have these outputs. Nothing of it was made here. */
export async function openOutputs(
  desktop: Desktop,
  cells: readonly object[],
  metadata: object = {},
): Promise<Page> {
  const file = join(desktop.folder, 'made-elsewhere.ipynb');
  await writeNotebook(file, cells, metadata);
  const page = await desktop.start({ files: [file] });
  await page.locator('article.entry').first().waitFor();
  return page;
}

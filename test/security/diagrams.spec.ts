import { join } from 'node:path';
import { expect } from '../support/app';
import { test } from '../support/beacons';
import { payload, scrollThrough, settle, spy, whatRan } from '../support/canary';
import { NotebookPage } from '../support/notebook-page';
import { writeNotebookFile } from '../support/notebooks';
import { until } from '../support/until';

// A machine that does much else at once takes its time for these.
test.describe.configure({ timeout: 300_000 });

/** What the frame's policy refuses is said on the console; that it does is what is tested here. */
test.afterEach(({ desktop }) => {
  const atWork = /Content Security Policy|sandboxed|Sandbox|has been blocked|ERR_/;
  const own = desktop.problems.filter((problem) => !atWork.test(problem));
  desktop.problems.splice(0, desktop.problems.length, ...own);
});

/** Group 5: `P` stands for a payload, `U` for an address of ours. */
const DIAGRAMS: Readonly<Record<string, string>> = {
  clickScript: 'flowchart LR\n  A-->B\n  click A "javascript:P" "tip"',
  clickCall: 'flowchart LR\n  A-->B\n  click A call alert("P")\n  click B callback',
  clickData: 'flowchart LR\n  A-->B\n  click A href "data:text/html,<script>P</script>" _blank',
  clickRemote: 'flowchart LR\n  A-->B\n  click A "U-click" _top',
  initLevel:
    '%%{init: {"securityLevel": "loose", "flowchart": {"htmlLabels": true}, "startOnLoad": true}}%%\nflowchart LR\n  A["<img src=x onerror=P>"]-->B["<iframe srcdoc=\'<script>P</script>\'></iframe>"]',
  initSecure:
    '%%{init: {"secure": [], "securityLevel": "loose", "htmlLabels": true, "dompurifyConfig": {"ADD_TAGS": ["script", "iframe"], "ADD_ATTR": ["onerror", "onload"]}}}%%\nflowchart LR\n  A["<img src=x onerror=P>"]',
  initPrototype:
    '%%{init: {"__proto__": {"securityLevel": "loose"}, "constructor": {"prototype": {"ran": ["initPrototype"]}}}}%%\nflowchart LR\n  A-->B',
  initTheme:
    '%%{init: {"themeCSS": "} @import url(U-import.css); * { background: url(U-theme.png) !important; position: fixed }", "fontFamily": "x;} * { background: url(U-font.png) }", "theme": "base", "themeVariables": {"primaryColor": "red;} * {background:url(U-variable.png)}"}}}%%\nflowchart LR\n  A-->B',
  frontMatter:
    '---\nconfig:\n  securityLevel: loose\n  htmlLabels: true\n  themeCSS: "* { background: url(U-front.png) }"\n---\nflowchart LR\n  A["<img src=x onerror=P>"]',
  classDefinition:
    'flowchart LR\n  A:::bad-->B\n  classDef bad fill:url(U-class.png),background:url(U-class2.png)\n  style B fill:url("U-style.png")\n  linkStyle 0 stroke:url(U-link.png)',
  labelHtml: 'flowchart LR\n  A["<script>P</script><svg onload=P></svg><math href=javascript:P>x</math>"]',
  labelImage: 'flowchart LR\n  A["<img src=\'U-label.png\'>"]\n  B@{ img: "U-shape.png", label: "x" }',
  iconText:
    'architecture-beta\n  group api(cloud)[API]\n  service db(database)[Database] in api\n  service icon "<img src=x onerror=P>"[Icon] in api',
  sequence:
    'sequenceDiagram\n  participant A as <img src=x onerror=P>\n  A->>A: <svg onload=P>\n  link A: Board @ javascript:P\n  links A: {"x": "javascript:P"}',
  katex: 'flowchart LR\n  A["$$\\href{javascript:P}{x}$$"]-->B["$$\\includegraphics{U-katex.png}$$"]',
  gantt:
    'gantt\n  title <img src=x onerror=P>\n  section a\n  b :c, 2024-01-01, 1d\n  click c href "javascript:P"',
  classes:
    'classDiagram\n  class A["<img src=x onerror=P>"]\n  click A href "javascript:P" "tip"\n  link A "javascript:P"',
  states: 'stateDiagram-v2\n  s1: <img src=x onerror=P>\n  [*] --> s1',
  identifier: 'flowchart LR\n  body["x"]-->documentElement["y"]\n  constructor-->__proto__',
  context:
    'C4Context\n  System(a, "<img src=x onerror=P>", "<svg onload=P>", $link="javascript:P", $sprite="U-sprite.png")',
  board:
    '---\nconfig:\n  kanban:\n    ticketBaseUrl: "javascript:P//#TICKET#"\n---\nkanban\n  todo[Todo]\n    a["<img src=x onerror=P>"]@{ ticket: "X-1", assigned: "<svg onload=P>" }',
  iconShape: 'flowchart LR\n  A@{ icon: "U-icon:x", form: "square", label: "<img src=x onerror=P>" }',
  markdownLabel:
    'flowchart LR\n  A["`**<img src=x onerror=P>** [x](javascript:P) ![y](U-label-picture.png)`"]',
  entities:
    'erDiagram\n  A["<img src=x onerror=P>"] {\n    string a "<svg onload=P>"\n  }\n  classDef bad fill:url(U-er.png)\n  class A bad',
  commits: 'gitGraph\n  commit id: "<img src=x onerror=P>" tag: "<svg onload=P>"',
  blocks:
    'block-beta\n  a["<img src=x onerror=P>"] b<["<svg onload=P>"]>(right)\n  style a fill:url(U-block.png)',
  mind: 'mindmap\n  root((<img src=x onerror=P>))\n    ::icon(x" onload="P)\n    b',
};

test('runs nothing, loads nothing and follows nothing that a diagram asks for', async ({
  desktop,
  beacons,
}) => {
  const path = join(desktop.folder, 'hostile.ipynb');
  const names = Object.keys(DIAGRAMS);
  const sources = Object.entries(DIAGRAMS).map(([name, source]) =>
    source.replaceAll('P', () => payload(beacons, name)).replaceAll('U', () => beacons.url(name)),
  );
  await writeNotebookFile(
    path,
    sources.map((source) => ({ type: 'markdown' as const, source: `\`\`\`mermaid\n${source}\n\`\`\`` })),
  );
  const page = await desktop.start();
  const look = await spy(desktop.app);
  await desktop.answerOpenDialog(path);
  await page.keyboard.press('Control+o');
  await new NotebookPage(page).opened();
  const frames = page.locator('iframe[title="Diagram"]');
  let drawn = 0;
  await scrollThrough(page, async () => {
    // Each frame in view has drawn something, be it the source of what it can not draw.
    for (const frame of await frames.all()) {
      await frame.contentFrame().locator('#output > :is(svg, pre)').first().waitFor({ timeout: 60_000 });
    }
    drawn += await frames.count();
    // A click on every place that could lead somewhere.
    for (const frame of page.frames().filter((each) => each.url().startsWith('frame:'))) {
      await frame
        .evaluate(() => {
          for (const target of document.querySelectorAll('a, .clickable, g.node'))
            target.dispatchEvent(new MouseEvent('click', { bubbles: true, cancelable: true }));
        })
        // A frame that left the view is gone.
        .catch(() => undefined);
    }
  });
  expect(drawn).toBeGreaterThan(names.length / 2);
  await settle(page);
  expect(await whatRan(page)).toEqual([]);
  expect(beacons.seen).toEqual([]);
  expect(beacons.connections).toBe(0);
  const happened = await look();
  expect(happened.opened).toEqual([]);
  expect(happened.windows).toBe(1);
  expect(happened.navigations).toEqual([]);
  // Nothing of Mermaid or of a diagram is part of the page.
  expect(await page.evaluate(() => 'mermaid' in window)).toBe(false);
  expect(await page.evaluate(() => document.querySelectorAll('[id^="diagram-"]').length)).toBe(0);
});

test('gives up on diagrams that are too large, and the window stays live meanwhile', async ({ desktop }) => {
  const path = join(desktop.folder, 'huge.ipynb');
  const edges = (count: number): string =>
    Array.from({ length: count }, (_, index) => `  n${index}-->n${(index * 7919) % count}`).join('\n');
  const diagrams = {
    long: `flowchart LR\n  A["${'x'.repeat(100_000)}"]`,
    dense: `flowchart LR\n${edges(1_000)}`,
    nested: `flowchart LR\n${'subgraph a\n'.repeat(2_000)}A-->B`,
    most: `flowchart LR\n${edges(390)}`,
  };
  await writeNotebookFile(path, [
    ...Object.values(diagrams).map((source) => ({
      type: 'markdown' as const,
      source: `\`\`\`mermaid\n${source}\n\`\`\``,
    })),
    { source: 'print(1)' },
  ]);
  const page = await desktop.start({ files: [path] });
  const notebook = new NotebookPage(page);
  await notebook.opened();
  // Two of them are; the second may not be in view.
  await expect(page.getByText('it is longer than 20,000 characters').first()).toBeVisible({
    timeout: 60_000,
  });
  // The page draws and answers while a frame works.
  let beats = 0;
  for (let round = 0; round < 20; round += 1) {
    beats += await page.evaluate(
      () => new Promise<number>((resolve) => requestAnimationFrame(() => resolve(1))),
    );
  }
  expect(beats).toBe(20);
  await notebook.press('End');
  await expect(notebook.active).toContainText('print(1)');
  // Every one ends: drawn, said to be too much, or stopped.
  await scrollThrough(page, () =>
    until(
      'every diagram in view has come to an end',
      () =>
        // All at one moment: a frame may leave the view while it is asked for.
        page
          .locator('iframe[title="Diagram"]')
          .evaluateAll((frames) => frames.every((frame) => frame.classList.contains('is-drawn'))),
      60,
    ),
  );
});

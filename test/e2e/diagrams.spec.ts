import { join } from 'node:path';
import { expect, test } from '../support/app';
import { NotebookPage } from '../support/notebook-page';
import { writeNotebookFile } from '../support/notebooks';

const FLOW = `flowchart LR
  A[Page comes in] --> B{Error rate above 0.5 %?}
  B -- yes --> C[Roll back]
  B -- no --> D[Watch ten minutes]
  D --> B
  subgraph eu1
    C --> E[(ledger)]
  end`;
const SEQUENCE = `sequenceDiagram
  participant D as Driver
  participant G as Gateway
  D->>G: drain
  G-->>D: drained
  Note over D,G: wait for sessions to end`;

const text = (source: string) => ({ type: 'markdown' as const, source });
const fence = (source: string): string => `\`\`\`mermaid\n${source}\n\`\`\``;

test('draws Mermaid diagrams of a text in frames of their own, in the page’s colours', async ({
  desktop,
}) => {
  const file = join(desktop.folder, 'diagrams.ipynb');
  await writeNotebookFile(file, [
    text(`## Decide\n\nBefore.\n\n${fence(FLOW)}\n\nBetween.\n\n${fence(SEQUENCE)}\n\nAfter.`),
    text(`## Broken\n\n${fence('flowchart LR\n  A --> B\n  B -->')}`),
    { source: 'print(1)' },
  ]);
  const page = await desktop.start({ files: [file] });
  const notebook = new NotebookPage(page);
  await notebook.opened();
  const frames = page.locator('iframe[title="Diagram"]');
  await expect(frames).toHaveCount(3);
  await expect(page.locator('iframe').first()).toHaveAttribute('sandbox', 'allow-scripts');
  await expect(frames.first().contentFrame().locator('svg')).toContainText('Roll back');
  await expect(frames.nth(1).contentFrame().locator('svg')).toContainText('drained');
  // Nothing of it is in the page itself.
  expect(await page.evaluate(() => document.querySelectorAll('.md svg:not(.icon)').length)).toBe(0);
  // What can not be drawn is said, and its source can be read.
  await expect(page.getByText('line 3 of the diagram can not be read')).toBeVisible();
  await expect(frames.nth(2).contentFrame().locator('pre')).toContainText('A --> B');
  // As tall as its content, and no more.
  const height = (await frames.first().boundingBox())?.height ?? 0;
  expect(height).toBeGreaterThan(60);
  expect(height).toBeLessThan(640);
  // In other colours it is drawn anew.
  const nodeColour = () =>
    frames
      .first()
      .contentFrame()
      .locator('g.node rect')
      .first()
      .evaluate((node) => getComputedStyle(node).fill);
  const light = await nodeColour();
  await page.emulateMedia({ colorScheme: 'dark' });
  await expect.poll(nodeColour).not.toBe(light);
  await desktop.shoot('markdown-diagrams');
});

import { join } from 'node:path';
import { mkdir, writeFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import { expect, type Desktop } from '../support/app';
import { test } from '../support/beacons';
import {
  type Beacons,
  payload,
  scrollThrough,
  settle,
  spy,
  whatRan,
  type Happenings,
} from '../support/canary';
import { fill, MARKUP } from '../support/hostile-markup';

// A machine that does much else at once takes its time for these.
test.describe.configure({ timeout: 300_000 });

/** Group 2: addresses that start something. */
const ADDRESSES = [
  'javascript:P',
  'JaVaScRiPt:P',
  'java\tscript:P',
  'java\nscript:P',
  '\u0001javascript:P',
  'javascript&colon;P',
  '&#106;avascript:P',
  'data:text/html,<script>P</script>',
  'vbscript:P',
  'command:workbench.action.terminal.new',
  'file:///etc/passwd',
  'app://watchbook/index.html',
  'frame://output/live',
  'watchbook://open?file=/etc/passwd',
  'blob:app://watchbook/1',
  'filesystem:app://watchbook/x',
  'view-source:app://watchbook/',
  'chrome://gpu',
  'devtools://devtools/bundled/inspector.html',
  'about:blank',
  'smb://HOST/share',
  'ms-msdt:/id PCWDiagnostic',
  'ms-settings:privacy',
  'ssh://-oProxyCommand=x/',
  '\\\\HOST\\share',
  '//HOST/protocol-relative',
  'https://hub.example@HOST/userinfo',
  '/etc/passwd',
  '../../x.ipynb',
  'tel:112',
] as const;

/** Group 4. */
const NAMES = [
  'runbook',
  'watchbook',
  '__proto__',
  'constructor',
  'prototype',
  'body',
  'documentElement',
  'MathJax',
  'location',
  'document',
  'getElementById',
  'createElement',
  'acquireVsCodeApi',
  'React',
  'user-content-x',
];
const CLOBBER = NAMES.map(
  (name) =>
    `<a id="${name}"></a><img name="${name}"><form id="${name}" name="${name}"></form><iframe name="${name}"></iframe><embed name="${name}"><a name="${name}" href="#x">x</a>`,
).join('\n');

/** Group 5, without Mermaid. */
const FORMULAS: Readonly<Record<string, string>> = {
  href: '$\\href{javascript:P}{x}$ $\\url{javascript:P}$ $\\href{http://HOST/katex}{x}$',
  graphics: '$\\includegraphics{U-katex.png}$ $$\\includegraphics[height=1em]{javascript:P}$$',
  html: '$\\htmlData{x=y, onclick=P}{x}$ $\\htmlId{body}{x}$ $\\htmlClass{dialog}{x}$ $\\htmlStyle{position:fixed;inset:0;background:url(U-style.png)}{x}$',
  markup: '$<img src=x onerror="P">$ $$</annotation><script>P</script>$$ $\\text{<img src=x onerror=P>}$',
  bomb: '$\\def\\a{x}\\def\\b{\\a\\a\\a\\a\\a\\a\\a\\a\\a\\a}\\def\\c{\\b\\b\\b\\b\\b\\b\\b\\b\\b\\b}\\def\\d{\\c\\c\\c\\c\\c\\c\\c\\c\\c\\c}\\def\\e{\\d\\d\\d\\d\\d\\d\\d\\d\\d\\d}\\def\\f{\\e\\e\\e\\e\\e\\e\\e\\e\\e\\e}\\f$',
  loop: '$\\def\\x{\\x}\\x$ $\\newcommand{\\y}{\\y\\y}\\y$',
  size: '$\\rule{99999em}{99999em}$ $\\kern-99999em\\raise9999em{x}$ $$\\rule{1em}{-9999em}$$',
  global: '$\\gdef\\sum{\\href{javascript:P}{x}}$ $\\sum$',
  long: `$${'x+'.repeat(500_000)}x$`,
  deep: `$${'{'.repeat(1_900)}x${'}'.repeat(1_900)}$`,
  wide: `$${'x+'.repeat(1_900)}x$\n\n`.repeat(30),
  dollars: '$x '.repeat(20_000),
  many: '$x$ '.repeat(400),
};

interface RawCell {
  readonly cell_type: string;
  readonly source: string;
  readonly [member: string]: unknown;
}

const cell = (cell_type: string, source: string, members: object = {}): RawCell => ({
  cell_type,
  source,
  metadata: {},
  ...(cell_type === 'code' ? { outputs: [], execution_count: null } : {}),
  ...members,
});

async function write(
  desktop: Desktop,
  name: string,
  cells: readonly RawCell[],
  metadata: object = {},
): Promise<string> {
  const path = join(desktop.folder, name);
  await mkdir(desktop.folder, { recursive: true });
  const identified = cells.map((each, index) => ({ id: `c${index}`, ...each }));
  await writeFile(path, JSON.stringify({ cells: identified, metadata, nbformat: 4, nbformat_minor: 5 }));
  return path;
}

/** Opens a hostile notebook in the real window and goes through all of it. */
async function read(
  desktop: Desktop,
  path: string,
  atEach: (page: Page) => Promise<void> = () => Promise.resolve(),
) {
  const page = await desktop.start();
  const look = await spy(desktop.app);
  const url = page.url();
  const globals = await page.evaluate(() => Object.getOwnPropertyNames(window).toSorted());
  await desktop.answerOpenDialog(path);
  await page.keyboard.press('Control+o');
  await page.getByRole('list', { name: 'Cells' }).waitFor();
  const asked = (await look()).dialogs.length;
  await scrollThrough(page, () => atEach(page));
  await settle(page);
  return { page, look, url, globals, asked };
}

/**
 * What the content policies held back says that they work: in an output's frame, and in the inert documents in which
 * foreign markup is looked through, for styles and base addresses. Anything else that our own page said is a fault.
 */
function forgetHeldBack(desktop: Desktop, inFrames: boolean): void {
  const atWork = inFrames
    ? /^Refused to .*Content Security Policy/
    : /^Refused to (?:apply inline style|set the document's base URI)/;
  const own = desktop.problems.filter((problem) => !atWork.test(problem));
  desktop.problems.splice(0, desktop.problems.length, ...own);
}

async function expectNothing(
  page: Page,
  beacons: Beacons,
  happened: Happenings,
  before: { readonly url: string; readonly globals: readonly string[] },
): Promise<void> {
  expect(beacons.seen).toEqual([]);
  expect(beacons.connections).toBe(0);
  expect(await whatRan(page)).toEqual([]);
  expect(happened).toMatchObject({ ipc: [], opened: [], windows: 1, navigations: [], downloads: 0 });
  expect(page.url()).toBe(before.url);
  for (const frame of page.frames().slice(1))
    expect(['frame://output/still', 'about:blank']).toContain(frame.url());
  // No name of the content became a global, and none of ours was covered.
  const after = await page.evaluate(() => Object.getOwnPropertyNames(window).toSorted());
  expect(after.filter((name) => !before.globals.includes(name) && !/^\d+$/.test(name))).toEqual([]);
  const intact = await page.evaluate(
    (names) =>
      [
        document.body instanceof HTMLBodyElement,
        document.documentElement instanceof HTMLHtmlElement,
        typeof document.getElementById === 'function',
        typeof document.createElement === 'function',
        String(window.location).startsWith('app://watchbook/'),
        Reflect.get({}, 'polluted') === undefined,
        getComputedStyle(document.body).display !== 'none',
      ].every(Boolean) &&
      names.every(
        (name) =>
          !(Reflect.get(window, name) instanceof Element) &&
          !(
            Reflect.get(document, name) instanceof HTMLElement && !['body', 'documentElement'].includes(name)
          ),
      ),
    // Names with the sanitiser's own prefix are what it makes of all others; nothing of ours is called so.
    NAMES.filter((name) => !name.startsWith('user-content-')),
  );
  expect(intact, 'a global was clobbered').toBe(true);
}

/** Everything in a rendered text stays in its cell, and is no control. */
async function expectInside(page: Page): Promise<void> {
  const found = await page.evaluate(() => {
    const bad: string[] = [];
    // What was found good is not gone through again while it is the same. A symbol is no name that content can have.
    const key = Symbol.for('watchbook.test.good');
    const known = Reflect.get(window, key) as WeakMap<Element, string> | undefined;
    const good = known ?? new WeakMap<Element, string>();
    Reflect.set(window, key, good);
    for (const text of document.querySelectorAll('.md')) {
      if (good.get(text) === text.innerHTML) continue;
      const before = bad.length;
      const box = text.closest('article')?.getBoundingClientRect();
      if (
        text.querySelector(
          'script, style, link, meta, base, iframe, object, embed, form, input, select, textarea, dialog, video, audio, template, svg:not(.icon), math maction',
        )
      )
        bad.push(`element: ${text.innerHTML.slice(0, 200)}`);
      for (const element of text.querySelectorAll('*')) {
        for (const { name } of Array.from(element.attributes)) {
          if (name.startsWith('on')) bad.push(`${name} on ${element.tagName}`);
          if (
            [
              'href',
              'srcset',
              'action',
              'formaction',
              'ping',
              'target',
              'xlink:href',
              'popover',
              'autofocus',
            ].includes(name)
          )
            bad.push(`${name} on ${element.tagName}`);
        }
        if (
          element instanceof HTMLImageElement &&
          element.hasAttribute('src') &&
          !element.src.startsWith('data:image/')
        )
          bad.push(`picture ${element.src.slice(0, 80)}`);
        // Our own: the one that loads a picture, and the one beside a heading that copies a link to it.
        const isOurs = element.matches('.md-picture-load, .md-heading > .md-heading-link:only-of-type');
        if (element.tagName === 'BUTTON' && !isOurs) bad.push('a button');
        const { position } = getComputedStyle(element);
        if (position === 'fixed' || position === 'sticky') bad.push(`${position} ${element.tagName}`);
      }
      if (box === undefined) bad.push('a text without a cell');
      if (bad.length === before) good.set(text, text.innerHTML);
    }
    return [...new Set(bad)];
  });
  expect(found).toEqual([]);
}

test('the canary sings where nothing protects: every payload runs and calls home in a bare page', async ({
  desktop,
  beacons,
}) => {
  await desktop.start({ env: { ELECTRON_DISABLE_SECURITY_WARNINGS: '1' } });
  const html =
    fill(MARKUP['imgOnerror']!, beacons, 'bare') +
    fill(MARKUP['script']!, beacons, 'bare-script') +
    fill(MARKUP['imgSrc']!, beacons, 'bare-image') +
    fill(MARKUP['linkCss']!, beacons, 'bare-css');
  await desktop.app.evaluate(
    async ({ BrowserWindow, session }, text) => {
      const bare = new BrowserWindow({
        show: false,
        webPreferences: { session: session.fromPartition('bare') },
      });
      await bare.loadURL(`data:text/html,${encodeURIComponent(text)}`);
    },
    html
      .replaceAll('&quot;', '"')
      .replaceAll('onerror="try', "onerror='try")
      .replaceAll(')}catch(e){}">', ")}catch(e){}'>"),
  );
  await expect.poll(() => beacons.seen.join(' ')).toContain('ran-bare-script');
  await expect.poll(() => beacons.seen.join(' ')).toContain('bare-image.png');
  await expect.poll(() => beacons.seen.join(' ')).toContain('bare-css.css');
  // What the bare page says of itself, down to its end.
  await desktop.close();
  desktop.problems.splice(0);
});

test('markdown and raw cells run nothing, load nothing and stay where they are', async ({
  desktop,
  beacons,
}) => {
  const cells = Object.entries(MARKUP).flatMap(([name, text]) => [
    cell('markdown', fill(text, beacons, name)),
    cell('raw', fill(text, beacons, `raw-${name}`), {
      metadata: { format: 'text/html', raw_mimetype: 'text/html' },
    }),
  ]);
  const links = ADDRESSES.map((address, index) => {
    const filled = fill(address, beacons, `link-${index}`);
    return cell(
      'markdown',
      `[one](<${filled}>) <a href="${filled}">two</a> ![three](<${filled}>) <img src="${filled}"> <a xlink:href="${filled}">four</a>`,
    );
  });
  const path = await write(desktop, 'hostile.ipynb', [...cells, ...links, cell('markdown', CLOBBER)]);
  const { page, look, url, globals, asked } = await read(desktop, path, expectInside);
  await expectNothing(page, beacons, await look(), { url, globals });
  expect((await look()).dialogs.length).toBe(asked);
  forgetHeldBack(desktop, false);
});

test('remote pictures are placeholders that name their host, loaded by a click alone', async ({
  desktop,
  beacons,
}) => {
  const path = await write(desktop, 'pictures.ipynb', [
    cell('markdown', `![chart](${beacons.url('remote.png')})`),
    cell('markdown', '![up](../../../etc/passwd) ![here](attachment:a.png) ![not](attachment:../b.png)', {
      attachments: {
        'a.png': {
          'image/png':
            'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
        },
        '../b.png': { 'text/html': '<script>1</script>', 'image/svg+xml': '<svg onload="1"/>' },
        __proto__: { 'image/png': 'x' },
      },
    }),
  ]);
  const { page } = await read(desktop, path);
  await expect(page.getByText(`Picture “chart” from ${beacons.host}`)).toBeVisible();
  await expect(page.getByRole('img', { name: 'here' })).toBeVisible();
  expect(beacons.seen).toEqual([]);
  await page.getByRole('button', { name: 'Load' }).click();
  await expect.poll(() => beacons.seen).toEqual(['GET /remote.png']);
});

test('links open by a click alone, and only what the policy lets through', async ({ desktop, beacons }) => {
  const bad = ADDRESSES.map((address, index) => {
    const filled = fill(address, beacons, `link-${index}`);
    return cell('markdown', `<a href="${filled}">bad</a>`);
  });
  const path = await write(desktop, 'links.ipynb', [
    cell('markdown', '[good](https://example.org/a?b#c) [mail](mailto:oncall@example.org)'),
    ...bad,
  ]);
  const { page, look, url, globals } = await read(desktop, path, async (at) => {
    for (const button of ['left', 'middle'] as const)
      for (const link of await at.locator('.md a', { hasText: 'bad' }).all())
        await link.dispatchEvent('click', { button: button === 'left' ? 0 : 1 });
  });
  await expectNothing(page, beacons, await look(), { url, globals });
  await page.locator('.doc').evaluate((element) => (element.scrollTop = 0));
  const good = page.locator('.md a', { hasText: 'good' });
  await good.click({ button: 'middle' });
  await good.click({ modifiers: ['Control', 'Shift'] });
  await page.locator('.md a', { hasText: 'mail' }).click();
  await expect.poll(async () => (await look()).opened).toContain('mailto:oncall@example.org');
  const { opened, windows, navigations } = await look();
  expect(new Set(opened)).toEqual(new Set(['https://example.org/a?b#c', 'mailto:oncall@example.org']));
  expect({ windows, navigations }).toEqual({ windows: 1, navigations: [] });
});

test('formulas run nothing, load nothing and end', async ({ desktop, beacons }) => {
  const path = await write(
    desktop,
    'formulas.ipynb',
    Object.entries(FORMULAS).map(([name, text]) =>
      cell('markdown', `${fill(text, beacons, `tex-${name}`)}\n\n after ${name}`),
    ),
  );
  const { page, look, url, globals } = await read(desktop, path, expectInside);
  await expectNothing(page, beacons, await look(), { url, globals });
  await expect(page.getByText('after many')).toBeVisible();
});

/** Every MIME type that draws something, and those that never may. */
const TYPES = [
  'text/html',
  'text/markdown',
  'image/svg+xml',
  'text/latex',
  'application/javascript',
  'text/javascript',
  'application/json',
  'application/vnd.jupyter.widget-view+json',
  'application/vnd.plotly.v1+json',
  'application/vnd.vegalite.v5+json',
  'application/x-unknown',
  'application/pdf',
  'image/png',
  'image/jpeg',
  'image/gif',
  'text/plain',
  '__proto__',
  'constructor',
  'toString',
  'text/html; charset=utf-8',
  'TEXT/HTML',
] as const;

test('outputs of a file run nothing and load nothing, whatever their type', async ({ desktop, beacons }) => {
  const all = Object.entries(MARKUP).map(([name, text]) =>
    fill(text, beacons, `out-${name}`).replaceAll('&quot;', '"'),
  );
  const links = ADDRESSES.map(
    (address, index) => `<a href="${fill(address, beacons, `out-link-${index}`)}">x</a>`,
  );
  const formulas = ['href', 'graphics', 'html', 'markup', 'loop'].map((name) =>
    fill(FORMULAS[name]!, beacons, `out-tex-${name}`),
  );
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" onload="${payload(beacons, 'svg')}"><script>${payload(beacons, 'svg-script')}</script><image xlink:href="${beacons.url('svg.png')}"/><style>@import url(${beacons.url('svg.css')});</style><a href="javascript:1"><text>x</text></a></svg>`;
  const values = [
    all.join('\n'),
    links.join('\n'),
    formulas.join('\n'),
    svg,
    payload(beacons, 'plain'),
    CLOBBER,
  ];
  const cells = TYPES.flatMap((type) =>
    values.map((value) => {
      const data: [string, unknown][] = [
        [type, /json/.test(type) ? { model_id: value, html: value, ['__proto__']: { polluted: 1 } } : value],
        ...(type === 'text/plain' ? [] : ([['text/plain', value.slice(0, 400)]] as [string, unknown][])),
      ];
      return cell('code', '0', {
        execution_count: 1,
        outputs: [
          {
            output_type: 'display_data',
            metadata: { isolated: true, trusted: true, [type]: { isolated: false } },
            data: Object.fromEntries(data),
          },
        ],
      });
    }),
  );
  const escapes =
    '\u001b]8;;javascript:1\u0007x\u001b]8;;\u0007\u001b]52;c;eA==\u0007\u001b[2J\u001b]0;title\u0007<img src=x onerror=1>';
  const texts = cell('code', '0', {
    outputs: [
      { output_type: 'stream', name: 'stdout', text: escapes + all.join('\n') },
      { output_type: 'error', ename: all[3], evalue: all[3], traceback: [escapes, ...all] },
      { output_type: 'pyout', data: all, metadata: {} },
    ],
  });
  const path = await write(desktop, 'outputs.ipynb', [texts, ...cells], {
    kernelspec: { name: '<img src=x onerror=1>', display_name: all[3], language: all[3] },
    language_info: { name: '"><script>' },
    title: all[3],
    authors: [{ name: all[3] }],
  });
  const { page, look, url, globals } = await read(desktop, path, expectInside);
  await expectNothing(page, beacons, await look(), { url, globals });
  forgetHeldBack(desktop, true);
});

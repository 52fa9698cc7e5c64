import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { expect, type Desktop } from './app';

const SOURCE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
/** A world of its own beside the page's: the content policy of the page does not hold there, nor do its globals. */
const WORLD = 4_711;
/** What floats over the page. */
const PASSING = 'dialog, [role=dialog], [role=alertdialog], [role=menu], [role=listbox], [role=tooltip], svg';

interface AxeNode {
  readonly target: readonly unknown[];
  readonly html: string;
  readonly failureSummary?: string;
}
interface AxeResult {
  readonly id: string;
  readonly help: string;
  readonly nodes: readonly AxeNode[];
}

/** What breaks a rule, and how the window was shown when it did. */
export interface Violation {
  readonly appearance: string;
  readonly what: string;
}

/** How the window is shown while it is looked at. */
export const APPEARANCES = {
  light: { colorScheme: 'light', forcedColors: 'none' },
  dark: { colorScheme: 'dark', forcedColors: 'none' },
  'forced colours': { colorScheme: 'dark', forcedColors: 'active' },
  'high contrast, light': { colorScheme: 'light', contrast: 'more', forcedColors: 'none' },
  'high contrast, dark': { colorScheme: 'dark', contrast: 'more', forcedColors: 'none' },
} as const;

/** Until what fades in or out has: between its colours a text has less contrast than it comes to have. */
const AT_REST = `new Promise(requestAnimationFrame).then(() => Promise.all(
  document.getAnimations()
    .filter(({ playState, effect }) => playState === 'running' && effect.getComputedTiming().iterations !== Infinity)
    .map(({ finished }) => finished.catch(() => undefined))))`;

/** The rules that look at colours; what the others look at is the same in every appearance. */
const COLOUR_RULES = ['color-contrast', 'link-in-text-block'];

function inWorld(desktop: Desktop, code: string): Promise<unknown> {
  return desktop.app.evaluate(
    ({ BrowserWindow }, what): Promise<unknown> | undefined =>
      BrowserWindow.getAllWindows()[0]?.webContents.executeJavaScriptInIsolatedWorld(what.world, [
        { code: what.code },
      ]),
    { world: WORLD, code },
  );
}

/**
 * Looks over what the window shows, by all of axe's rules, and in the other appearances by those that look at colours.
 * Answers what breaks one, a line each. What an output's frame draws is the notebook's own and is not looked at. With
 * `part`, a selector, only what is in it: the rest was looked at on another screen.
 */
export async function findViolations(
  desktop: Desktop,
  part: string | null = null,
): Promise<readonly Violation[]> {
  const found: Violation[] = [];
  // It stays in its world as long as the page does: half a megabyte is not sent for each look.
  if ((await inWorld(desktop, 'typeof axe')) === 'undefined') await inWorld(desktop, `${SOURCE}; undefined`);
  for (const [name, media] of Object.entries(APPEARANCES)) {
    await desktop.page.emulateMedia({ contrast: null, ...media, reducedMotion: 'reduce' });
    const violations = await desktop.app.evaluate(
      async ({ BrowserWindow }, { world, passing, rules, where, atRest }) => {
        const contents = BrowserWindow.getAllWindows()[0]?.webContents;
        const run = async (code: string): Promise<unknown> =>
          contents?.executeJavaScriptInIsolatedWorld(world, [{ code }]);
        const only = rules === null ? '' : `runOnly: { type: 'rule', values: ${JSON.stringify(rules)} },`;
        // A menu or a list that is open for a moment belongs to its button, as a dialog does, and to no landmark.
        return (await run(`
          axe.configure({ checks: [{ id: 'region', options: { regionMatcher: ${JSON.stringify(passing)} } }] });
          ${atRest}.then(() => axe.run(${where}, { ${only} resultTypes: ['violations'], iframes: false })).then(({ violations }) => violations)`)) as AxeResult[];
      },
      {
        world: WORLD,
        passing: PASSING,
        rules: name === 'light' ? null : COLOUR_RULES,
        atRest: AT_REST,
        where: part === null ? 'document' : JSON.stringify({ include: [[part]] }),
      },
    );
    for (const { id, help, nodes } of violations) {
      for (const { target, html, failureSummary = '' } of nodes) {
        const why = failureSummary.split('\n').slice(1, 3).join(' ').trim();
        found.push({
          appearance: name,
          what: `${id} (${help}) at ${target.join(' ')}: ${html.slice(0, 160)} ${why}`,
        });
      }
    }
  }
  await desktop.page.emulateMedia({
    colorScheme: null,
    contrast: null,
    forcedColors: null,
    reducedMotion: null,
  });
  return found;
}

/** Takes a picture of what is shown, as `name`, and fails with what axe finds on it, or on the `part` of it. */
export async function lookOver(desktop: Desktop, name: string, part: string | null = null): Promise<void> {
  await desktop.shoot(name);
  expect(
    (await findViolations(desktop, part)).map(({ what, appearance }) => `${name}, ${appearance}: ${what}`),
  ).toEqual([]);
}

/** What a whole page has, and a part of one that stands in it has not. */
const OF_PAGES = ['landmark-one-main', 'page-has-heading-one', 'region'];

/**
 * Looks over what every output's frame has drawn, by axe's rules for parts of a page: for outputs that are drawn by our
 * own code, such as widgets. Answers what breaks one, a line each.
 */
export async function findFrameViolations(desktop: Desktop): Promise<readonly string[]> {
  return desktop.app.evaluate(
    async ({ BrowserWindow }, { source, off }) => {
      const frames = BrowserWindow.getAllWindows()[0]?.webContents.mainFrame.framesInSubtree ?? [];
      const found: string[] = [];
      for (const frame of frames.filter(({ url }) => url.startsWith('frame://'))) {
        // A frame is clear, and stands on the page.
        const violations = (await frame.executeJavaScript(`
          ${source};
          document.documentElement.style.background = 'var(--surface-page)';
          axe.run(document, { resultTypes: ['violations'], rules: ${off} }).then(({ violations }) => {
            document.documentElement.style.background = '';
            return violations;
          })`)) as AxeResult[];
        for (const { id, help, nodes } of violations) {
          for (const { target, html } of nodes)
            found.push(`${id} (${help}) at ${target.join(' ')}: ${html.slice(0, 160)}`);
        }
      }
      return found;
    },
    {
      source: SOURCE,
      off: JSON.stringify(Object.fromEntries(OF_PAGES.map((rule) => [rule, { enabled: false }]))),
    },
  );
}

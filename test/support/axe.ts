import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import type { Desktop } from './app';

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
} as const;

/**
 * Looks over what the window shows, in each appearance, by all of axe's rules, and answers what breaks one, a line
 * each. What an output's frame draws is the notebook's own and is not looked at.
 */
export async function findViolations(desktop: Desktop): Promise<readonly Violation[]> {
  const found: Violation[] = [];
  for (const [name, media] of Object.entries(APPEARANCES)) {
    await desktop.page.emulateMedia({ ...media, reducedMotion: 'reduce' });
    const violations = await desktop.app.evaluate(
      async ({ BrowserWindow }, { source, world, passing }) => {
        const contents = BrowserWindow.getAllWindows()[0]?.webContents;
        // A menu or a list that is open for a moment belongs to its button, as a dialog does, and to no landmark.
        const run = `${source};
          axe.configure({ checks: [{ id: 'region', options: { regionMatcher: ${JSON.stringify(passing)} } }] });
          axe.run(document, { resultTypes: ['violations'], iframes: false }).then(({ violations }) => violations)`;
        return (await contents?.executeJavaScriptInIsolatedWorld(world, [{ code: run }])) as AxeResult[];
      },
      { source: SOURCE, world: WORLD, passing: PASSING },
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
  await desktop.page.emulateMedia({ colorScheme: null, forcedColors: null, reducedMotion: null });
  return found;
}

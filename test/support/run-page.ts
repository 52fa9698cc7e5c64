import { join } from 'node:path';
import { expect, type Locator, type Page } from '@playwright/test';
import { connectEngine } from '../../electron/engine/client/connect-engine';
import type { Desktop } from './app';

/** A run in the window, as a person sees it. */
export class RunPage {
  constructor(readonly page: Page) {}

  /** The place of the bar: what happened, and what can be done now. */
  get bar(): Locator {
    return this.page.getByRole('group', { name: 'What can be done now' });
  }

  get title(): Locator {
    return this.page.locator('.actionbar-title');
  }

  step(cell: string): Locator {
    return this.page.locator(`article[data-cell="${cell}"]`);
  }

  button(name: string | RegExp): Locator {
    return this.bar.getByRole('button', { name });
  }

  /** Presses a key of the bar until it counted. */
  press(key: string, then: () => Promise<unknown>): Promise<void> {
    return pressUntil(this.page, key, then);
  }

  /** Opens a form of the bar by its key; the named field or button of it has the focus. */
  async open(key: string, role: 'textbox' | 'button' | 'combobox', name: string | RegExp): Promise<void> {
    const first = this.bar.getByRole(role, { name });
    await this.press(key, () => expect(first).toBeFocused({ timeout: 600 }));
  }

  /** Sends the next step, until it has come to this state. */
  async send(cell: string, state: RegExp): Promise<void> {
    const step = this.step(cell);
    await expect(async () => {
      if (!state.test((await step.getAttribute('aria-label')) ?? '')) {
        await this.page.evaluate(untilBarRests);
        await this.page.keyboard.press('Shift+Enter');
      }
      await expect(step).toHaveAccessibleName(state, { timeout: 5_000 });
    }).toPass({ timeout: 90_000, intervals: [100] });
  }
}

/**
 * Presses a key of a run's bar until it counted. Keys are dead for half a second after the bar changed by itself, so it
 * comes to rest first: a press that is lost shows only when what it was for did not come for seconds.
 */
export async function pressUntil(page: Page, key: string, then: () => Promise<unknown>): Promise<void> {
  await expect(async () => {
    await page.evaluate(untilBarRests);
    await page.keyboard.press(key);
    await then();
  }).toPass({ timeout: 60_000, intervals: [100] });
}

/** In the page: until the bar is there and has said the same for longer than its keys are dead; a clock may run in it. */
async function untilBarRests(): Promise<void> {
  const words = (): string => document.querySelector('[data-region=actions]')?.textContent ?? '';
  let last = words();
  for (let still = 0, looks = 0; still < 11 && looks < 50; looks += 1) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    const now = words();
    still = now !== '' && now === last ? still + 1 : 0;
    last = now;
  }
}

/** Starts a run as another client, which then goes; in a strict environment by typing its name. */
export async function startRun(
  desktop: Desktop,
  runbook: string,
  title: string,
  environment = 'dev',
  typed?: string,
): Promise<string> {
  const started: string[] = [];
  await expect(async () => {
    const engine = await connectEngine({
      places: desktop.places,
      kind: 'cli',
      version: 'test',
      start: false,
      program: '',
    });
    const { run } = await engine
      .request('runs.start', {
        runbook,
        environment,
        parameters: [],
        driver: 'mara',
        title,
        links: [],
        ...(typed === undefined ? {} : { typed }),
      })
      .finally(() => engine.dispose());
    started.push(run);
  }).toPass({ timeout: 30_000 });
  return started[0]!;
}

/** Opens the tab of a run by its file. */
export async function openRun(desktop: Desktop, page: Page, run: string): Promise<void> {
  await desktop.answerOpenDialog(join(run, 'run.ipynb'));
  await page.keyboard.press('Control+o');
}

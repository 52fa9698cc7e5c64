import { spawn } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { _electron, expect, type ElectronApplication, type Page } from '@playwright/test';
import { connectEngine } from '../../electron/engine/client/connect-engine';
import { describeMachine, findPlaces, type Places } from '../../electron/engine/places';
import { testElectron, testVariables, writeLoginFiles } from './environment';
import { test as base } from './screen';
import { stopEngine } from './stop-engine';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
/** The folder that holds `package.json` and the built `out/`. */
const APP = process.env['WATCHBOOK_TEST_APP'] ?? ROOT;
const SCREENSHOTS = join(ROOT, 'screenshots');
/** Pictures cost a second each: they are taken only when asked for. */
const PICTURES = process.env['WATCHBOOK_TEST_PICTURES'];
export const TAKES_PICTURES = PICTURES !== undefined;
/** What is behind the theme in the name of a picture: the size of the design's own pictures, and the smallest window. */
const SIZES = { '': { width: 1440, height: 900 }, '-narrow': { width: 1100, height: 700 } } as const;
const SCHEMES = ['light', 'dark'] as const;
/**
 * What else a screen has to be readable in; wide, each light and dark. The forced colours are the last: taken back, they
 * leave frames of their own process without any for a while.
 */
const LOOKS = {
  contrast: { forcedColors: null, contrast: 'more' },
  forced: { forcedColors: 'active', contrast: null },
} as const;
const CLOSE_MS = 6_000;
/** How long a click or a key waits for what it is for, on a busy machine. */
const ACTION_MS = 60_000;
/** Not UTC, so that a time in the wrong zone is seen. */
export const ZONE = 'Europe/Berlin';

export interface StartOptions {
  /** Files on the command line. */
  readonly files?: readonly string[];
  /** The size of the window; the usual one is that of the pictures of the design. Null leaves windows as they are. */
  readonly size?: { readonly width: number; readonly height: number } | null;
  readonly env?: Readonly<Record<string, string>>;
  /** False for a machine whose login shell knows no Python of ours. */
  readonly withPython?: boolean;
}

/** One test's desktop: its own home, its own profile, and an engine that ends with the test. */
export class Desktop {
  readonly home: string;
  readonly profile: string;
  readonly places: Places;
  /** Console errors, page errors and violations of the content policy, of every page so far. */
  readonly problems: string[] = [];
  private readonly running = new Set<ElectronApplication>();
  private current: { readonly app: ElectronApplication; readonly page: Page } | null = null;

  constructor(readonly folder: string) {
    this.home = join(folder, 'home');
    this.profile = join(folder, 'profile');
    this.places = findPlaces(describeMachine(), this.profile);
  }

  get app(): ElectronApplication {
    if (this.current === null) throw new Error('The desktop was not started');
    return this.current.app;
  }

  get page(): Page {
    if (this.current === null) throw new Error('The desktop was not started');
    return this.current.page;
  }

  /** Starts the real program and waits until its window can be used. */
  async start({
    files = [],
    size = { width: 1440, height: 900 },
    env = {},
    withPython = true,
  }: StartOptions = {}): Promise<Page> {
    const variables = this.variables(withPython);
    await writeLoginFiles(this.home, variables);
    const app = await _electron.launch({
      executablePath: testElectron(),
      args: [APP, ...files],
      cwd: this.folder,
      // Playwright switches the sandbox off by itself; only root has to.
      chromiumSandbox: process.getuid?.() !== 0,
      env: { ...ownEnvironment(), ...variables, ...env },
    });
    this.running.add(app);
    app.on('close', () => this.running.delete(app));
    app.on('window', (page) => this.watch(page));
    const page = await app.firstWindow();
    this.watch(page);
    this.current = { app, page };
    if (size !== null) await this.resize(size.width, size.height);
    await page.getByRole('contentinfo').waitFor();
    return page;
  }

  async resize(width: number, height: number): Promise<void> {
    const zoom = await this.app.evaluate(
      ({ BrowserWindow }, bounds) => {
        const window = BrowserWindow.getAllWindows()[0];
        window?.setBounds(bounds);
        return window?.webContents.getZoomFactor() ?? 1;
      },
      { x: 0, y: 0, width, height },
    );
    await this.page.waitForFunction(
      (wanted) => Math.abs(innerWidth - wanted.width) < 1 && Math.abs(innerHeight - wanted.height) < 1,
      { width: width / zoom, height: height / zoom },
    );
  }

  /** The next open dialogs answer this path; null cancels them. */
  async answerOpenDialog(path: string | null): Promise<void> {
    await this.app.evaluate(({ dialog }, chosen) => {
      dialog.showOpenDialog = () =>
        Promise.resolve({ canceled: chosen === null, filePaths: chosen === null ? [] : [chosen] });
    }, path);
  }

  /** The next save dialogs answer this path; null cancels them. */
  async answerSaveDialog(path: string | null): Promise<void> {
    await this.app.evaluate(({ dialog }, chosen) => {
      dialog.showSaveDialog = () => Promise.resolve({ canceled: chosen === null, filePath: chosen ?? '' });
    }, path);
  }

  /** A second start of the program, as by a file manager: it hands its files to the first and ends. */
  async startAgain(files: readonly string[]): Promise<void> {
    const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
    const child = spawn(testElectron(), [...sandbox, APP, ...files], {
      cwd: this.folder,
      stdio: 'ignore',
      env: { ...ownEnvironment(), ...this.variables(true) },
    });
    const code = await new Promise<number | null>((resolve) => child.once('exit', resolve));
    expect(code, 'the second start').toBe(0);
  }

  /** Drops files on the window as the file manager does. */
  async drop(files: readonly string[], at = { x: 400, y: 300 }): Promise<void> {
    const session = await this.page.context().newCDPSession(this.page);
    const data = { items: [], files: [...files], dragOperationsMask: 1 };
    for (const type of ['dragEnter', 'dragOver', 'drop'] as const)
      await session.send('Input.dispatchDragEvent', { type, ...at, data });
    await session.detach();
  }

  /**
   * With `--pictures`: takes the window in both themes, wide and narrow, as `screenshots/<name>-light.png`,
   * `-dark.png`, `-light-narrow.png` and `-dark-narrow.png`, and gives it its size again. With `--pictures=all` also
   * `-forced-…` and `-contrast-…`, and `-light-zoomed.png` at twice the size. Without, nothing.
   */
  async shoot(name: string): Promise<void> {
    if (!TAKES_PICTURES) return;
    await mkdir(SCREENSHOTS, { recursive: true });
    const before = await this.app.evaluate(({ BrowserWindow }) =>
      BrowserWindow.getAllWindows()[0]?.getBounds(),
    );
    const zoom = await this.zoomFactor();
    const take = async (words: string): Promise<void> => {
      await this.page.evaluate(untilNothingMoves);
      const path = join(SCREENSHOTS, `${name}-${words}.png`);
      // Playwright takes of a window that is shown large its first corner alone.
      if ((await this.zoomFactor()) === 1) await this.page.screenshot({ path, caret: 'hide' });
      else await this.capture(path);
    };
    const reducedMotion = 'reduce';
    for (const [mark, size] of Object.entries(SIZES)) {
      await this.resize(size.width, size.height);
      for (const colorScheme of SCHEMES) {
        await this.page.emulateMedia({ colorScheme, reducedMotion });
        await take(`${colorScheme}${mark}`);
      }
    }
    if (PICTURES === 'all') {
      // What a window that is shown large has no room for loses the focus.
      const focused = await this.page.evaluateHandle(() => document.activeElement);
      const { width, height } = SIZES[''];
      await this.page.emulateMedia({ colorScheme: 'light', reducedMotion });
      await this.zoom(2);
      await this.resize(width, height);
      await take('light-zoomed');
      await this.zoom(zoom);
      await this.resize(width, height);
      for (const [look, media] of Object.entries(LOOKS)) {
        for (const colorScheme of SCHEMES) {
          await this.page.emulateMedia({ colorScheme, reducedMotion, ...media });
          await take(`${look}-${colorScheme}`);
        }
      }
      await this.page.emulateMedia({ contrast: null, forcedColors: null });
      await focused.evaluate((part) => {
        if (part instanceof HTMLElement && part !== document.activeElement)
          part.focus({ preventScroll: true });
      });
    }
    await this.page.emulateMedia({ colorScheme: null, reducedMotion: null });
    if (before !== undefined) await this.resize(before.width, before.height);
    await this.page.evaluate(untilNothingMoves);
  }

  private zoomFactor(): Promise<number> {
    return this.app.evaluate(
      ({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.webContents.getZoomFactor() ?? 1,
    );
  }

  private async zoom(factor: number): Promise<void> {
    await this.app.evaluate(
      ({ BrowserWindow }, wanted) => BrowserWindow.getAllWindows()[0]?.webContents.setZoomFactor(wanted),
      factor,
    );
  }

  private async capture(path: string): Promise<void> {
    const picture = await this.app.evaluate(async ({ BrowserWindow }) =>
      (await BrowserWindow.getAllWindows()[0]?.webContents.capturePage())?.toPNG().toString('base64'),
    );
    await writeFile(path, Buffer.from(picture ?? '', 'base64'));
  }

  /** Ends the desktop as `kill -9` does. The engine lives on. */
  async kill(): Promise<void> {
    const { app } = this;
    await killAndWait(app);
    this.running.delete(app);
    this.current = null;
  }

  /** Closes the desktop in good order. */
  async close(): Promise<void> {
    const { app } = this;
    await closeOrKill(app);
    this.running.delete(app);
    this.current = null;
  }

  /** What the window shows, asked by the desktop: Playwright never speaks again to a page whose process was killed. */
  async transcriptText(): Promise<string> {
    return this.app.evaluate(async ({ BrowserWindow }) => {
      const shown: unknown =
        await BrowserWindow.getAllWindows()[0]?.webContents.executeJavaScript('document.body.innerText');
      return typeof shown === 'string' ? shown : '';
    });
  }

  /** The process that draws the window. */
  async pagePid(): Promise<number> {
    return this.app.evaluate(
      ({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.webContents.getOSProcessId() ?? 0,
    );
  }

  /** Ends the engine as `kill -9` does, and lets none start until {@link letEngineUp}: its folder is not private. */
  async holdEngineDown(): Promise<void> {
    const pid = await this.enginePid();
    await chmod(this.places.runtime, 0o755);
    process.kill(pid, 'SIGKILL');
  }

  async letEngineUp(): Promise<void> {
    await chmod(this.places.runtime, 0o700);
  }

  /** Waits until the desktop has ended by itself. */
  async closed(): Promise<void> {
    const { app } = this;
    const child = app.process();
    if (child.exitCode === null) await new Promise<void>((resolve) => child.once('exit', () => resolve()));
    this.running.delete(app);
    this.current = null;
  }

  /** The engine's process, as its status tells it. */
  async enginePid(): Promise<number> {
    const engine = await this.connect();
    try {
      return (await engine.request('engine.status', {})).pid;
    } finally {
      engine.dispose();
    }
  }

  /** Ends everything this test started. */
  async dispose(): Promise<void> {
    // At once: a question about edits that a test left would only hold it up.
    for (const app of this.running) await killAndWait(app);
    await this.stopEngine();
    await rm(this.folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }

  private variables(withPython: boolean): Record<string, string> {
    const all = { ...testVariables(this.home, this.profile), TZ: ZONE };
    return withPython ? all : { ...all, PATH: '/usr/local/bin:/usr/bin:/bin', JUPYTER_PATH: '' };
  }

  /** A client of the engine beside the window. */
  connect(): ReturnType<typeof connectEngine> {
    return connectEngine({ places: this.places, kind: 'cli', version: 'test', start: false, program: '' });
  }

  /** Ends the engine in good order; its kernels end with it. */
  stopEngine(): Promise<void> {
    return stopEngine(this.places);
  }

  private readonly watched = new WeakSet<Page>();

  private watch(page: Page): void {
    if (this.watched.has(page)) return;
    this.watched.add(page);
    page.setDefaultTimeout(ACTION_MS);
    page.on('console', (message) => {
      if (message.type() === 'error') this.problems.push(message.text());
    });
    page.on('pageerror', (error) => this.problems.push(error.stack ?? error.message));
  }
}

/** In the page: until every part has stood where it stands for a while, or moves because it has to. */
async function untilNothingMoves(): Promise<void> {
  const places = (): string =>
    Array.from(document.querySelectorAll('body *'), (part) => {
      const { x, y, width, height } = part.getBoundingClientRect();
      return `${x},${y},${width},${height}`;
    }).join(' ');
  let last = '';
  for (let still = 0, looks = 0; still < 4 && looks < 40; looks += 1) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    const now = places();
    still = now === last ? still + 1 : 0;
    last = now;
  }
}

async function killAndWait(app: ElectronApplication): Promise<void> {
  const child = app.process();
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.kill('SIGKILL');
  await ended;
}

async function closeOrKill(app: ElectronApplication): Promise<void> {
  const child = app.process();
  // A question about unsaved edits keeps a window open; nobody is here to answer it.
  const timer = setTimeout(() => child.kill('SIGKILL'), CLOSE_MS);
  try {
    await app.close();
  } finally {
    clearTimeout(timer);
  }
}

/** The test's own variables without those that would steer Electron or Watchbook. */
function ownEnvironment(): Record<string, string> {
  const entries = Object.entries(process.env).filter(
    ([name, value]) => value !== undefined && !/^(ELECTRON_|WATCHBOOK_|XDG_|NODE_OPTIONS$)/.test(name),
  );
  return Object.fromEntries(entries) as Record<string, string>;
}

/** `test` with a desktop of its own. A console error or a violation of the content policy fails it. */
export const test = base.extend<{ desktop: Desktop }>({
  // oxlint-disable-next-line no-empty-pattern -- Playwright reads the names of the fixtures from the pattern
  desktop: async ({}, use) => {
    const desktop = new Desktop(await mkdtemp(join(tmpdir(), 'watchbook-e2e-')));
    try {
      await use(desktop);
    } finally {
      await desktop.dispose();
    }
    expect(desktop.problems, 'errors on the console').toEqual([]);
  },
});

export { expect };

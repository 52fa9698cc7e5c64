import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { _electron, type ElectronApplication, type Page } from '@playwright/test';
import { Desktop } from '../support/app';
import { testElectron } from '../support/environment';

const BLANK = join(__dirname, '..', '..', 'test', 'bench', 'blank');
const PLAIN_TERMINAL = join(__dirname, '..', '..', 'test', 'bench', 'plain-terminal');

export interface OpenWindow {
  readonly app: ElectronApplication;
  readonly page: Page;
  /** From before the program was started until the page could be used. Milliseconds. */
  readonly startMs: number;
}

/** Starts a program of Electron's and waits until `isUsable` holds in its page, looked at each frame. */
export async function startWindow(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  isUsable: () => boolean,
): Promise<OpenWindow> {
  const started = Date.now();
  const app = await _electron.launch({
    executablePath: testElectron(),
    args: [...args],
    chromiumSandbox: process.getuid?.() !== 0,
    env: { ...ownEnvironment(), ...env },
  });
  const page = await app.firstWindow();
  await page.waitForFunction(isUsable);
  return { app, page, startMs: (await page.evaluate(() => Date.now())) - started };
}

/** A blank window, with a Chromium folder of its own. */
export async function blankWindow(folder: string): Promise<OpenWindow> {
  return startWindow([`--user-data-dir=${folder}`, BLANK], {}, () => document.readyState === 'complete');
}

/** A window with a program on a pty behind it and nothing between: see its `main.cjs`. */
export async function plainTerminal(folder: string): Promise<OpenWindow> {
  return startWindow(
    [`--user-data-dir=${folder}`, PLAIN_TERMINAL],
    {},
    () => document.readyState === 'complete',
  );
}

/** Does something with a desktop of its own, whose kernels find the tests' Python. */
export async function withDesktop<T>(work: (desktop: Desktop) => Promise<T>): Promise<T> {
  const desktop = new Desktop(await mkdtemp(join(tmpdir(), 'watchbook-bench-')));
  try {
    return await work(desktop);
  } finally {
    await desktop.dispose();
  }
}

export async function withFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'wb-bench-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}

function ownEnvironment(): Record<string, string> {
  const entries = Object.entries(process.env).filter(
    ([name, value]) => value !== undefined && !/^(ELECTRON_|WATCHBOOK_|XDG_|NODE_OPTIONS$)/.test(name),
  );
  return Object.fromEntries(entries) as Record<string, string>;
}

/** Memory that a process has, with its share of what it shares (PSS). Bytes. */
export async function memoryOf(pid: number): Promise<number> {
  if (process.platform !== 'linux') throw new Error('Memory is measured on Linux only.');
  const text = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8');
  return Number(/^Pss:\s+(\d+) kB/m.exec(text)?.[1] ?? Number.NaN) * 1024;
}

/** The process that draws the window's page. */
export async function rendererPid(app: ElectronApplication): Promise<number> {
  return app.evaluate(
    ({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.webContents.getOSProcessId() ?? 0,
  );
}

/** Lets the page throw away what it does not need, so that what is measured is what it holds. */
export async function collectGarbage(page: Page): Promise<void> {
  const session = await page.context().newCDPSession(page);
  await session.send('HeapProfiler.enable');
  await session.send('HeapProfiler.collectGarbage');
  await session.send('HeapProfiler.collectGarbage');
  await session.detach();
}

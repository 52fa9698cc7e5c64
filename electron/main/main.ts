import { randomBytes } from 'node:crypto';
import { isAbsolute, resolve } from 'node:path';
import { app, Menu } from 'electron';
import { describeMachine, findPlaces, makePlaces } from '../engine/places';
import { openLog } from '../engine/log';
import { DesktopWindow } from './desktop-window';
import { hardenAll, hardenDefaultSession } from './harden';
import { registerSchemes, serveSchemes } from './schemes';
import { readWindows, writeWindows, type WindowMemory } from './window-memory';

// As root Chromium can not use its sandbox; asked for all the same, no window would come.
if (!app.commandLine.hasSwitch('no-sandbox')) app.enableSandbox();
registerSchemes();
hardenAll();

const places = findPlaces(describeMachine());
// Each profile is an app of its own: its windows, its lock, its Chromium folder.
if (!app.commandLine.hasSwitch('user-data-dir') && process.env['WATCHBOOK_PROFILE'] !== undefined) {
  app.setPath('userData', `${places.state}/desktop`);
}

/** The files named on a command line: what looks like an option is one. */
function filesOf(argv: readonly string[], cwd: string): readonly string[] {
  const words = argv.slice(app.isPackaged ? 1 : 2).filter((arg) => !arg.startsWith('-'));
  return words
    .filter((word) => /\.ipynb$/i.test(word))
    .map((word) => (isAbsolute(word) ? word : resolve(cwd, word)));
}

async function main(): Promise<void> {
  await makePlaces(places);
  const log = openLog(places.state, 'desktop');
  await app.whenReady();
  hardenDefaultSession();
  serveSchemes(randomBytes(16).toString('base64'));
  // The window draws its own menu; without one on Linux and Windows start-up is quicker too.
  if (process.platform !== 'darwin') Menu.setApplicationMenu(null);

  const windows = new Set<DesktopWindow>();
  let isQuitting = false;
  let writing: Promise<void> = Promise.resolve();
  let timer: NodeJS.Timeout | null = null;
  const rememberSoon = (): void => {
    timer ??= setTimeout(() => {
      timer = null;
      remember([...windows].map((window) => window.remember()));
    }, 300);
  };
  const remember = (memories: readonly WindowMemory[]): void => {
    writing = writing
      .then(() => writeWindows(places.state, memories))
      .catch((error: unknown) => log.write(`windows are not remembered: ${String(error)}`));
  };
  const openWindow = (memory: WindowMemory | null): DesktopWindow => {
    const window = new DesktopWindow({
      places,
      memory,
      log: log.write,
      changed: rememberSoon,
      closed: (closed) => {
        // The last window is remembered as it was, so that the next start shows it again.
        if (windows.size > 1 && !isQuitting) {
          windows.delete(closed);
          rememberSoon();
        } else windows.delete(closed);
      },
    });
    windows.add(window);
    return window;
  };
  const openFiles = (files: readonly string[]): void => {
    const window =
      [...windows].find(({ browser }) => browser.isFocused()) ?? [...windows][0] ?? openWindow(null);
    for (const file of files) window.openFile(file);
    if (window.browser.isMinimized()) window.browser.restore();
    window.browser.focus();
  };

  const remembered = readWindows(places.state);
  for (const memory of remembered.length > 0 ? remembered : [null]) openWindow(memory);
  const files = filesOf(process.argv, process.cwd());
  if (files.length > 0) openFiles(files);

  app.on('second-instance', (_event, argv, cwd) => openFiles(filesOf(argv, cwd)));
  app.on('open-file', (event, path) => {
    event.preventDefault();
    openFiles([path]);
  });
  app.on('activate', () => {
    if (windows.size === 0) openWindow(null);
  });
  app.on('before-quit', () => (isQuitting = true));
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin') app.quit();
  });
  app.on('will-quit', (event) => {
    if (timer === null) return;
    event.preventDefault();
    clearTimeout(timer);
    timer = null;
    void writing.then(() => app.quit());
  });
}

if (app.requestSingleInstanceLock()) {
  main().catch((error: unknown) => {
    // Without a window there is only the terminal to say it on.
    process.stderr.write(
      `Watchbook could not start: ${error instanceof Error ? error.message : String(error)}\n`,
    );
    app.exit(1);
  });
} else app.quit();

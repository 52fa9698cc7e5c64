import { randomBytes } from 'node:crypto';
import { app, powerMonitor, powerSaveBlocker } from 'electron';
import { describeMachine, findPlaces, makePlaces } from '../engine/places';
import { openLog } from '../engine/log';
import { leaveAppImage, runCommandLine } from './app-image';
import { setApplicationMenu } from './application-menu';
import { DesktopWindow } from './desktop-window';
import { hardenAll, hardenDefaultSession } from './harden';
import type { LinkReading } from '../../shared/library/runbook-link';
import { FRAME_FOCUS_RULE } from '../../shared/notebook/outputs/frame-protocol';
import { givenFiles, givenLinks } from './policies/given-files';
import { KeepAwake } from './keep-awake';
import { Notifications } from './notifications';
import { OpenWindows } from './open-windows';
import { registerSchemes, serveSchemes } from './schemes';
import { readWindows, writeWindows, type WindowMemory } from './window-memory';

const command = leaveAppImage(process.env, process.argv.slice(1));
if (command !== null) process.exit(runCommandLine(command));

// As root Chromium can not use its sandbox; asked for all the same, no window would come.
if (!app.commandLine.hasSwitch('no-sandbox')) app.enableSandbox();
// Takes a right from frames, and gives nobody one. A page's own preferences would not reach the process of its frames.
app.commandLine.appendSwitch('enable-blink-features', FRAME_FOCUS_RULE);
registerSchemes();
hardenAll();

const places = findPlaces(describeMachine());
// Each profile is an app of its own: its windows, its lock, its Chromium folder.
if (!app.commandLine.hasSwitch('user-data-dir') && process.env['WATCHBOOK_PROFILE'] !== undefined) {
  app.setPath('userData', `${places.state}/desktop`);
}

/** The files named on a command line. Unpackaged, the folder of the app itself is one of its words. */
function filesOf(argv: readonly string[], cwd: string): readonly string[] {
  return givenFiles(argv.slice(1), cwd).filter((path) => app.isPackaged || path !== app.getAppPath());
}

async function main(): Promise<void> {
  await makePlaces(places);
  const log = openLog(places.state, 'desktop');
  await app.whenReady();
  await hardenDefaultSession();
  serveSchemes(randomBytes(16).toString('base64'));

  const windows = new OpenWindows<DesktopWindow>(
    (memories) => writeWindows(places.state, memories),
    log.write,
  );
  const notifications = new Notifications(log.write);
  const keepAwake = new KeepAwake(powerSaveBlocker);
  const openWindow = (memory: WindowMemory | null): DesktopWindow => {
    const window = new DesktopWindow({
      places,
      memory,
      log: log.write,
      openWindow: () => openWindow(null),
      notifications,
      keepAwake,
      isInFront: (path) => windows.all.some((one) => one.isInFrontWith(path)),
      changed: () => windows.changed(),
      isLast: (one) => windows.isLast(one),
      stays: () => windows.stays(),
      closed: (one) => windows.closed(one),
    });
    windows.add(window);
    return window;
  };
  const frontWindow = (): DesktopWindow =>
    windows.all.find(({ browser }) => browser.isFocused()) ?? windows.all[0] ?? openWindow(null);
  const openAll = (files: readonly string[], links: readonly LinkReading[]): void => {
    const window = frontWindow();
    for (const file of files) window.openFile(file);
    for (const link of links) window.openLink(link);
    if (window.browser.isMinimized()) window.browser.restore();
    window.browser.focus();
  };

  setApplicationMenu((command) => frontWindow().sendCommand(command));
  const remembered = readWindows(places.state);
  for (const memory of remembered.length > 0 ? remembered : [null]) openWindow(memory);
  const files = filesOf(process.argv, process.cwd());
  const links = givenLinks(process.argv.slice(1));
  if (files.length + links.length > 0) openAll(files, links);

  app.on('second-instance', (_event, argv, cwd) => openAll(filesOf(argv, cwd), givenLinks(argv.slice(1))));
  app.on('open-file', (event, path) => {
    event.preventDefault();
    openAll([path], []);
  });
  app.on('open-url', (event, url) => {
    event.preventDefault();
    openAll([], givenLinks([url]));
  });
  app.on('activate', () => {
    if (windows.all.length === 0) openWindow(null);
  });
  powerMonitor.on('resume', () => {
    for (const window of windows.all) window.awoke();
  });
  app.on('before-quit', () => windows.quits());
  app.on('window-all-closed', () => {
    // A question at a window stopped the quitting, and its answer was to go on.
    if (process.platform !== 'darwin' || windows.areClosing) app.quit();
  });
  app.on('will-quit', (event) => {
    if (!windows.isUnwritten) return;
    event.preventDefault();
    void windows.written().then(() => app.quit());
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

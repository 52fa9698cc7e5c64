import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { BrowserWindow, ipcMain, nativeTheme, screen, type IpcMainEvent } from 'electron';
import type { LinkReading } from '../../shared/library/runbook-link';
import type { WindowLayout } from '../../shared/rpc/desktop-contract';
import type { Places } from '../engine/places';
import { Bridge } from './bridge';
import { desktopHandlers } from './desktop-handlers';
import type { KeepAwake } from './keep-awake';
import type { Notifications, SystemNotice } from './notifications';
import { placeWindow, SMALLEST, type Bounds } from './place-window';
import { givenFiles } from './policies/given-files';
import { isAppOrigin } from './policies/permissions';
import type { WindowMemory } from './window-memory';

export interface DesktopWindowPorts {
  readonly places: Places;
  readonly memory: WindowMemory | null;
  readonly log: (message: string) => void;
  readonly openWindow: () => void;
  readonly notifications: Notifications;
  readonly keepAwake: KeepAwake;
  /** True while a window that has this file open is in front. */
  readonly isInFront: (path: string) => boolean;
  /** What this window shows, or where it is, changed. */
  readonly changed: () => void;
  readonly closed: (window: DesktopWindow) => void;
  /** True for the window that closes last, also while all of them are closed at once. */
  readonly isLast: (window: DesktopWindow) => boolean;
  /** A person was asked at the end of this window, and keeps it. */
  readonly stays: () => void;
}

/** A page that does not answer does not keep its window open. */
const CLOSE_ANSWER_MS = 60_000;
const DEAD_ANSWER_MS = 3_000;
/** What a person asks for by a press comes this soon after it, on a busy machine too. */
const PRESS_MS = 5_000;

/** One window: a sandboxed page, its bridge to the engine, and the question at its end. */
export class DesktopWindow {
  readonly browser: BrowserWindow;
  private readonly bridge: Bridge;
  private documents: readonly string[] = [];
  private active: string | null = null;
  private layout: WindowLayout | null = null;
  private unsaved = 0;
  private terminals = 0;
  private mayClose = false;
  private pressed = 0;
  private closeTimer: NodeJS.Timeout | null = null;
  /** The page was asked whether this window may close, and has not answered. */
  private isAsked = false;
  /** The page takes no keys and no clicks. */
  private isHung = false;
  private readonly pendingFiles: string[] = [];
  private opening: Promise<void> = Promise.resolve();
  private readonly pendingLinks: LinkReading[] = [];
  private readonly granted = new Set<string>();
  private isLoaded = false;

  constructor(private readonly ports: DesktopWindowPorts) {
    const { memory, places, log } = ports;
    this.documents = memory?.documents ?? [];
    this.active = memory?.active ?? null;
    this.layout = memory?.layout ?? null;
    this.browser = new BrowserWindow({
      ...placeWindow(boundsOf(memory), workAreas()),
      minWidth: SMALLEST.width,
      minHeight: SMALLEST.height,
      show: false,
      frame: process.platform === 'darwin',
      ...(process.platform === 'darwin' ? { titleBarStyle: 'hiddenInset' as const } : {}),
      backgroundColor: nativeTheme.shouldUseDarkColors ? '#181c20' : '#ffffff',
      title: 'Watchbook',
      webPreferences: {
        preload: join(__dirname, '..', 'preload', 'preload.cjs'),
        sandbox: true,
        contextIsolation: true,
        nodeIntegration: false,
        nodeIntegrationInSubFrames: false,
        nodeIntegrationInWorker: false,
        webSecurity: true,
        webviewTag: false,
        spellcheck: false,
      },
    });
    if (memory?.isMaximized === true) this.browser.maximize();
    this.bridge = new Bridge(
      this.browser,
      places,
      desktopHandlers({
        window: this.browser,
        stateFolder: places.state,
        settingsFile: join(places.config, 'settings.json'),
        granted: (path) => this.granted.add(path),
        isGranted: (path) => this.granted.has(path),
        openWindow: ports.openWindow,
        showing: (what) => this.showing(what),
        closeAnswered: (close) => this.closeAnswered(close),
        notify: (notice) => this.notify(notice),
        running: (isRunning) => ports.keepAwake.set(this, isRunning),
        takePress: () => this.takePress(),
      }),
      this.granted,
      log,
    );
    ipcMain.on('watchbook:ready', this.onReady);
    ipcMain.on('watchbook:dropped', this.onDropped);
    this.follow();
    this.browser
      .loadURL('app://watchbook/index.html')
      .catch((error: unknown) => log(`the page of a window did not load: ${String(error)}`));
  }

  /** Shows a file in this window, now or when its page is there. */
  openFile(path: string): void {
    // In their order, so that the last one is in front.
    if (this.isLoaded) this.opening = this.opening.then(() => this.openGiven(path));
    else this.pendingFiles.push(path);
    if (this.browser.isMinimized()) this.browser.restore();
    this.browser.focus();
  }

  /** Shows the runbook of a link, or says why not. */
  openLink(reading: LinkReading): void {
    if (!this.isLoaded) this.pendingLinks.push(reading);
    else if (reading.kind === 'link') this.bridge.send('desktop.openRunbook', reading.link);
    else this.bridge.send('desktop.linkRefused', { reason: reading.reason });
  }

  /** Gives the page a command of the application menu, by its id. */
  sendCommand(command: string): void {
    this.bridge.send('desktop.command', { command });
  }

  /** The machine slept, and goes on. */
  awoke(): void {
    this.bridge.send('desktop.awoke', {});
  }

  /** True while it is in front and has this file open. */
  isInFrontWith(path: string): boolean {
    return this.browser.isFocused() && this.documents.includes(path);
  }

  remember(): WindowMemory {
    const { x, y, width, height } = this.browser.getNormalBounds();
    const isMaximized = this.browser.isMaximized();
    const { active, layout } = this;
    return { x, y, width, height, isMaximized, documents: [...this.documents], active, layout };
  }

  /** A frame, another window or a page of elsewhere gets no port. */
  private readonly onReady = (event: IpcMainEvent): void => {
    if (event.sender !== this.browser.webContents) return;
    if (!this.isFromOurPage(event)) {
      this.ports.log('a port was asked for by a page that is not ours; it got none');
      return;
    }
    this.bridge.open();
    this.isLoaded = true;
    // The page that was asked is gone, and its question with it.
    if (this.isAsked) this.closeAnswered(false);
    this.tellState();
    const { active, layout } = this;
    this.bridge.send('desktop.restore', { documents: [...this.documents], active, layout });
    for (const path of this.pendingFiles.splice(0)) this.openFile(path);
    for (const reading of this.pendingLinks.splice(0)) this.openLink(reading);
  };

  /** Files dropped on the window: the preload knows their places, the page does not. */
  private readonly onDropped = (event: IpcMainEvent, paths: unknown): void => {
    if (event.sender !== this.browser.webContents || !this.isFromOurPage(event)) return;
    if (!Array.isArray(paths)) return;
    const words = paths.filter((path): path is string => typeof path === 'string');
    for (const path of givenFiles(words, '/')) this.openFile(path);
  };

  /** A folder is never made one of the library unasked; by dropping or naming it the person picked it. */
  private async openGiven(path: string): Promise<void> {
    // What is not there is said by the page, which tries to open it.
    const found = await stat(path).catch(() => null);
    if (found?.isDirectory() !== true) return this.bridge.send('desktop.open', { path });
    this.granted.add(path);
    this.bridge.send('desktop.folderDropped', { path });
    return undefined;
  }

  private notify(notice: SystemNotice): boolean {
    const { browser, ports } = this;
    if (browser.isFocused() || ports.isInFront(notice.path)) return false;
    return ports.notifications.show(notice, () => {
      if (browser.isDestroyed()) return;
      if (browser.isMinimized()) browser.restore();
      browser.show();
      browser.focus();
      this.bridge.send('desktop.goTo', { path: notice.path, cell: notice.cell });
    });
  }

  private isFromOurPage({ senderFrame }: IpcMainEvent): boolean {
    return (
      senderFrame !== null &&
      senderFrame === this.browser.webContents.mainFrame &&
      isAppOrigin(senderFrame.origin)
    );
  }

  private follow(): void {
    const { browser } = this;
    browser.once('ready-to-show', () => browser.show());
    for (const event of [
      'maximize',
      'unmaximize',
      'focus',
      'blur',
      'enter-full-screen',
      'leave-full-screen',
    ]) {
      browser.on(event as 'focus', () => this.tellState());
    }
    for (const event of ['resized', 'moved', 'maximize', 'unmaximize']) {
      browser.on(event as 'resized', () => this.ports.changed());
    }
    browser.on('close', (event) => this.onClose(event));
    browser.on('closed', () => {
      ipcMain.off('watchbook:ready', this.onReady);
      ipcMain.off('watchbook:dropped', this.onDropped);
      if (this.closeTimer !== null) clearTimeout(this.closeTimer);
      this.bridge.dispose();
      this.ports.keepAwake.set(this, false);
      this.ports.closed(this);
    });
    browser.webContents.on('input-event', (_event, { type }) => {
      if (type === 'mouseDown' || type === 'mouseUp' || type === 'keyDown' || type === 'rawKeyDown')
        this.pressed = Date.now();
    });
    browser.on('unresponsive', () => (this.isHung = true));
    browser.on('responsive', () => (this.isHung = false));
    browser.webContents.on('render-process-gone', (_event, { reason }) => {
      this.ports.log(`the page ended: ${reason}`);
      // The engine has everything; a fresh page shows it again.
      if (reason !== 'clean-exit' && !browser.isDestroyed()) browser.webContents.reload();
    });
  }

  /**
   * Unsaved edits, and in the last window terminals that are in use, are asked about in the window itself, which asks the
   * engine what is in use now. The question has no end of time but a dead page has.
   */
  private onClose(event: Electron.Event): void {
    const isLast = this.ports.isLast(this);
    const isDue = this.unsaved > 0 || (isLast && this.terminals > 0);
    if (this.mayClose || !isDue || !this.isLoaded || this.isHung) return;
    event.preventDefault();
    this.isAsked = true;
    this.bridge.send('desktop.closing', { isLast });
    const patience = this.browser.webContents.isCrashed() ? DEAD_ANSWER_MS : CLOSE_ANSWER_MS;
    if (this.closeTimer !== null) clearTimeout(this.closeTimer);
    this.closeTimer = setTimeout(() => {
      if (this.isHung || this.browser.webContents.isCrashed()) this.closeAnswered(true);
    }, patience);
  }

  private takePress(): boolean {
    const isNew = Date.now() - this.pressed < PRESS_MS;
    this.pressed = 0;
    return isNew;
  }

  private closeAnswered(close: boolean): void {
    if (this.closeTimer !== null) clearTimeout(this.closeTimer);
    this.isAsked = false;
    if (!close) return this.ports.stays();
    this.mayClose = true;
    this.browser.close();
  }

  private showing(what: Parameters<Parameters<typeof desktopHandlers>[0]['showing']>[0]): void {
    this.documents = what.documents;
    this.active = what.active;
    this.unsaved = what.unsaved;
    this.terminals = what.terminals;
    this.layout = what.layout;
    this.browser.setTitle(what.title);
    this.ports.changed();
  }

  private tellState(): void {
    const { browser } = this;
    this.bridge.send('desktop.windowState', {
      maximized: browser.isMaximized(),
      focused: browser.isFocused(),
      fullScreen: browser.isFullScreen(),
    });
  }
}

function boundsOf(memory: WindowMemory | null): Bounds | null {
  if (memory === null || memory.x === null || memory.y === null) return null;
  const { x, y, width, height } = memory;
  return { x, y, width, height };
}

/** The working areas of the screens, the main one first. */
function workAreas(): readonly Bounds[] {
  const main = screen.getPrimaryDisplay();
  return [main, ...screen.getAllDisplays().filter(({ id }) => id !== main.id)].map(
    ({ workArea }) => workArea,
  );
}

import '@xterm/xterm/css/xterm.css';
import { FitAddon } from '@xterm/addon-fit';
import { SearchAddon } from '@xterm/addon-search';
import { Unicode11Addon } from '@xterm/addon-unicode11';
import { WebLinksAddon } from '@xterm/addon-web-links';
import { Terminal } from '@xterm/xterm';
import { toWireError, WatchbookError } from '../../shared/rpc/errors';
import type { Client } from '../rpc/client';
import { CommandBlocks } from './command-blocks';
import type { Picked } from './command-picks';
import { letSpansHaveColours } from './colour-spans';
import { CommandSigns } from './command-signs';
import { drawByGpu, type TerminalGraphics } from './graphics';
import { addressTarget, fileLinkProvider, targetWords, type LinkTarget } from './link-provider';
import { ScreenFeed } from './screen-feed';
import { fontOf, matchColours, terminalTheme } from './terminal-theme';

export interface ScreenSettings {
  /** Empty for the one of sources. */
  readonly font: string;
  readonly fontSize: number;
  readonly blinks: boolean;
  readonly graphics: TerminalGraphics;
  readonly scrollback: number;
  readonly isForReaders: boolean;
}

export interface ScreenPorts {
  readonly client: Client;
  readonly terminal: string;
  readonly settings: ScreenSettings;
  readonly isMac: boolean;
  /** A link was clicked with the modifier; it is judged again where it is opened. */
  readonly openLink: (target: LinkTarget) => void;
  readonly copy: (text: string) => void;
  /** Something is to be pasted: it is looked at first. */
  readonly paste: (text: string) => void;
  readonly find: () => void;
  /** Past commands are selected; null when none are any more. */
  readonly picked: (picked: Picked | null) => void;
  /** The bar with what can be done with them; null while it is not drawn. */
  readonly bar: () => HTMLElement | null;
  readonly failed: (error: unknown) => void;
  readonly counted: (at: number, of: number) => void;
}

/** What is looked for on a screen; a pattern is a whole regular expression. */
export interface Search {
  readonly text: string;
  readonly isCaseSensitive: boolean;
  readonly isPattern: boolean;
}

letSpansHaveColours();

/** How long a pane must have kept its size before the program is told. Milliseconds. */
const RESIZE_MS = 60;

/** One terminal on the screen: xterm, drawn by WebGL where that works. It shows what the engine's screen shows. */
export class XtermScreen {
  private readonly terminal: Terminal;
  private readonly fit = new FitAddon();
  private readonly search = new SearchAddon({ highlightLimit: 1_000 });
  private readonly signs: CommandSigns;
  private readonly blocks: CommandBlocks;
  private readonly feed: ScreenFeed;
  private readonly offs: (() => void)[] = [];
  private resizing: ReturnType<typeof setTimeout> | null = null;
  private isDisposed = false;

  constructor(
    private readonly host: HTMLElement,
    private readonly ports: ScreenPorts,
  ) {
    const { settings } = ports;
    this.terminal = new Terminal({
      allowProposedApi: true,
      cursorBlink: settings.blinks,
      fontFamily: fontOf(host, settings.font),
      fontSize: settings.fontSize,
      lineHeight: 1.2,
      minimumContrastRatio: 4.5,
      scrollback: settings.scrollback,
      screenReaderMode: settings.isForReaders,
      theme: terminalTheme(host),
      // The shell's own word separators for a double click.
      wordSeparator: ' ()[]{}\'"`,;|&<>',
      linkHandler: {
        activate: (event, address, { start }) => this.follow(event, this.targetOf(address, start.y)),
        hover: (_, address, { start }) => this.hover(this.targetOf(address, start.y)),
        leave: () => this.hover(null),
        // Judged by us: all but the web and files are dead, and say so.
        allowNonHttpProtocols: true,
      },
    });
    this.terminal.loadAddon(this.fit);
    this.terminal.loadAddon(this.search);
    this.terminal.loadAddon(new Unicode11Addon());
    this.terminal.unicode.activeVersion = '11';
    this.terminal.loadAddon(
      new WebLinksAddon((event, address) => this.follow(event, addressTarget(address, null)), {
        hover: (_, address) => this.hover(addressTarget(address, null)),
        leave: () => this.hover(null),
      }),
    );
    this.terminal.open(host);
    drawByGpu(this.terminal, settings.graphics);
    this.signs = new CommandSigns(this.terminal, {
      picked: (command, isExtending) => {
        this.blocks.pick(command, isExtending);
        this.terminal.focus();
      },
      changed: () => this.blocks.changed(),
    });
    this.blocks = new CommandBlocks(this.terminal, this.signs, {
      terminal: ports.terminal,
      promptRow: () => this.feed.promptRow,
      picked: ports.picked,
      bar: ports.bar,
    });
    this.terminal.registerLinkProvider(
      fileLinkProvider(this.terminal, {
        commandAt: (row) => this.signs.commandAt(row),
        hover: (target) => this.hover(target),
        follow: (event, target) => this.follow(event, target),
      }),
    );
    this.terminal.attachCustomKeyEventHandler((event) => this.key(event));
    this.terminal.onData((data) => this.type(data));
    this.search.onDidChangeResults(({ resultIndex, resultCount }) =>
      ports.counted(resultIndex + 1, resultCount),
    );
    this.follows();
    const { client, terminal: id } = ports;
    this.feed = new ScreenFeed({
      client,
      terminal: id,
      grid: this.terminal,
      signs: this.signs,
      blocks: this.blocks,
      drawn: () => {
        host.dataset['drawn'] = '';
        this.fitNow();
      },
      failed: (error) => this.fail(error),
    });
  }

  focus(): void {
    this.terminal.focus();
  }

  /** Follows the settings and the window's theme. */
  show({ font, fontSize, blinks, scrollback, isForReaders }: ScreenSettings): void {
    const keepsMore = scrollback > (this.terminal.options.scrollback ?? 0);
    Object.assign(this.terminal.options, {
      fontFamily: fontOf(this.host, font),
      fontSize,
      cursorBlink: blinks,
      scrollback,
      screenReaderMode: isForReaders,
    });
    this.terminal.options.theme = terminalTheme(this.host);
    // Of a flood the engine sends what can be scrolled back to.
    if (keepsMore) void this.feed.attach();
    this.fitSoon();
  }

  /** The size that the program knows: another client may have set it. */
  showSize(columns: number, rows: number): void {
    if (!this.feed.isAttached || this.resizing !== null) return;
    if (columns !== this.terminal.cols || rows !== this.terminal.rows) this.terminal.resize(columns, rows);
  }

  /** Types a text as one paste: programs that ask for it are told that it is one. */
  paste(text: string): void {
    this.blocks.leave();
    this.terminal.paste(text);
    this.terminal.focus();
  }

  /** Types one line and ends it. */
  typeLine(line: string, isEnded: boolean): void {
    this.terminal.input(isEnded ? `${line}\r` : line);
  }

  /** Finds from where the last match is; an empty text ends the search. */
  findText({ text, isCaseSensitive, isPattern }: Search, by: 1 | -1, isTyped: boolean): void {
    if (text === '') {
      this.search.clearDecorations();
      this.ports.counted(0, 0);
      return;
    }
    const options = {
      decorations: matchColours(this.host),
      incremental: isTyped,
      caseSensitive: isCaseSensitive,
      regex: isPattern,
    };
    // Else it would go on showing what matched by other rules.
    if (isTyped) this.search.clearDecorations();
    if (by > 0) this.search.findNext(text, options);
    else this.search.findPrevious(text, options);
  }

  endSearch(): void {
    this.search.clearDecorations();
    this.terminal.clearSelection();
  }

  /** Forgets what can be scrolled back to, in the engine too. */
  clear(): void {
    const { client, terminal } = this.ports;
    this.ask(client.request('terminal.clear', { terminal }));
    this.signs.clear();
    this.blocks.leave();
    this.terminal.clear();
  }

  /** Its shell has ended: keys type nothing, and Tab leads on to what can be done. */
  end(): void {
    this.terminal.options.disableStdin = true;
  }

  get hasSelection(): boolean {
    return this.terminal.hasSelection();
  }

  selectAll(): void {
    this.terminal.selectAll();
  }

  copySelection(): void {
    if (this.terminal.hasSelection()) this.ports.copy(this.terminal.getSelection());
  }

  get hasCommands(): boolean {
    return this.terminal.buffer.active.type === 'normal';
  }

  /** Selects the command above or below; `isExtending` adds it to those that are selected. */
  stepCommand(by: 1 | -1, isExtending = false): void {
    this.blocks.step(by, isExtending);
  }

  /** Selects the command at a place of the page. False where there is none. */
  pickCommandAt(clientY: number): boolean {
    return this.blocks.pickAt(clientY);
  }

  /** Puts the bar of what is selected in its place. */
  placeBar(): void {
    this.blocks.draw();
  }

  leaveCommands(): void {
    this.blocks.leave();
  }

  dispose(): void {
    this.isDisposed = true;
    if (this.resizing !== null) clearTimeout(this.resizing);
    for (const off of this.offs) off();
    this.feed.dispose();
    this.blocks.dispose();
    this.terminal.dispose();
    this.host.replaceChildren();
  }

  private follows(): void {
    this.offs.push(
      this.ports.client.onDesktop('desktop.awoke', () => {
        // Some drivers lose what they hold while the machine sleeps.
        this.terminal.clearTextureAtlas();
        this.terminal.refresh(0, this.terminal.rows - 1);
      }),
    );
    const sizes = new ResizeObserver(() => this.fitSoon());
    sizes.observe(this.host);
    this.offs.push(() => sizes.disconnect());
    const onPaste = (event: ClipboardEvent): void => {
      event.preventDefault();
      event.stopPropagation();
      const text = event.clipboardData?.getData('text/plain') ?? '';
      if (text !== '') this.ports.paste(text);
    };
    this.host.addEventListener('paste', onPaste, { capture: true });
    this.offs.push(() => this.host.removeEventListener('paste', onPaste, { capture: true }));
  }

  /** False: xterm does nothing with the key. All else is the shell's. */
  private key(event: KeyboardEvent): boolean {
    if (event.type !== 'keydown') return true;
    if (event.key === 'Tab' && this.terminal.options.disableStdin === true) return false;
    const isOurs = this.ports.isMac
      ? event.metaKey && !event.ctrlKey && !event.altKey
      : event.ctrlKey && event.shiftKey && !event.altKey;
    const letter = event.key.toLowerCase();
    const picked = this.blocks.keyOf(event);
    if (picked !== null) return this.taken(event, picked);
    if (isOurs && letter === 'c') return this.taken(event, () => this.copySelection());
    if (isOurs && letter === 'f') return this.taken(event, () => this.ports.find());
    // The page's own paste follows, which brings the text.
    if (isOurs && letter === 'v') return false;
    this.blocks.typed(event);
    return true;
  }

  private taken(event: KeyboardEvent, act: () => void): false {
    event.preventDefault();
    event.stopPropagation();
    act();
    return false;
  }

  private targetOf(address: string, row: number): LinkTarget {
    return addressTarget(address, this.signs.commandAt(row - 1));
  }

  private hover(target: LinkTarget | null): void {
    if (target === null) this.host.removeAttribute('title');
    else this.host.title = targetWords(target, this.ports.isMac);
  }

  private follow(event: MouseEvent, target: LinkTarget): void {
    if (this.ports.isMac ? event.metaKey : event.ctrlKey) this.ports.openLink(target);
  }

  private fitSoon(): void {
    if (this.resizing !== null) clearTimeout(this.resizing);
    this.resizing = setTimeout(() => {
      this.resizing = null;
      this.fitNow();
    }, RESIZE_MS);
  }

  private fitNow(): void {
    const size = this.fit.proposeDimensions();
    if (this.isDisposed || !this.feed.isAttached || size === undefined) return;
    const { cols, rows } = size;
    if (!(cols >= 2 && rows >= 1) || this.host.offsetParent === null) return;
    const { viewportY, baseY } = this.terminal.buffer.active;
    if (cols !== this.terminal.cols || rows !== this.terminal.rows) this.terminal.resize(cols, rows);
    // Who looked at the end goes on doing so.
    if (viewportY >= baseY) this.terminal.scrollToBottom();
    const { client, terminal } = this.ports;
    client.request('terminal.resize', { terminal, columns: cols, rows }).catch((error: unknown) => {
      // It is measured again when the connection is back.
      if (toWireError(error).code !== 'engine-lost') this.fail(error);
    });
  }

  private ask(answer: Promise<unknown>): void {
    answer.catch((error: unknown) => this.fail(error));
  }

  private fail(error: unknown): void {
    if (!this.isDisposed) this.ports.failed(error);
  }

  /** What is typed while nobody hears it is said; it must not be typed later into what is then there. */
  private type(data: string): void {
    const { client, terminal } = this.ports;
    client.request('terminal.write', { terminal, data }).catch((error: unknown) => {
      const isLost = toWireError(error).code === 'engine-lost';
      this.fail(isLost ? unheard() : error);
    });
  }
}

function unheard(): WatchbookError {
  return new WatchbookError(
    'engine-lost',
    'There is no connection to the engine: what is typed now does not arrive. What the terminal shows is kept. It is being tried again.',
    { retryable: true },
  );
}

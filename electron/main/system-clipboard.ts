import { clipboard, ClipboardItem } from 'electron';
import type { ClipboardTexts } from '../../shared/notebook/clipboard-cells';

/** The calls of Electron before it took over those of the web, which wait for nothing. */
interface EarlierClipboard {
  write(data: ClipboardTexts): void;
  readHTML(): string;
}

function earlier(): EarlierClipboard | null {
  return 'readHTML' in clipboard ? (clipboard as unknown as EarlierClipboard) : null;
}

/** Puts one text in two forms on the system's clipboard; each program takes the one it can use. */
export async function writeTexts(texts: ClipboardTexts): Promise<void> {
  const old = earlier();
  if (old !== null) return old.write(texts);
  return clipboard.write([new ClipboardItem({ 'text/plain': texts.text, 'text/html': texts.html })]);
}

/** What the system's clipboard holds as plain text and as HTML; empty where it holds none. */
export async function readTexts(): Promise<ClipboardTexts> {
  const text = await clipboard.readText();
  const old = earlier();
  if (old !== null) return { text, html: old.readHTML() };
  const item = (await clipboard.read()).find(({ types }) => types.includes('text/html'));
  const html = await item?.getType('text/html');
  return { text, html: html === undefined ? '' : await html.text() };
}

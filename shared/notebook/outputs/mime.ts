import type { Json, JsonObject } from '../../rpc/contract';
import type { MimeBundle } from '../model';
import { WIDGET_VIEW_MIME } from '../widgets/widget-mimes';

/**
 * Where an output is drawn: in the page (`dom`), as text, sanitised or checked, or in the sandboxed frame.
 *
 * What could run or style anything is never drawn in the page, made here or not.
 */
export type MimePlace = 'dom' | 'frame';

/** How a MIME type is drawn. */
export type MimeDrawing =
  'markdown' | 'latex' | 'picture' | 'json' | 'text' | 'html' | 'svg' | 'script' | LibraryDrawing;

/** Drawn from data by our code and a library in the frame, always under the still policy. */
export const LIBRARY_DRAWINGS = ['widget', 'plotly', 'vega', 'vega-lite', 'media', 'mermaid'] as const;
export type LibraryDrawing = (typeof LIBRARY_DRAWINGS)[number];

/** The drawings that have a frame of their own. */
export type FramedDrawing = 'html' | 'svg' | 'script' | LibraryDrawing;

export function isLibraryDrawing(drawing: MimeDrawing): drawing is LibraryDrawing {
  return (LIBRARY_DRAWINGS as readonly string[]).includes(drawing);
}

/** True for what is drawn in a frame. */
export function isFramed(drawing: MimeDrawing): drawing is FramedDrawing {
  return drawing === 'html' || drawing === 'svg' || drawing === 'script' || isLibraryDrawing(drawing);
}

export interface MimeRule {
  readonly mime: string;
  readonly place: MimePlace;
  readonly drawing: MimeDrawing;
}

/** Richest first, as in JupyterLab; the first that is in the bundle is drawn. */
export const MIME_RULES: readonly MimeRule[] = [
  { mime: WIDGET_VIEW_MIME, place: 'frame', drawing: 'widget' },
  { mime: 'application/vnd.plotly.v1+json', place: 'frame', drawing: 'plotly' },
  ...versions('vega', 'vega'),
  ...versions('vegalite', 'vega-lite'),
  { mime: 'text/vnd.mermaid', place: 'frame', drawing: 'mermaid' },
  { mime: 'text/html', place: 'frame', drawing: 'html' },
  { mime: 'text/markdown', place: 'dom', drawing: 'markdown' },
  { mime: 'image/svg+xml', place: 'frame', drawing: 'svg' },
  { mime: 'text/latex', place: 'dom', drawing: 'latex' },
  { mime: 'image/png', place: 'dom', drawing: 'picture' },
  { mime: 'image/jpeg', place: 'dom', drawing: 'picture' },
  { mime: 'image/gif', place: 'dom', drawing: 'picture' },
  { mime: 'application/json', place: 'dom', drawing: 'json' },
  { mime: 'application/geo+json', place: 'dom', drawing: 'json' },
  ...['audio/wav', 'audio/mpeg', 'audio/ogg', 'video/mp4', 'video/webm', 'video/ogg'].map(
    (mime): MimeRule => ({ mime, place: 'frame', drawing: 'media' }),
  ),
  { mime: 'application/javascript', place: 'frame', drawing: 'script' },
  { mime: 'text/plain', place: 'dom', drawing: 'text' },
];

/** The newest first: a bundle may hold several. */
function versions(name: string, drawing: 'vega' | 'vega-lite'): readonly MimeRule[] {
  return [6, 5, 4, 3].map((version) => ({
    mime: `application/vnd.${name}.v${version}+json`,
    place: 'frame',
    drawing,
  }));
}

/** True for types whose value is JSON and not text (nbformat 4.5). */
export function isJsonMime(mime: string): boolean {
  return /^application\/(?:[^;]*\+)?json$/i.test(mime);
}

/** What to draw of a bundle; null when nothing in it can be drawn here. Only own members count. */
export function chooseMime(types: Iterable<string>): MimeRule | null {
  const there = new Set(types);
  return MIME_RULES.find(({ mime }) => there.has(mime)) ?? null;
}

/** Types of a bundle that are richer than what is drawn of it, or unknown: named where only a fallback is shown. */
export function undrawnMimes(types: Iterable<string>): readonly string[] {
  return [...types].filter((mime) => !MIME_RULES.some((rule) => rule.mime === mime));
}

/**
 * A MIME bundle as a kernel or file has it, in the model's form: text joined, anything impossible left out.
 *
 * Members keep their names, also `__proto__`: they are defined, never assigned.
 */
export function mimeBundle(data: unknown): MimeBundle {
  if (typeof data !== 'object' || data === null || Array.isArray(data)) return {};
  const members = Object.entries(data as JsonObject).flatMap(([mime, value]): [string, Json][] => {
    if (value === undefined) return [];
    if (!isJsonMime(mime) && Array.isArray(value) && value.every((line) => typeof line === 'string')) {
      return [[mime, value.join('')]];
    }
    return [[mime, value]];
  });
  return Object.fromEntries(members);
}

/** Characters of a value as it travels; good enough to decide what is large. */
export function valueSize(value: Json): number {
  return typeof value === 'string' ? value.length : JSON.stringify(value).length;
}

const BASE64 = /^[A-Za-z0-9+/\s]*={0,2}\s*$/;
const SIGNATURES: Readonly<Record<string, readonly string[]>> = {
  'image/png': ['iVBORw0KGgo'],
  'image/jpeg': ['/9j/'],
  'image/gif': ['R0lGODdh', 'R0lGODlh'],
};

/**
 * The data URL of a picture in base64, or null when it is not what its type says.
 *
 * Only PNG, JPEG and GIF, by their first bytes: what a browser would sniff as something else is not drawn.
 */
export function pictureUrl(mime: string, value: Json): string | null {
  if (typeof value !== 'string' || !BASE64.test(value)) return null;
  const data = value.replace(/\s+/g, '');
  const signatures = Object.hasOwn(SIGNATURES, mime) ? SIGNATURES[mime] : undefined;
  return signatures?.some((signature) => data.startsWith(signature)) === true
    ? `data:${mime};base64,${data}`
    : null;
}

import { memo, useState, type JSX } from 'react';
import { pictureUrl } from '../../../shared/notebook/outputs/mime';
import { pictureSize } from '../../../shared/notebook/outputs/picture-size';
import type { Json, JsonObject } from '../../../shared/rpc/contract';

const LONGEST_ALT = 500;

/** What a picture shows, in words: as its author put it, else its text fallback. */
function altOf(metadata: JsonObject, mime: string, text: Json | undefined): string {
  const own = metadata[mime];
  const from = typeof own === 'object' && own !== null && !Array.isArray(own) ? (own as JsonObject) : {};
  const alt = [from['alt'], metadata['alt'], text].find(
    (one) => typeof one === 'string' && one.trim() !== '',
  );
  const words = typeof alt === 'string' ? alt.trim() : '';
  return words === '' || /^<IPython\b/.test(words) ? 'Picture' : words.slice(0, LONGEST_ALT);
}

/** The side of the page a transparent picture asks for, as Jupyter's `needs_background`. */
function backgroundOf(metadata: JsonObject, mime: string): 'light' | 'dark' | undefined {
  const own = metadata[mime];
  const from =
    typeof own === 'object' && own !== null && !Array.isArray(own) ? (own as JsonObject) : metadata;
  const wish = from['needs_background'];
  return wish === 'light' || wish === 'dark' ? wish : undefined;
}

/** A PNG, JPEG or GIF, in its place before it is decoded. */
export const Picture = memo(function Picture(props: {
  readonly mime: string;
  readonly value: Json;
  readonly metadata: JsonObject;
  readonly text: Json | undefined;
  /** How tall it is on screen, in pixels. */
  readonly onHeight: (height: number) => void;
}): JSX.Element {
  const { mime, value, metadata, text, onHeight } = props;
  const [broken, setBroken] = useState<string | null>(null);
  const url = pictureUrl(mime, value);
  const kind = mime.replace('image/', '').toUpperCase();
  if (url === null || url === broken) {
    return (
      <p className="out-note">
        The picture is damaged, or not the {kind} it says it is. Save it to look at it elsewhere.
      </p>
    );
  }
  const size = pictureSize(metadata, mime, url.slice(url.indexOf(',') + 1));
  return (
    <img
      className="out-picture"
      src={url}
      alt={altOf(metadata, mime, text)}
      width={size?.width}
      height={size?.height}
      data-ground={backgroundOf(metadata, mime)}
      decoding="async"
      draggable={false}
      onLoad={({ currentTarget }) => onHeight(currentTarget.offsetHeight)}
      onError={() => setBroken(url)}
    />
  );
});

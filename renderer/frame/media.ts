import { objectOf, type Drawn, type LibraryPlace } from './libraries';

/** Shows sound or film that is in the output itself. `{mime, data}`, with the data in base64. */
export async function drawMedia({ content, place }: LibraryPlace): Promise<Drawn> {
  const { mime, data } = objectOf(content, 'sound or film');
  if (typeof mime !== 'string' || !/^(?:audio|video)\/[a-z0-9]+$/.test(mime) || typeof data !== 'string') {
    throw new Error('The sound or film in this output is damaged.');
  }
  const player = document.createElement(mime.startsWith('audio/') ? 'audio' : 'video');
  player.controls = true;
  player.preload = 'metadata';
  player.src = `data:${mime};base64,${data.replace(/\s+/g, '')}`;
  place.append(player);
  return { theme: () => undefined, dispose: () => player.remove() };
}

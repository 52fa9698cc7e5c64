import { describe, expect, it } from 'vitest';
import { guessFrameHeight } from '../../../shared/notebook/outputs/frame-height';
import { toFrameSchema } from '../../../shared/notebook/outputs/frame-protocol';
import { chooseMime, isFramed, isLibraryDrawing } from '../../../shared/notebook/outputs/mime';

describe('what a library draws', () => {
  it('goes before the text and the HTML that come with it', () => {
    const plotly = 'application/vnd.plotly.v1+json';
    expect(chooseMime(['text/plain', 'text/html', plotly])?.drawing).toBe('plotly');
    for (const version of [3, 4, 5, 6]) {
      const lite = `application/vnd.vegalite.v${version}+json`;
      expect(chooseMime(['text/plain', 'image/png', lite])?.drawing).toBe('vega-lite');
      expect(chooseMime([`application/vnd.vega.v${version}+json`])?.drawing).toBe('vega');
    }
  });

  it('is none for a map, which is shown as what it is made of', () => {
    expect(chooseMime(['text/plain', 'application/geo+json'])?.drawing).toBe('json');
  });

  it('is not chosen by a version that was never seen', () => {
    expect(chooseMime(['text/plain', 'application/vnd.vegalite.v99+json'])?.drawing).toBe('text');
    expect(chooseMime(['application/vnd.plotly.v1+json; x=y'])).toBeNull();
  });

  it('is sound and film in the output itself', () => {
    expect(chooseMime(['audio/wav', 'text/plain'])?.drawing).toBe('media');
    expect(chooseMime(['video/mp4'])?.drawing).toBe('media');
  });

  it('has a frame, and a height that it can have', () => {
    for (const drawing of ['plotly', 'vega', 'vega-lite', 'media'] as const) {
      expect(isFramed(drawing) && isLibraryDrawing(drawing)).toBe(true);
      expect(guessFrameHeight(drawing, '{}')).toBeGreaterThan(20);
    }
    expect(isLibraryDrawing('html')).toBe(false);
  });

  it('is a message that a frame takes', () => {
    const theme = { scheme: 'dark', tokens: { '--text-primary': '#fff' } } as const;
    const message = { v: 1, t: 'show', drawing: 'vega', content: '{}', policy: 'still', theme };
    expect(toFrameSchema.safeParse(message).success).toBe(true);
    expect(toFrameSchema.safeParse({ ...message, drawing: 'applet' }).success).toBe(false);
  });
});

import { EditorState } from '@codemirror/state';
import { describe, expect, it } from 'vitest';
import { signatureOf } from '../../../renderer/notebook/code/inspection';
import { rectangleRanges } from '../../../renderer/notebook/code/rectangle-selection';

describe('a rectangle of the mouse', () => {
  const state = EditorState.create({ doc: 'abcdef\nab\n\nabcd\n\tx', extensions: EditorState.tabSize.of(4) });
  const texts = (from: [number, number], to: [number, number]): readonly string[] =>
    rectangleRanges(state, { line: from[0], column: from[1] }, { line: to[0], column: to[1] }).map(
      ({ anchor, head }) => state.sliceDoc(Math.min(anchor, head), Math.max(anchor, head)),
    );

  it('takes the columns between its corners, of lines that reach them', () => {
    expect(texts([1, 1], [4, 3])).toEqual(['bc', 'b', 'bc']);
    expect(texts([1, 3], [4, 5])).toEqual(['de', 'd']);
    expect(texts([1, 0], [3, 2])).toEqual(['ab', 'ab', '']);
  });

  it('is the same from every corner', () => {
    expect(texts([4, 3], [1, 1])).toEqual(['bc', 'b', 'bc']);
    expect(texts([4, 1], [1, 3])).toEqual(['bc', 'b', 'bc']);
  });

  it('counts a tab by its width', () => {
    expect(texts([5, 4], [5, 5])).toEqual(['x']);
  });
});

describe('the signature out of a documentation', () => {
  it.each([
    ['Signature: f(a, b=1)\nDocstring: Does it.', 'f(a, b=1)'],
    [
      '\u001b[0;31mSignature:\u001b[0m \nf(\n    a,\n) -> int\n\u001b[0;31mDocstring:\u001b[0m Does it.',
      'f(\n    a,\n) -> int',
    ],
    ['Init signature: C(x)\nDocstring:      \nMakes one.', 'C(x)'],
    ['Call signature: c(y)', 'c(y)'],
    ['Type: int\nString form: 1', 'Type: int\nString form: 1'],
  ])('%j', (text, signature) => {
    expect(signatureOf(text)).toBe(signature);
  });
});

import { EditorState } from '@codemirror/state';
import { keymap } from '@codemirror/view';
import { describe, expect, it } from 'vitest';
import { editorKeys } from '../../../renderer/notebook/code/editor-keys';
import { SOURCE_KEYS } from '../../../renderer/notebook/source-keys';
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

describe('the keys of a source that the help lists', () => {
  /** The same for every order of modifiers; CodeMirror writes Ctrl where it means Mod outside of macOS. */
  const plain = (key: string): string => {
    const parts = key.replace(/^Ctrl-/, 'Mod-').split('-');
    return [...parts.slice(0, -1).toSorted(), parts.at(-1)?.toLowerCase()].join('-');
  };
  const nothing = (): Promise<null> => Promise.resolve(null);
  const state = EditorState.create({ extensions: editorKeys({ language: 'python', inspect: nothing }) });
  const held = new Set(
    state
      .facet(keymap)
      .flat()
      .map(({ key }) => plain(key ?? '')),
  );
  // The system's own, which the page does by itself.
  const bySystem = ['source:copy-text', 'source:cut-text', 'source:paste-text'];

  it.each(SOURCE_KEYS.filter(({ id }) => !bySystem.includes(id)))('$title', ({ keys }) => {
    for (const key of keys) expect(held).toContain(plain(key));
  });
});

import { describe, expect, it } from 'vitest';
import {
  errorWords,
  failingFrame,
  headingLines,
  tracebackFrames,
} from '../../../shared/notebook/outputs/traceback';

const IPYTHON = `\u001b[31m---------------------------------------------------------------------------\u001b[39m
\u001b[31mZeroDivisionError\u001b[39m                         Traceback (most recent call last)
\u001b[36mCell\u001b[39m\u001b[36m \u001b[39m\u001b[32mIn[17]\u001b[39m\u001b[32m, line 8\u001b[39m
\u001b[32m      5\u001b[39m \u001b[38;5;28;01mdef\u001b[39;00m wait(pods):
\u001b[32m----> \u001b[39m\u001b[32m8\u001b[39m wait({'ready': 1})

\u001b[36mCell\u001b[39m\u001b[36m \u001b[39m\u001b[32mIn[17]\u001b[39m\u001b[32m, line 3\u001b[39m, in \u001b[36mready\u001b[39m\u001b[34m(pods)\u001b[39m
\u001b[32m----> \u001b[39m\u001b[32m3\u001b[39m     \u001b[38;5;28;01mreturn\u001b[39;00m pods['ready'] / 0

File \u001b[32m~/lib/deploy.py:41\u001b[39m, in \u001b[36mroll\u001b[39m\u001b[34m(name)\u001b[39m
\u001b[32m     40\u001b[39m check(name)
\u001b[32m---> \u001b[39m\u001b[32m41\u001b[39m raise RolloutTimeout(name)

\u001b[31mZeroDivisionError\u001b[39m: division by zero`;

describe('the calls of a traceback', () => {
  it('are found in IPython, through its colours', () => {
    const frames = tracebackFrames(IPYTHON);
    expect(frames.map(({ isCell, hit }) => [isCell, hit?.line, hit?.source])).toEqual([
      [true, 8, "wait({'ready': 1})"],
      [true, 3, "return pods['ready'] / 0"],
      [false, 41, 'raise RolloutTimeout(name)'],
    ]);
    expect(frames[2]?.head).toBe('File ~/lib/deploy.py:41, in roll(name)');
    const lines = IPYTHON.split('\n');
    for (const { hit } of frames) expect(lines[hit?.at ?? -1]).toContain(hit?.source.slice(-3));
  });

  it('the innermost in a cell is the one to show', () => {
    expect(failingFrame(tracebackFrames(IPYTHON))?.hit?.line).toBe(3);
    expect(failingFrame([])).toBeNull();
  });

  it('stand below a heading that repeats the error’s name', () => {
    expect(headingLines(IPYTHON)).toBe(2);
    expect(headingLines('  Cell In[1], line 2\n    x = = 1')).toBe(0);
  });

  it('are found in a syntax error, where no arrow points', () => {
    const frames = tracebackFrames(
      '  Cell In[1], line 2\n    x = = 1\n        ^\nSyntaxError: invalid syntax',
    );
    expect(frames[0]?.hit).toEqual({ at: 1, line: 2, source: 'x = = 1' });
  });

  it('are found as older kernels and plain Python wrote them', () => {
    const old = tracebackFrames('<ipython-input-3-ab12> in <module>\n      1 import x\n----> 2 x.go()\n');
    expect(old[0]).toMatchObject({ isCell: true, hit: { line: 2, source: 'x.go()' } });
    const plain = tracebackFrames(
      'Traceback (most recent call last):\n  File "/srv/a.py", line 9, in <module>\n    go()\n',
    );
    expect(plain[0]).toMatchObject({ isCell: false, hit: { line: 9, source: 'go()' } });
  });

  it('are none in the words of other languages', () => {
    expect(tracebackFrames('Error in f(1): boom\nCalls: <Anonymous> -> f')).toEqual([]);
    expect(tracebackFrames('exit status 7')).toEqual([]);
    expect(tracebackFrames('')).toEqual([]);
  });
});

describe('the words of an error', () => {
  it('are bounded, and without colours', () => {
    expect(errorWords('\u001b[31mboom\u001b[0m')).toEqual({ text: 'boom', isCut: false });
    expect(errorWords('x'.repeat(1_000_000))).toMatchObject({ isCut: true });
    expect(errorWords(Array.from({ length: 50 }, () => 'a').join('\n')).text.split('\n')).toHaveLength(8);
  });
});

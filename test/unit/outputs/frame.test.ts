import { describe, expect, it } from 'vitest';
import { FrameGate } from '../../../shared/notebook/outputs/frame-gate';
import { FrameHeight } from '../../../shared/notebook/outputs/frame-height';
import {
  FRAME_BURST,
  FRAME_CONTENT_POLICIES,
  FRAME_MAX_HEIGHT,
  FRAME_NONCE,
  FRAME_SANDBOX,
} from '../../../shared/notebook/outputs/frame-protocol';

describe('the policies of output frames', () => {
  it('let nothing in that would open the sandbox', () => {
    expect(FRAME_SANDBOX.split(' ')).toEqual(['allow-scripts']);
  });

  it('have no network, and under still no script but ours', () => {
    for (const policy of Object.values(FRAME_CONTENT_POLICIES)) {
      expect(policy).toMatch(/^default-src 'none';/);
      expect(policy).toContain("connect-src 'none'");
      expect(policy).toContain("form-action 'none'");
      expect(policy).not.toMatch(/https?:|\*|unsafe-eval/);
    }
    const scripts = (policy: string): string | undefined => /script-src ([^;]*)/.exec(policy)?.[1];
    expect(scripts(FRAME_CONTENT_POLICIES.still)).toBe("'self'");
    expect(scripts(FRAME_CONTENT_POLICIES.live)).toBe("'self' 'unsafe-inline'");
    // No handler and no inline script: a nonce is for elements that say it, and is new with each load.
    expect(scripts(FRAME_CONTENT_POLICIES.code)).toBe(`'self' 'nonce-${FRAME_NONCE}' blob:`);
  });
});

describe('messages of a frame', () => {
  const size = { v: 1, t: 'size', height: 10 };

  it('are taken when they are of the agreed form', () => {
    const gate = new FrameGate();
    expect(gate.judge(() => size, 0)).toEqual({ kind: 'take', message: size });
    expect(gate.judge(() => ({ v: 1, t: 'escape' }), 0).kind).toBe('take');
  });

  it.each([
    ['another version', { v: 2, t: 'ready' }],
    ['an unknown kind', { v: 1, t: 'run', cell: 'a' }],
    ['a member too many', { v: 1, t: 'ready', payload: 'x'.repeat(1_000_000) }],
    ['a height that is none', { v: 1, t: 'size', height: Number.NaN }],
    ['an endless link', { v: 1, t: 'link', href: 'x'.repeat(100_000) }],
    ['a text', 'ready'],
    ['nothing', null],
    ['a polluted prototype', JSON.parse('{"__proto__": {"v": 1, "t": "ready"}}')],
  ])('stop it for good: %s', (_name, message) => {
    const gate = new FrameGate();
    expect(gate.judge(() => message, 0).kind).toBe('stop');
    expect(gate.judge(() => size, 60_000).kind).toBe('stop');
  });

  it('are not even read when there are too many', () => {
    const gate = new FrameGate();
    let read = 0;
    const verdicts = Array.from({ length: 100_000 }, (_, index) =>
      gate.judge(() => {
        read += 1;
        return size;
      }, index / 100),
    );
    expect(verdicts.at(-1)).toEqual({ kind: 'stop', reason: 'it sent too many messages' });
    expect(read).toBeLessThan(FRAME_BURST + 60);
  });

  it('may go on for ever at a calm rate', () => {
    const gate = new FrameGate();
    for (let second = 0; second < 1_000; second += 1) {
      for (let one = 0; one < 30; one += 1)
        expect(gate.judge(() => size, second * 1_000 + one).kind).toBe('take');
    }
  });
});

describe('the height of a frame', () => {
  it('follows the content up to a bound', () => {
    const frame = new FrameHeight(100);
    expect(frame.report(240.2, 0)).toBe(241);
    expect(frame.report(1e6, 100)).toBe(FRAME_MAX_HEIGHT);
    expect(frame.report(0, 200)).toBeGreaterThan(0);
  });

  it('comes to rest at the tallest when the content does not', () => {
    const frame = new FrameHeight(100);
    const heights = Array.from({ length: 2_000 }, (_, index) =>
      frame.report(index % 2 === 0 ? 200 : 400, index * 16),
    );
    expect(new Set(heights.slice(100))).toEqual(new Set([400]));
  });
});

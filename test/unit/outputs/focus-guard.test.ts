import { describe, expect, it } from 'vitest';
import { isFocusWanted, type FocusSigns } from '../../../renderer/notebook/outputs/focus-guard';

const AWAY: FocusSigns = {
  isPointerOver: false,
  cameOver: false,
  sinceTabMs: Infinity,
  sinceKeyMs: Infinity,
  isLeft: false,
};

describe('the focus of a frame', () => {
  it('is wanted by Tab, and by the pointer that is over it', () => {
    expect(isFocusWanted({ ...AWAY, sinceTabMs: 20, sinceKeyMs: 20 })).toBe(true);
    expect(isFocusWanted({ ...AWAY, isPointerOver: true })).toBe(true);
    expect(isFocusWanted({ ...AWAY, isPointerOver: true, cameOver: true, sinceKeyMs: 50 })).toBe(true);
  });

  it('is not after Escape until a press on it, wherever the pointer rests, save by Tab', () => {
    expect(isFocusWanted({ ...AWAY, isPointerOver: true, cameOver: true, isLeft: true })).toBe(false);
    expect(isFocusWanted({ ...AWAY, isLeft: true, sinceTabMs: 20, sinceKeyMs: 20 })).toBe(true);
  });

  it('is not while somebody types, wherever the pointer rests', () => {
    expect(isFocusWanted(AWAY)).toBe(false);
    expect(isFocusWanted({ ...AWAY, cameOver: true })).toBe(false);
    expect(isFocusWanted({ ...AWAY, isPointerOver: true, sinceKeyMs: 50 })).toBe(false);
  });
});

const ZERO_WIDTH = /^[\p{M}\p{Cf}\u{1f3fb}-\u{1f3ff}]$/u;
const WIDE_EMOJI = /^\p{Emoji_Presentation}$/u;

/** First and last code points of what East Asian terminals draw two columns wide (Unicode TR 11, W and F). */
const WIDE: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f],
  [0x2e80, 0x303e],
  [0x3041, 0x33ff],
  [0x3400, 0x4dbf],
  [0x4e00, 0x9fff],
  [0xa000, 0xa4cf],
  [0xa960, 0xa97c],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe30, 0xfe6f],
  [0xff01, 0xff60],
  [0xffe0, 0xffe6],
  [0x20000, 0x3fffd],
];

/** Columns one code point takes in a terminal: 0 for marks that join the character before, 1, or 2. */
export function characterWidth(character: string): 0 | 1 | 2 {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x300) return code === 0xad ? 0 : 1;
  if (ZERO_WIDTH.test(character)) return 0;
  if (code < 0x1100) return 1;
  if (WIDE.some(([first, last]) => code >= first && code <= last)) return 2;
  return code > 0x2300 && WIDE_EMOJI.test(character) ? 2 : 1;
}

/**
 * The rendition a terminal is in: what the SGR codes (`ESC [ … m`, ECMA-48) seen so far add up to.
 *
 * Conceal and blink are not kept: hidden text is what an output must not have, and nothing here blinks.
 */
export interface Sgr {
  readonly bold: boolean;
  readonly faint: boolean;
  readonly italic: boolean;
  readonly underline: boolean;
  readonly inverse: boolean;
  readonly strike: boolean;
  /** The colour's own parameters, for example `31`, `38;5;208`, `38;2;255;0;0`; empty for the default. */
  readonly foreground: string;
  readonly background: string;
  /** All of the above as parameters of one SGR code; empty for the default. Equal states have equal codes. */
  readonly codes: string;
}

type SgrFields = { -readonly [K in keyof Omit<Sgr, 'codes'>]: Sgr[K] };

export const SGR_DEFAULT: Sgr = withCodes({
  bold: false,
  faint: false,
  italic: false,
  underline: false,
  inverse: false,
  strike: false,
  foreground: '',
  background: '',
});

function withCodes(fields: SgrFields): Sgr {
  const codes: string[] = [];
  if (fields.bold) codes.push('1');
  if (fields.faint) codes.push('2');
  if (fields.italic) codes.push('3');
  if (fields.underline) codes.push('4');
  if (fields.inverse) codes.push('7');
  if (fields.strike) codes.push('9');
  if (fields.foreground !== '') codes.push(fields.foreground);
  if (fields.background !== '') codes.push(fields.background);
  return { ...fields, codes: codes.join(';') };
}

/** One byte of a colour; anything else counts as 0, as terminals do. */
function byte(text: string | undefined): number {
  const value = Number(text);
  return Number.isInteger(value) && value >= 0 && value <= 255 ? value : 0;
}

/** Reads an extended colour that begins at `tokens[at]` (38 or 48); answers it and how many tokens it took. */
function extendedColour(
  tokens: readonly string[],
  at: number,
): { readonly colour: string; readonly taken: number } {
  const token = tokens[at] ?? '';
  if (token.includes(':')) {
    const parts = token.split(':');
    if (parts[1] === '5') return { colour: `${parts[0]};5;${byte(parts[2])}`, taken: 1 };
    // `38:2:r:g:b` and `38:2:<colour space>:r:g:b` both occur.
    const rgb = parts.length >= 6 ? parts.slice(3, 6) : parts.slice(2, 5);
    if (parts[1] === '2') {
      return { colour: `${parts[0]};2;${byte(rgb[0])};${byte(rgb[1])};${byte(rgb[2])}`, taken: 1 };
    }
    return { colour: '', taken: 1 };
  }
  if (tokens[at + 1] === '5') return { colour: `${token};5;${byte(tokens[at + 2])}`, taken: 3 };
  if (tokens[at + 1] === '2') {
    const rgb = [byte(tokens[at + 2]), byte(tokens[at + 3]), byte(tokens[at + 4])];
    return { colour: `${token};2;${rgb.join(';')}`, taken: 5 };
  }
  return { colour: '', taken: tokens.length - at };
}

const known = new Map<string, Sgr>();
const KNOWN_LIMIT = 2_000;

/** The rendition after one more SGR code with these parameters (the text between `ESC [` and `m`). */
export function applySgr(state: Sgr, parameters: string): Sgr {
  if (parameters === '' || parameters === '0') return SGR_DEFAULT;
  const question = `${state.codes}|${parameters}`;
  const answer = known.get(question);
  if (answer !== undefined) return answer;
  const next = withCodes(applyTokens({ ...state }, parameters.split(';')));
  if (known.size >= KNOWN_LIMIT) known.clear();
  known.set(question, next);
  return next;
}

function applyTokens(from: SgrFields, tokens: readonly string[]): SgrFields {
  let fields = from;
  let at = 0;
  while (at < tokens.length) {
    const token = tokens[at] ?? '';
    const code = token === '' ? 0 : Number.parseInt(token, 10);
    if (code === 38 || code === 48 || code === 58) {
      const { colour, taken } = extendedColour(tokens, at);
      if (code === 38 && colour !== '') fields.foreground = colour;
      if (code === 48 && colour !== '') fields.background = colour;
      at += taken;
      continue;
    }
    if (code === 0) fields = { ...SGR_DEFAULT };
    else if (code === 1) fields.bold = true;
    else if (code === 2) fields.faint = true;
    else if (code === 3) fields.italic = true;
    else if (code === 4 || code === 21) fields.underline = token !== '4:0';
    else if (code === 7) fields.inverse = true;
    else if (code === 9) fields.strike = true;
    else if (code === 22) fields.bold = fields.faint = false;
    else if (code === 23) fields.italic = false;
    else if (code === 24) fields.underline = false;
    else if (code === 27) fields.inverse = false;
    else if (code === 29) fields.strike = false;
    else if ((code >= 30 && code <= 37) || (code >= 90 && code <= 97)) fields.foreground = String(code);
    else if (code === 39) fields.foreground = '';
    else if ((code >= 40 && code <= 47) || (code >= 100 && code <= 107)) fields.background = String(code);
    else if (code === 49) fields.background = '';
    at += 1;
  }
  return fields;
}

/** The code that leads from one rendition to another, both given by their `codes`. */
export function sgrTransition(from: string, to: string): string {
  if (from === to) return '';
  if (to === '') return '\u001b[0m';
  return from === '' ? `\u001b[${to}m` : `\u001b[0;${to}m`;
}

/** One SGR code; group 1 holds its parameters. Longer ones are not SGR codes but an attack or noise. */
// oxlint-disable-next-line no-control-regex -- escape sequences are what this is about
export const SGR_PATTERN = /\u001b\[([0-9;:]{0,256})m/g;

/** The rendition after all SGR codes of a text. */
export function sgrAfter(state: Sgr, text: string): Sgr {
  if (!text.includes('\u001b')) return state;
  // What stands before the last full reset can not matter.
  const reset = Math.max(text.lastIndexOf('\u001b[0m'), text.lastIndexOf('\u001b[m'));
  let after = state;
  for (const match of (reset > 0 ? text.slice(reset) : text).matchAll(SGR_PATTERN)) {
    after = applySgr(after, match[1] ?? '');
  }
  return after;
}

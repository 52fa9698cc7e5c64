import { applySgr, SGR_DEFAULT, type Sgr } from './sgr';

/** A piece of text in one rendition, as classes and, for colours that have no class, CSS values. */
export interface AnsiRun {
  readonly text: string;
  /** Empty for plain text. */
  readonly className: string;
  /** A CSS colour that is readable on the page in both themes; absent where a class or the default has it. */
  readonly color?: string;
  readonly background?: string;
}

const NAMES = ['black', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'white'];

// oxlint-disable-next-line no-control-regex -- escape sequences are what this is about
const PIECE = /\u001b\[([0-9;:]{0,256})m|\u001b/g;

/** The runs of one line, and the rendition the next line begins in. Escape characters left over are dropped. */
export function ansiRuns(
  line: string,
  entry: Sgr = SGR_DEFAULT,
): { readonly runs: readonly AnsiRun[]; readonly exit: Sgr } {
  const runs: AnsiRun[] = [];
  let sgr = entry;
  let at = 0;
  const take = (text: string): void => {
    if (text !== '') runs.push({ text, ...rendition(sgr) });
  };
  if (!line.includes('\u001b')) {
    take(line);
    return { runs, exit: sgr };
  }
  for (const match of line.matchAll(PIECE)) {
    take(line.slice(at, match.index));
    at = match.index + match[0].length;
    if (match[1] !== undefined) sgr = applySgr(sgr, match[1]);
  }
  take(line.slice(at));
  return { runs, exit: sgr };
}

type Rendition = Omit<AnsiRun, 'text'>;
const known = new Map<string, Rendition>();

function rendition(sgr: Sgr): Rendition {
  const before = known.get(sgr.codes);
  if (before !== undefined) return before;
  if (known.size > 2_000) known.clear();
  const made = makeRendition(sgr);
  known.set(sgr.codes, made);
  return made;
}

function makeRendition(sgr: Sgr): Rendition {
  const classes: string[] = [];
  if (sgr.bold) classes.push('ansi-bold');
  if (sgr.faint) classes.push('ansi-faint');
  if (sgr.italic) classes.push('ansi-italic');
  if (sgr.underline) classes.push('ansi-underline');
  if (sgr.strike) classes.push('ansi-strike');
  const foreground = colour(sgr.foreground);
  const background = colour(sgr.background);
  if (foreground?.name !== undefined) classes.push(`ansi-${foreground.name}`);
  if (background?.name !== undefined) classes.push(`ansi-on-${background.name}`);
  if (sgr.inverse) classes.push('ansi-inverse');
  const onValue = background?.rgb;
  const color =
    foreground?.rgb === undefined
      ? onValue === undefined
        ? undefined
        : inkOn(onValue)
      : onValue === undefined
        ? readable(foreground.rgb)
        : contrast(foreground.rgb, onValue) >= 3
          ? css(foreground.rgb)
          : inkOn(onValue);
  const className = classes.join(' ');
  if (sgr.inverse || (color === undefined && onValue === undefined)) return { className };
  if (onValue === undefined) return color === undefined ? { className } : { className, color };
  return { className, background: css(onValue), ...(color === undefined ? {} : { color }) };
}

type Rgb = readonly [number, number, number];

/** One of the sixteen by name, or a value, from the parameters of a colour; undefined for the default. */
function colour(parameters: string): { readonly name?: string; readonly rgb?: Rgb } | undefined {
  if (parameters === '') return undefined;
  const numbers = parameters.split(';').map(Number);
  const [code = 0, kind] = numbers;
  if (kind === 2) return { rgb: [numbers[2] ?? 0, numbers[3] ?? 0, numbers[4] ?? 0] };
  if (kind === 5) return palette(numbers[2] ?? 0);
  const bright = code >= 90 ? 'bright-' : '';
  return { name: `${bright}${NAMES[code % 10] ?? 'white'}` };
}

/** A colour of the 256: sixteen by name, a cube of 6 x 6 x 6, and 24 greys (as xterm has them). */
function palette(index: number): { readonly name?: string; readonly rgb?: Rgb } {
  if (index < 16) return { name: `${index >= 8 ? 'bright-' : ''}${NAMES[index % 8] ?? 'white'}` };
  if (index >= 232) {
    const grey = 8 + (index - 232) * 10;
    return { rgb: [grey, grey, grey] };
  }
  const step = (value: number): number => (value === 0 ? 0 : 55 + value * 40);
  const at = index - 16;
  return { rgb: [step(Math.floor(at / 36)), step(Math.floor(at / 6) % 6), step(at % 6)] };
}

const WHITE: Rgb = [255, 255, 255];
const BLACK: Rgb = [0, 0, 0];
/** The pages that text stands on, light and dark, as the tokens have them. */
const PAGES: readonly [Rgb, Rgb] = [WHITE, [24, 28, 32]];
/** WCAG: what text must have. */
const ENOUGH = 4.5;

function css([red, green, blue]: Rgb): string {
  return `rgb(${red} ${green} ${blue})`;
}

function inkOn(background: Rgb): string {
  return css(contrast(BLACK, background) >= contrast(WHITE, background) ? BLACK : WHITE);
}

/** The colour as near as it can be while it is readable on the page: darker in the light theme, lighter in the dark. */
function readable(rgb: Rgb): string {
  const [light, dark] = PAGES;
  const onLight = css(towards(rgb, BLACK, light));
  const onDark = css(towards(rgb, WHITE, dark));
  return onLight === onDark ? onLight : `light-dark(${onLight}, ${onDark})`;
}

function towards(rgb: Rgb, target: Rgb, page: Rgb): Rgb {
  for (let share = 0; share < 1; share += 0.05) {
    const mix = (from: number, to: number): number => Math.round(from + (to - from) * share);
    const mixed: Rgb = [mix(rgb[0], target[0]), mix(rgb[1], target[1]), mix(rgb[2], target[2])];
    if (contrast(mixed, page) >= ENOUGH) return mixed;
  }
  return target;
}

/** The contrast of two colours (WCAG 2), from 1 to 21. */
export function contrast(one: readonly number[], other: readonly number[]): number {
  const [high = 0, low = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (high + 0.05) / (low + 0.05);
}

function luminance(rgb: readonly number[]): number {
  const [red = 0, green = 0, blue = 0] = rgb.map((value) => {
    const part = value / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

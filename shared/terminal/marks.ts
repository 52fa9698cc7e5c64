/** Versions of the shells that mark their commands, as they say them. */
export interface ShellVersions {
  readonly bash: string;
  readonly zsh: string;
  readonly fish: string;
}

/** What a shell says of itself between its prompts, in the sequences OSC 133 and OSC 633. */
export type Mark = { readonly nonce: string } & (
  | { readonly kind: 'prompt' }
  /** The prompt is drawn; what follows is typed. */
  | { readonly kind: 'input' }
  /** The command line that is about to run, as the shell read it. */
  | { readonly kind: 'line'; readonly text: string }
  | { readonly kind: 'start' }
  /** `next` is the nonce of the marks that follow. */
  | { readonly kind: 'end'; readonly status: number | null; readonly next: string }
  | { readonly kind: 'directory'; readonly path: string }
  /** The line that was typed was cancelled, at a prompt that stays. */
  | { readonly kind: 'cancelled' }
  /** A shell inside waits for its marks; each version is empty for a shell that it is not. Its nonce is a token. */
  | { readonly kind: 'ready'; readonly versions: ShellVersions; readonly host: string }
);

/** Both families of marks; every one of them is cut from the output, whoever wrote it. */
const FAMILY = /^(?:133|633)(?:;|$)/;
const NONCE = /^[0-9a-f]{16,64}$/;
const READY = /^Shell=([\w.()+~-]{0,60}),([\w.()+~-]{0,60}),([\w.()+~-]{0,60}),([\w.@-]{1,200})$/;
/** More is no command line, and would only fill the record. Characters. */
const MOST_LINE = 65_536;

export function isMark(osc: string): boolean {
  return FAMILY.test(osc);
}

/**
 * Reads a mark out of an OSC's data (`633;D;0;<nonce>;<next>`). Null for one without a nonce, as every program can
 * write it, and for what is no mark of ours.
 */
export function parseMark(osc: string): Mark | null {
  if (!isMark(osc)) return null;
  const [, kind = '', ...fields] = osc.split(';');
  switch (kind) {
    case 'A':
      return withNonce(fields[0], (nonce) => ({ kind: 'prompt', nonce }));
    case 'B':
      return withNonce(fields[0], (nonce) => ({ kind: 'input', nonce }));
    case 'C':
      return withNonce(fields[0], (nonce) => ({ kind: 'start', nonce }));
    case 'D': {
      const [status = '', , next = ''] = fields;
      if (!NONCE.test(next) || !/^\d{0,10}$/.test(status)) return null;
      return withNonce(fields[1], (nonce) => ({
        kind: 'end',
        nonce,
        next,
        status: status === '' ? null : Number(status),
      }));
    }
    case 'E':
      return withNonce(fields[1], (nonce) => ({
        kind: 'line',
        nonce,
        text: unescapeText(fields[0] ?? '').slice(0, MOST_LINE),
      }));
    case 'P': {
      const shell = READY.exec(fields[0] ?? '');
      if (shell !== null) {
        const [, bash = '', zsh = '', fish = '', host = ''] = shell;
        return withNonce(fields[1], (nonce) => ({
          kind: 'ready',
          nonce,
          versions: { bash, zsh, fish },
          host,
        }));
      }
      if (fields[0] === 'Line=cancelled')
        return withNonce(fields[1], (nonce) => ({ kind: 'cancelled', nonce }));
      const path = unescapeText(fields[0] ?? '');
      if (!path.startsWith('Cwd=/')) return null;
      return withNonce(fields[1], (nonce) => ({ kind: 'directory', nonce, path: path.slice(4) }));
    }
    default:
      return null;
  }
}

function withNonce(nonce: string | undefined, mark: (nonce: string) => Mark): Mark | null {
  return nonce !== undefined && NONCE.test(nonce) ? mark(nonce) : null;
}

/** The text of a mark: `\\` is a backslash, `\x3b` the character of that number. */
function unescapeText(text: string): string {
  return text.replaceAll(/\\(?:\\|x([0-9a-fA-F]{2}))/g, (_, hex: string | undefined) =>
    hex === undefined ? '\\' : String.fromCharCode(Number.parseInt(hex, 16)),
  );
}

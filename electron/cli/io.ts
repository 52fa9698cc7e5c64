import { createInterface } from 'node:readline';

/** What a command reads and writes; tests bring their own. */
export interface Io {
  /** For programs: the answer. */
  readonly out: (text: string) => void;
  /** For people. */
  readonly err: (text: string) => void;
  /** A person sits at standard error. */
  readonly isTerminal: boolean;
  /** A person can be asked. */
  readonly canAsk: boolean;
  readonly cwd: string;
}

export function processIo(): Io {
  return {
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    isTerminal: process.stderr.isTTY === true,
    canAsk: process.stdin.isTTY === true && process.stderr.isTTY === true,
    cwd: process.cwd(),
  };
}

/** This command's variables: its kernels get them. */
export function ownEnvironment(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}

/** Asks one line at the terminal; a password is not shown while it is typed. Null: the input ended, or was aborted. */
export async function askLine(
  prompt: string,
  isPassword: boolean,
  signal: AbortSignal,
): Promise<string | null> {
  if (signal.aborted) return null;
  if (isPassword) {
    process.stderr.write(prompt);
    return askHidden(signal);
  }
  // Keys are read one by one: Ctrl-D must end this answer and not standard input, which is asked again.
  const reader = createInterface({
    input: process.stdin,
    output: process.stderr,
    terminal: true,
    historySize: 0,
  });
  try {
    return await new Promise<string | null>((resolve) => {
      reader.question(prompt, resolve);
      reader.once('close', () => resolve(null));
      reader.on('SIGINT', () => process.kill(process.pid, 'SIGINT'));
      signal.addEventListener('abort', () => resolve(null), { once: true });
    });
  } finally {
    reader.close();
  }
}

const ENTER = new Set(['\r', '\n']);
const CTRL_C = '\u0003';
const CTRL_D = '\u0004';
const ERASE = new Set(['\u007f', '\b']);

/** Reads keys one by one with the terminal's echo off; nothing typed is ever printed. */
async function askHidden(signal: AbortSignal): Promise<string | null> {
  const { stdin } = process;
  stdin.setRawMode(true);
  stdin.setEncoding('utf8');
  stdin.resume();
  let value = '';
  try {
    return await new Promise<string | null>((resolve) => {
      const onData = (keys: string): void => {
        for (const key of keys) {
          if (ENTER.has(key)) return resolve(value);
          if (key === CTRL_D && value === '') return resolve(null);
          if (key === CTRL_C) {
            process.kill(process.pid, 'SIGINT');
            return resolve(null);
          }
          value = ERASE.has(key) ? [...value].slice(0, -1).join('') : value + key;
        }
      };
      stdin.on('data', onData);
      signal.addEventListener('abort', () => resolve(null), { once: true });
    });
  } finally {
    stdin.removeAllListeners('data');
    stdin.setRawMode(false);
    stdin.pause();
    process.stderr.write('\n');
  }
}

// oxlint-disable-next-line no-control-regex -- control characters are what this is about
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** Foreign text for a terminal: control and direction characters are shown, not obeyed. */
export function visible(text: string): string {
  return text.replaceAll(
    CONTROLS,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

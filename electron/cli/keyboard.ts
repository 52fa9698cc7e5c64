/** Takes what is typed, as text. */
export interface Keyboard {
  /** Gives the terminal back as it was. */
  release(): void;
}

/**
 * Reads standard input as it comes: at a terminal each key, and none of them means anything here (Ctrl-C too is a key).
 * `onEnd`: a file or a pipe that is read has ended.
 */
export function readKeys(onText: (text: string) => void, onEnd: () => void): Keyboard {
  const { stdin } = process;
  const isTerminal = stdin.isTTY === true;
  // A character may be parted between two pieces.
  const decoder = new TextDecoder();
  const onData = (keys: Buffer): void => {
    const text = decoder.decode(keys, { stream: true });
    if (text !== '') onText(text);
  };
  if (isTerminal) stdin.setRawMode(true);
  stdin.on('data', onData);
  stdin.once('end', onEnd);
  stdin.resume();
  return {
    release: () => {
      stdin.off('data', onData);
      stdin.off('end', onEnd);
      if (isTerminal) stdin.setRawMode(false);
      stdin.pause();
    },
  };
}

import type { Attempt, Run, TerminalCommandRecord } from './model';

/** A file of a run that its record names, with the digest that it is named by. */
export interface NamedFile {
  /** `content/000042-attempt.json`, `output/<sha256>.txt`. */
  readonly file: string;
  readonly sha256: string;
}

/**
 * The files in which the text of one file stands as well, as the record of the run tells it: a step in a terminal and a
 * check there are in the record of that terminal too, and a text over the limit is in full beside both its ends. Without
 * the file itself. `fullTexts`: the whole texts that `run.ipynb` names for a cell, which are those of its last attempt.
 */
export function filesOfSameText(
  file: string,
  run: Pick<Run, 'steps' | 'terminals' | 'checks'>,
  fullTexts: (cell: string) => readonly NamedFile[],
): readonly NamedFile[] {
  const found = new Map<string, NamedFile>();
  const together = (named: readonly NamedFile[], others: readonly NamedFile[] = []): void => {
    if (named.some((one) => one.file === file))
      for (const one of [...named, ...others]) found.set(one.file, one);
  };
  const commands = run.terminals.flatMap(({ terminal, commands: of }) =>
    of.map((command) => ({ terminal, command, seen: seenOf(command) })),
  );
  for (const { terminal, command, seen } of commands) {
    const asked = run.checks.flatMap(({ data }) =>
      data.command?.terminal === terminal && data.command.command === command.command ? [data.found] : [],
    );
    together([...seen, ...asked]);
  }
  for (const { cell, attempts } of Object.values(run.steps)) {
    for (const attempt of attempts) {
      const isLast = attempt === attempts.at(-1);
      const result =
        attempt.finished === null ? [] : [attempt.finished.content, ...(isLast ? fullTexts(cell) : [])];
      const seen = commands.flatMap((one) => (isOf(one.command, cell, attempt) ? one.seen : []));
      // What was typed in a terminal for a step stands beside its result.
      const wasTyped = attempt.session === 'terminal' && attempt.isCaptured !== true;
      together([attempt.source], [...seen, ...(wasTyped ? result : [])]);
      together(result, seen);
      // A command has both what was typed and what was printed.
      together(seen, [attempt.source, ...result]);
    }
  }
  found.delete(file);
  return [...found.values()];
}

function seenOf({ content, output }: TerminalCommandRecord): readonly NamedFile[] {
  return content === null ? output : [content, ...output];
}

/** A command that the run sent as an attempt, or that a person made a step later, which has its times. */
function isOf({ step, started }: TerminalCommandRecord, cell: string, attempt: Attempt): boolean {
  return attempt.isCaptured === true
    ? started === attempt.startedAt
    : step?.cell === cell && step.attempt === attempt.number;
}

import { diffLines, diffWordsWithSpace } from 'diff';
import { useMemo, type JSX, type ReactNode } from 'react';
import { colouredLines, type ColouredPiece } from './code/coloured-lines';
import type { LanguageName } from './code/language-of';

/** One line of a side: its number there, and whether the other side has it. `null` fills up to the other side. */
interface SideLine {
  readonly number: number;
  readonly text: string;
  readonly isOwn: boolean;
}

interface LinePair {
  readonly here: SideLine | null;
  readonly disk: SideLine | null;
}

/** Two sources line by line beside each other. */
function pairLines(here: string, disk: string): readonly LinePair[] {
  const pairs: LinePair[] = [];
  let hereNumber = 0;
  let diskNumber = 0;
  let waiting: SideLine[] = [];
  const flush = (): void => {
    for (const line of waiting) pairs.push({ here: line, disk: null });
    waiting = [];
  };
  // The last line is the same with and without its end.
  for (const part of diffLines(`${here}\n`, `${disk}\n`)) {
    const lines = part.value.replace(/\n$/, '').split('\n');
    for (const text of lines) {
      if (part.removed) waiting.push({ number: (hereNumber += 1), text, isOwn: true });
      else if (part.added) {
        pairs.push({ here: waiting.shift() ?? null, disk: { number: (diskNumber += 1), text, isOwn: true } });
      } else {
        flush();
        pairs.push({
          here: { number: (hereNumber += 1), text, isOwn: false },
          disk: { number: (diskNumber += 1), text, isOwn: false },
        });
      }
    }
  }
  flush();
  return pairs;
}

/** Lengths of the parts of a line, in turn: words that the line beside it has too, and those that it has not. */
function ownParts(
  text: string,
  other: string | null,
): readonly { readonly length: number; readonly isOwn: boolean }[] {
  if (other === null) return [{ length: text.length, isOwn: false }];
  return diffWordsWithSpace(other, text)
    .filter((part) => !part.removed)
    .map((part) => ({ length: part.value.length, isOwn: part.added }));
}

/** A line in its colours, with its own words marked. */
function drawLine(
  pieces: readonly ColouredPiece[],
  parts: readonly { readonly length: number; readonly isOwn: boolean }[],
): ReactNode {
  const drawn: ReactNode[] = [];
  let piece = 0;
  let used = 0;
  parts.forEach(({ length, isOwn }, index) => {
    const spans: ReactNode[] = [];
    let left = length;
    while (left > 0) {
      const current = pieces[piece];
      if (current === undefined) break;
      const text = current.text.slice(used, used + left);
      spans.push(
        <span key={spans.length} className={current.classes}>
          {text}
        </span>,
      );
      left -= text.length;
      used += text.length;
      if (used < current.text.length) continue;
      piece += 1;
      used = 0;
    }
    drawn.push(
      isOwn ? (
        <mark key={index} className="diff-own">
          {spans}
        </mark>
      ) : (
        <span key={index}>{spans}</span>
      ),
    );
  });
  return drawn;
}

function Side(props: {
  readonly head: ReactNode;
  readonly lines: readonly (SideLine | null)[];
  readonly others: readonly (SideLine | null)[];
  readonly coloured: readonly (readonly ColouredPiece[])[] | null;
}): JSX.Element {
  const { head, lines, others, coloured } = props;
  return (
    <div>
      <div className="facts-head">{head}</div>
      {coloured === null ? (
        <p className="diff-absent">not there</p>
      ) : (
        lines.map((line, index) => (
          <div key={index} className={`diff-line${line === null ? ' none' : line.isOwn ? ' add' : ''}`}>
            <span>{line?.number ?? ''}</span>
            <span>{line?.isOwn ? '+' : ''}</span>
            <span>
              {line !== null &&
                drawLine(
                  coloured[line.number - 1] ?? [],
                  ownParts(line.text, line.isOwn ? (others[index]?.text ?? null) : null),
                )}
            </span>
          </div>
        ))
      )}
    </div>
  );
}

/** Two versions of a source beside each other, line by line; null for one that is not there. */
export function DiffSides(props: {
  readonly here: string | null;
  readonly disk: string | null;
  readonly language: LanguageName;
  readonly hereHead: ReactNode;
  readonly diskHead: ReactNode;
}): JSX.Element {
  const { here, disk, language, hereHead, diskHead } = props;
  const pairs = useMemo(() => {
    if (here !== null && disk !== null) return pairLines(here, disk);
    const lines = (here ?? disk ?? '')
      .split('\n')
      .map((text, index) => ({ number: index + 1, text, isOwn: true }));
    return lines.map((line) => ({ here: here === null ? null : line, disk: disk === null ? null : line }));
  }, [here, disk]);
  const colours = useMemo(
    () => [here, disk].map((source) => (source === null ? null : colouredLines(source, language))),
    [here, disk, language],
  );
  return (
    <div className="diff">
      <Side
        head={hereHead}
        lines={pairs.map((pair) => pair.here)}
        others={pairs.map((pair) => pair.disk)}
        coloured={colours[0] ?? null}
      />
      <Side
        head={diskHead}
        lines={pairs.map((pair) => pair.disk)}
        others={pairs.map((pair) => pair.here)}
        coloured={colours[1] ?? null}
      />
    </div>
  );
}

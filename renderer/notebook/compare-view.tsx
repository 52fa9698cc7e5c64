import { diffLines, diffWordsWithSpace } from 'diff';
import { useEffect, useState, type JSX } from 'react';
import type { CellDifference } from '../../shared/notebook/contract';
import { useModel, useNotebook } from './document-context';
import { cellNumbers } from './cell-facts';
import { resolveDisk, save, saveAs } from './file-actions';
import { clockTime } from './time-words';

/** One line of a side: its number there, and whether the other side has it. `null` fills up to the other side. */
interface SideLine {
  readonly number: number;
  readonly text: string;
  readonly isOwn: boolean;
}

/** The words of a line that the line beside it has not. */
function ownWords(
  text: string,
  other: string | null,
): readonly { readonly text: string; readonly isOwn: boolean }[] {
  if (other === null) return [{ text, isOwn: false }];
  return diffWordsWithSpace(other, text)
    .filter((part) => !part.removed)
    .map((part) => ({ text: part.value, isOwn: part.added }));
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
  for (const part of diffLines(here, disk)) {
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

function Side(props: {
  readonly title: string;
  readonly lines: readonly (SideLine | null)[];
  readonly others: readonly (SideLine | null)[];
  readonly isAbsent: boolean;
}): JSX.Element {
  return (
    <div>
      <div className="facts-head">{props.title}</div>
      {props.isAbsent ? (
        <p className="diff-absent">not there</p>
      ) : (
        props.lines.map((line, index) => (
          <div key={index} className={`diff-line${line === null ? ' none' : line.isOwn ? ' add' : ''}`}>
            <span>{line?.number ?? ''}</span>
            <span>{line?.isOwn ? '+' : ''}</span>
            <span>
              {line?.isOwn
                ? ownWords(line.text, props.others[index]?.text ?? null).map((part, at) =>
                    part.isOwn ? (
                      <mark key={at} className="diff-own">
                        {part.text}
                      </mark>
                    ) : (
                      part.text
                    ),
                  )
                : line?.text}
            </span>
          </div>
        ))
      )}
    </div>
  );
}

/** The engine's title is the first line; its comment or heading mark says nothing here. */
function plainTitle(title: string): string {
  return title.replace(/^\s*(?:#+|--|\/\/)\s*/, '') || title;
}

function sideWords(difference: CellDifference): string {
  const lines = `${difference.lines} ${difference.lines === 1 ? 'line' : 'lines'}`;
  const where = { here: 'only here', disk: 'only on disk', both: 'changed on both sides' }[difference.side];
  const what = { changed: lines, added: 'added', removed: 'removed', moved: 'moved' }[difference.kind];
  return `${where}, ${what}`;
}

/** What differs between here and the file on disk, cell by cell, and the choice of a side. */
export function CompareView(): JSX.Element {
  const { open, host } = useNotebook();
  const at = useModel((model) => model.state?.diskChangedAt ?? null);
  const disk = useModel((model) => model.state?.disk ?? 'same');
  const [cells, setCells] = useState<readonly CellDifference[] | null>(null);
  const [chosen, setChosen] = useState<string | null>(null);

  useEffect(() => {
    let isGone = false;
    const { document } = open.store.getState();
    open
      .settled()
      .then(() => open.engine.request('notebook.compare', { document }))
      .then(
        (answer) => {
          if (isGone) return;
          setCells(answer.cells);
          setChosen(answer.cells.find((cell) => cell.side === 'both')?.cell ?? answer.cells[0]?.cell ?? null);
        },
        (error: unknown) => {
          open.say(error);
          open.set({ comparing: false });
        },
      );
    return () => {
      isGone = true;
    };
  }, [open, at]);

  useEffect(() => {
    if (disk === 'same') open.set({ comparing: false });
  }, [disk, open]);

  const numbers = cellNumbers(useModel((model) => model.cells));
  const both = cells?.filter((cell) => cell.side === 'both').length ?? 0;
  const current = cells?.find((cell) => cell.cell === chosen) ?? null;
  const pairs = current === null ? [] : pairLines(current.here ?? '', current.disk ?? '');
  return (
    <div className="compare">
      <div className="compare-head">
        <h2>What differs</h2>
        <span className="muted">
          {cells === null
            ? ''
            : cells.length === 0
              ? 'no cell differs'
              : `${cells.length} ${cells.length === 1 ? 'cell' : 'cells'}${both > 0 ? `; ${both} changed on both sides` : ''}`}
        </span>
        <span className="grow" />
        <button
          type="button"
          className="nb-button nb-button-quiet"
          onClick={() => open.set({ comparing: false })}
        >
          Back to the notebook
        </button>
        <button
          type="button"
          className="nb-button"
          onClick={() => void saveAs(open, (suggested) => host.chooseSavePath(suggested))}
        >
          Save mine as…
        </button>
        <button type="button" className="nb-button" onClick={() => void resolveDisk(open, 'theirs')}>
          Take theirs
        </button>
        <button
          type="button"
          className="nb-button"
          onClick={() => {
            void resolveDisk(open, 'mine').then(() => save(open, { overwrite: true }));
          }}
        >
          Keep mine and save
        </button>
      </div>
      {cells !== null && cells.length > 0 && (
        <div className="facts" role="listbox" aria-label="Cells that differ">
          {cells.map((cell) => (
            <button
              key={`${cell.cell} ${cell.kind}`}
              type="button"
              role="option"
              className="facts-row"
              aria-selected={cell.cell === chosen}
              data-state={cell.side === 'both' ? 'waiting' : undefined}
              onClick={() => setChosen(cell.cell)}
            >
              <span className="entry-n">{numbers.get(cell.cell)}</span>
              <span className="cut">{plainTitle(cell.title)}</span>
              <span className="who">{sideWords(cell)}</span>
            </button>
          ))}
        </div>
      )}
      {current !== null && (
        <div className="diff">
          <Side
            title="Mine"
            lines={pairs.map((pair) => pair.here)}
            others={pairs.map((pair) => pair.disk)}
            isAbsent={current.here === null}
          />
          <Side
            title={at === null ? 'On disk' : `On disk, ${clockTime(at)}`}
            lines={pairs.map((pair) => pair.disk)}
            others={pairs.map((pair) => pair.here)}
            isAbsent={current.disk === null}
          />
        </div>
      )}
      <p className="hint">Nothing is overwritten before you choose.</p>
    </div>
  );
}

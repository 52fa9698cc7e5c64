import { Check, GitMerge, TriangleAlert } from 'lucide-react';
import { useEffect, useRef, useState, type JSX, type KeyboardEvent } from 'react';
import type { CellDifference } from '../../shared/notebook/contract';
import type { CellChoice } from '../../shared/notebook/merge';
import { notebookLanguage } from './cell-facts';
import { DiffSides } from './diff-sides';
import { DifferenceList } from './difference-list';
import { changeWords, languageOf } from './difference-words';
import { useModel, useNotebook } from './document-context';
import { mergeDisk, resolveDisk, save, saveAs } from './file-actions';
import { useKeyWords, useTooltip } from './keys-in-use';
import type { PartCommandId } from './part-commands';
import { clockTime } from './time-words';
import { usePartKeys } from './use-part-keys';

/** Where a cell was changed, how, and what will be taken of it. */
function rowWords(difference: CellDifference, choice: CellChoice | null): string {
  const where = { here: 'only here', disk: 'only on disk', both: 'changed on both sides' }[difference.side];
  if (choice === null) return `${where}, choose below`;
  const taken = {
    mine: difference.here === null ? 'not taken' : 'mine is kept',
    theirs: difference.disk === null ? 'mine goes' : 'theirs is taken',
    both: 'both are kept',
  }[choice];
  return `${where}, ${changeWords(difference)}; ${taken}`;
}

/** Both versions can stand one below the other only where both are there. */
function canTakeBoth({ here, disk }: CellDifference): boolean {
  return here !== null && disk !== null && here !== disk;
}

interface Comparison {
  readonly cells: readonly CellDifference[];
  readonly digest: string;
}

/** Asks the engine what differs; null until it answers. */
function useComparison(at: string | null): Comparison | null {
  const { open } = useNotebook();
  const [comparison, setComparison] = useState<Comparison | null>(null);
  useEffect(() => {
    let isGone = false;
    open
      .settled()
      .then((document) => open.engine.request('notebook.compare', { document }))
      .then(
        (answer) => {
          if (!isGone) setComparison(answer);
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
  return comparison;
}

/** What differs between here and the file on disk, cell by cell, and the choice of a side for each. */
export function CompareView(): JSX.Element {
  const { open, host } = useNotebook();
  const at = useModel((model) => model.state?.diskChangedAt ?? null);
  const disk = useModel((model) => model.state?.disk ?? 'same');
  const base = useModel((model) => notebookLanguage(model.metadata));
  const comparison = useComparison(at);
  const [chosen, setChosen] = useState<ReadonlyMap<string, CellChoice>>(new Map());
  const [shown, setShown] = useState<string | null>(null);
  const list = useRef<HTMLDivElement>(null);

  useEffect(() => {
    if (disk === 'same') open.set({ comparing: false });
  }, [disk, open]);
  const hasCells = (comparison?.cells.length ?? 0) > 0;
  useEffect(() => {
    if (hasCells) list.current?.focus();
  }, [hasCells]);

  const cells = comparison?.cells ?? [];
  const choiceOf = ({ cell, side }: CellDifference): CellChoice | null =>
    chosen.get(cell) ?? (side === 'both' ? null : side === 'here' ? 'mine' : 'theirs');
  const undecided = cells.filter((cell) => choiceOf(cell) === null);
  const current = cells.find(({ cell }) => cell === shown) ?? undecided[0] ?? cells[0] ?? null;
  const choose = (cell: string, take: CellChoice): void => setChosen(new Map([...chosen, [cell, take]]));
  const take = (): void => {
    if (comparison === null || undecided.length > 0) return;
    const choices = new Map(cells.map((cell) => [cell.cell, choiceOf(cell) ?? 'mine'] as const));
    void mergeDisk(open, comparison.digest, choices);
  };

  const keys = usePartKeys();
  const words = useKeyWords();
  const tooltip = useTooltip();

  function onKey({ nativeEvent: event }: KeyboardEvent): void {
    const found = current === null ? null : keys.press(event, 'compare', event.timeStamp);
    if (found === null || current === null) return;
    event.preventDefault();
    if (found !== 'pending') give(found.id, current);
  }

  function give(id: PartCommandId, at: CellDifference): void {
    const go = (by: 1 | -1): void => {
      const next = Math.max(0, Math.min(cells.length - 1, cells.indexOf(at) + by));
      setShown(cells[next]?.cell ?? null);
    };
    switch (id) {
      case 'compare-next':
        return go(1);
      case 'compare-previous':
        return go(-1);
      case 'compare-mine':
        return choose(at.cell, 'mine');
      case 'compare-theirs':
        return choose(at.cell, 'theirs');
      case 'compare-both':
        return canTakeBoth(at) ? choose(at.cell, 'both') : undefined;
      case 'compare-take':
        return take();
      default:
        // Those of the find bar count in no mode of this list.
        return undefined;
    }
  }

  return (
    <div
      className="compare"
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.preventDefault();
        open.set({ comparing: false });
      }}
    >
      <div className="compare-head">
        <h2>What differs</h2>
        <span className="muted">{comparison === null ? '' : countWords(cells)}</span>
        <span className="grow" />
        <button
          type="button"
          className="nb-button nb-button-quiet"
          title="Back to the notebook (Esc)"
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
        <button
          type="button"
          className="nb-button nb-button-primary"
          disabled={cells.length === 0 || undecided.length > 0}
          title={
            undecided.length > 0
              ? `Choose first for ${undecided.length} ${undecided.length === 1 ? 'cell' : 'cells'}`
              : tooltip('Take what is chosen for each cell', 'compare-take')
          }
          onClick={take}
        >
          <GitMerge className="icon" aria-hidden="true" />
          Take these
        </button>
      </div>
      {cells.length > 0 && (
        <DifferenceList
          list={list}
          cells={cells}
          current={current}
          row={(cell) => {
            const choice = choiceOf(cell);
            const isWaiting = choice === null;
            return { icon: isWaiting ? TriangleAlert : Check, words: rowWords(cell, choice), isWaiting };
          }}
          onShow={setShown}
          onKeyDown={onKey}
        />
      )}
      {current !== null && (
        <>
          <DiffSides
            here={current.here}
            disk={current.disk}
            language={languageOf(current, base)}
            hereHead={
              <UseThis
                title="Mine"
                keys={words('compare-mine')}
                isChosen={choiceOf(current) === 'mine'}
                onChoose={() => choose(current.cell, 'mine')}
              />
            }
            diskHead={
              <UseThis
                title={at === null ? 'On disk' : `On disk, ${clockTime(at)}`}
                keys={words('compare-theirs')}
                isChosen={choiceOf(current) === 'theirs'}
                onChoose={() => choose(current.cell, 'theirs')}
              />
            }
          />
          {canTakeBoth(current) && (
            <div className="diff-both">
              <UseThis
                title=""
                label="keep both, theirs as a cell below mine"
                keys={words('compare-both')}
                isChosen={choiceOf(current) === 'both'}
                onChoose={() => choose(current.cell, 'both')}
              />
            </div>
          )}
        </>
      )}
      <p className="hint">
        Nothing is overwritten before you choose. <Key of="compare-previous" /> <Key of="compare-next" /> go
        from cell to cell, <Key of="compare-mine" /> mine, <Key of="compare-theirs" /> theirs,{' '}
        <Key of="compare-both" /> both, <Key of="compare-take" /> takes these. Take theirs keeps mine as a
        checkpoint.
      </p>
    </div>
  );
}

/** The key of a command here; nothing where it was taken away. */
function Key(props: { readonly of: PartCommandId }): JSX.Element | null {
  const words = useKeyWords()(props.of);
  return words === undefined ? null : <kbd className="kbd">{words}</kbd>;
}

function countWords(cells: readonly CellDifference[]): string {
  if (cells.length === 0) return 'no cell differs';
  const both = cells.filter(({ side }) => side === 'both').length;
  const all = `${cells.length} ${cells.length === 1 ? 'cell' : 'cells'}`;
  return both === 0 ? all : `${all}; ${both} changed on both sides`;
}

/** The head of a side with its choice. */
function UseThis(props: {
  readonly title: string;
  readonly label?: string;
  readonly keys: string | undefined;
  readonly isChosen: boolean;
  readonly onChoose: () => void;
}): JSX.Element {
  const { title, label = 'use this', keys, isChosen, onChoose } = props;
  return (
    <>
      <span>{title}</span>
      <label className="diff-use" title={keys === undefined ? label : `${label} (${keys})`}>
        <input
          type="radio"
          name="diff-use"
          checked={isChosen}
          aria-label={title === '' ? label : `${title}: ${label}`}
          onChange={onChoose}
        />
        {label}
      </label>
    </>
  );
}

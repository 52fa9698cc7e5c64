import { Dialog } from '@base-ui/react/dialog';
import { CaseSensitive, ChevronDown, ChevronUp, Copy, Download, Search, X } from 'lucide-react';
import { useEffect, useMemo, useRef, useSyncExternalStore, type JSX } from 'react';
import type { OutputView } from '../../../shared/notebook/view';
import { useModel, useNotebook } from '../document-context';
import type { FullOutputWish } from '../document-model';
import { ToolButton } from '../tool-button';
import { useFindKeys } from '../use-part-keys';
import { FullLineList } from './full-line-list';
import { readFullLines } from './full-lines';
import { copyAsText, saveOutput } from './output-actions';
import { linesWords } from './text-block';
import { useOutputSearch } from './use-output-search';
import { frontPane } from '../front-pane';

/** A whole text output over the notebook, to be read, searched, copied and saved. Esc closes it. */
export function FullOutput(): JSX.Element | null {
  const { open } = useNotebook();
  const wish = useModel((model) => model.fullOutput);
  const opener = useRef<Element | null>(null);
  if (wish === null) return null;
  opener.current ??= document.activeElement;
  const returnTo = (): HTMLElement | null => {
    const from = opener.current;
    opener.current = null;
    if (from instanceof HTMLElement && from.isConnected && from !== document.body) return from;
    return frontPane().querySelector<HTMLElement>(`article[data-cell="${CSS.escape(wish.cell)}"]`);
  };
  return (
    <Dialog.Root open onOpenChange={(isOpen) => !isOpen && open.set({ fullOutput: null })}>
      <Dialog.Portal>
        <Dialog.Backdrop className="nb-scrim" />
        <Dialog.Popup className="full" finalFocus={returnTo} initialFocus={false}>
          <Reader key={`${wish.cell} ${wish.key}`} wish={wish} />
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function sizeWords(bytes: number): string {
  if (bytes < 1_024) return `${bytes} B`;
  return bytes < 1_048_576 ? `${Math.ceil(bytes / 1_024)} KiB` : `${(bytes / 1_048_576).toFixed(1)} MiB`;
}

function textOf(output: OutputView | undefined): { readonly lines: number; readonly bytes: number } | null {
  if (output?.kind === 'stream') return output.text;
  return output?.kind === 'error' ? output.traceback : null;
}

const TITLES: Readonly<Record<string, string>> = { stdout: 'Standard output', stderr: 'Standard error' };

function titleOf(output: OutputView | undefined): string {
  if (output?.kind === 'stream') return TITLES[output.name] ?? 'Output';
  return output?.kind === 'error' ? `Traceback of ${output.ename}` : 'Output';
}

function Reader(props: { readonly wish: FullOutputWish }): JSX.Element {
  const { cell, key, line } = props.wish;
  const { open, host } = useNotebook();
  const output = useModel((model) => model.outputs.get(cell)?.find((one) => one.key === key));
  const lines = useMemo(() => readFullLines(open, cell, key), [open, cell, key]);
  useSyncExternalStore(lines.subscribe, () => lines.version);
  const search = useOutputSearch(open, cell, key, line);
  const list = useRef<HTMLDivElement>(null);
  const field = useRef<HTMLInputElement>(null);
  const text = textOf(output);

  useEffect(() => {
    // What is read first tells how many there are.
    lines.row(line);
    list.current?.focus({ preventScroll: true });
  }, [lines, line]);
  const known = text?.lines;
  useEffect(() => {
    if (known !== undefined) lines.grow(known);
  }, [lines, known]);

  const total = lines.total;
  const findKeys = useFindKeys();
  return (
    <div
      className="full-inner"
      onKeyDown={({ nativeEvent: event }) => {
        const found = event.isComposing ? null : findKeys.press(event, 'edit', event.timeStamp);
        if (found === null) return;
        event.preventDefault();
        event.stopPropagation();
        if (found === 'pending') return;
        if (found.id === 'find-next') search.step(1);
        else if (found.id === 'find-previous') search.step(-1);
        else {
          field.current?.focus();
          field.current?.select();
        }
      }}
    >
      <header className="full-head">
        <div className="full-title">
          <Dialog.Title className="full-name">{titleOf(output)}</Dialog.Title>
          <span className="small muted num nowrap">
            {total === null ? '' : linesWords(total)}
            {total !== null && text !== null && `, ${sizeWords(text.bytes)}`}
          </span>
        </div>
        <div className="full-search" role="search">
          <Search className="icon icon-s" aria-hidden="true" />
          <input
            ref={field}
            className="full-field"
            aria-label="Search in the output"
            placeholder="Search"
            spellCheck={false}
            value={search.wanted}
            onChange={(event) => search.look(event.target.value)}
            onKeyDown={(event) => {
              if (event.key !== 'Enter') return;
              event.preventDefault();
              search.step(event.shiftKey ? -1 : 1);
            }}
          />
          <span className="full-count num" role="status">
            {search.words}
          </span>
          <button
            type="button"
            className="tool tool-choice"
            aria-pressed={search.caseSensitive}
            aria-label="Match upper and lower case"
            title="Match upper and lower case"
            onClick={search.toggleCase}
          >
            <CaseSensitive className="icon" aria-hidden="true" />
          </button>
          <ToolButton
            label="Previous match"
            keys="Shift Enter"
            icon={ChevronUp}
            onClick={() => search.step(-1)}
          />
          <ToolButton label="Next match" keys="Enter" icon={ChevronDown} onClick={() => search.step(1)} />
        </div>
        {output !== undefined && (
          <>
            <ToolButton
              label="Copy output"
              icon={Copy}
              onClick={() => void copyAsText(open, host, cell, output)}
            />
            <ToolButton
              label="Save output…"
              icon={Download}
              onClick={() => void saveOutput(open, host, cell, output)}
            />
          </>
        )}
        <Dialog.Close className="tool" aria-label="Close" title="Close (Esc)">
          <X className="icon" aria-hidden="true" />
        </Dialog.Close>
      </header>
      {lines.failure !== null ? (
        <p className="full-note">
          {lines.failure.message}{' '}
          <button
            type="button"
            className="out-link"
            onClick={() => {
              lines.retry();
              lines.row(line);
            }}
          >
            Try again
          </button>
        </p>
      ) : search.failure !== null ? (
        <p className="full-note">{search.failure}</p>
      ) : null}
      <FullLineList
        ref={list}
        lines={lines}
        total={total ?? 0}
        first={line}
        wanted={search.wanted}
        caseSensitive={search.caseSensitive}
        current={search.line}
      />
    </div>
  );
}

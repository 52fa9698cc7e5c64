import {
  EyeOff,
  Lock,
  Pencil,
  RotateCcw,
  SkipForward,
  SquareTerminal,
  Tag as TagIcon,
  TriangleAlert,
  Type,
  Undo2,
  type LucideIcon,
} from 'lucide-react';
import { memo, type JSX } from 'react';
import { lockWords } from '../../shared/notebook/cell-locks';
import type { CellView } from '../../shared/notebook/contract';
import { cellTags, isShellCell } from '../../shared/notebook/model';
import type { CellRun } from '../../shared/notebook/view';
import { CellChip } from './cell-chip';
import { cellLanguage, cellNote, cellTitle, lineCount, linesOf, notebookLanguage } from './cell-facts';
import { CellLanguage } from './cell-language';
import { CellTools } from './cell-tools';
import { languageWord } from './code/language-of';
import { useModel } from './document-context';
import { splitFirstSentence } from './first-sentence';

const TAG_ICONS: Readonly<Record<string, LucideIcon>> = {
  destructive: TriangleAlert,
  rollback: Undo2,
  'skip-execution': SkipForward,
  'raises-exception': RotateCcw,
};

function tagIcon(tag: string): LucideIcon {
  if (/^(hide|remove)[-_]/.test(tag)) return EyeOff;
  return (Object.hasOwn(TAG_ICONS, tag) ? TAG_ICONS[tag] : undefined) ?? TagIcon;
}

/** At most this many tags are written out; the rest is counted. */
const SHOWN_TAGS = 3;

/** The line above a source: number, kind, title, result in a few words; at the right tags, tools and state. */
export const CellHeader = memo(function CellHeader(props: {
  readonly cell: CellView;
  readonly number: number | null;
  readonly run: CellRun | undefined;
}): JSX.Element {
  const { cell, number, run } = props;
  const base = useModel((model) => notebookLanguage(model.metadata));
  const isShell = isShellCell(cell) && base !== 'shell';
  const isReadOnly = useModel((model) => (model.state?.readOnly ?? null) !== null);
  const language = cellLanguage(cell, base);
  const lock = lockWords(cell);
  const title = cellTitle(cell);
  const tags = cellTags(cell);
  const hidden = tags.slice(SHOWN_TAGS);
  // In a narrow pane there is a number in the place of all that warn of nothing.
  const counted = tags.filter((tag) => tag !== 'destructive');
  const wasRun = run !== undefined && run.status !== 'idle';
  const failure = run?.status === 'failed' ? run.summary : null;
  const note = cellNote(cell);
  const kind =
    cell.type === 'raw' ? 'raw text, left as it is' : linesOf(lineCount(cell.source), languageWord(language));
  const isQuiet = !wasRun && cell.type === 'code';
  return (
    <header className="entry-head">
      <span className="entry-n">{number ?? ''}</span>
      {isShell && <SquareTerminal className="icon icon-s muted" aria-hidden="true" />}
      {cell.type === 'raw' && <Type className="icon icon-s muted" aria-hidden="true" />}
      {title !== null && (
        <h2 className={isQuiet ? 'entry-title is-quiet' : 'entry-title'} title={title}>
          {title}
        </h2>
      )}
      <span className="entry-sum cut" title={failure ?? note ?? undefined}>
        {failure === null ? (note ?? (title === null ? kind : '')) : splitFirstSentence(failure).first}
      </span>
      <span className="entry-side">
        <CellTools cell={cell} run={run} />
        {run?.edited && (
          <span className="tag tag-edited">
            <Pencil className="icon" aria-hidden="true" />
            edited<span className="tag-rest"> since run</span>
          </span>
        )}
        <CellLanguage
          cell={cell}
          language={language}
          isOff={isReadOnly || run?.status === 'running' || run?.status === 'queued'}
        />
        {tags.slice(0, SHOWN_TAGS).map((tag) => {
          const TagSign = tagIcon(tag);
          return (
            <span
              key={tag}
              className={tag === 'destructive' ? 'tag tag-danger' : 'tag tag-plain'}
              title={`Tag ${tag}`}
            >
              <TagSign className="icon" aria-hidden="true" />
              {tag}
            </span>
          );
        })}
        {hidden.length > 0 && (
          <span className="tag tag-plain" title={hidden.join(', ')}>
            {hidden.length} more
          </span>
        )}
        {counted.length > 0 && (
          <span className="tag tag-count" title={`Tags ${counted.join(', ')}`}>
            <TagIcon className="icon" aria-hidden="true" />
            {counted.length}
          </span>
        )}
        {lock !== null && (
          <span className="tag" title={lock.reason}>
            <Lock className="icon" aria-hidden="true" />
            {lock.words}
          </span>
        )}
        {isQuiet ? <span className="small muted not-run">not run here</span> : <CellChip run={run} />}
      </span>
    </header>
  );
});

import {
  Code,
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
import type { CellView } from '../../shared/notebook/contract';
import { cellTags, isShellCell } from '../../shared/notebook/model';
import type { CellRun } from '../../shared/notebook/view';
import { CellChip } from './cell-chip';
import {
  cellLanguage,
  cellTitle,
  isDeletable,
  isEditable,
  lineCount,
  linesOf,
  notebookLanguage,
} from './cell-facts';
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
  const title = cellTitle(cell);
  const tags = cellTags(cell);
  const hidden = tags.slice(SHOWN_TAGS);
  const wasRun = run !== undefined && run.status !== 'idle';
  const isQuiet = !wasRun && cell.type === 'code';
  return (
    <header className="entry-head">
      <span className="entry-n">{number ?? ''}</span>
      {isShell && <SquareTerminal className="icon icon-s muted" aria-hidden="true" />}
      {cell.type === 'raw' && <Type className="icon icon-s muted" aria-hidden="true" />}
      {title !== null && (
        <h3 className={isQuiet ? 'entry-title is-quiet' : 'entry-title'} title={title}>
          {title}
        </h3>
      )}
      <span className="entry-sum cut" title={run?.summary ?? undefined}>
        {run?.status === 'failed' && run.summary !== null
          ? splitFirstSentence(run.summary).first
          : title === null
            ? cell.type === 'raw'
              ? 'raw text, left as it is'
              : linesOf(lineCount(cell.source), languageWord(cellLanguage(cell, base)))
            : ''}
      </span>
      <span className="entry-side">
        <CellTools cell={cell} run={run} />
        {run?.edited && (
          <span className="tag tag-edited">
            <Pencil className="icon" aria-hidden="true" />
            edited since run
          </span>
        )}
        {isShell && (
          <span className="tag" title="Runs in the shell beside the kernel, on this machine">
            <Code className="icon" aria-hidden="true" />
            shell
          </span>
        )}
        {tags.slice(0, SHOWN_TAGS).map((tag) => {
          const TagSign = tagIcon(tag);
          return (
            <span key={tag} className={tag === 'destructive' ? 'tag tag-danger' : 'tag'} title={`Tag ${tag}`}>
              <TagSign className="icon" aria-hidden="true" />
              {tag}
            </span>
          );
        })}
        {hidden.length > 0 && (
          <span className="tag" title={hidden.join(', ')}>
            {hidden.length} more
          </span>
        )}
        {(!isEditable(cell) || !isDeletable(cell)) && (
          <span
            className="tag"
            title={isEditable(cell) ? 'This cell may not be deleted' : 'This cell may not be edited'}
          >
            <Lock className="icon" aria-hidden="true" />
            {isEditable(cell) ? 'kept' : 'fixed'}
          </span>
        )}
        {isQuiet ? <span className="small muted not-run">not run here</span> : <CellChip run={run} />}
      </span>
    </header>
  );
});

import type { JSX } from 'react';
import { freezeEdits } from '../../../shared/notebook/cell-locks';
import { isFrozen } from '../../../shared/notebook/cell-protection';
import type { CellSession } from '../../../shared/notebook/cell-session';
import type { CellView } from '../../../shared/notebook/contract';
import { metadataEdit } from '../../../shared/notebook/metadata-edit';
import { valueAt } from '../../../shared/notebook/metadata-path';
import { isShellCell } from '../../../shared/notebook/model';
import type { Operation } from '../../../shared/notebook/operation';
import type { Json } from '../../../shared/rpc/contract';
import { notebookLanguage } from '../cell-facts';
import { setSession } from '../cell-language';
import { useModel, useNotebook } from '../document-context';
import { foldEdits, type CellPart } from '../reveal';
import { Choice, Tick } from './form-fields';
import { StepForm } from './step-form';
import { TagsField } from './tags-field';
import { TextField } from './text-field';

/** What nbconvert takes a raw cell for; as JupyterLab lists them. */
const RAW_FORMATS: readonly (readonly [string, string])[] = [
  ['', 'None: for every format'],
  ['text/latex', 'LaTeX'],
  ['text/restructuredtext', 'reStructuredText'],
  ['text/html', 'HTML'],
  ['text/markdown', 'Markdown'],
  ['text/asciidoc', 'AsciiDoc'],
  ['text/x-python', 'Python script'],
];

/** What the title is where none is set. */
const TITLE_HINTS: Readonly<Record<CellView['type'], string>> = {
  code: 'Else the first line, where it is a comment.',
  markdown: 'Else the first heading.',
  raw: 'Shown above the raw text.',
};

function textAt(cell: CellView, ...path: readonly string[]): string {
  const value = valueAt(cell.metadata, path);
  return typeof value === 'string' ? value : '';
}

/** The settings of one cell as a form. Each change is one edit of its metadata, with one undo. */
export function CellForm(props: { readonly cell: CellView; readonly isReadOnly: boolean }): JSX.Element {
  const { cell, isReadOnly } = props;
  const { open } = useNotebook();
  const base = useModel((model) => notebookLanguage(model.metadata));
  const isHeld = useModel((model) => {
    const status = model.runs.get(cell.id)?.status;
    return status === 'running' || status === 'queued';
  });
  const isCode = cell.type === 'code';

  function editAll(edits: readonly (Operation | null)[]): void {
    const [first, ...rest] = edits.filter((edit) => edit !== null);
    if (first === undefined) return;
    open.edit(rest.length === 0 ? first : { kind: 'group', operations: [first, ...rest] });
  }
  const set = (path: readonly string[], value: Json | undefined): void =>
    editAll([metadataEdit(cell, path, value)]);
  const isPartFolded = (part: CellPart): boolean => {
    const key = part === 'source' ? 'source_hidden' : 'outputs_hidden';
    const isCollapsed = part === 'outputs' && cell.metadata['collapsed'] === true;
    return valueAt(cell.metadata, ['jupyter', key]) === true || isCollapsed;
  };
  const rawFormat = textAt(cell, 'raw_mimetype') || textAt(cell, 'format');
  const rawFormats = RAW_FORMATS.some(([name]) => name === rawFormat)
    ? RAW_FORMATS
    : [...RAW_FORMATS, [rawFormat, rawFormat] as const];
  return (
    <>
      <TextField
        label="Title"
        value={textAt(cell, 'watchbook', 'title')}
        hint={TITLE_HINTS[cell.type]}
        isOff={isReadOnly}
        onSet={(title) => set(['watchbook', 'title'], title === '' ? undefined : title)}
      />
      <TagsField cell={cell} isReadOnly={isReadOnly} />
      {cell.type !== 'markdown' && (
        <TextField
          label="Note"
          value={textAt(cell, 'watchbook', 'note')}
          hint="Its first line stands beside the title."
          isLong
          isOff={isReadOnly}
          onSet={(note) => set(['watchbook', 'note'], note === '' ? undefined : note)}
        />
      )}
      {isCode && base !== 'shell' && (
        <Choice
          label="Runs in"
          value={isShellCell(cell) ? 'shell' : 'kernel'}
          choices={[
            ['kernel', 'Notebook’s kernel'],
            ['shell', 'Shell beside it, on this machine'],
          ]}
          isOff={isReadOnly || isHeld}
          onSet={(session) => setSession(open, cell.id, session as CellSession)}
        />
      )}
      {cell.type === 'raw' && (
        <Choice
          label="Format of the raw text"
          value={rawFormat}
          choices={rawFormats}
          isOff={isReadOnly}
          onSet={(format) =>
            editAll([
              metadataEdit(cell, ['raw_mimetype'], format === '' ? undefined : format),
              metadataEdit(cell, ['format'], undefined),
            ])
          }
        />
      )}
      {cell.type !== 'raw' && <StepForm cell={cell} isReadOnly={isReadOnly} onEdit={editAll} />}
      <fieldset className="field-group">
        <legend>Shown</legend>
        <Tick
          label={isCode ? 'Source folded' : 'Text folded'}
          isOn={isPartFolded('source')}
          isOff={isReadOnly}
          onSet={(isOn) => editAll(foldEdits(cell, 'source', isOn))}
        />
        {isCode && (
          <>
            <Tick
              label="Output folded"
              isOn={isPartFolded('outputs')}
              isOff={isReadOnly}
              onSet={(isOn) => editAll(foldEdits(cell, 'outputs', isOn))}
            />
            <Tick
              label="Output scrolls"
              hint="In a box of its own height."
              isOn={cell.metadata['scrolled'] === true}
              isOff={isReadOnly}
              onSet={(isOn) => set(['scrolled'], isOn || undefined)}
            />
          </>
        )}
      </fieldset>
      <fieldset className="field-group">
        <legend>Locks</legend>
        <Tick
          label="Not editable"
          isOn={cell.metadata['editable'] === false}
          isOff={isReadOnly}
          onSet={(isOn) => set(['editable'], isOn ? false : undefined)}
        />
        <Tick
          label="Not deletable"
          isOn={cell.metadata['deletable'] === false}
          isOff={isReadOnly}
          onSet={(isOn) => set(['deletable'], isOn ? false : undefined)}
        />
        {isCode && (
          <Tick
            label="Frozen"
            hint="Neither run nor edited until it is unfrozen."
            isOn={isFrozen(cell)}
            isOff={isReadOnly || isHeld}
            onSet={(isOn) => editAll(freezeEdits(cell, isOn))}
          />
        )}
      </fieldset>
    </>
  );
}

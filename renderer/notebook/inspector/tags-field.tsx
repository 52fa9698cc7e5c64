import { X } from 'lucide-react';
import { useId, useMemo, useState, type JSX, type KeyboardEvent } from 'react';
import type { CellView } from '../../../shared/notebook/contract';
import { offeredTags, tagEdit, tagFault, tagMeaning } from '../../../shared/notebook/known-tags';
import { cellTags } from '../../../shared/notebook/model';
import { useModel, useNotebook } from '../document-context';

/** More are found by typing. */
const MOST_OFFERED = 8;

/** The tags of a cell: what each does here, added with completion, taken away by a click. */
export function TagsField(props: { readonly cell: CellView; readonly isReadOnly: boolean }): JSX.Element {
  const { cell, isReadOnly } = props;
  const { open } = useNotebook();
  const id = useId();
  const cells = useModel((model) => model.cells);
  const inNotebook = useMemo(() => [...new Set(cells.flatMap(cellTags))].toSorted(), [cells]);
  const [typed, setTyped] = useState('');
  const [isListOpen, setListOpen] = useState(false);
  const [chosen, setChosen] = useState(-1);
  const tags = cellTags(cell);
  const offered = offeredTags(typed, tags, inNotebook).slice(0, MOST_OFFERED);
  const fault = tagFault(typed.trim(), tags);
  const isShown = isListOpen && offered.length > 0;
  const explained = tags.flatMap((tag) => {
    const does = tagMeaning(tag);
    return does === null ? [] : [{ tag, does }];
  });

  function change(tag: string, isOn: boolean): void {
    const edit = tagEdit(cell, tag, isOn);
    if (edit !== null) open.edit(edit);
  }
  function add(tag: string): void {
    const name = tag.trim();
    if (name === '' || tagFault(name, tags) !== null) return;
    change(name, true);
    setTyped('');
    setChosen(-1);
  }
  function onKeyDown(event: KeyboardEvent): void {
    switch (event.key) {
      case 'ArrowDown':
      case 'ArrowUp': {
        const by = event.key === 'ArrowDown' ? 1 : -1;
        setListOpen(true);
        setChosen(Math.max(-1, Math.min(offered.length - 1, chosen + by)));
        break;
      }
      case 'Enter':
      case ',':
        add(isShown ? (offered[chosen] ?? typed) : typed);
        break;
      case 'Escape':
        if (!isShown && typed === '') return;
        setListOpen(false);
        setTyped('');
        setChosen(-1);
        break;
      case 'Backspace': {
        const last = tags.at(-1);
        if (typed !== '' || last === undefined || event.repeat) return;
        change(last, false);
        break;
      }
      default:
        return;
    }
    event.preventDefault();
  }
  return (
    <div className="field">
      <label htmlFor={id}>Tags</label>
      <div className="input input-tags">
        {tags.map((tag) => (
          <span key={tag} className="tag">
            <span className="cut">{tag}</span>
            {!isReadOnly && (
              <button
                type="button"
                className="tag-remove"
                aria-label={`Remove the tag ${tag}`}
                title={`Remove the tag ${tag}`}
                onClick={() => change(tag, false)}
              >
                <X className="icon" aria-hidden="true" />
              </button>
            )}
          </span>
        ))}
        <input
          id={id}
          role="combobox"
          aria-expanded={isShown}
          aria-controls={`${id}-list`}
          aria-autocomplete="list"
          aria-activedescendant={isShown && chosen >= 0 ? `${id}-${chosen}` : undefined}
          aria-describedby={`${id}-hint`}
          aria-invalid={fault !== null}
          autoComplete="off"
          disabled={isReadOnly}
          value={typed}
          onChange={({ target }) => {
            setTyped(target.value);
            setListOpen(true);
            setChosen(-1);
          }}
          onKeyDown={onKeyDown}
          onFocus={() => setListOpen(true)}
          onBlur={() => setListOpen(false)}
        />
      </div>
      <div className="tag-list-place">
        <div
          className="tag-list"
          id={`${id}-list`}
          role="listbox"
          aria-label="Tags to add"
          // It scrolls, and would be a stop of Tab that is gone as soon as the field is left.
          tabIndex={-1}
          hidden={!isShown}
        >
          {offered.map((tag, index) => (
            <div
              key={tag}
              id={`${id}-${index}`}
              role="option"
              aria-selected={index === chosen}
              className="tag-option"
              // The field keeps the focus: leaving it would close the list before the click.
              onMouseDown={(event) => event.preventDefault()}
              onClick={() => add(tag)}
            >
              <span className="mono small">{tag}</span>
              <span className="hint">{tagMeaning(tag) ?? 'In other cells of this notebook'}</span>
            </div>
          ))}
        </div>
      </div>
      <p className={fault === null ? 'hint' : 'hint hint-bad'} id={`${id}-hint`}>
        {fault ?? 'Enter adds a tag, Backspace takes the last one away.'}
      </p>
      {explained.length > 0 && (
        <dl className="tag-words">
          {explained.map(({ tag, does }) => (
            <div key={tag}>
              <dt>{tag}</dt>
              <dd>{does}.</dd>
            </div>
          ))}
        </dl>
      )}
    </div>
  );
}

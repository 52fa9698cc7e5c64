import { Dialog } from '@base-ui/react/dialog';
import { useState, type JSX } from 'react';
import type { ExportOptions } from '../../../shared/notebook/export/exported';
import { useModel, useNotebook } from '../document-context';
import { exportNotebook, type ExportFormat } from './export-actions';

const FORMATS: readonly { readonly id: ExportFormat; readonly name: string; readonly about: string }[] = [
  { id: 'html', name: 'HTML', about: 'One page that needs nothing else and runs nothing' },
  { id: 'pdf', name: 'PDF', about: 'The same page on paper' },
  { id: 'markdown', name: 'Markdown', about: 'Texts as they are, code and output in fences' },
  { id: 'script', name: 'Script', about: 'The code alone, texts as its comments' },
  { id: 'print', name: 'Print', about: 'By the dialog of the system' },
];

const PARTS: readonly { readonly id: keyof ExportOptions; readonly name: string }[] = [
  { id: 'code', name: 'Code' },
  { id: 'outputs', name: 'Outputs' },
  { id: 'hidden', name: 'What is hidden on the page' },
];

/** Asks into what the notebook is written out, and what of it. */
export function ExportDialog(): JSX.Element | null {
  const { open } = useNotebook();
  const wish = useModel((model) => model.exporting);
  if (wish === null) return null;
  return (
    <Dialog.Root open onOpenChange={(isOpen) => !isOpen && open.set({ exporting: null })}>
      <Dialog.Portal>
        <Dialog.Backdrop className="nb-scrim" />
        <Dialog.Popup className="nb-dialog">
          <Form first={wish} />
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function Form(props: { readonly first: ExportFormat }): JSX.Element {
  const { open, host } = useNotebook();
  const [format, setFormat] = useState(props.first);
  const [options, setOptions] = useState<ExportOptions>({ code: true, outputs: true, hidden: false });
  // A script is its code, and holds no outputs.
  const isFixed = (part: keyof ExportOptions): boolean => format === 'script' && part !== 'hidden';
  const isOn = (part: keyof ExportOptions): boolean => (isFixed(part) ? part === 'code' : options[part]);
  const act = (): void => {
    open.set({ exporting: null });
    void exportNotebook(open, host, format, {
      code: isOn('code'),
      outputs: isOn('outputs'),
      hidden: options.hidden,
    });
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        act();
      }}
    >
      <Dialog.Title className="nb-dialog-title">Export what is on the page</Dialog.Title>
      <div className="nb-dialog-body choices">
        <fieldset className="choice-set">
          <legend>Into</legend>
          {FORMATS.map(({ id, name, about }) => (
            <label key={id} className="choice-line">
              <input type="radio" name="format" checked={format === id} onChange={() => setFormat(id)} />
              <span className="export-name">{name}</span>
              <span className="small muted">{about}</span>
            </label>
          ))}
        </fieldset>
        <fieldset className="choice-set">
          <legend>With</legend>
          {PARTS.map(({ id, name }) => (
            <label key={id} className="choice-line">
              <input
                type="checkbox"
                checked={isOn(id)}
                disabled={isFixed(id)}
                onChange={(event) => setOptions({ ...options, [id]: event.target.checked })}
              />
              <span>{name}</span>
            </label>
          ))}
        </fieldset>
      </div>
      <div className="nb-dialog-foot">
        <Dialog.Close className="nb-button">Cancel</Dialog.Close>
        <button type="submit" className="nb-button nb-button-primary">
          {format === 'print' ? 'Print…' : 'Export…'}
        </button>
      </div>
    </form>
  );
}

import { Dialog } from '@base-ui/react/dialog';
import { useEffect, useRef, useState, type JSX, type RefObject } from 'react';
import { languageEdit } from '../../shared/notebook/kernel-edit';
import { useModel, useNotebook } from './document-context';
import { changeKernel, type KernelMemory } from './file-actions';
import { byFit } from './kernel-missing';
import { RememberChoice } from './remember-choice';
import { useKernels } from './use-kernels';
import { useReturnFocus } from './use-return-focus';
import './kernel-choice.css';

/** Another kernel for a notebook, also where the present one is here: the environment of a project, for one. */
export function KernelChoice(): JSX.Element | null {
  return useModel((model) => model.choosingKernel) ? <Opened /> : null;
}

function Opened(): JSX.Element {
  const { open } = useNotebook();
  const list = useRef<HTMLFieldSetElement>(null);
  const finalFocus = useReturnFocus();
  return (
    <Dialog.Root open onOpenChange={(isOpen) => !isOpen && open.set({ choosingKernel: false })}>
      <Dialog.Portal>
        <Dialog.Backdrop className="nb-scrim" />
        <Dialog.Popup
          className="nb-dialog kernel-choice"
          initialFocus={() => list.current?.querySelector<HTMLElement>('input:checked') ?? list.current}
          finalFocus={finalFocus}
        >
          <Form list={list} />
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function Form(props: { readonly list: RefObject<HTMLFieldSetElement | null> }): JSX.Element {
  const { list } = props;
  const { open } = useNotebook();
  const kernel = useModel((model) => model.state?.kernel ?? null);
  const metadata = useModel((model) => model.metadata);
  const kernels = useKernels().catalogue?.kernels ?? null;
  const [name, setName] = useState(kernel?.spec?.name ?? null);
  const [remember, setRemember] = useState<KernelMemory>('notebook');
  useEffect(() => {
    // What had the focus while they were looked for is the list itself.
    if (kernels !== null && document.activeElement === list.current)
      list.current?.querySelector<HTMLElement>('input:checked, input')?.focus();
  }, [kernels, list]);
  const chosen = kernels?.find((spec) => spec.name === name) ?? null;
  const edit = chosen === null ? null : languageEdit(metadata, chosen);
  const isOther = chosen !== null && chosen.name !== kernel?.spec?.name;
  const act = (): void => {
    if (chosen === null) return;
    open.set({ choosingKernel: false });
    if (isOther) void changeKernel(open, chosen.name, edit === null ? remember : 'notebook', edit);
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        act();
      }}
    >
      <Dialog.Title className="nb-dialog-title">Use another kernel</Dialog.Title>
      <div className="nb-dialog-body choices">
        <fieldset ref={list} className="choice-set" tabIndex={-1}>
          <legend>Kernels of this machine</legend>
          {kernels === null && <p className="small muted">Looking for kernels…</p>}
          {byFit(kernels ?? [], kernel?.spec?.language ?? kernel?.wanted ?? null).map((spec) => (
            <label key={spec.name} className="choice-line">
              <input
                type="radio"
                name="kernel"
                checked={spec.name === name}
                onChange={() => setName(spec.name)}
              />
              <span className="nowrap">{spec.displayName}</span>
              <span className="small muted mono cut" title={spec.program ?? undefined}>
                {spec.program ?? 'built in'}
              </span>
            </label>
          ))}
        </fieldset>
        {edit === null ? (
          <RememberChoice label="Remember it for" value={remember} onChange={setRemember} />
        ) : (
          <p>
            The notebook becomes one of the language {chosen?.language}. That is an edit of the file: undo
            takes it back.
          </p>
        )}
        <p>What runs in the present kernel ends, and its variables go. What was printed is kept.</p>
      </div>
      <div className="nb-dialog-foot">
        <Dialog.Close className="nb-button">Keep the present one</Dialog.Close>
        <button type="submit" className="nb-button nb-button-primary" disabled={!isOther}>
          Use it
        </button>
      </div>
    </form>
  );
}

import { Cpu } from 'lucide-react';
import type { JSX } from 'react';
import type { KernelSpecInfo } from '../../shared/kernels/contract';
import { notebookLanguage } from '../notebook/cell-facts';
import { useModel } from '../notebook/document-context';
import { isSameLanguage } from '../../shared/kernels/language-name';
import { byFit } from '../notebook/kernel-missing';
import { useKernels } from '../notebook/use-kernels';
import { useRun, useRunModel } from './run-context';

/** More are no choice at night. */
const MOST = 5;

/** The kernels that could run the notebook: those of its language; where none is named, the nearest. */
export function fittingKernels(
  kernels: readonly KernelSpecInfo[],
  language: string,
  failed: string | null,
): readonly KernelSpecInfo[] {
  const others = byFit(kernels, language).filter(({ name }) => name !== failed);
  const same = others.filter((kernel) => isSameLanguage(kernel, language));
  return (language === 'text' ? others : same).slice(0, MOST);
}

/** What else could run the steps of this run when its kernel did not start. The choice is recorded. */
export function OtherKernels(props: { readonly onChosen: () => void }): JSX.Element | null {
  const run = useRun();
  const language = useModel((model) => notebookLanguage(model.metadata));
  const failed = useRunModel(({ live }) => live?.kernel.spec?.name ?? live?.kernel.wanted ?? null);
  const kernels = useKernels().catalogue?.kernels ?? null;
  if (kernels === null) return null;
  const offers = fittingKernels(kernels, language, failed);
  return (
    <div role="group" aria-label="Another kernel">
      {offers.length === 0 && (
        <div className="facts-row">
          <Cpu className="icon icon-s" aria-hidden="true" />
          <span className="secondary">
            No other kernel of this language is on this machine. Steps that do not need it go on.
          </span>
        </div>
      )}
      {offers.map((spec, index) => (
        <div key={spec.name} className="facts-row">
          <Cpu className="icon icon-s" aria-hidden="true" />
          <span className="nowrap">{spec.displayName}</span>
          <span className="cut mono small muted" title={spec.program ?? undefined}>
            {spec.program ?? 'built in'}
          </span>
          <span className="who">
            <button
              type="button"
              className="nb-button"
              aria-label={`Use it: ${spec.displayName}`}
              autoFocus={index === 0}
              onClick={() => {
                void run.act({ kind: 'choose-kernel', kernel: spec.name });
                props.onChosen();
              }}
            >
              Use it
            </button>
          </span>
        </div>
      ))}
    </div>
  );
}

import { ChevronDown, ChevronRight, Cpu, Folder, SquareTerminal, Terminal, X } from 'lucide-react';
import { useState, type JSX } from 'react';
import type { KernelPlace, KernelSpecInfo } from '../../shared/kernels/contract';
import { isSameLanguage } from '../../shared/kernels/language-name';
import { useModel, useNotebook } from './document-context';
import { chooseKernel, type KernelMemory } from './file-actions';
import { RememberChoice } from './remember-choice';
import { useKernels } from './use-kernels';

function placeWords(place: KernelPlace): string {
  const [problem] = place.problems;
  if (problem) return `${problem.name}: ${problem.reason}`;
  if (!place.exists) return 'not there';
  if (place.kernels.length > 0)
    return `${place.kernels.length === 1 ? '1 kernel' : `${place.kernels.length} kernels`}: ${place.kernels.join(', ')}`;
  return place.note ?? 'no kernels';
}

function Places(props: { readonly places: readonly KernelPlace[] }): JSX.Element {
  const { places } = props;
  const [isOpen, setOpen] = useState(false);
  const told = places.filter((place) => place.problems.length > 0 || place.kernels.length > 0).length;
  return (
    <div className="facts">
      <button
        type="button"
        className="facts-head facts-toggle"
        aria-expanded={isOpen}
        onClick={() => setOpen(!isOpen)}
      >
        {isOpen ? (
          <ChevronDown className="icon icon-s" aria-hidden="true" />
        ) : (
          <ChevronRight className="icon icon-s" aria-hidden="true" />
        )}
        Where Watchbook looked
        <span className="facts-count">
          {places.length} places, {told} with something to say
        </span>
      </button>
      {isOpen &&
        places.map((place) => {
          const isFault = place.problems.length > 0;
          return (
            <div
              key={`${place.kind} ${place.path}`}
              className="facts-row"
              data-state={isFault ? 'failed' : 'todo'}
            >
              {isFault ? (
                <X className="icon icon-s" aria-hidden="true" />
              ) : (
                <Folder className="icon icon-s" aria-hidden="true" />
              )}
              <span className="cut mono small" title={place.path}>
                {place.path}
              </span>
              <span className="who">{placeWords(place)}</span>
            </div>
          );
        })}
    </div>
  );
}

/** Kernels of the notebook's own language first, then by name; the built-in shell last unless it is a match. */
export function byFit(kernels: readonly KernelSpecInfo[], wanted: string | null): readonly KernelSpecInfo[] {
  const score = (kernel: KernelSpecInfo): number =>
    isSameLanguage(kernel, wanted) ? 0 : kernel.source === 'built-in' ? 2 : 1;
  return kernels.toSorted((a, b) => score(a) - score(b) || a.displayName.localeCompare(b.displayName));
}

/** The notebook asks for a kernel that is not here: what else could run it, and why the wanted one was not found. */
export function KernelMissing(): JSX.Element | null {
  const { open, host } = useNotebook();
  const kernel = useModel((model) => model.state?.kernel ?? null);
  const [remember, setRemember] = useState<KernelMemory>('notebook');
  const isMissing = kernel !== null && kernel.spec === null && kernel.wanted !== null;
  const { catalogue, lookAgain } = useKernels(isMissing);

  if (!isMissing) return null;
  const problems = catalogue?.places.flatMap((place) => place.problems) ?? [];
  const fix = problems.find((problem) => problem.name === kernel.wanted && problem.fix !== null)?.fix ?? null;
  const offers = byFit(catalogue?.kernels ?? [], kernel.wanted).slice(0, 5);
  return (
    <div className="kernel-missing">
      <div className="banner" data-state="waiting">
        <Cpu className="icon" aria-hidden="true" />
        <div className="grow">
          <p className="banner-title">The kernel “{kernel.wanted}” is not on this machine</p>
          <p className="secondary">
            The notebook is open and can be read and edited. Only running needs a kernel.
          </p>
        </div>
      </div>
      <div className="facts">
        <div className="facts-head">
          What can be done
          <span className="grow" />
          <RememberChoice label="Remember a kernel for" value={remember} onChange={setRemember} />
        </div>
        {offers.map((spec, index) => (
          <div key={spec.name} className="facts-row">
            {spec.source === 'built-in' ? (
              <SquareTerminal className="icon icon-s" aria-hidden="true" />
            ) : (
              <Cpu className="icon icon-s" aria-hidden="true" />
            )}
            <span className="nowrap">{spec.displayName}</span>
            <span className="cut mono small muted">{spec.program ?? 'built in'}</span>
            <span className="who">
              <button
                type="button"
                className={
                  index === 0 && isSameLanguage(spec, kernel.wanted)
                    ? 'nb-button nb-button-primary'
                    : 'nb-button'
                }
                onClick={() => void chooseKernel(open, spec.name, remember)}
              >
                Use it
              </button>
            </span>
          </div>
        ))}
        <div className="facts-row">
          <Terminal className="icon icon-s" aria-hidden="true" />
          <span className="cut">
            {fix === null ? (
              'Install it, then look again'
            ) : (
              <>
                Install it: <span className="ident">{fix}</span>
              </>
            )}
          </span>
          <span className="who">
            {fix !== null && (
              <button
                type="button"
                className="nb-button"
                onClick={() => void host.copyText(fix).catch(open.say)}
              >
                Copy
              </button>
            )}
            <button type="button" className="nb-button" onClick={lookAgain}>
              Look again
            </button>
          </span>
        </div>
      </div>
      {catalogue !== null && <Places places={catalogue.places} />}
    </div>
  );
}

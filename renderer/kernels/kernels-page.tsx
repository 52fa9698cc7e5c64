import { ChevronDown, ChevronRight, Cpu, Folder, RefreshCw, SquareTerminal, X } from 'lucide-react';
import { useCallback, useEffect, useState, type JSX } from 'react';
import type { KernelCatalogue, KernelPlace, RunningKernel } from '../../shared/kernels/contract';
import { toWireError } from '../../shared/rpc/errors';
import { useWhenReady } from '../app/use-when-ready';
import { useWindow } from '../app/window-context';
import { RunningKernels } from './running-kernels';

/** What can run notebooks on this machine, what runs now, and where was looked. */
export function KernelsPage(): JSX.Element {
  const { client } = useWindow();
  const [catalogue, setCatalogue] = useState<KernelCatalogue | null>(null);
  const [running, setRunning] = useState<readonly RunningKernel[]>([]);
  const [problem, setProblem] = useState<string | null>(null);
  const look = useCallback(async () => {
    try {
      const [found, live] = await Promise.all([
        client.request('kernels.list', {}),
        client.request('kernels.running', {}),
      ]);
      setCatalogue(found);
      setRunning(live.kernels);
      setProblem(null);
    } catch (error) {
      const { code, message } = toWireError(error);
      if (code !== 'engine-lost') setProblem(message);
    }
  }, [client]);
  useWhenReady(client, look);
  useEffect(() => client.on('kernels.changed', () => void look()), [client, look]);

  return (
    <div className="page">
      <div className="page-body">
        <div className="page-head">
          <h1 className="page-title">Kernels of this machine</h1>
          <button type="button" className="btn" onClick={() => void look()}>
            <RefreshCw className="icon" aria-hidden="true" />
            Look again
          </button>
        </div>
        {problem !== null && <p className="page-problem">{problem}</p>}
        <h2 className="page-heading">Running now</h2>
        <RunningKernels kernels={running} onProblem={setProblem} />
        <h2 className="page-heading">Found</h2>
        {catalogue !== null && (
          <div className="facts">
            {catalogue.kernels.map((kernel) => (
              <div key={kernel.name} className="facts-row">
                {kernel.source === 'built-in' ? (
                  <SquareTerminal className="icon icon-s" aria-hidden="true" />
                ) : (
                  <Cpu className="icon icon-s" aria-hidden="true" />
                )}
                <span className="nowrap">{kernel.displayName}</span>
                <span className="cut mono small muted" title={kernel.name}>
                  {kernel.name}
                </span>
                {kernel.program === null ? (
                  <span className="who cut">built in, needs only {kernel.name}</span>
                ) : (
                  <span className="who mono cut" title={kernel.program}>
                    {kernel.program}
                  </span>
                )}
              </div>
            ))}
          </div>
        )}
        {catalogue !== null && <Places places={catalogue.places} />}
        <p className="small muted page-foot">
          Kernels get the variables of your login shell, read anew at each start. A command line’s kernels get
          that command’s own.
        </p>
      </div>
    </div>
  );
}

function Places(props: { readonly places: readonly KernelPlace[] }): JSX.Element {
  const [isOpen, setOpen] = useState(true);
  const told = props.places.filter(({ problems, kernels }) => problems.length + kernels.length > 0).length;
  return (
    <div className="facts facts-next">
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
        <span className="muted facts-count">
          {props.places.length} places, {told} with something to say
        </span>
      </button>
      {isOpen && props.places.map((place) => <Place key={`${place.kind} ${place.path}`} place={place} />)}
    </div>
  );
}

function Place(props: { readonly place: KernelPlace }): JSX.Element {
  const { path, exists, kernels, problems, note } = props.place;
  const words = !exists ? 'not there' : kernels.length > 0 ? kernels.join(', ') : (note ?? 'no kernels');
  return (
    <>
      <div className="facts-row">
        <Folder className="icon icon-s" aria-hidden="true" />
        <span className="cut mono small" title={path}>
          {path}
        </span>
        {(kernels.length > 0 || problems.length === 0) && <span className="who cut">{words}</span>}
      </div>
      {problems.map((problem) => (
        <div key={`${problem.place} ${problem.name}`} className="facts-row facts-inner" data-state="failed">
          <X className="icon icon-s" aria-hidden="true" />
          <span className="nowrap">{problem.name}</span>
          <span className="cut">{problem.reason}</span>
          {problem.fix !== null && <code className="ident who">{problem.fix}</code>}
        </div>
      ))}
    </>
  );
}

import { AlertDialog } from '@base-ui/react/alert-dialog';
import { Cpu, TriangleAlert } from 'lucide-react';
import { useRef, useState, type JSX } from 'react';
import type { RunningKernel } from '../../shared/kernels/contract';
import { toWireError } from '../../shared/rpc/errors';
import { useWindow } from '../app/window-context';
import { fileName } from '../notebook/file-name';

/** The kernels that run now, and those an engine left behind when it was killed. Each can be ended, after a question. */
export function RunningKernels(props: {
  readonly kernels: readonly RunningKernel[];
  readonly onProblem: (message: string) => void;
}): JSX.Element {
  const { kernels, onProblem } = props;
  const { client, toast } = useWindow();
  const [asked, setAsked] = useState<RunningKernel | null>(null);
  if (kernels.length === 0)
    return <p className="muted">No kernel runs. One starts with the first cell that needs it.</p>;
  const end = (kernel: RunningKernel): void => {
    setAsked(null);
    client.request('kernels.end', { id: kernel.id }).then(
      () => toast('Kernel ended'),
      (error: unknown) => onProblem(toWireError(error).message),
    );
  };
  return (
    <div className="facts">
      {kernels.map((kernel) => (
        <div key={kernel.id} className="facts-row" data-state={kernel.leftOver ? 'waiting' : 'done'}>
          {kernel.leftOver ? (
            <TriangleAlert className="icon icon-s" aria-hidden="true" />
          ) : (
            <Cpu className="icon icon-s" aria-hidden="true" />
          )}
          <span className="nowrap">{kernel.displayName}</span>
          <span className="cut small muted" title={kernel.path ?? undefined}>
            {kernel.leftOver
              ? `left over from an engine that was killed; ${kernel.path ?? ''}`
              : (kernel.path ?? '')}
          </span>
          <span className="who">
            <span className="mono small">pid {kernel.pid}</span>
            <span>{kernel.leftOver ? 'left over' : kernel.state}</span>
            <button type="button" className="btn" onClick={() => setAsked(kernel)}>
              End it…
            </button>
          </span>
        </div>
      ))}
      {asked !== null && (
        <EndQuestion kernel={asked} onKeep={() => setAsked(null)} onEnd={() => end(asked)} />
      )}
    </div>
  );
}

function EndQuestion(props: {
  readonly kernel: RunningKernel;
  readonly onKeep: () => void;
  readonly onEnd: () => void;
}): JSX.Element {
  const { kernel, onKeep, onEnd } = props;
  const first = useRef<HTMLButtonElement>(null);
  return (
    <AlertDialog.Root open onOpenChange={(isOpen) => !isOpen && onKeep()}>
      <AlertDialog.Portal>
        <AlertDialog.Backdrop className="scrim" />
        <AlertDialog.Popup className="dialog" initialFocus={first}>
          <div className="dialog-head">
            <AlertDialog.Title render={<h2 />}>
              {`End ${kernel.displayName}${kernel.path === null ? '' : ` of ${fileName(kernel.path)}`}?`}
            </AlertDialog.Title>
            <AlertDialog.Description render={<p />}>
              Its variables go, and a cell that runs on it is cut off. What was printed is kept.
            </AlertDialog.Description>
          </div>
          <div className="dialog-foot">
            <span className="grow" />
            <button ref={first} type="button" className="btn" onClick={onKeep}>
              Keep it running
            </button>
            <button type="button" className="btn btn-danger-solid" onClick={onEnd}>
              End the kernel
            </button>
          </div>
        </AlertDialog.Popup>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  );
}

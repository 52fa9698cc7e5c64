import { FileWarning } from 'lucide-react';
import type { JSX } from 'react';
import { useModel, useNotebook } from './document-context';

/** Why the file could not be opened, and the ways out. */
export function OpenFailure(): JSX.Element | null {
  const { open, host } = useNotebook();
  const failure = useModel((model) => model.failure);
  if (failure === null) return null;
  return (
    <div className="failure">
      <div className="banner" data-state="failed">
        <FileWarning className="icon" aria-hidden="true" />
        <div className="grow">
          <p className="banner-title">This file was not opened</p>
          <p className="secondary">{failure.message}</p>
        </div>
      </div>
      <div className="facts">
        <div className="facts-head">What can be done</div>
        <div className="facts-row">
          <span className="cut mono small">{open.path}</span>
          <span className="who">
            {failure.code !== 'not-found' && (
              <button
                type="button"
                className="nb-button"
                onClick={() => void host.revealFile(open.path).catch(open.say)}
              >
                Show in the file manager
              </button>
            )}
            <button type="button" className="nb-button" onClick={() => void open.reload()}>
              Try again
            </button>
            {failure.detail !== undefined && (
              <button
                type="button"
                className="nb-button"
                onClick={() =>
                  void host.copyText(`${failure.code}: ${failure.message}\n${failure.detail ?? ''}`)
                }
              >
                Copy details
              </button>
            )}
          </span>
        </div>
      </div>
    </div>
  );
}

import { Fragment, type JSX } from 'react';
import { namesInWords } from '../../../shared/notebook/widgets/missing-words';
import { widgetCodeAddress, type WantedWidgetCode } from '../../../shared/notebook/widgets/widget-code';
import type { WidgetCodeQuestion } from './use-widget-code';

/**
 * Says which packages a widget is drawn by and where their code is, and asks whether it may run. Nothing runs before.
 */
export function WidgetCodeNote(props: { readonly question: WidgetCodeQuestion }): JSX.Element {
  const { wanted, looked, problem, allow, lookAgain } = props.question;
  const found = new Map(looked.found.map((one) => [one.name, one]));
  const absent = wanted.filter(({ name, isName }) => isName && !found.has(name));
  const nameless = wanted.filter(({ isName }) => !isName);
  return (
    <div className="out-widget-code" role="group" aria-label="Code of the widget">
      {looked.found.length > 0 && (
        <div className="out-question">
          <span className="grow">
            Drawn by code of{' '}
            {looked.found.map(({ name, version, path }, index) => (
              <Fragment key={name}>
                {index > 0 && ', '}
                <b>{version === null ? name : `${name} ${version}`}</b>{' '}
                <span className="mono small muted">{path}</span>
              </Fragment>
            ))}
            . It is on this machine and is not part of Watchbook. In this output it has no network and no
            files; it can run what the notebook gives it.
          </span>
          <button type="button" className="nb-button out-button" onClick={allow}>
            Draw with this code
          </button>
        </div>
      )}
      {absent.length > 0 && (
        <p className="out-note">
          {absentWords(absent, looked.looked)}{' '}
          <button type="button" className="out-link" onClick={lookAgain}>
            Look again
          </button>
        </p>
      )}
      {nameless.length > 0 && (
        <p className="out-note">
          {namesInWords(nameless.map(({ name }) => name))} can be the name of no package, so it was looked for
          nowhere.
        </p>
      )}
      {problem !== null && (
        <p className="out-note" data-state="failed">
          {problem}{' '}
          <button type="button" className="out-link" onClick={lookAgain}>
            Try again
          </button>
        </p>
      )}
    </div>
  );
}

/** What is not here, where it was looked for, where others would load it from, and what helps. */
function absentWords(absent: readonly WantedWidgetCode[], looked: readonly string[]): string {
  const it = absent.length === 1 ? 'it' : 'them';
  return [
    `The code of ${namesInWords(absent.map(({ name }) => name))} is not in the Jupyter folders of this notebook’s kernel (${foldersInWords(looked)}).`,
    `Other programs would load ${it} from ${namesInWords(absent.map(widgetCodeAddress))}; Watchbook loads nothing from the network.`,
    `What its kernel holds is not touched. Install the Python package that brings ${it}, in that environment.`,
  ].join(' ');
}

const NAMED_FOLDERS = 2;

function foldersInWords(folders: readonly string[]): string {
  const left = folders.length - NAMED_FOLDERS;
  return `${folders.slice(0, NAMED_FOLDERS).join(', ')}${left > 0 ? ` and ${left} more` : ''}`;
}

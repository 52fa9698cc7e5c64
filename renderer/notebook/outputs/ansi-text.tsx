import { memo, type CSSProperties, type JSX } from 'react';
import { ansiRuns, type AnsiRun } from '../../../shared/notebook/outputs/ansi';
import { markRuns } from '../../../shared/notebook/outputs/mark-runs';
import type { Sgr } from '../../../shared/notebook/outputs/sgr';
import { linkRuns } from '../../../shared/notebook/outputs/text-links';
import { TextLink } from './text-link';

function styleOf({ color, background }: AnsiRun): CSSProperties | undefined {
  return color === undefined && background === undefined ? undefined : { color, background };
}

/** One line in its colours, as text. What was looked for in it is marked. */
export const AnsiText = memo(function AnsiText(props: {
  readonly text: string;
  readonly entry: Sgr;
  readonly wanted?: string;
  readonly caseSensitive?: boolean;
}): JSX.Element {
  const { text, entry, wanted = '', caseSensitive = false } = props;
  const { runs } = ansiRuns(text, entry);
  if (wanted === '') {
    return (
      <>
        {linkRuns(runs).map((run, index) => {
          const style = styleOf(run);
          if (run.address !== undefined) {
            return (
              <TextLink key={index} address={run.address}>
                <span className={run.className} style={style}>
                  {run.text}
                </span>
              </TextLink>
            );
          }
          if (run.className === '' && style === undefined) return run.text;
          return (
            <span key={index} className={run.className} style={style}>
              {run.text}
            </span>
          );
        })}
      </>
    );
  }
  return (
    <>
      {markRuns(runs, wanted, caseSensitive).map((run, index) => (
        <span
          key={index}
          className={run.isFound ? `${run.className} is-found` : run.className}
          style={styleOf(run)}
        >
          {run.text}
        </span>
      ))}
    </>
  );
});

import type { JSX } from 'react';
import type { TimelineLine } from '../../../shared/runs/timeline';

/** The words of an event, each in its style. */
export function LineWords(props: { readonly line: Pick<TimelineLine, 'parts'> }): JSX.Element {
  return (
    <>
      {props.line.parts.map(({ text, style }, index) => {
        if (style === 'strong') return <b key={index}>{text}</b>;
        return (
          <span key={index} className={style === 'code' ? 'mono small' : undefined}>
            {text}
          </span>
        );
      })}
    </>
  );
}

import { ChevronRight } from 'lucide-react';
import type { JSX } from 'react';
import type { HidingCause } from '../../shared/notebook/hide-tags';

/** What stands where a part of a cell is folded away: what it is, and the way to see it. */
export function HiddenBar(props: {
  /** `Source`, `Output`, `Cell`. */
  readonly what: string;
  readonly cause: HidingCause | null;
  /** `42 lines of Python`. */
  readonly more?: string | undefined;
  /** `Show code`. */
  readonly action: string;
  readonly onShow: () => void;
}): JSX.Element {
  const { what, cause, more, action, onShow } = props;
  // Jupyter Book takes the removed out of its pages; here it is folded, so that nothing runs unseen.
  const words = `${what} ${cause === 'remove-tag' ? 'left out of pages' : 'hidden'}`;
  return (
    <div className="entry-part">
      <button type="button" className="hidden-bar" onClick={onShow}>
        <ChevronRight className="icon icon-s" aria-hidden="true" />
        <span className="cut">{more === undefined ? words : `${words}, ${more}`}</span>
        <span className="grow" />
        <span className="link">{action}</span>
      </button>
    </div>
  );
}

/** The way back below what was opened. */
export function HideAgain(props: { readonly action: string; readonly onHide: () => void }): JSX.Element {
  return (
    <div className="output-foot">
      <button type="button" className="out-link" onClick={props.onHide}>
        {props.action}
      </button>
    </div>
  );
}

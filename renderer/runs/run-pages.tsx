import type { JSX } from 'react';
import type { RunPage } from './run-store';

/** The views of a run beside its log. */
export function RunPages(props: { readonly page: Exclude<RunPage, 'notebook'> }): JSX.Element {
  return <div className="run-page" data-page={props.page} />;
}

import { Check, ListChecks, X } from 'lucide-react';
import type { JSX } from 'react';
import type { Expect, Limit } from '../../shared/runs/cell-metadata';
import type { ExpectationResult } from '../../shared/runs/content';
import { aboutWords } from './about-words';

/** What a step has to show, in one sentence: `exit status 0, and text “rolled out”`. Null where nothing is expected. */
export function expectedWords(expect: Expect | undefined): string | null {
  if (expect === undefined) return null;
  const { exitStatus, contains, notContains, matches, number } = expect;
  const parts = [
    exitStatus === undefined ? null : `exit status ${exitStatus}`,
    contains === undefined ? null : `text “${contains}”`,
    notContains === undefined ? null : `no text “${notContains}”`,
    matches === undefined ? null : `a match of “${matches}”`,
    number === undefined ? null : numberWords(number),
  ].filter((part) => part !== null);
  const last = parts.at(-1);
  if (last === undefined) return null;
  return parts.length === 1 ? last : `${parts.slice(0, -1).join(', ')}, and ${last}`;
}

function numberWords({ min, max }: NonNullable<Expect['number']>): string {
  if (min !== undefined && max !== undefined) return `a number from ${min} to ${max}`;
  if (min !== undefined) return `a number of at least ${min}`;
  return max === undefined ? 'a number' : `a number of at most ${max}`;
}

/** `limit 5m, then ask`. */
export function limitWords(limit: Limit | undefined): string | null {
  if (limit === undefined) return null;
  return `limit ${aboutWords(limit.seconds)}, then ${limit.then === 'warn' ? 'warn' : 'interrupt'}`;
}

/** Under a step that runs or is to come: what it has to show when it ends. */
export function ExpectedWhenItEnds(props: {
  readonly expect: Expect | undefined;
  readonly limit: Limit | undefined;
}): JSX.Element | null {
  const expected = expectedWords(props.expect);
  const limit = limitWords(props.limit);
  if (expected === null && limit === null) return null;
  return (
    <div className="entry-part">
      <div className="output-foot run-expected">
        {expected !== null && (
          <span className="row">
            <ListChecks className="icon icon-s" aria-hidden="true" />
            Expected when it ends: {expected}
          </span>
        )}
        {limit !== null && <span>{limit}</span>}
      </div>
    </div>
  );
}

/** Expected against actual, one line each. */
export function ExpectedResult(props: {
  readonly results: readonly ExpectationResult[];
}): JSX.Element | null {
  const { results } = props;
  if (results.length === 0) return null;
  const met = results.filter(({ holds }) => holds).length;
  return (
    <div className="entry-part">
      <div className="facts" role="group" aria-label="Expected result">
        <div className="facts-head">
          Expected result
          <span className="facts-count muted">
            {met === results.length ? 'met' : 'not met'}, {met} of {results.length}
          </span>
        </div>
        {results.map(({ expected, found, holds }) => (
          <div key={expected} className="facts-row" data-state={holds ? 'done' : 'failed'}>
            {holds ? (
              <Check className="icon icon-s" aria-hidden="true" />
            ) : (
              <X className="icon icon-s" aria-hidden="true" />
            )}
            <span>{expected}</span>
            {found !== null && <span className={holds ? 'who' : 'who is-unmet'}>{found}</span>}
          </div>
        ))}
      </div>
    </div>
  );
}

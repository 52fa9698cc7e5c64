import type { EnvironmentRef } from '../../shared/runs/events';

/** The names of the colour sets in `tokens.css`, by the colours that a `watchbook.json` may name. */
const SETS: Readonly<Record<EnvironmentRef['colour'], string>> = {
  slate: 'local',
  teal: 'dev',
  ochre: 'staging',
  carmine: 'prod',
  indigo: 'indigo',
  moss: 'moss',
};

/** What goes into `data-env`, so that everything inside reads the colours of this environment. */
export function colourSet(environment: Pick<EnvironmentRef, 'colour'>): string {
  return SETS[environment.colour];
}

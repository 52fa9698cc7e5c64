import type { FramePolicy, FromFrame } from './frame-protocol';

const NAMED = 3;

/** What a frame's policy held back, in one or two sentences; null when that was nothing worth a line. */
export function heldWords(
  held: Pick<Extract<FromFrame, { t: 'held' }>, 'resources' | 'hosts' | 'scripts'>,
  policy: FramePolicy,
): string | null {
  const { resources, hosts, scripts } = held;
  const sentences: string[] = [];
  if (resources > 0) {
    const what = resources === 1 ? '1 resource' : `${resources.toLocaleString('en-US')} resources`;
    const were = resources === 1 ? 'was' : 'were';
    sentences.push(`${what}${hostWords(hosts)} ${were} not loaded: outputs have no network.`);
  }
  if (scripts > 0 && policy === 'still') {
    const what = scripts === 1 ? 'script' : `${scripts.toLocaleString('en-US')} scripts`;
    sentences.push(`Its ${what} did not run, as it was not made here.`);
  }
  return sentences.length === 0 ? null : sentences.join(' ');
}

function hostWords(hosts: readonly string[]): string {
  if (hosts.length === 0) return '';
  const named = hosts.slice(0, NAMED).join(', ');
  const left = hosts.length - NAMED;
  return ` from ${named}${left > 0 ? ` and ${left} more` : ''}`;
}

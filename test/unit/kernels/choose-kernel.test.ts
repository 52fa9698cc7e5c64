import { describe, expect, it } from 'vitest';
import { chooseKernel, offerKernels, type WantedKernel } from '../../../shared/kernels/choose-kernel';
import type { KernelCatalogue, KernelSpecInfo } from '../../../shared/kernels/contract';

function spec(name: string, language: string): KernelSpecInfo {
  const source = name === 'bash' ? 'built-in' : name.includes('@') ? 'environment' : 'jupyter';
  return { name, displayName: name, language, source, place: '/k', program: '/p', interruptMode: 'signal' };
}

const catalogue: KernelCatalogue = {
  kernels: [
    spec('bash', 'bash'),
    spec('jupyter:bash', 'bash'),
    spec('ir', 'R'),
    spec('py-b', 'python'),
    spec('py-a', 'python'),
    spec('python3', 'python'),
    spec('python3@/home/mara/.venv', 'python'),
  ],
  places: [
    {
      path: '/k',
      kind: 'kernels',
      exists: true,
      kernels: [],
      problems: [{ name: 'torn', place: '/k', reason: 'its kernel.json is not JSON', fix: null }],
      note: null,
    },
  ],
};
const wants = (name: string | null, language: string | null = null): WantedKernel => ({ name, language });
const choose = (
  wanted: WantedKernel,
  more: { explicit?: string; environmentKernel?: string } = {},
  from = catalogue,
) => chooseKernel({ wanted, catalogue: from, ...more });

describe('the kernel of a notebook', () => {
  it.each([
    [
      'the explicit one before all',
      wants('ir', 'R'),
      { explicit: 'py-a', environmentKernel: 'py-b' },
      'py-a',
      'explicit',
    ],
    ['the environment’s next', wants('ir', 'R'), { environmentKernel: 'py-b' }, 'py-b', 'environment'],
    ['the one it names', wants('ir', 'python'), {}, 'ir', 'kernelspec'],
    ['the one it names in other letters', wants('Python3'), {}, 'python3', 'kernelspec'],
    ['the first of its language by name', wants(null, 'python'), {}, 'py-a', 'language'],
    ['of a language in other letters', wants(null, 'r'), {}, 'ir', 'language'],
    ['python3 where the file names nothing', wants(null), {}, 'python3', 'default'],
    ['the built-in shell for bash', wants('bash', 'bash'), {}, 'bash', 'kernelspec'],
    [
      'the installed bash by its own name',
      wants(null),
      { explicit: 'jupyter:bash' },
      'jupyter:bash',
      'explicit',
    ],
    [
      'an environment’s when a person names it',
      wants(null),
      { explicit: 'python3@/home/mara/.venv' },
      'python3@/home/mara/.venv',
      'explicit',
    ],
  ])('is %s', (_, wanted, more, name, by) => {
    expect(choose(wanted, more)).toMatchObject({ kind: 'chosen', spec: { name }, by });
  });

  it.each([
    [
      'a name that is not here',
      wants('python2', 'python'),
      {},
      'python2',
      ['py-b', 'py-a', 'python3', 'python3@/home/mara/.venv'],
    ],
    [
      'a name of a language one can tell',
      wants('conda-env-x'),
      {},
      'conda-env-x',
      ['py-b', 'py-a', 'python3', 'python3@/home/mara/.venv'],
    ],
    ['a language that is not here', wants(null, 'julia'), {}, 'julia', []],
    [
      'an explicit name that is not here',
      wants('python3'),
      { explicit: 'python2' },
      'python2',
      ['py-b', 'py-a', 'python3', 'python3@/home/mara/.venv'],
    ],
    [
      'an environment that a file names: it must not start what lies beside it',
      wants('python3@/home/mara/.venv'),
      {},
      'python3@/home/mara/.venv',
      ['py-b', 'py-a', 'python3', 'python3@/home/mara/.venv'],
    ],
    ['a path', wants('../../bin/sh'), {}, '../../bin/sh', null],
  ])('is missing, never guessed, for %s', (_, wanted, more, asked, candidates) => {
    const choice = choose(wanted, more);
    expect(choice).toMatchObject({ kind: 'missing', wanted: asked });
    if (choice.kind !== 'missing') return;
    if (candidates !== null) expect(choice.candidates.map(({ name }) => name)).toEqual(candidates);
    expect(choice.message).toContain(asked);
    for (const name of candidates ?? []) expect(choice.message).toContain(name);
    expect(choice.message).toContain((candidates ?? ['x']).length > 0 ? '--kernel' : 'watchbook kernels');
  });

  it('is missing where nothing is here, also for a file that names nothing', () => {
    expect(choose(wants(null), {}, { kernels: [spec('bash', 'bash')], places: [] })).toMatchObject({
      kind: 'missing',
      wanted: 'python3',
      candidates: [],
    });
  });

  it('is missing with the reason where there is one of that name that can not be used', () => {
    const choice = choose(wants('torn'));
    expect(choice.kind === 'missing' && choice.message).toContain('its kernel.json is not JSON');
  });

  it('is named without control characters and cut short', () => {
    const choice = choose(wants(`\u001b]0;x\u0007${'y'.repeat(500)}`));
    expect(choice.kind === 'missing' && choice.message).toMatch(
      /^The kernel “\\u001b\]0;x\\u0007y{1,80}…” is not here/,
    );
  });
});

describe('what a window offers', () => {
  it('starts what a person chose for the notebook, then for its library, while it is here', () => {
    const offer = (remembered: { notebook?: string; library?: string }) =>
      offerKernels({ wanted: wants('python2', 'python'), catalogue, remembered });
    expect(offer({ notebook: 'py-b', library: 'py-a' })).toMatchObject({
      spec: { name: 'py-b' },
      remembered: 'notebook',
    });
    expect(offer({ library: 'py-a' })).toMatchObject({ spec: { name: 'py-a' }, remembered: 'library' });
    expect(offer({ notebook: 'gone', library: 'py-a' })).toMatchObject({ spec: { name: 'py-a' } });
    expect(offer({ notebook: 'gone' })).toMatchObject({ spec: null, remembered: null });
  });

  it('asks where nothing fits, the same language first', () => {
    const { spec: none, offers, message } = offerKernels({ wanted: wants('python2', 'python'), catalogue });
    expect(none).toBeNull();
    expect(message).toContain('python2');
    expect(offers.slice(0, 4).every(({ language }) => language === 'python')).toBe(true);
    expect(offers).toHaveLength(catalogue.kernels.length);
  });

  it('starts the kernel that the notebook names where it is here', () => {
    expect(offerKernels({ wanted: wants('ir'), catalogue })).toMatchObject({
      spec: { name: 'ir' },
      message: null,
    });
  });
});

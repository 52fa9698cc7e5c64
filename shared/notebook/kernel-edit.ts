import type { KernelSpecInfo } from '../kernels/contract';
import type { JsonObject } from '../rpc/contract';
import type { Operation } from './operation';

/** The name of a language without its version: `python3` and `julia-1.10` name theirs. */
function plain(language: unknown): string {
  return typeof language === 'string' ? language.toLowerCase().replace(/[-_.\d]+$/, '') : '';
}

function member(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as JsonObject)[key]
    : undefined;
}

/**
 * What a notebook has to say anew where a kernel of another language is chosen for it: its cells are of that language
 * from then on, for everybody. Null where the language is the same: then the choice is this machine's own affair.
 *
 * The folder of a Python environment is never in it, nor that a kernel is Jupyter's own of a built-in name.
 */
export function languageEdit(
  metadata: JsonObject,
  kernel: Pick<KernelSpecInfo, 'name' | 'displayName' | 'language'>,
): Operation | null {
  const present =
    plain(member(metadata['language_info'], 'name')) || plain(member(metadata['kernelspec'], 'language'));
  if (present === plain(kernel.language)) return null;
  const name = kernel.name.replace(/@.*$/s, '').replace(/^jupyter:/, '');
  return {
    kind: 'group',
    operations: [
      {
        kind: 'metadata',
        cell: null,
        path: ['kernelspec'],
        value: { display_name: kernel.displayName, language: kernel.language, name },
      },
      { kind: 'metadata', cell: null, path: ['language_info'], value: { name: kernel.language } },
    ],
  };
}

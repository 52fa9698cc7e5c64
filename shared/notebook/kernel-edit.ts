import type { KernelSpecInfo } from '../kernels/contract';
import { isSameLanguage } from '../kernels/language-name';
import type { JsonObject } from '../rpc/contract';
import { wantedKernel } from './model';
import type { Operation } from './operation';

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
  if (isSameLanguage(kernel, wantedKernel({ metadata }).language)) return null;
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

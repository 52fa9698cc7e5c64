import { quoted } from '../rpc/quoted';
import type { KernelCatalogue, KernelSpecInfo } from './contract';

/** What a notebook's own metadata asks for. The text is foreign: it names, it never points. */
export interface WantedKernel {
  /** `metadata.kernelspec.name`. */
  readonly name: string | null;
  /** `metadata.language_info.name`, else `metadata.kernelspec.language`. */
  readonly language: string | null;
}

export interface KernelRequest {
  /** `--kernel`, or what a person picked just now. */
  readonly explicit?: string | null;
  /** What the chosen environment of the library names. */
  readonly environmentKernel?: string | null;
  readonly wanted: WantedKernel;
  readonly catalogue: KernelCatalogue;
}

export type KernelChoice =
  | {
      readonly kind: 'chosen';
      readonly spec: KernelSpecInfo;
      readonly by: 'explicit' | 'environment' | 'kernelspec' | 'language' | 'default';
    }
  | {
      readonly kind: 'missing';
      /** The name or language that is not here. */
      readonly wanted: string;
      /** Whole sentences for a person, with the kernels that would fit. */
      readonly message: string;
      /** Kernels of the same language; all kernels when the language is not known. */
      readonly candidates: readonly KernelSpecInfo[];
    };

/**
 * Chooses the kernel of a notebook: the explicit one, else the environment's, else the one the notebook names, else
 * one of the notebook's language (the first by name), else `python3` where the file names no language.
 *
 * A name that is not here is never replaced by another. A kernel of a Python environment (`python3@/folder`) is
 * taken only when a person names it: a file must not start a program that lies beside it.
 */
export function chooseKernel(request: KernelRequest): KernelChoice {
  const { explicit, environmentKernel, wanted, catalogue } = request;
  if (explicit) return byName(explicit, 'explicit', catalogue.kernels, wanted, catalogue);
  const plain = catalogue.kernels.filter((spec) => !isOfEnvironment(spec));
  if (environmentKernel) return byName(environmentKernel, 'environment', plain, wanted, catalogue);
  if (wanted.name) return byName(wanted.name, 'kernelspec', plain, wanted, catalogue);
  if (wanted.language) {
    const [first] = sameLanguage(plain, wanted.language).toSorted(compareNames);
    return first === undefined
      ? missing(wanted.language, 'language', wanted, catalogue)
      : { kind: 'chosen', spec: first, by: 'language' };
  }
  return byName('python3', 'default', plain, wanted, catalogue);
}

export interface KernelOffer {
  /** What a window starts when a cell is run; null: ask first, with `offers`. */
  readonly spec: KernelSpecInfo | null;
  /** A choice of the person that was kept for this notebook or its library. */
  readonly remembered: 'notebook' | 'library' | null;
  /** All kernels, what fits best first. */
  readonly offers: readonly KernelSpecInfo[];
  /** Why there is none; null when there is one. */
  readonly message: string | null;
}

/**
 * What a window does with a notebook: a choice that a person made earlier counts first, while its kernel is here;
 * else what {@link chooseKernel} says; else the kernels to offer.
 */
export function offerKernels(
  request: KernelRequest & {
    readonly remembered?: { readonly notebook?: string | null; readonly library?: string | null };
  },
): KernelOffer {
  const { catalogue, wanted, remembered } = request;
  const language = languageOf(wanted, catalogue);
  const fits = language === null ? [] : sameLanguage(catalogue.kernels, language);
  const offers = [...fits, ...catalogue.kernels.filter((spec) => !fits.includes(spec))];
  if (!request.explicit) {
    for (const kind of ['notebook', 'library'] as const) {
      const name = remembered?.[kind];
      const spec = name ? find(catalogue.kernels, name) : undefined;
      if (spec !== undefined) return { spec, remembered: kind, offers, message: null };
    }
  }
  const choice = chooseKernel(request);
  return choice.kind === 'chosen'
    ? { spec: choice.spec, remembered: null, offers, message: null }
    : { spec: null, remembered: null, offers, message: choice.message };
}

/** True for a kernel that is named with the folder of its Python environment. */
export function isOfEnvironment(spec: KernelSpecInfo): boolean {
  return spec.name.includes('@');
}

function byName(
  name: string,
  by: 'explicit' | 'environment' | 'kernelspec' | 'default',
  among: readonly KernelSpecInfo[],
  wanted: WantedKernel,
  catalogue: KernelCatalogue,
): KernelChoice {
  const spec = find(among, name);
  return spec === undefined ? missing(name, 'name', wanted, catalogue) : { kind: 'chosen', spec, by };
}

/** Kernel names are compared without case, as Jupyter does; the folder of an environment exactly. */
function find(among: readonly KernelSpecInfo[], name: string): KernelSpecInfo | undefined {
  return (
    among.find((spec) => spec.name === name) ??
    among.find((spec) => !isOfEnvironment(spec) && spec.name.toLowerCase() === name.toLowerCase())
  );
}

function missing(
  asked: string,
  what: 'name' | 'language',
  wanted: WantedKernel,
  catalogue: KernelCatalogue,
): KernelChoice {
  const language = languageOf({ ...wanted, name: what === 'name' ? asked : wanted.name }, catalogue);
  const candidates = language === null ? catalogue.kernels : sameLanguage(catalogue.kernels, language);
  const problem = catalogue.places
    .flatMap((place) => place.problems)
    .find(({ name }) => what === 'name' && name.toLowerCase() === asked.toLowerCase());
  const absent =
    what === 'name'
      ? `The kernel ${quoted(asked, 80)} is not here`
      : `No kernel here speaks ${quoted(asked, 80)}`;
  const because = problem === undefined ? '.' : `: ${problem.reason}.`;
  const names = candidates.map((spec) => spec.name).join(', ');
  const instead =
    candidates.length === 0
      ? 'No kernel of that language is on this machine; “watchbook kernels” shows every place that was looked at.'
      : `Nothing was run. Kernels that may fit: ${names}. Name one with --kernel.`;
  return { kind: 'missing', wanted: asked, message: `${absent}${because} ${instead}`, candidates };
}

/** The language a name stands for, where the file does not say it: of a kernel here, or by what names begin with. */
function languageOf(wanted: WantedKernel, catalogue: KernelCatalogue): string | null {
  if (wanted.language) return wanted.language;
  if (!wanted.name) return null;
  const named = find(catalogue.kernels, wanted.name);
  if (named !== undefined) return named.language;
  const name = wanted.name.toLowerCase();
  const languages = new Set(catalogue.kernels.map((spec) => spec.language.toLowerCase()));
  for (const language of languages) if (language !== '' && name.startsWith(language)) return language;
  return name.startsWith('python') || name.startsWith('conda') ? 'python' : null;
}

function sameLanguage(among: readonly KernelSpecInfo[], language: string): readonly KernelSpecInfo[] {
  return among.filter((spec) => spec.language.toLowerCase() === language.toLowerCase());
}

function compareNames(a: KernelSpecInfo, b: KernelSpecInfo): number {
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
}

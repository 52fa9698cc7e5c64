import type { KernelCatalogue, KernelSpecInfo } from '../../../shared/kernels/contract';
import type { Settings } from '../../../shared/settings/contract';
import type { KernelHandle, StartOptions } from '../kernels/kernel-handle';
import type { CellGuard } from './cell-guard';
import type { KernelChoices } from './kernel-choices';
import type { MadeHere } from './made-here';
import type { Spools } from './spools';

/** What the documents of an engine share. */
export interface DocumentServices {
  readonly stateFolder: string;
  readonly settings: () => Settings;
  readonly log: (message: string) => void;
  readonly choices: KernelChoices;
  readonly madeHere: MadeHere;
  readonly catalogue: (where: {
    readonly environment?: Readonly<Record<string, string>>;
    /** A notebook: environments beside it are listed too. */
    readonly near?: string;
  }) => Promise<KernelCatalogue>;
  readonly shellSpec: KernelSpecInfo;
  readonly startKernel: (spec: KernelSpecInfo, options: StartOptions) => Promise<KernelHandle>;
  /** The file of a document lies elsewhere now. */
  readonly documentMoved: (document: string, path: string) => Promise<void>;
  readonly openSpool: Spools['open'];
  readonly restoreSpool: Spools['restore'];
  /** The person's login shell's variables, read anew. */
  readonly loginEnvironment: () => Promise<Readonly<Record<string, string>>>;
  /** Stands before cells of documents that are no run's. */
  readonly guard: CellGuard;
}

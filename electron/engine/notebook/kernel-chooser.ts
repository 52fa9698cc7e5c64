import type { KernelSpecInfo } from '../../../shared/kernels/contract';
import { offerKernels } from '../../../shared/kernels/choose-kernel';
import { wantedKernel, type Notebook } from '../../../shared/notebook/model';
import { WatchbookError } from '../../../shared/rpc/errors';
import type { DocumentServices } from './document-services';

export type KernelChooserPorts = Pick<DocumentServices, 'catalogue' | 'choices'>;

/** Chooses the kernel of a notebook in a window: what a person chose here wins over what the file asks for. */
export class KernelChooser {
  /** Chosen for this session alone. */
  private chosen: string | null = null;

  constructor(private readonly ports: KernelChooserPorts) {}

  /**
   * The kernel to start.
   *
   * @throws WatchbookError `no-kernel` that names what was asked for and what is here of the same language
   */
  async choose(notebook: Notebook, path: string, library: string): Promise<KernelSpecInfo> {
    const catalogue = await this.ports.catalogue({ near: path });
    const { spec, message } = offerKernels({
      explicit: this.chosen,
      wanted: wantedKernel(notebook),
      catalogue,
      remembered: this.ports.choices.find(path, library),
    });
    if (spec !== null) return spec;
    throw new WatchbookError('no-kernel', message ?? 'No kernel fits this notebook.');
  }

  /** The kernel that {@link choose} would start; null where it would start none. */
  async fitting(notebook: Notebook, path: string, library: string): Promise<KernelSpecInfo | null> {
    try {
      return await this.choose(notebook, path, library);
    } catch (error) {
      if (error instanceof WatchbookError && error.code === 'no-kernel') return null;
      throw error;
    }
  }

  async take(
    kernel: string,
    remember: 'notebook' | 'library' | 'no',
    path: string,
    library: string,
  ): Promise<KernelSpecInfo> {
    const catalogue = await this.ports.catalogue({ near: path });
    const spec = catalogue.kernels.find(({ name }) => name === kernel);
    if (spec === undefined) {
      throw new WatchbookError(
        'no-kernel',
        `The kernel “${kernel}” is not on this machine. Nothing was changed.`,
      );
    }
    this.chosen = kernel;
    if (remember !== 'no') {
      await this.ports.choices.remember(remember, remember === 'notebook' ? path : library, kernel);
    }
    return spec;
  }
}

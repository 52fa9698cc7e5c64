import type { KernelMessage } from '@jupyterlab/services';
import type { Cell, Output } from '../../../shared/notebook/model';
import type { CellOutputs } from '../../../shared/notebook/outputs/cell-outputs';
import { fullOutputsOf } from '../../../shared/notebook/outputs/full-output';

export interface PrintedBehindPorts {
  /** The outputs of a cell that live here; null where they are the file's. */
  readonly live: (cell: string) => CellOutputs | null;
  /** Makes the place where a cell's outputs live, empty. Rejects where no folder can be made. */
  readonly begin: (cell: Cell) => Promise<CellOutputs>;
  /** The outputs that the file has of a cell live here now. */
  readonly begun: (cell: string) => void;
  /** The outputs of a cell are not what they were, by this message where there is one. */
  readonly received: (cell: string, message: KernelMessage.IIOPubMessage | null) => void;
  /** True for an output that may live here: what does is taken for made here. */
  readonly isOwn: (output: Output) => boolean;
  readonly log: (message: string) => void;
}

/** What a widget's handlers may add to the outputs of a cell. Nothing of theirs takes away what was there. */
const PRINTED: ReadonlySet<string> = new Set(['stream', 'display_data', 'update_display_data', 'error']);

/** What widgets print behind the outputs of the cells that show them, after those cells have run. */
export class PrintedBehind {
  /** Cells whose outputs are the file's, and are just being made live. */
  private readonly reviving = new Map<string, Promise<boolean>>();

  constructor(private readonly ports: PrintedBehindPorts) {}

  printed(cell: Cell, message: KernelMessage.IIOPubMessage): void {
    if (!PRINTED.has(message.header.msg_type)) return;
    const outputs = this.ports.live(cell.id);
    if (outputs !== null && !this.reviving.has(cell.id)) {
      outputs.handle(message.header.msg_type, message.content);
      outputs.finish();
      this.ports.received(cell.id, message);
      return;
    }
    const revived = this.reviving.get(cell.id) ?? this.revive(cell);
    this.reviving.set(
      cell.id,
      revived.then((isHere) => {
        this.reviving.delete(cell.id);
        if (isHere) this.printed(cell, message);
        return isHere;
      }),
    );
  }

  /**
   * Lets the outputs that a file has of a cell go on here. Not where one of them was not made here. False where it could
   * not be done, which is in the log.
   */
  private async revive(cell: Cell): Promise<boolean> {
    const isWhole = fullOutputsOf(cell.metadata).length === 0;
    if (!isWhole || !cell.outputs.every((output) => this.ports.isOwn(output))) {
      this.ports.log('a widget printed behind outputs that are not of this profile; it is not kept');
      return false;
    }
    try {
      const outputs = await this.ports.begin(cell);
      for (const output of cell.outputs) {
        if (output.output_type !== 'unknown') outputs.handle(output.output_type, output);
      }
      outputs.finish();
      this.ports.begun(cell.id);
      this.ports.received(cell.id, null);
      return true;
    } catch (error) {
      this.ports.log(`what a widget printed could not be kept: ${String(error)}`);
      return false;
    }
  }
}

import { readFile, rm } from 'node:fs/promises';
import writeFileAtomic from 'write-file-atomic';
import type { DocumentDisk } from './document-disk';
import type { DocumentServices } from './document-services';
import { digestOf } from './notebook-disk';
import { openRecovery, type RecoveryLog } from './recovery-log';
import { recoveryRecordSchema, type RecoveryRecord } from './recovery-record';

type RecoveryServices = Pick<DocumentServices, 'stateFolder' | 'log'>;

/**
 * What of a document is not in its file: every edit and every run since that was read or written.
 *
 * Edits are on disk within a second. Beside the log lies a copy of the file it stands on, from the first edit on, so
 * that edits survive a crash even when the file was changed meanwhile.
 */
export class DocumentRecovery {
  private hasBase = false;

  private constructor(
    private readonly log: RecoveryLog,
    private readonly disk: DocumentDisk,
    private readonly report: (message: string) => void,
  ) {
    log.onError((error) => report(`the recovery log of ${disk.path} could not be written: ${error.message}`));
  }

  /**
   * Opens the log of a document and answers what an earlier session left. Where the file is not any more what the
   * records stand on, the document stands on the kept copy, and the file counts as changed on disk.
   */
  static async open(
    { stateFolder, log: report }: RecoveryServices,
    disk: DocumentDisk,
  ): Promise<{ readonly recovery: DocumentRecovery; readonly found: readonly RecoveryRecord[] }> {
    const { log, found } = await openRecovery(stateFolder, disk.path);
    const recovery = new DocumentRecovery(log, disk, report);
    if (found === null || found.records.length === 0) {
      await log.restart({ path: disk.path, digest: disk.digest });
      return { recovery, found: [] };
    }
    if (found.tornBytes > 0)
      report(`the recovery log of ${disk.path} had a torn line; ${found.tornBytes} bytes are cut off`);
    const base = await readFile(recovery.baseFile).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return null;
      throw error;
    });
    recovery.hasBase = base !== null;
    if (found.header.digest !== disk.digest) {
      if (base === null || digestOf(base) !== found.header.digest) {
        report(`edits of ${disk.path} can not be brought back: the file they stand on is not there any more`);
        await log.restart({ path: disk.path, digest: disk.digest });
        return { recovery, found: [] };
      }
      disk.standOn(base, found.header.digest);
    }
    return { recovery, found: readRecords(found.records, disk.path, report) };
  }

  append(record: RecoveryRecord): void {
    if (!this.hasBase) {
      this.hasBase = true;
      const { bytes } = this.disk;
      writeFileAtomic(this.baseFile, Buffer.from(bytes), { mode: 0o600 }).catch((error: unknown) => {
        this.hasBase = false;
        this.report(`the copy for the recovery of ${this.disk.path} could not be written: ${String(error)}`);
      });
    }
    this.log.append(record as never);
  }

  /** All that was appended is on disk when this resolves. */
  flush(): Promise<void> {
    return this.log.flush();
  }

  /** The log begins anew on the file as it is now. */
  async restart(): Promise<void> {
    this.hasBase = false;
    await rm(this.baseFile, { force: true });
    await this.log.restart({ path: this.disk.path, digest: this.disk.digest });
  }

  /** `keep` leaves the log for the next time; otherwise nothing is left of it. */
  async close(keep: boolean): Promise<void> {
    if (!keep) {
      await this.log.drop();
      await rm(this.baseFile, { force: true });
    }
    await this.log.close();
  }

  private get baseFile(): string {
    return this.log.file.replace(/\.jsonl$/, '.base');
  }
}

function readRecords(
  records: readonly unknown[],
  path: string,
  report: (message: string) => void,
): readonly RecoveryRecord[] {
  const understood: RecoveryRecord[] = [];
  for (const record of records) {
    const parsed = recoveryRecordSchema.safeParse(record);
    if (!parsed.success) {
      report(`a recovery record of ${path} is not understood; it and what follows are left out`);
      break;
    }
    understood.push(parsed.data);
  }
  return understood;
}

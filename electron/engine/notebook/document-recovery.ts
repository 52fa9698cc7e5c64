import { readFile, rename, rm } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import type { Finding } from '../../../shared/notebook/contract';
import { toWireError } from '../../../shared/rpc/errors';
import { writeOwnFile } from '../whole-file';
import type { DocumentDisk } from './document-disk';
import type { DocumentServices } from './document-services';
import { digestOf } from './notebook-disk';
import { openRecovery, type RecoveryLog } from './recovery-log';
import { recoveryRecordSchema, type RecoveryRecord } from './recovery-record';

type RecoveryServices = Pick<DocumentServices, 'stateFolder' | 'log'>;

/** What an earlier session left of a document. */
export interface FoundEdits {
  readonly records: readonly RecoveryRecord[];
  /** Said to the person: edits that can not be brought back, and where they are kept. */
  readonly findings: readonly Finding[];
}

/**
 * What of a document is not in its file: every edit and every run since that was read or written.
 *
 * Edits are on disk within a second. Beside the log lies a copy of the file it stands on, from the first edit on, so
 * that edits survive a crash even when the file was changed meanwhile. What can not be written is kept in memory, told
 * as {@link problem}, and tried again.
 */
export class DocumentRecovery {
  private hasBase = false;
  /** The copies that are written, one after the other: the last one counts. */
  private baseWritten: Promise<void> = Promise.resolve();
  private problemText: string | null = null;
  private listener: () => void = () => undefined;

  private constructor(
    private readonly services: RecoveryServices,
    private log: RecoveryLog,
    private readonly disk: DocumentDisk,
  ) {
    this.listen();
  }

  /**
   * Opens the log of a document and answers what an earlier session left. Where the file is not any more what the
   * records stand on, the document stands on the kept copy, and the file counts as changed on disk.
   */
  static async open(
    services: RecoveryServices,
    disk: DocumentDisk,
  ): Promise<{ readonly recovery: DocumentRecovery; readonly found: FoundEdits }> {
    const { log, found } = await openRecovery(services.stateFolder, disk.path);
    const recovery = new DocumentRecovery(services, log, disk);
    const nothing: FoundEdits = { records: [], findings: [] };
    if (found === null || found.records.length === 0) {
      await recovery.restart([]);
      return { recovery, found: nothing };
    }
    if (found.tornBytes > 0) recovery.report(`had a torn line; ${found.tornBytes} bytes are cut off`);
    const base = await readFile(recovery.baseFile).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return null;
      throw error;
    });
    recovery.hasBase = base !== null && digestOf(base) === found.header.digest;
    const { understood, isWhole } = readRecords(found.records);
    if (!isWhole) recovery.report('holds a record that is not understood; it and what follows are left out');
    const saved = understood.findLastIndex(
      (record) => record.kind === 'saved' && record.digest === disk.digest,
    );
    if (saved >= 0) {
      // Edits before it are in the file. Runs are kept: a cell that runs goes on there, and outputs may be later ones.
      const since = understood.flatMap((record, index) => (index > saved ? [record] : outlasting(record)));
      await recovery.restart(since);
      return { recovery, found: { records: since, findings: [] } };
    }
    if (understood.every(({ kind }) => kind === 'seen' || kind === 'saved')) {
      await recovery.restart(understood);
      return { recovery, found: { records: understood, findings: [] } };
    }
    if (found.header.digest !== disk.digest) {
      if (base === null || !recovery.hasBase) {
        const finding = await recovery.setAside('the file they were made on is not there any more');
        return { recovery, found: { records: [], findings: [finding] } };
      }
      disk.standOnEarlier(base, found.header.digest);
    }
    return { recovery, found: { records: understood, findings: [] } };
  }

  /** Why edits are not safe at this moment, as sentences for a person; null when all is well. */
  get problem(): string | null {
    return this.problemText;
  }

  /** Called when {@link problem} changes. */
  onProblem(listener: () => void): void {
    this.listener = listener;
  }

  append(record: RecoveryRecord): void {
    this.log.append(record as never);
    this.keepBase();
  }

  /** All that was appended is on disk when this resolves. Rejects with `disk-full` or `not-writable`. */
  flush(): Promise<void> {
    return this.log.flush();
  }

  /**
   * The log begins anew on the file as it is now, with these records first. What is appended from this call on follows
   * them. A failure is told as {@link problem}.
   */
  async restart(records: readonly RecoveryRecord[]): Promise<void> {
    this.hasBase = false;
    const { path, digest } = this.disk;
    const begun = this.log.restart({ path, digest }, records as never);
    if (records.length > 0) this.keepBase();
    // Told to the listener of the log, and tried again.
    await begun.catch(() => undefined);
  }

  /** The document is another file now: the log of that one takes over. `records` is asked when it does. */
  async move(records: () => readonly RecoveryRecord[]): Promise<void> {
    const before = this.log;
    const { log } = await openRecovery(this.services.stateFolder, this.disk.path);
    const oldBase = this.baseFile;
    this.log = log;
    this.listen();
    await this.restart(records());
    await before.drop();
    await before.close();
    await this.baseWritten;
    await rm(oldBase, { force: true });
  }

  /**
   * Puts what was found out of the way, where it is never removed, and begins anew. Answers what to say of it.
   */
  async setAside(reason: string): Promise<Finding> {
    const stamp = new Date().toISOString().replaceAll(/[:.]/g, '');
    const kept = this.log.file.replace(/\.jsonl$/, `.${stamp}.unused`);
    await rename(this.log.file, kept);
    this.report(`is set aside as ${basename(kept)}: ${reason}`);
    await this.restart([]);
    return {
      severity: 'warning',
      code: 'edits-set-aside',
      message: `Edits of an earlier session could not be brought back: ${reason}. They are kept in ${kept}.`,
      cell: null,
      place: null,
    };
  }

  /** `keep` leaves the log for the next time; otherwise nothing is left of it. */
  async close(keep: boolean): Promise<void> {
    await this.baseWritten;
    if (!keep) {
      await this.log.drop();
      await rm(this.baseFile, { force: true });
    }
    await this.log.close();
  }

  private listen(): void {
    const { log } = this;
    log.onProblem((problem) => {
      if (this.log === log) this.told(problem);
    });
  }

  private told(problem: Error | null): void {
    const { path } = this.disk;
    const text =
      problem === null
        ? null
        : `Edits of ${basename(path)} can not be written to ${dirname(this.log.file)}: ${reasonOf(problem)}. ` +
          'They are kept in memory and would be lost if Watchbook ended now. Free some space there, or save the file.';
    if (text === this.problemText) return;
    this.problemText = text;
    this.report(problem === null ? 'is written again' : `could not be written: ${problem.message}`);
    this.listener();
  }

  private report(what: string): void {
    this.services.log(`the recovery log of ${this.disk.path} ${what}`);
  }

  private keepBase(): void {
    if (this.hasBase) return;
    this.hasBase = true;
    const { baseFile } = this;
    this.baseWritten = Promise.all([this.disk.bytes(), this.baseWritten])
      .then(([bytes]) => writeOwnFile(baseFile, bytes))
      .catch((error: unknown) => {
        this.hasBase = false;
        this.report(`has no copy of its file beside it: ${String(error)}`);
      });
  }

  private get baseFile(): string {
    return this.log.file.replace(/\.jsonl$/, '.base');
  }
}

/** What still counts of a record when the edits before and with it are in the file. */
function outlasting(record: RecoveryRecord): readonly RecoveryRecord[] {
  if (record.kind === 'run' || record.kind === 'seen') return [record];
  return record.kind === 'edit' && record.edit !== null ? [{ kind: 'seen', edits: [record.edit] }] : [];
}

function reasonOf(problem: Error): string {
  const { code } = toWireError(problem);
  return code === 'disk-full' ? 'the disk is full' : 'the folder can not be written';
}

function readRecords(records: readonly unknown[]): {
  readonly understood: readonly RecoveryRecord[];
  readonly isWhole: boolean;
} {
  const understood: RecoveryRecord[] = [];
  for (const record of records) {
    const parsed = recoveryRecordSchema.safeParse(record);
    if (!parsed.success) return { understood, isWhole: false };
    understood.push(parsed.data);
  }
  return { understood, isWhole: true };
}

import { open, readFile } from 'node:fs/promises';

/** One file of an archive of Electron's. */
export interface ArchivedFile {
  readonly path: string;
  readonly size: number;
  /** It lies beside the archive, as native modules must. */
  readonly isUnpacked: boolean;
  /** The digest of the whole that the archive's head states. */
  readonly sha256: string;
  read(): Promise<Buffer>;
}

interface Entry {
  readonly files?: Readonly<Record<string, Entry>>;
  readonly size?: number;
  readonly offset?: string;
  readonly unpacked?: boolean;
  readonly integrity?: { readonly algorithm: string; readonly hash: string };
}

/** Reads the head of an `app.asar`: four numbers of 32 bits, of which the second and fourth count, then JSON. */
export async function readArchive(archive: string): Promise<readonly ArchivedFile[]> {
  const bytes = await readFile(archive);
  const start = 8 + bytes.readUInt32LE(4);
  const head = JSON.parse(bytes.toString('utf8', 16, 16 + bytes.readUInt32LE(12))) as Entry;
  const found: ArchivedFile[] = [];
  const walk = (entry: Entry, path: string): void => {
    for (const [name, child] of Object.entries(entry.files ?? {})) {
      const own = path === '' ? name : `${path}/${name}`;
      if (child.files !== undefined) walk(child, own);
      else found.push(describeFile(archive, start, own, child));
    }
  };
  walk(head, '');
  return found;
}

function describeFile(archive: string, start: number, path: string, entry: Entry): ArchivedFile {
  const { size = 0, offset = '0', unpacked = false, integrity } = entry;
  return {
    path,
    size,
    isUnpacked: unpacked,
    sha256: integrity?.algorithm === 'SHA256' ? integrity.hash : '',
    read: async () => {
      if (unpacked) return readFile(`${archive}.unpacked/${path}`);
      const file = await open(archive);
      try {
        const content = Buffer.alloc(size);
        await file.read(content, 0, size, start + Number(offset));
        return content;
      } finally {
        await file.close();
      }
    },
  };
}

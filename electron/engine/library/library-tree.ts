import { rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { LIBRARY_FOLDERS_FILE } from '../../../shared/library/folders-file';
import type { treeContract } from '../../../shared/library/tree-contract';
import { WatchbookError } from '../../../shared/rpc/errors';
import type { EngineClient, Handlers } from '../engine-client';
import { followFolder, type FolderFollower } from './folder-follower';
import { keepCopy, LibraryFiles, type KeptCopy, type OpenDocuments } from './library-files';
import { LibraryFolders } from './library-folders';
import { filterTree, readTreeFolder } from './tree-reader';

export interface LibraryTreePorts {
  readonly stateFolder: string;
  readonly clients: () => readonly EngineClient[];
  readonly log: (message: string) => void;
  readonly documents: OpenDocuments;
  /** A file or folder lies elsewhere now; the list of recent files follows. */
  readonly renamed: (from: string, to: string) => void;
}

export interface LibraryTreeFeature {
  readonly handlers: Handlers<keyof typeof treeContract.requests>;
  readonly folders: LibraryFolders;
  /** Called with the folders in which something changed; empty means anywhere. */
  onChange(listener: (folders: readonly string[]) => void): void;
  dispose(): Promise<void>;
}

/** The folders of the side bar: their list, their files, and who is told of changes. */
export async function createLibraryTree(ports: LibraryTreePorts): Promise<LibraryTreeFeature> {
  const { stateFolder, log } = ports;
  const folders = await LibraryFolders.load(join(stateFolder, LIBRARY_FOLDERS_FILE), log);
  const files = new LibraryFiles(folders, ports.documents);
  const followers = new Map<string, Promise<FolderFollower>>();
  const kept = new Map<string, KeptCopy>();
  const listeners = new Set<(changed: readonly string[]) => void>();
  // Copies of windows that were there when an engine before this one was killed: nobody can undo them any more.
  const cleared = rm(join(stateFolder, 'removed'), { recursive: true, force: true }).catch((error: unknown) =>
    log(`old copies were not cleared: ${String(error)}`),
  );

  const tell = (changed: readonly string[]): void => {
    for (const client of ports.clients())
      if (client.kind !== 'step') client.send('library.changed', { folders: [...changed] });
    for (const listener of listeners) listener(changed);
  };
  const follow = (path: string): Promise<FolderFollower> => {
    const known = followers.get(path) ?? followFolder(path, tell, log);
    followers.set(path, known);
    return known;
  };
  const forget = async (path: string): Promise<void> => {
    const follower = followers.get(path);
    followers.delete(path);
    await (await follower)?.dispose();
  };
  const listChanged = (): void => {
    for (const client of ports.clients())
      if (client.kind !== 'step') client.send('library.foldersChanged', {});
  };

  return {
    folders,
    onChange: (listener) => void listeners.add(listener),
    handlers: {
      'library.folders': async () => ({
        folders: await Promise.all(
          folders.all.map(async (path) => {
            const exists = await folders.locateFolder(path).then(
              () => true,
              () => false,
            );
            // One that was away is followed from when it is back.
            if (!exists) await forget(path);
            const isFollowed = exists && (await follow(path)).isFollowed;
            return { path, name: basename(path), exists, isFollowed };
          }),
        ),
      }),
      'library.addFolder': async ({ path }) => {
        const added = await folders.add(path);
        listChanged();
        return { path: added };
      },
      'library.removeFolder': async ({ path }) => {
        await folders.remove(path);
        await forget(path);
        listChanged();
        return {};
      },
      'library.list': async ({ folder }) => {
        const { root, path } = await folders.locateFolder(folder);
        const { entries, more } = await readTreeFolder(path, path === root);
        return { entries: [...entries], more };
      },
      'library.filter': async ({ text }, { signal }) => {
        const { entries, more } = await filterTree(folders.all, text.trim(), signal);
        return { entries: [...entries], more };
      },
      'library.newRunbook': async ({ folder, name, origin }) => ({
        path: await files.newRunbook(folder, name, origin),
      }),
      'library.newFolder': async ({ folder, name }) => ({ path: await files.newFolder(folder, name) }),
      'library.rename': async ({ path, name }) => {
        const to = await files.rename(path, name);
        ports.renamed(path, to);
        return { path: to };
      },
      'library.duplicate': async ({ path }) => ({ path: await files.duplicate(path) }),
      'library.keepCopy': async ({ path }, { client }) => {
        await cleared;
        const { path: from, paths } = await files.removal(path);
        const copy = await keepCopy(stateFolder, from, paths);
        kept.set(copy.id, copy);
        client.gone.addEventListener('abort', () => {
          kept.delete(copy.id);
          void copy.drop().catch((error: unknown) => log(`a kept copy was not removed: ${String(error)}`));
        });
        return { kept: copy.id, paths: [...paths] };
      },
      'library.putBack': async ({ kept: id }) => {
        const copy = kept.get(id);
        if (copy === undefined) {
          throw new WatchbookError(
            'not-found',
            'The copy for undoing is gone. The file is still in the trash of the system.',
          );
        }
        // Its folder may be a link to elsewhere by now.
        await folders.locate(copy.path);
        const path = await copy.putBack();
        kept.delete(id);
        return { path };
      },
    },
    dispose: async () => {
      await cleared;
      for (const path of followers.keys()) await forget(path);
      for (const copy of kept.values()) await copy.drop();
    },
  };
}

import * as z from 'zod';

/** The name of the file in the state folder that lists the library's folders. */
export const LIBRARY_FOLDERS_FILE = 'library.json';

/** What stands in it: whole paths without links, in the order of the side bar. */
export const libraryFoldersFileSchema = z.object({
  version: z.literal(1),
  folders: z.array(z.string()).max(50),
});

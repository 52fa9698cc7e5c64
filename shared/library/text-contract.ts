import * as z from 'zod';
import { defineContract, pathSchema, request } from '../rpc/contract';

/** A longer file is none that somebody reads here, in bytes. */
export const MOST_TEXT_BYTES = 1024 * 1024;

const placeSchema = z.object({ path: pathSchema });

/** Text files of the library, to be read. */
export const textContract = defineContract({
  requests: {
    /**
     * A text file that the tree shows. `forbidden` outside of the library, `too-large` over 1 MiB, `not-readable`
     * where it is no text in UTF-8.
     */
    'library.readText': request('client', placeSchema, z.object({ text: z.string() })),
    /** A picture by relative path from such a file, as a data URL; it must lie in the library. */
    'library.textPicture': request(
      'client',
      placeSchema.extend({ source: pathSchema }),
      z.object({ url: z.string() }),
    ),
    /** A remote picture of such a file, after a person clicked on its placeholder. */
    'library.remotePicture': request('person', z.object({ url: z.url() }), z.object({ url: z.string() })),
    /** Where a link of such a file leads: a runbook or another text file of the library, and the anchor in it. */
    'library.followText': request(
      'client',
      placeSchema.extend({ target: z.string().min(1).max(4_096) }),
      z.object({ path: z.string(), anchor: z.string(), isRunbook: z.boolean() }),
    ),
  },
  events: {},
});

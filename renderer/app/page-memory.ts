import { librarySearchOf } from '../library/search-store';
import type { Client } from '../rpc/client';
import { environmentsAbout, environmentsStore } from '../runs/environments-store';
import type { PageMemory } from './tabs';

/** The longest that is remembered of what a page is about. */
const MOST = 4_096;

/** What the pages of this window are about, for the next start. */
export function pageMemory(client: Client): PageMemory {
  return {
    about(page) {
      const text =
        page === 'search'
          ? librarySearchOf(client).store.getState().query.text
          : page === 'environments'
            ? environmentsStore.getState().place
            : null;
      return text === null || text === '' || text.length > MOST ? null : text;
    },
    restore(page, about) {
      if (page === 'environments') environmentsAbout(about);
      else if (page === 'search') librarySearchOf(client).ask({ text: about });
    },
  };
}

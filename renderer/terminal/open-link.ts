import { WatchbookError } from '../../shared/rpc/errors';
import type { WindowContext } from '../app/window-context';
import { wishLine } from '../library/text-line';
import type { LinkTarget } from './link-provider';

/**
 * Follows a link of a terminal: the web in the system's browser, a file of the library in a tab, any other file by
 * showing it in its folder. Nothing is run. Rejects with what a person is to be told.
 */
export async function followTerminalLink(
  { client, host, tabs }: Pick<WindowContext, 'client' | 'host' | 'tabs'>,
  terminal: string,
  target: LinkTarget,
): Promise<void> {
  switch (target.kind) {
    case 'dead':
      throw new WatchbookError('forbidden', `${target.reason}.`);
    case 'web':
      return host.openLink(target.url);
    case 'file': {
      const { path, host: on, command, line } = target;
      const found = await client.request('terminal.findFile', { terminal, path, host: on, command });
      if (found.kind === 'runbook') tabs.openFile(found.path, { forReading: true });
      else if (found.kind === 'elsewhere') await host.revealFile(found.path);
      else {
        if (line !== null) wishLine(found.path, line);
        tabs.openText(found.path);
      }
    }
  }
}

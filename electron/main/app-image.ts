import { spawnSync } from 'node:child_process';
import { basename, join } from 'node:path';

type Environment = Record<string, string | undefined>;

const LISTS = ['PATH', 'LD_LIBRARY_PATH', 'XDG_DATA_DIRS', 'GSETTINGS_SCHEMA_DIR'] as const;

/**
 * Takes out of the variables what an AppImage puts in for itself, so that kernels get the person's own.
 *
 * Answers the arguments for the command line where the AppImage was called by the name `watchbook`, by a link to it
 * for one; null where it is the desktop that is wanted.
 */
export function leaveAppImage(environment: Environment, argv: readonly string[]): readonly string[] | null {
  const { APPDIR: folder, APPIMAGE: image, ARGV0: called } = environment;
  if (folder === undefined || image === undefined) return null;
  for (const name of LISTS) {
    const own = environment[name]?.split(':').filter((entry) => entry !== '' && !isInside(entry, folder));
    if (own === undefined) continue;
    if (own.length > 0) environment[name] = own.join(':');
    else delete environment[name];
  }
  for (const name of ['APPDIR', 'APPIMAGE', 'ARGV0', 'OWD']) delete environment[name];
  if (called === undefined || basename(called) !== 'watchbook') return null;
  // Its start script asks for this where there are no user namespaces; the command line has no use for it.
  const [first, ...rest] = argv;
  return first === '--no-sandbox' ? rest : argv;
}

/** Runs the command line in this program as Node, at the same terminal; answers its exit code. */
export function runCommandLine(args: readonly string[]): number {
  // Ctrl-C is the command's to answer, which writes what it has; this process waits for it.
  process.on('SIGINT', () => {});
  const { status } = spawnSync(process.execPath, [join(__dirname, '..', 'cli', 'cli.cjs'), ...args], {
    stdio: 'inherit',
    env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
  });
  return status ?? 1;
}

function isInside(entry: string, folder: string): boolean {
  return entry === folder || entry.startsWith(`${folder}/`);
}

import { VERSION } from '../../shared/version';
import { EXIT, UsageError } from './exit-codes';
import { HELP } from './help';
import { processIo, visible, type Io } from './io';
import { tellFailure } from './tell-failure';

/** A command gets what stands behind its name. Loaded when it is called, so that `--version` loads nothing. */
type Command = (args: readonly string[], io: Io, profile: string | undefined) => Promise<number>;

const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  run: async () => (await import('./run')).runCommand,
  resume: async () => (await import('./resume-command')).resumeCommand,
  'take-over': async () => (await import('./take-over')).takeOverCommand,
  kernels: async () => (await import('./kernels-command')).kernelsMain,
  check: async () => (await import('./check-command')).checkMain,
  open: async () => (await import('./open')).openCommand,
  runs: async () => (await import('./record-commands')).runsCommand,
  report: async () => (await import('./record-commands')).reportCommand,
  verify: async () => (await import('./record-commands')).verifyCommand,
  withhold: async () => (await import('./record-commands')).withholdCommand,
  terminal: async () => (await import('./terminal-command')).terminalCommand,
  engine: async () => (await import('./engine-command')).engineCommand,
};

/** Runs the command line; answers the exit code. Never rejects. */
export async function main(args: readonly string[], io: Io): Promise<number> {
  try {
    return await dispatch(args, io);
  } catch (error) {
    return tellFailure(error, io);
  }
}

async function dispatch(args: readonly string[], io: Io): Promise<number> {
  const { profile, rest } = takeProfile(args);
  const [name, ...own] = rest;
  if (name === '--version') {
    io.out(`${VERSION}\n`);
    return EXIT.ok;
  }
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    io.out(helpFor(own[0] ?? ''));
    return name === undefined ? EXIT.usage : EXIT.ok;
  }
  const load = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (load === undefined) throw new UsageError(`there is no command '${visible(name)}'`, '');
  const end = own.indexOf('--');
  const options = end < 0 ? own : own.slice(0, end);
  if (options.includes('--help') || options.includes('-h')) {
    io.out(helpFor(name));
    return EXIT.ok;
  }
  const command = await load();
  return command(own, io, profile);
}

/** The first page where there is none of that name. */
function helpFor(command: string): string {
  return (Object.hasOwn(HELP, command) ? HELP[command] : HELP['']) ?? '';
}

/** `--profile FOLDER` may stand before the command or among its options. */
function takeProfile(args: readonly string[]): {
  readonly profile: string | undefined;
  readonly rest: string[];
} {
  const rest: string[] = [];
  let profile: string | undefined;
  const end = args.indexOf('--');
  for (let index = 0; index < args.length; index += 1) {
    const arg = args[index] ?? '';
    if (end >= 0 && index >= end) rest.push(arg);
    else if (arg === '--profile') {
      profile = args[(index += 1)];
      if (profile === undefined) throw new UsageError('--profile needs a folder', '');
    } else if (arg.startsWith('--profile=')) profile = arg.slice('--profile='.length);
    else rest.push(arg);
  }
  return { profile, rest };
}

if (require.main === module) {
  void main(process.argv.slice(2), processIo()).then((code) => {
    process.exitCode = code;
  });
}

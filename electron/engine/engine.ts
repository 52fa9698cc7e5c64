import { rename, rm, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { Method } from '../../shared/rpc/contracts';
import { WatchbookError } from '../../shared/rpc/errors';
import { NEWEST_MINOR } from '../../shared/notebook/nbformat-version';
import { validateNotebook } from '../../shared/notebook/notebook-schema';
import { PROTOCOL } from '../../shared/rpc/protocol';
import { VERSION } from '../../shared/version';
import type { Handlers } from './engine-client';
import { writeToken } from './handshake';
import { closeInheritedSockets } from './inherited-sockets';
import { KernelManager } from './kernels/kernel-manager';
import { keepIdleMemoryLow } from './idle-memory';
import { createKernels } from './kernels/kernels-feature';
import { loginEnvironment } from './kernels/login-environment';
import { shellPlatform } from './kernels/shell/shell-platform';
import { shellVersion, startShell } from './kernels/shell/start-shell';
import { createLibrary } from './library/library';
import { createGit } from './git/git-feature';
import { findLibrary } from './library/library-root';
import { createLibraryTree } from './library/library-tree';
import { librarySearch } from './library/search';
import { libraryTexts } from './library/library-texts';
import { libraryLinks } from './library/links';
import { Life, sumHoldings } from './life';
import { openLog, type Log } from './log';
import type { DocumentServices } from './notebook/document-services';
import { createDocuments } from './notebook/documents';
import { KernelChoices } from './notebook/kernel-choices';
import { MadeHere } from './notebook/made-here';
import { isSystemError } from './notebook/disk-errors';
import { openSpools } from './notebook/spools';
import { describeMachine, findPlaces, makePlaces, type Places } from './places';
import { createLibraryConfigs } from './runs/library-config';
import { isRunFolder } from './runs/journal';
import { createLiveRuns, type LiveRunsFeature } from './runs/live-runs';
import { createRecordings } from './runs/recordings';
import { RunbookGuard } from './runs/runbook-guard';
import { sendCells } from './runs/send-cells';
import { stepTerminals } from './runs/step-terminals';
import { createRuns } from './runs/runs';
import { EngineServer } from './server';
import { createSettings } from './settings/settings';
import { startLocalPty } from './terminals/local-pty';
import { promoteHandlers } from './terminals/promote';
import { createTerminals } from './terminals/terminals';
import { claimSocket, hasClaim, removeLeftOvers } from './socket-claim';
import { removeHalfWritten } from './whole-file';

const IDLE_MS = 60_000;
const CLAIM_LOOK_MS = 2_000;
/** By then the window that started this engine is drawn. */
const PREPARE_MS = 1_500;

/** The engine: composes the features, and lives as long as somebody needs it. */
async function main(): Promise<void> {
  closeInheritedSockets();
  const places = findPlaces(describeMachine());
  await makePlaces(places);
  const log = openLog(places.state, 'engine');
  log.write(`engine ${VERSION} starts, protocol ${PROTOCOL}, node ${process.version}`);
  process.on('uncaughtException', (error) => {
    log.write(`fault: ${error.stack ?? error.message}`);
    void log.close().then(() => process.exit(1));
  });
  process.on('unhandledRejection', (error) => {
    log.write(
      `a promise was left alone: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
    );
  });
  // A limit on the size of files ends a process unless it listens; here it is an error of one write, as a full disk is.
  if (process.platform !== 'win32') process.on('SIGXFSZ', () => undefined);
  const engine = await start(places, log);
  if (engine === null) {
    log.write('another engine has this profile; this one ends');
    await log.close();
    process.exit(0);
  }
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
    process.on(signal, () => void engine.end(signal));
  }
}

interface Engine {
  end(reason: string): Promise<void>;
}

async function start(places: Places, log: Log): Promise<Engine | null> {
  const started = new Date().toISOString();
  const clients = () => server.clients;
  const settings = await createSettings(places.config, clients, log.write);
  const folders = () => settings.current().environmentFolders;
  const manager = new KernelManager({
    stateFolder: places.state,
    runtimeFolder: places.runtime,
    log: log.write,
    startShell: (options) => startShell({ ...options, runtimeFolder: places.runtime, log: log.write }),
  });
  const kernels = createKernels(manager, folders, clients);
  const spools = openSpools(places.state, log.write);
  const guard = new RunbookGuard({ configs: () => configs, loginEnvironment });
  const services: DocumentServices = {
    guard,
    stateFolder: places.state,
    settings: settings.current,
    log: log.write,
    choices: await KernelChoices.load(places.state, log.write),
    madeHere: await MadeHere.open(join(places.state, 'made-here')),
    catalogue: async ({ environment, near }) =>
      manager.catalogue({
        environment: environment ?? (await loginEnvironment()),
        environmentFolders: folders(),
        ...(near === undefined ? {} : { near }),
      }),
    shellSpec: shellPlatform(process.platform).spec,
    startKernel: async (spec, options) => {
      const handle = await manager.start(spec, options);
      kernels.changed();
      void handle.ended.then(() => kernels.changed());
      return handle;
    },
    documentMoved: (document, path) => manager.moved(document, path),
    openSpool: spools.open,
    restoreSpool: spools.restore,
    loginEnvironment,
  };
  const library = await createLibrary({
    stateFolder: places.state,
    samplesFolder: samplesFolder(),
    clients,
    log: log.write,
    shellVersion,
    pythonKernels: async () => {
      const { kernels: all } = await services.catalogue({});
      return all.filter(({ language }) => language === 'python').length;
    },
  });
  let letOpen = (): void => {};
  const takenUp = new Promise<void>((resolve) => (letOpen = resolve));
  const documents = createDocuments({ services, opened: library.opened, takenUp, isRunFolder });
  const tree = await createLibraryTree({
    stateFolder: places.state,
    clients,
    log: log.write,
    documents,
    renamed: library.renamed,
  });
  const git = await createGit({ stateFolder: places.state, clients, log: log.write });
  const configs = createLibraryConfigs({
    stateFolder: places.state,
    log: log.write,
    mayWriteIn: async (folder) => {
      const inLibrary = await tree.folders.locateFolder(folder).then(
        () => true,
        () => false,
      );
      if (inLibrary) return true;
      const open = await Promise.all(documents.openPaths().map(findLibrary));
      return open.includes(folder);
    },
  });
  const runs = createRuns({ services, configs, hasUnsavedEdits: documents.hasUnsavedEdits });
  const liveRuns = await createLiveRuns({
    services,
    documents,
    report: git.report,
    configs,
    takenUp,
    clients,
    folders: () => tree.folders.all,
    ran: (terminal, command) => terminals.ran(terminal, command),
    stepTerminals: stepTerminals(() => terminals),
  });
  const terminals = createTerminals({
    startPty: startLocalPty,
    runtimeFolder: places.runtime,
    settings: settings.current,
    clients,
    loginEnvironment,
    isInLibrary: (real) =>
      tree.folders.locate(real).then(
        ({ path }) => path === real,
        () => false,
      ),
    log: log.write,
  });
  const holdings = () =>
    sumHoldings([documents.holdings(), runs.holdings(), liveRuns.holdings(), terminals.holdings()]);

  const handlers: Handlers<Method> = {
    ...settings.handlers,
    ...library.handlers,
    ...tree.handlers,
    ...libraryTexts(tree.folders),
    ...librarySearch({ folders: () => tree.folders.all }),
    ...git.handlers,
    ...libraryLinks({ folders: () => tree.folders.all, recent: library.recent }),
    ...kernels.handlers,
    ...documents.handlers,
    ...runs.handlers,
    ...configs.handlers,
    ...guard.handlers,
    ...liveRuns.handlers,
    ...terminals.handlers,
    ...createRecordings({ runs: liveRuns, terminals }),
    ...sendCells({
      documents,
      runs: liveRuns,
      guard,
      terminals,
      stepTerminals: stepTerminals(() => terminals),
    }),
    ...promoteHandlers({ documents, ran: terminals.ran }),
    'engine.status': () => {
      const { kernels: held, terminals: shells, runs: unfinished, busy } = holdings();
      return {
        pid: process.pid,
        socket: places.socket,
        protocol: PROTOCOL,
        version: VERSION,
        started,
        clients: server.clients.length,
        kernels: held,
        terminals: shells,
        runs: unfinished,
        busy,
      };
    },
    'engine.stop': ({ force }) => {
      const { running } = holdings();
      if (running.length > 0 && !force) {
        throw new WatchbookError('busy', `Something runs: ${running.join('; ')}. Nothing was stopped.`);
      }
      setTimeout(() => void end('asked by a client'), 0);
      return {};
    },
  };

  const listening = join(places.runtime, `e-${process.pid}.sock`);
  await removeLeftOvers(places.runtime);
  const token = await makeToken(places);
  const server = new EngineServer({
    socketPath: process.platform === 'win32' ? places.socket : listening,
    token: token.value,
    version: VERSION,
    handlers,
    ownProcesses: () => new Set([...manager.running().map(({ pid }) => pid), ...terminals.pids()]),
    clientsChanged: (count) => life.clientsChanged(count),
    log: log.write,
  });
  await server.listen();
  const claim = await claimName(listening, places);
  if (claim === null) {
    settings.dispose();
    await server.close();
    return null;
  }
  await token.publish();

  const life = new Life({ holdings, end: (reason) => void end(reason), idleMs: idleMs() });
  const claimLook = setInterval(() => {
    void claim.isOurs().then((isOurs) => (isOurs ? undefined : end('the socket is not ours any more')));
  }, CLAIM_LOOK_MS);

  const stopKeepingMemory = keepIdleMemoryLow();

  let ending: Promise<void> | null = null;
  const end = (reason: string): Promise<void> => (ending ??= finish(reason));
  const finish = async (reason: string): Promise<void> => {
    log.write(`engine ends: ${reason}`);
    server.takeNoMore();
    life.stop();
    clearInterval(claimLook);
    stopKeepingMemory();
    for (const client of server.clients) client.send('engine.stopping', { reason });
    await claim.release();
    settings.dispose();
    for (const [name, dispose] of [
      ['runs', runs.dispose],
      ['libraries', configs.dispose],
      ['live runs', liveRuns.dispose],
      ['documents', documents.dispose],
      ['terminals', terminals.dispose],
      ['kernels', () => manager.dispose()],
      ['library', library.dispose],
      ['library folders', tree.dispose],
      ['git', async () => git.dispose()],
      ['outputs made here', () => services.madeHere.close()],
      ['server', () => server.close()],
    ] as const) {
      await dispose().catch((error: unknown) => log.write(`ending ${name}: ${String(error)}`));
    }
    log.write('engine ended');
    await log.close();
    process.exit(0);
  };

  // Compiled when it is first needed, the schema would be waited for at the first file that is opened.
  setTimeout(() => validateNotebook({}, 4, NEWEST_MINOR), PREPARE_MS).unref();
  // Neither must keep the engine from serving: what can not be taken up or cleared is said and left.
  await takeUp(manager, documents, liveRuns, log)
    .catch((error: unknown) => log.write(`kernels were not taken up: ${String(error)}`))
    .finally(letOpen);
  await spools
    .removeUnclaimed()
    .catch((error: unknown) => log.write(`old outputs were not cleared: ${String(error)}`));
  await clearHalfWritten(places, log);
  return { end };
}

/** What engines that were killed while they wrote a file of their own have left. */
async function clearHalfWritten({ config, state }: Places, log: Log): Promise<void> {
  for (const folder of [config, state, join(state, 'recovery'), join(state, 'libraries')]) {
    try {
      await removeHalfWritten(folder);
    } catch (error) {
      // Made when the first file goes there.
      if (isSystemError(error) && error.code === 'ENOENT') continue;
      log.write(`${folder} was not cleared of what a crash left: ${String(error)}`);
    }
  }
}

async function takeUp(
  manager: KernelManager,
  documents: ReturnType<typeof createDocuments>,
  liveRuns: LiveRunsFeature,
  log: Log,
): Promise<void> {
  const handles = await manager.takeUp();
  const paths = new Map(manager.running().map(({ id, path }) => [id, path]));
  const known = handles.flatMap((handle) => {
    const path = paths.get(handle.id) ?? null;
    return path === null ? [] : [{ handle, path }];
  });
  if (handles.length > 0) log.write(`${handles.length} kernels of an engine before are taken up`);
  await documents.takeUp(known);
  await liveRuns.takeUp(known.map(({ path }) => path));
}

/** The token is published only by the engine that has the profile. */
async function makeToken(places: Places): Promise<{ readonly value: Buffer; publish(): Promise<void> }> {
  const beside = `${places.token}.${process.pid}`;
  const value = await writeToken(beside);
  return {
    value,
    publish: async () => {
      await rename(beside, places.token);
    },
  };
}

interface Claim {
  isOurs(): Promise<boolean>;
  release(): Promise<void>;
}

async function claimName(listening: string, places: Places): Promise<Claim | null> {
  // A named pipe can be listened to once: to have listened is to have it.
  if (process.platform === 'win32')
    return { isOurs: () => Promise.resolve(true), release: () => Promise.resolve() };
  const inode = (await stat(listening)).ino;
  const hasName = await claimSocket(listening, places.socket);
  if (!hasName) {
    await rm(`${places.token}.${process.pid}`, { force: true });
    return null;
  }
  return {
    isOurs: () => hasClaim(listening, inode, places.socket),
    release: async () => {
      if (await hasClaim(listening, inode, places.socket)) await unlink(places.socket);
      await rm(listening, { force: true });
    },
  };
}

/** Beside the bundles, in the source tree and in a packaged program alike. */
function samplesFolder(): string {
  return join(__dirname, '..', '..', 'assets', 'runbooks');
}

/** Tests do not wait a minute. */
function idleMs(): number {
  const asked = Number(process.env['WATCHBOOK_IDLE_MS']);
  return Number.isFinite(asked) && asked > 0 ? asked : IDLE_MS;
}

void main();

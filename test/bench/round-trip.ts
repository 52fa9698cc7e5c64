import { dirname, join } from 'node:path';
import { KernelManager } from '../../electron/engine/kernels/kernel-manager';
import { testPython } from '../support/environment';
import { makeProfile } from '../support/profile';
import { writeNotebookFile } from '../support/notebooks';
import { median, timed, type Bench, type Measure } from './measure';
import { RawKernel } from './raw-kernel';
import { withFolder } from './windows';

const ROUNDS = 300;
const WARM = 50;

export const roundTrip: Bench = {
  name: 'round-trip',
  run: async (say) =>
    withFolder(async (folder) => {
      const kernel = await RawKernel.start(join(folder, 'k'));
      const client = await ourKernel(folder);
      const cell = await ourCell();
      try {
        const ways = { raw: () => kernel.execute('pass'), client: client.execute, cell: cell.execute };
        const times = { raw: [] as number[], client: [] as number[], cell: [] as number[] };
        for (let round = 0; round < ROUNDS + WARM; round += 1) {
          for (const name of ['raw', 'client', 'cell'] as const) {
            const time = await timed(ways[name]);
            if (round >= WARM) times[name].push(time);
          }
        }
        const base = median(times.raw);
        say(
          `raw ${base.toFixed(2)} ms, client ${median(times.client).toFixed(2)} ms, cell ${median(times.cell).toFixed(2)} ms`,
        );
        const common = { unit: 'ms', base, baseIs: 'a raw ZMQ client' } as const;
        return [
          {
            ...common,
            budget: 'execute round trip of the kernel client',
            value: median(times.client),
            allowed: 1.3 * base,
          },
          {
            ...common,
            budget: 'a cell of a document, from a client and back',
            value: median(times.cell),
            allowed: null,
            note: 'record on disk before, result with the next frame',
          },
        ] satisfies readonly Measure[];
      } finally {
        await kernel.dispose();
        await client.dispose();
        await cell.dispose();
      }
    }),
};

interface Way {
  execute(): Promise<void>;
  dispose(): Promise<void>;
}

/** The engine's own kernel client, in this process, on a kernel of its own of the same Python. */
async function ourKernel(folder: string): Promise<Way> {
  const manager = new KernelManager({
    stateFolder: join(folder, 's'),
    runtimeFolder: join(folder, 'r'),
    log: () => undefined,
    startShell: () => Promise.reject(new Error('no shell is started here')),
  });
  const environment = kernelVariables(folder);
  const { kernels } = await manager.catalogue({ environment, environmentFolders: [] });
  const spec = kernels.find(({ name }) => name === 'python3');
  if (spec === undefined) throw new Error('the tests’ Python kernel was not found');
  const handle = await manager.start(spec, {
    document: 'bench',
    path: join(folder, 'bench.ipynb'),
    cwd: folder,
    environment,
    interactive: false,
  });
  return {
    execute: async () => {
      await handle.connection.requestExecute({ code: 'pass', allow_stdin: false }).done;
    },
    dispose: () => manager.dispose(),
  };
}

function kernelVariables(home: string): Record<string, string> {
  const bin = dirname(testPython());
  return {
    HOME: home,
    PATH: `${bin}:/usr/local/bin:/usr/bin:/bin`,
    JUPYTER_PATH: join(dirname(bin), 'share', 'jupyter'),
  };
}

/** A cell of an open document, from a client of the engine: what a window waits for. */
async function ourCell(): Promise<Way> {
  const profile = await makeProfile();
  const path = join(profile.home, 'bench.ipynb');
  await writeNotebookFile(path, ['pass']);
  const engine = await profile.connect();
  const { document } = await engine.request('notebook.open', { path });
  return {
    execute: async () => {
      const done = new Promise<void>((resolve) => {
        const off = engine.on('notebook.runs', ({ runs }) => {
          if (runs['c0']?.status !== 'done') return;
          off();
          resolve();
        });
      });
      await engine.request('notebook.run', { document, cells: ['c0'] });
      await done;
    },
    dispose: async () => {
      engine.dispose();
      await profile.dispose();
    },
  };
}

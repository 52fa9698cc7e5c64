import type { EngineClient, Handlers, MethodsOf } from '../engine-client';
import type { KernelManager } from './kernel-manager';
import { loginEnvironment } from './login-environment';

export interface KernelsFeature {
  readonly handlers: Handlers<MethodsOf<'kernels'>>;
  /** Kernels came or went. */
  changed(): void;
}

/** The kernel page: what could be started here, and what runs. */
export function createKernels(
  manager: KernelManager,
  environmentFolders: () => readonly string[],
  clients: () => readonly EngineClient[],
): KernelsFeature {
  const changed = (): void => {
    for (const client of clients()) if (client.kind !== 'step') client.send('kernels.changed', {});
  };
  return {
    handlers: {
      'kernels.list': async ({ environment, near }) =>
        manager.catalogue({
          environment: environment ?? (await loginEnvironment()),
          environmentFolders: environmentFolders(),
          ...(near === undefined ? {} : { near }),
        }),
      'kernels.running': () => ({ kernels: [...manager.running()] }),
      'kernels.end': async ({ id }) => {
        await manager.end(id);
        changed();
        return {};
      },
    },
    changed,
  };
}

import * as algorithm from '@lumino/algorithm';
import * as coreutils from '@lumino/coreutils';
import * as messaging from '@lumino/messaging';
import * as signaling from '@lumino/signaling';
import * as widgets from '@lumino/widgets';
import type { SharedModule } from './federated-packages';
import { SHARED_VERSIONS, type SharedName } from './shared-versions';
import type { Module } from './widget-code';

/** What Jupyter's widgets stand on. */
const BELOW: ReadonlyMap<string, unknown> = new Map<SharedName, unknown>([
  ['@lumino/algorithm', algorithm],
  ['@lumino/coreutils', coreutils],
  ['@lumino/messaging', messaging],
  ['@lumino/signaling', signaling],
  ['@lumino/widgets', widgets],
]);

/** The modules of this program that packages of JupyterLab's form share; `own`: those that widgets are made of. */
export function sharedModules(own: ReadonlyMap<string, Module>): readonly SharedModule[] {
  return Object.entries(SHARED_VERSIONS).map(([name, version]) => ({
    name,
    version,
    module: own.get(name) ?? BELOW.get(name),
  }));
}

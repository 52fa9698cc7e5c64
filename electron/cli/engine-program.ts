import { join } from 'node:path';
import { VERSION } from '../../shared/version';
import { connectEngine } from '../engine/client/connect-engine';
import type { EngineConnection } from '../engine/client/engine-connection';
import { describeMachine, findPlaces } from '../engine/places';

/** The engine's bundle, beside this one in the source tree and in a packaged program alike. */
export const ENGINE_PROGRAM = join(__dirname, '..', 'engine', 'engine.cjs');

/** Connects the command line to the profile's engine; starts one where none runs and `start` says so. */
export function connectCli(profile: string | undefined, start: boolean): Promise<EngineConnection> {
  const places = findPlaces(describeMachine(), profile);
  return connectEngine({ places, kind: 'cli', version: VERSION, start, program: ENGINE_PROGRAM });
}

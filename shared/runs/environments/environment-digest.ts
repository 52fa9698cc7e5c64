import { canonicalJson } from '../../notebook/outputs/output-digest';
import type { Json } from '../../rpc/contract';
import type { Environment } from './library-config';

/** What says that an environment is the one it was: the digest of all that is set in it. `sha256` answers hex. */
export function environmentDigest(environment: Environment, sha256: (text: string) => string): string {
  return sha256(canonicalJson(environment as unknown as Json));
}

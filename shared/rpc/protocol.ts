import * as z from 'zod';
import { jsonSchema } from './contract';
import { wireErrorSchema } from './errors';

/** The protocol's version. It names the socket, so engines of two versions live side by side. */
export const PROTOCOL = 1;

/** The longest frame either side accepts, in bytes. Longer ones end the connection. */
export const MAX_FRAME_BYTES = 256 * 1024 * 1024;

/** How many bytes of bulk events may be under way to one client before the engine waits for credit. */
export const BULK_WINDOW_BYTES = 512 * 1024;

export const clientKindSchema = z.enum(['window', 'desktop', 'cli', 'step']);
export type ClientKind = z.infer<typeof clientKindSchema>;

const nonceSchema = z.string().regex(/^[0-9a-f]{64}$/);
const proofSchema = z.string().regex(/^[0-9a-f]{64}$/);

/**
 * The handshake: a mutual challenge by HMAC-SHA256 over the token, which never travels.
 *
 * client `hello` -> engine `challenge` (the engine proves itself) -> client `proof` -> engine `welcome`.
 */
export const helloSchema = z.object({
  t: z.literal('hello'),
  protocol: z.number().int(),
  kind: clientKindSchema,
  pid: z.number().int(),
  version: z.string(),
  nonce: nonceSchema,
});
export const challengeSchema = z.object({
  t: z.literal('challenge'),
  protocol: z.number().int(),
  pid: z.number().int(),
  version: z.string(),
  nonce: nonceSchema,
  proof: proofSchema,
});
export const proofFrameSchema = z.object({ t: z.literal('proof'), proof: proofSchema });
export const welcomeSchema = z.object({ t: z.literal('welcome'), client: z.string() });
export const refusedSchema = z.object({ t: z.literal('refused'), error: wireErrorSchema });

/** After the handshake: frames from a client. */
export const clientFrameSchema = z.discriminatedUnion('t', [
  z.object({ t: z.literal('request'), id: z.number().int(), method: z.string(), params: jsonSchema }),
  z.object({ t: z.literal('cancel'), id: z.number().int() }),
  /** Bulk events up to this many bytes were handled; the engine may send as many again. */
  z.object({ t: z.literal('credit'), bytes: z.number().int().positive() }),
]);
export type ClientFrame = z.infer<typeof clientFrameSchema>;

/** After the handshake: frames from the engine. `bytes` is present on bulk events and is what a credit gives back. */
export const engineFrameSchema = z.discriminatedUnion('t', [
  z.object({ t: z.literal('result'), id: z.number().int(), result: jsonSchema }),
  z.object({ t: z.literal('error'), id: z.number().int(), error: wireErrorSchema }),
  z.object({
    t: z.literal('event'),
    event: z.string(),
    data: jsonSchema,
    bytes: z.number().int().optional(),
  }),
]);
export type EngineFrame = z.infer<typeof engineFrameSchema>;

/** What a window is told of its way to the engine, beside the engine's own frames. */
export const connectionStateSchema = z.object({
  t: z.literal('connection'),
  state: z.enum(['connecting', 'ready', 'lost']),
  message: z.string().optional(),
});
export type ConnectionState = z.infer<typeof connectionStateSchema>;

/** All that comes to a window. */
export const windowFrameSchema = z.discriminatedUnion('t', [
  ...engineFrameSchema.options,
  connectionStateSchema,
]);

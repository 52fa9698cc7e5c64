import * as z from 'zod';

/**
 * Every reason a request can fail with, at any border. The list is closed: callers switch over it exhaustively.
 *
 * A code says which way out there is, not where in the code it happened.
 */
export const ERROR_CODES = [
  'bad-request',
  'unauthorized',
  'forbidden',
  'protocol-mismatch',
  'not-found',
  'not-readable',
  'not-writable',
  'not-a-notebook',
  'unsupported-format',
  'read-only',
  'locked',
  'changed-on-disk',
  'needs-consent',
  'disk-full',
  'exists',
  'conflict',
  'no-kernel',
  'kernel-failed',
  'kernel-died',
  'busy',
  'cancelled',
  'timeout',
  'too-large',
  'engine-lost',
  'internal',
] as const;

export const errorCodeSchema = z.enum(ERROR_CODES);
export type ErrorCode = z.infer<typeof errorCodeSchema>;

/** An error as it crosses a border. `detail` is plain text for "copy details", never shown on the surface. */
export const wireErrorSchema = z.object({
  code: errorCodeSchema,
  message: z.string(),
  retryable: z.boolean(),
  detail: z.string().optional(),
});
export type WireError = z.infer<typeof wireErrorSchema>;

/**
 * A failure with a way out. The message says what happened, what was kept, and what can be done next.
 *
 * Thrown inside a process; crosses borders as {@link WireError}.
 */
export class WatchbookError extends Error {
  readonly code: ErrorCode;
  readonly retryable: boolean;
  readonly detail: string | undefined;

  constructor(
    code: ErrorCode,
    message: string,
    options: { readonly retryable?: boolean; readonly detail?: string; readonly cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'WatchbookError';
    this.code = code;
    this.retryable = options.retryable ?? false;
    this.detail = options.detail;
  }
}

/** Turns anything thrown into the form that crosses a border; an unknown error becomes `internal`. */
export function toWireError(error: unknown): WireError {
  if (error instanceof WatchbookError) {
    const { code, message, retryable, detail } = error;
    return detail === undefined ? { code, message, retryable } : { code, message, retryable, detail };
  }
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return {
    code: 'internal',
    message: 'Watchbook made a mistake. Nothing that was saved is changed. The details are in the log.',
    retryable: false,
    detail,
  };
}

/** The counterpart of {@link toWireError} on the receiving side. */
export function fromWireError(error: WireError): WatchbookError {
  return new WatchbookError(
    error.code,
    error.message,
    error.detail === undefined
      ? { retryable: error.retryable }
      : { retryable: error.retryable, detail: error.detail },
  );
}

/** Proves at compile time that a switch is exhaustive; at run time names the value that slipped through. */
export function assertNever(value: never, what: string): never {
  throw new WatchbookError('internal', `Unexpected ${what}: ${JSON.stringify(value)}`);
}

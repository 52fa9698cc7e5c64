import * as z from 'zod';

/**
 * Who may call a request.
 *
 * - `step`: also a program that runs inside a kernel or terminal started by the engine
 * - `client`: a window or the command line
 * - `person`: a window, or a terminal that the engine did not start
 */
export type Right = 'step' | 'client' | 'person';

export interface RequestSpec<P extends z.ZodType = z.ZodType, R extends z.ZodType = z.ZodType> {
  readonly params: P;
  readonly result: R;
  readonly right: Right;
}

/**
 * One feature's part of the protocol: what can be asked, and what is told unasked.
 *
 * Events marked `bulk` are sent against credits, so that a slow receiver is never flooded.
 */
export interface Contract {
  readonly requests: Readonly<Record<string, RequestSpec>>;
  readonly events: Readonly<Record<string, z.ZodType>>;
}

/** Declares a request; the schemas are the only place where its types are written. */
export function request<P extends z.ZodType, R extends z.ZodType>(
  right: Right,
  params: P,
  result: R,
): RequestSpec<P, R> {
  return { right, params, result };
}

/** Declares a feature's contract, keeping the literal types of its members. */
export function defineContract<const C extends Contract>(contract: C): C {
  return contract;
}

/** The answer of a request that has nothing to tell but that it was done. */
export const done = z.object({});

/** A path as it crosses a border: longer than any system takes is no path, and not worth carrying on. */
export const pathSchema = z.string().max(32_768);

/** Any JSON value. Notebooks carry foreign metadata, which crosses unchanged. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
export type JsonObject = { readonly [key: string]: Json };
/** Shape unchecked on purpose: whoever reads a member validates it, and deep recursion of a schema is an attack. */
export const jsonSchema = z.custom<Json>((value) => value !== undefined);
export const jsonObjectSchema = z.custom<JsonObject>(
  (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
);

/** UTC time in ISO 8601 with milliseconds, as in all files. */
export const instantSchema = z.iso.datetime({ precision: 3 });

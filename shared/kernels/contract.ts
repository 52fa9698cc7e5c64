import * as z from 'zod';
import { defineContract, done, instantSchema, request } from '../rpc/contract';

/** A kernel that can be started here. `name` is what `--kernel` takes; `jupyter:bash` is an installed bash_kernel. */
export const kernelSpecSchema = z.object({
  name: z.string(),
  displayName: z.string(),
  language: z.string(),
  /** Where it comes from. */
  source: z.enum(['built-in', 'jupyter', 'environment']),
  /** The kernelspec's folder, or the environment's; null for the built-in shell. */
  place: z.string().nullable(),
  /** argv[0] after resolution against the environment that owns it; null for the built-in shell. */
  program: z.string().nullable(),
  interruptMode: z.enum(['signal', 'message']),
});
export type KernelSpecInfo = z.infer<typeof kernelSpecSchema>;

/** Why something that looks like a kernel can not be used, and the command that would mend it. */
export const kernelProblemSchema = z.object({
  name: z.string(),
  place: z.string(),
  reason: z.string(),
  fix: z.string().nullable(),
});
export type KernelProblem = z.infer<typeof kernelProblemSchema>;

/** One place that was looked at (the kernel page, and `watchbook kernels`). */
export const kernelPlaceSchema = z.object({
  path: z.string(),
  kind: z.enum(['kernels', 'environment']),
  exists: z.boolean(),
  kernels: z.array(z.string()),
  problems: z.array(kernelProblemSchema),
  note: z.string().nullable(),
});
export type KernelPlace = z.infer<typeof kernelPlaceSchema>;

export const kernelCatalogueSchema = z.object({
  kernels: z.array(kernelSpecSchema),
  places: z.array(kernelPlaceSchema),
});
export type KernelCatalogue = z.infer<typeof kernelCatalogueSchema>;

export const kernelStateSchema = z.enum([
  'none',
  'starting',
  'idle',
  'busy',
  'restarting',
  'interrupting',
  'dead',
]);
export type KernelState = z.infer<typeof kernelStateSchema>;

/** The kernel of one document, as the status bar and the kernel page show it. */
export const kernelStatusSchema = z.object({
  state: kernelStateSchema,
  /** What will be, or was, started; null when nothing fits. */
  spec: kernelSpecSchema.nullable(),
  /** What the notebook asks for: kernelspec name, else language. */
  wanted: z.string().nullable(),
  since: instantSchema,
  pid: z.number().int().nullable(),
  /** Why it ended or did not start, in one sentence. */
  reason: z.string().nullable(),
  /** The last lines of its stderr, when it did not start or died. */
  stderr: z.string().nullable(),
  /** Taken up again after the engine was killed. */
  takenUp: z.boolean(),
  /** Where its environment variables come from. */
  environment: z.enum(['login-shell', 'command']).nullable(),
  cwd: z.string().nullable(),
});
export type KernelStatus = z.infer<typeof kernelStatusSchema>;

/** A kernel process that holds on, with what it belongs to. */
export const runningKernelSchema = z.object({
  id: z.string(),
  name: z.string(),
  displayName: z.string(),
  pid: z.number().int(),
  document: z.string().nullable(),
  path: z.string().nullable(),
  state: kernelStateSchema,
  started: instantSchema,
  /** Left by a killed engine and not taken up: offered for clean-up. */
  leftOver: z.boolean(),
});
export type RunningKernel = z.infer<typeof runningKernelSchema>;

export const kernelsContract = defineContract({
  requests: {
    /** Looks anew at every place; starts nothing. */
    'kernels.list': request(
      'client',
      z.object({
        /** A command's own variables, since its kernels get those; absent: the login shell's. */
        environment: z.record(z.string(), z.string()).optional(),
        /** A file (it need not be there) beside which environments are looked for too. */
        near: z.string().optional(),
      }),
      kernelCatalogueSchema,
    ),
    'kernels.running': request('client', z.object({}), z.object({ kernels: z.array(runningKernelSchema) })),
    /** Ends a kernel process by its id, a left-over one too. */
    'kernels.end': request('client', z.object({ id: z.string() }), done),
  },
  events: {
    'kernels.changed': z.object({}),
  },
});

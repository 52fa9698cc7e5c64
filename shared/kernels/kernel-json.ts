import * as z from 'zod';

/** What a kernelspec's `kernel.json` says, as far as it is used. */
export interface KernelJson {
  readonly argv: readonly string[];
  readonly displayName: string;
  readonly language: string;
  readonly interruptMode: 'signal' | 'message';
  /** May hold `${VARIABLE}`. */
  readonly env: Readonly<Record<string, string>>;
}

/** A kernelspec name as Jupyter allows it; anything else could be a path or a part of a command. */
const NAME = /^[A-Za-z0-9._-]+$/;

/** True for a name that a kernelspec folder may have. `.` and `..` are folders, not names. */
export function isKernelName(name: string): boolean {
  return NAME.test(name) && !/^\.+$/.test(name) && name.length <= 128;
}

const schema = z.object({
  argv: z.array(z.string()).min(1),
  display_name: z.string().optional(),
  language: z.string().optional(),
  interrupt_mode: z.string().optional(),
  env: z.record(z.string(), z.string()).optional(),
});

/** Reads a `kernel.json`; the reason is a sentence's end for a person: "its kernel.json is not JSON". */
export function readKernelJson(text: string, name: string): KernelJson | { readonly reason: string } {
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    // Not JSON: said with the parser's own words, which name the place.
    return { reason: `its kernel.json is not JSON: ${error instanceof Error ? error.message : ''}` };
  }
  const parsed = schema.safeParse(value);
  if (!parsed.success) return { reason: reasonFor(parsed.error) };
  const { argv, display_name, language, interrupt_mode, env } = parsed.data;
  if (argv[0] === '' || argv.some((part) => part.includes('\0')))
    return { reason: 'its argv names no program' };
  if (!argv.some((part) => part.includes('{connection_file}')))
    return { reason: 'its argv has no {connection_file}, so the kernel could not be reached' };
  return {
    argv,
    displayName: display_name || name,
    language: language ?? '',
    interruptMode: interrupt_mode === 'message' ? 'message' : 'signal',
    env: env ?? {},
  };
}

function reasonFor(error: z.ZodError): string {
  const first = error.issues[0]?.path[0];
  if (first === 'argv') return 'its argv is not a list of texts';
  if (first === 'env') return 'its env is not a table of texts';
  if (first === undefined) return 'its kernel.json is not an object';
  return `its ${String(first)} is not a text`;
}

/** Replaces `${NAME}` by its value, and what is unknown by nothing, as Python's string.Template would fail on it. */
export function expandVariables(text: string, values: Readonly<Record<string, string | undefined>>): string {
  return text.replace(/\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g, (_, name: string) => values[name] ?? '');
}

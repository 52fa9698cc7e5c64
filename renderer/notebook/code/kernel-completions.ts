import type { CompletionContext, CompletionResult, CompletionSource } from '@codemirror/autocomplete';
import type { Result } from '../../../shared/rpc/contracts';

/** Asks the kernel what could stand at `cursor`; null when it cannot be asked. */
export type Complete = (code: string, cursor: number) => Promise<Result<'notebook.complete'> | null>;

/** Completions as the kernel answers them. Places count UTF-16 units, as everywhere on this side of the engine. */
export function kernelCompletions(complete: Complete): CompletionSource {
  return async (context: CompletionContext): Promise<CompletionResult | null> => {
    const code = context.state.doc.toString();
    const answer = await complete(code, context.pos);
    if (answer === null || context.aborted || answer.matches.length === 0) return null;
    return {
      from: Math.max(0, Math.min(answer.start, context.pos)),
      to: context.pos,
      validFor: /^[\w$]*$/,
      options: answer.matches.map(({ text, type }) => ({
        label: text,
        ...(type === null || type === '<unknown>' ? {} : { detail: type }),
      })),
    };
  };
}

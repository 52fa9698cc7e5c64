import type { InputRequest } from '../../../shared/notebook/view';
import { WatchbookError } from '../../../shared/rpc/errors';
import type { ExecutionPrompt } from './cell-execution';
import type { Subscribers } from './subscribers';

/** The questions that programs of one open document ask, until they are answered or wait no more. */
export class DocumentPrompts {
  private readonly open = new Map<string, { readonly cell: string; readonly prompt: ExecutionPrompt }>();

  constructor(
    private readonly document: string,
    private readonly subscribers: Subscribers,
  ) {}

  get all(): InputRequest[] {
    return [...this.open.values()].map(({ cell, prompt }) => toRequest(cell, prompt));
  }

  /** A program asks. */
  opened(cell: string, prompt: ExecutionPrompt): void {
    this.open.set(prompt.request, { cell, prompt });
    this.subscribers.send('notebook.inputRequested', {
      document: this.document,
      input: toRequest(cell, prompt),
    });
  }

  /** It does not wait any more. */
  closed(request: string): void {
    if (!this.open.delete(request)) return;
    this.subscribers.send('notebook.inputClosed', { document: this.document, request });
  }

  /** Gives a program what a person typed; it is kept nowhere. Throws `not-found`. */
  answer(request: string, value: string, isEof: boolean): void {
    const entry = this.open.get(request);
    if (entry === undefined) {
      throw new WatchbookError('not-found', 'The program does not wait for this input any more.');
    }
    entry.prompt.answer(value, isEof);
  }
}

function toRequest(cell: string, { request, prompt, password, continuous }: ExecutionPrompt): InputRequest {
  return { cell, request, prompt, password, continuous };
}

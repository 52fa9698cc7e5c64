import { createStore } from 'zustand/vanilla';
import type { StartLink } from '../../../shared/library/runbook-link';
import type { StartRequest } from '../../../shared/runs/contract';
import type { Json } from '../../../shared/rpc/contract';
import type { OpenDocument } from '../../notebook/document-store';

/** What the start dialog begins with. */
export interface StartWish {
  readonly open: OpenDocument;
  /** What a link fills in. */
  readonly link: StartLink | null;
  /** An earlier run that carries its values over, and what this one is to it. */
  readonly from: {
    readonly parent: NonNullable<StartRequest['parent']>;
    readonly title: string;
    readonly values: readonly { readonly name: string; readonly value: Json }[];
    readonly links: StartRequest['links'];
  } | null;
}

/** The runbook whose start dialog is open in this window; null where none is. */
export const startWish = createStore<{ readonly wish: StartWish | null }>(() => ({ wish: null }));

/** Opens the start dialog. Nothing is started, fetched or checked by it. */
export function askStart(open: OpenDocument, more: Partial<Pick<StartWish, 'link' | 'from'>> = {}): void {
  startWish.setState({ wish: { open, link: null, from: null, ...more } });
}

export function closeStart(): void {
  startWish.setState({ wish: null });
}

import type { JSX, ReactNode } from 'react';
import { useNotebook } from '../document-context';
import { isMac } from '../key-words';
import { judgeLink } from '../markdown/judge-link';

/**
 * An address in a text output. What a program printed is text first: a plain click selects in it, and only one with
 * Ctrl (Cmd on macOS) opens it, in the system's browser and after the same judgement as any link.
 */
export function TextLink(props: { readonly address: string; readonly children: ReactNode }): JSX.Element {
  const { address, children } = props;
  const { open, host } = useNotebook();
  const verdict = judgeLink(address);
  if (verdict.kind !== 'external') {
    const reason = verdict.kind === 'dead' ? verdict.reason : undefined;
    return <span title={reason}>{children}</span>;
  }
  const { url } = verdict;
  const follow = (): void => void host.openLink(url).catch(open.say);
  return (
    <span
      className="out-address"
      role="link"
      tabIndex={0}
      title={`${isMac() ? 'Cmd' : 'Ctrl'} click or Enter opens ${url}`}
      onClick={(event) => {
        if (!event.ctrlKey && !event.metaKey) return;
        event.preventDefault();
        event.stopPropagation();
        follow();
      }}
      onKeyDown={(event) => {
        if (event.key !== 'Enter' || event.shiftKey || event.altKey) return;
        event.preventDefault();
        event.stopPropagation();
        follow();
      }}
    >
      {children}
    </span>
  );
}

import { CirclePlay, ShieldAlert, SquareTerminal } from 'lucide-react';
import { useEffect, useState, type JSX } from 'react';
import type { LibraryState } from '../../shared/runs/config-contract';
import type { TryBlock } from '../../shared/runs/try-contract';
import { useModel, useNotebook } from '../notebook/document-context';
import { splitFirstSentence } from '../notebook/first-sentence';
import { useTooltip } from '../notebook/keys-in-use';
import { Strip } from '../ui/strip';
import { askStart } from './start/start-wish';
import { useTrying } from './trying-store';

/** Why nothing is sent of this runbook now: what was found, and the way on. */
export function TryStrip(): JSX.Element | null {
  const { open } = useNotebook();
  const block = useTrying(open)?.block ?? null;
  if (block === null) return null;
  return block.kind === 'commands' ? <UnseenCommands block={block} /> : <Blocked block={block} />;
}

function Blocked(props: { readonly block: TryBlock }): JSX.Element {
  const { block } = props;
  const { open } = useNotebook();
  const tooltip = useTooltip();
  const { first, rest } = splitFirstSentence(block.message);
  return (
    <Strip
      state={block.kind === 'check' ? 'waiting' : 'failed'}
      icon={ShieldAlert}
      title={first}
      actions={
        block.kind !== 'check' && (
          <button
            type="button"
            className="nb-button"
            title={tooltip('Start a run: a fresh copy, recorded step by step', 'start-run')}
            onClick={() => askStart(open)}
          >
            <CirclePlay className="icon" aria-hidden="true" />
            Start run…
          </button>
        )
      }
    >
      {rest}
    </Strip>
  );
}

/** Commands of the library's checks in full: a person sees them once before they are asked. */
function UnseenCommands(props: { readonly block: TryBlock }): JSX.Element {
  const { open } = useNotebook();
  const path = useModel((model) => model.state?.path ?? open.path);
  const [rules, setRules] = useState<LibraryState | null>(null);
  const { message } = props.block;
  useEffect(() => {
    let isGone = false;
    // The file may have changed since it was said: what is shown is what is agreed to.
    open.engine.request('runs.config', { place: path }).then(
      (read) => !isGone && setRules(read),
      (error: unknown) => open.say(error),
    );
    return () => {
      isGone = true;
    };
  }, [open, path, message]);
  const unseen = (rules?.commands ?? []).filter(({ accepted }) => !accepted);
  const accept = (): void => {
    if (rules === null) return;
    const digests = unseen.map(({ digest }) => digest);
    open.engine
      .request('runs.acceptCommands', { library: rules.library, digests })
      .catch((error: unknown) => open.say(error));
  };
  return (
    <Strip
      state="waiting"
      icon={SquareTerminal}
      title={`watchbook.json brings ${unseen.length === 1 ? 'a command' : `${unseen.length} commands`} that nobody here has seen yet.`}
      actions={
        <button type="button" className="nb-button" disabled={unseen.length === 0} onClick={accept}>
          {unseen.length === 1 ? 'Let it be asked' : 'Let them be asked'}
        </button>
      }
      details={
        <ul className="strip-list">
          {unseen.map(({ digest, purpose, command }) => (
            <li key={digest}>
              {purpose}: <code className="mono">{command.join(' ')}</code>
            </li>
          ))}
        </ul>
      }
    >
      {unseen.length === 1 ? 'It is' : 'They are'} asked where a cell runs, before it is sent. Nothing was
      sent.
    </Strip>
  );
}

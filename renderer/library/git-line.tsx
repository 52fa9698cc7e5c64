import { AlertDialog } from '@base-ui/react/alert-dialog';
import { GitBranch } from 'lucide-react';
import { useCallback, useEffect, useRef, useState, type JSX } from 'react';
import type { GitMark, GitState } from '../../shared/library/git-contract';
import { gitWords, MARK_WORDS } from '../../shared/library/git-status';
import { toWireError } from '../../shared/rpc/errors';
import { useModel, useNotebook } from '../notebook/document-context';
import './git-line.css';

interface Known {
  readonly state: GitState;
  readonly mark: GitMark | null;
  /** When it was asked, for ages. */
  readonly at: number;
}

/** How the repository of this document stands, by what is on this disk: `main, fetched 3 days ago, 12 behind`. */
export function GitLine(): JSX.Element | null {
  const { open } = useNotebook();
  const { engine } = open;
  const path = useModel((model) => model.state?.path ?? open.path);
  const savedAt = useModel((model) => model.state?.savedAt ?? null);
  const isOpen = useModel((model) => model.phase === 'open');
  const [known, setKnown] = useState<Known | null>(null);
  const [isAsking, setAsking] = useState(false);
  const load = useCallback(
    () =>
      engine.request('library.gitState', { path }).then(
        (answer) => setKnown({ ...answer, at: Date.now() }),
        (error: unknown) => {
          // A lost engine has its own banner, and is asked again when it is back.
          if (toWireError(error).code !== 'engine-lost') setKnown(null);
        },
      ),
    [engine, path],
  );
  useEffect(() => {
    if (!isOpen) return undefined;
    void load();
    const again = (): void => void load();
    window.addEventListener('focus', again);
    const off = engine.on('library.gitChanged', again);
    return () => {
      window.removeEventListener('focus', again);
      off();
    };
    // A save may have changed how the file stands.
  }, [engine, load, isOpen, savedAt]);
  if (known === null) return null;
  const { state, mark, at } = known;
  const words = gitWords(state, at);
  if (words === null || state.kind === 'none') return null;
  const title =
    state.kind === 'state'
      ? `${state.root}, by what is on this disk; nothing was fetched`
      : state.kind === 'unreadable'
        ? state.reason
        : 'Its settings may start programs';
  return (
    <span className="git-line" title={title}>
      <GitBranch className="icon icon-s" aria-hidden="true" />
      <span className="cut">{words}</span>
      {mark !== null && <span className="git-mark">, {MARK_WORDS[mark].word}</span>}
      {state.kind === 'asks' && (
        <button type="button" className="link" onClick={() => setAsking(true)}>
          Look at why…
        </button>
      )}
      {isAsking && state.kind === 'asks' && (
        <GitQuestion
          state={state}
          onAllow={async () => {
            setAsking(false);
            try {
              await engine.request('library.allowGit', { root: state.root, digest: state.digest });
              await load();
            } catch (error) {
              open.say(error);
            }
          }}
          onClose={() => setAsking(false)}
        />
      )}
    </span>
  );
}

/** Shows the settings of a repository that may start programs, before git is run in it. */
function GitQuestion(props: {
  readonly state: Extract<GitState, { kind: 'asks' }>;
  readonly onAllow: () => Promise<void>;
  readonly onClose: () => void;
}): JSX.Element {
  const { state, onAllow, onClose } = props;
  const first = useRef<HTMLButtonElement>(null);
  return (
    <AlertDialog.Root open onOpenChange={(isOpen) => !isOpen && onClose()}>
      <AlertDialog.Portal>
        <AlertDialog.Backdrop className="scrim" />
        <AlertDialog.Popup className="dialog" initialFocus={first}>
          <div className="dialog-head">
            <AlertDialog.Title>Run git in this repository?</AlertDialog.Title>
            <AlertDialog.Description>
              The configuration of {state.root} has settings that may start programs or read other files, so
              git was not run there. If they are yours, git can be asked; it is asked about again when they
              change.
            </AlertDialog.Description>
          </div>
          <dl className="git-settings">
            {state.settings.map(({ key, value }, index) => (
              <div key={`${index} ${key}`}>
                <dt>{key}</dt>
                <dd>{value}</dd>
              </div>
            ))}
          </dl>
          <div className="dialog-foot">
            <span className="grow" />
            <button ref={first} type="button" className="btn" onClick={onClose}>
              Leave git out
            </button>
            <button type="button" className="btn btn-primary" onClick={() => void onAllow()}>
              Run git here
            </button>
          </div>
        </AlertDialog.Popup>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  );
}

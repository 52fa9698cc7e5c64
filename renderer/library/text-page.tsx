import { FileText, FileWarning, FolderOpen, NotebookPen } from 'lucide-react';
import { useCallback, useEffect, useMemo, useRef, useState, type JSX } from 'react';
import { kindOfFile } from '../../shared/library/tree';
import { toWireError } from '../../shared/rpc/errors';
import { useWhenReady } from '../app/use-when-ready';
import { useWindow } from '../app/window-context';
import { goToAnchorWhenOpen } from '../notebook/anchors';
import { languageOfFile } from '../notebook/code/language-of';
import { StillCode } from '../notebook/code/still-code';
import { fileName } from '../notebook/file-name';
import { splitFirstSentence } from '../notebook/first-sentence';
import type { MarkdownHost } from '../notebook/markdown/dress-markdown';
import { MarkdownView } from '../notebook/markdown/markdown-view';
import { FramePlaceProvider, type FramePlace } from '../notebook/outputs/frame-place';
import { makeOutputMemory, type OutputMemory } from '../notebook/outputs/output-memory';
import { Strip } from '../ui/strip';
import { FilePath } from './file-path';
import { beginFromText } from './library-actions';
import { useWishedLine } from './text-line';
import { useTextPlace } from './use-text-place';
import './text-page.css';

/** So many lines get a box and a number each; more would hold up the window. */
const MOST_NUMBERED = 5_000;

/** A text file of the library, to be read: Markdown as it is meant, everything else as it stands. Nothing in it runs. */
export function TextPage(props: { readonly path: string }): JSX.Element {
  const { path } = props;
  const context = useWindow();
  const { client, library } = context;
  const [problem, setProblem] = useState<string | null>(null);
  const text = useText(path, setProblem);
  const host = useTextHost(path, setProblem);
  const frames = useFrames(path, host);
  const body = useRef<HTMLDivElement>(null);
  useTextPlace(path, body, text !== null);
  useWishedLine(path, text !== null, body);
  const isMarkdown = kindOfFile(fileName(path)) === 'markdown';
  const lines = useMemo(() => text?.split('\n').length ?? 0, [text]);
  const reveal = (): void =>
    void library.guard(async () => void (await client.desktop('desktop.revealFile', { path })));
  return (
    <section className="text-page" aria-label={`${fileName(path)}, for reading`}>
      <div className="text-head">
        <div className="grow">
          <div className="text-name">
            <FileText className="icon" aria-hidden="true" />
            <h1 className="cut" title={path}>
              {fileName(path)}
            </h1>
            <span className="small muted nowrap">read only</span>
          </div>
          <FilePath className="text-place" path={path} />
        </div>
        <button type="button" className="btn" onClick={reveal}>
          <FolderOpen className="icon" aria-hidden="true" />
          Show in the file manager
        </button>
        {isMarkdown && (
          <button type="button" className="btn btn-primary" onClick={() => beginFromText(context, path)}>
            <NotebookPen className="icon" aria-hidden="true" />
            Make a runbook from it…
          </button>
        )}
      </div>
      {problem !== null && <ProblemStrip problem={problem} onClose={() => setProblem(null)} />}
      {text !== null && (
        <div
          ref={body}
          className="text-body"
          tabIndex={0}
          role="document"
          aria-label={`Text of ${fileName(path)}`}
        >
          {isMarkdown ? (
            <FramePlaceProvider value={frames}>
              <MarkdownView source={text} scope="text" cell="text" host={host} />
            </FramePlaceProvider>
          ) : text === '' ? (
            <p className="muted">This file is empty.</p>
          ) : (
            <StillCode
              source={text}
              language={languageOfFile(path)}
              wrap={false}
              lineNumbers={lines <= MOST_NUMBERED}
            />
          )}
        </div>
      )}
    </section>
  );
}

function ProblemStrip(props: { readonly problem: string; readonly onClose: () => void }): JSX.Element {
  const { first, rest } = splitFirstSentence(props.problem);
  return (
    <Strip state="failed" icon={FileWarning} title={first} onClose={props.onClose}>
      {rest}
    </Strip>
  );
}

/** The text of the file as it is now; null until it was read, and where it can not be. */
function useText(path: string, say: (problem: string | null) => void): string | null {
  const { client } = useWindow();
  const [text, setText] = useState<string | null>(null);
  const wasRead = useRef(false);
  const read = useCallback(async () => {
    try {
      const found = await client.request('library.readText', { path });
      wasRead.current = true;
      setText(found.text);
      say(null);
    } catch (error) {
      const { code, message } = toWireError(error);
      if (code === 'engine-lost') return;
      // What was read before stays in view, beside the word that it is not what is there now.
      const isGone = code === 'not-found' && wasRead.current;
      say(isGone ? goneWords(path) : message);
    }
  }, [client, path, say]);
  useWhenReady(client, read);
  useEffect(() => {
    const folder = path.replace(/[\\/][^\\/]*$/, '');
    return client.on('library.changed', ({ folders }) => {
      if (folders.length === 0 || folders.includes(folder)) void read();
    });
  }, [client, path, read]);
  return text;
}

function goneWords(path: string): string {
  return `${fileName(path)} is not there any more. It was deleted or moved. What was read is kept in this tab.`;
}

/** Where the diagrams of a Markdown file are drawn. Nothing in them runs, and nothing can be let run. */
function useFrames(path: string, host: MarkdownHost): FramePlace {
  const memory = memories.get(path) ?? makeOutputMemory();
  memories.set(path, memory);
  return useMemo(
    () => ({ memory, entered: () => undefined, openLink: host.openLink, allowLive: null }),
    [memory, host],
  );
}

/** The heights of diagrams by the file they are in, so that nothing jumps when its tab is shown again. */
const memories = new Map<string, OutputMemory>();

/** How a Markdown file reaches pictures, links and other files: by the engine, and no further than the library. */
function useTextHost(path: string, say: (problem: string) => void): MarkdownHost {
  const { client, host, tabs } = useWindow();
  return useMemo<MarkdownHost>(() => {
    const fail = (error: unknown): void => say(toWireError(error).message);
    return {
      loadPicture: async (source) => (await client.request('library.textPicture', { path, source })).url,
      loadRemotePicture: async (url) => (await client.request('library.remotePicture', { url })).url,
      openLink: (url) => void host.openLink(url).catch(fail),
      goToAnchor: (anchor) => say(`There is no place “${anchor}” in this file.`),
      openLocal: (target) =>
        void client.request('library.followText', { path, target }).then((found) => {
          if (!found.isRunbook) return tabs.openText(found.path);
          const opened = tabs.openFile(found.path, { forReading: true });
          if (found.anchor !== '') goToAnchorWhenOpen(opened, found.anchor);
          return undefined;
        }, fail),
      // Its headings have no links of their own.
      copyLink: () => undefined,
    };
  }, [client, host, tabs, path, say]);
}

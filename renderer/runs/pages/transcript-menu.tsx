import { SquareTerminal } from 'lucide-react';
import { useEffect, type JSX } from 'react';
import { useStore } from 'zustand';
import type { Json } from '../../../shared/rpc/contract';
import { attachedContentSchema } from '../../../shared/runs/content';
import type { AttachedTerminal } from '../../../shared/runs/model';
import { useWindow } from '../../app/window-context';
import type { NotebookHost } from '../../notebook/document-context';
import { fileName } from '../../notebook/file-name';
import { clockTime } from '../../notebook/time-words';
import { DropDown, type MenuEntry } from '../../ui/drop-down';
import type { RunPort } from './run-port';

/** Writes what was recorded of each terminal, as a recording to play or as text. Nothing where none was attached. */
export function TranscriptMenu(props: { readonly run: RunPort }): JSX.Element | null {
  const { run } = props;
  const { host } = useWindow();
  const terminals = useStore(run.store, (model) => model.run?.terminals);
  const contents = useStore(run.store, (model) => model.contents);
  useEffect(() => {
    if (terminals !== undefined) run.want(terminals.map(({ content }) => content));
  }, [run, terminals]);
  if (terminals === undefined || terminals.length === 0) return null;
  return (
    <DropDown
      name="Write what was recorded of a terminal"
      sign={SquareTerminal}
      look="tool tool-large"
      groups={terminals.map((of) => entriesOf(run, host, of, titleOf(of, contents)))}
    />
  );
}

function titleOf({ content, at }: AttachedTerminal, contents: ReadonlyMap<string, Json>): string {
  const found = attachedContentSchema.safeParse(contents.get(content.file));
  return `${found.success ? found.data.title : 'Terminal'}, attached ${clockTime(at)}`;
}

function entriesOf(
  run: RunPort,
  host: NotebookHost,
  { seq }: AttachedTerminal,
  title: string,
): readonly MenuEntry[] {
  return [
    { label: `${title}, as text…`, act: () => void writeTranscript(run, host, seq, 'text') },
    { label: `${title}, as asciicast…`, act: () => void writeTranscript(run, host, seq, 'cast') },
  ];
}

async function writeTranscript(
  run: RunPort,
  host: NotebookHost,
  attached: number,
  form: 'cast' | 'text',
): Promise<void> {
  try {
    const separator = run.folder.includes('/') ? '/' : '\\';
    const name = `terminal-${attached}.${form === 'cast' ? 'cast' : 'txt'}`;
    const path = await host.chooseSavePath(`${run.folder}${separator}${name}`, 'any');
    if (path === null) return;
    const { text } = await run.engine.request('recording.transcript', { run: run.folder, attached, form });
    await host.writeExport(path, 'text', text);
    host.confirm(`Written to ${fileName(path)}`);
  } catch (error) {
    run.document.say(error);
  }
}

import { useMemo, type CSSProperties, type JSX, type ReactNode } from 'react';
import { useStore } from 'zustand';
import { Announcer } from './announcer';
import { CellList } from './cell-list';
import { CheckpointCompare } from './checkpoints/checkpoint-compare';
import { CompareView } from './compare-view';
import { ContextBar } from './context-bar';
import { NotebookProvider, useModel, type NotebookHost } from './document-context';
import type { OpenDocument } from './document-store';
import { ExportDialog } from './export/export-dialog';
import { FindBar } from './find/find-bar';
import { Inspector } from './inspector/inspector';
import { inspectorState } from './inspector/inspector-state';
import type { NotebookCommandId } from './commands';
import { OpenFailure } from './open-failure';
import { FullOutput } from './outputs/full-output';
import { KernelChoice } from './kernel-choice';
import { QuestionDialog } from './question-dialog';
import { StartBar } from './start-bar';
import { Strips } from './strips';
import { useNotebookKeys } from './use-notebook-keys';
import './notebook.css';
import './buttons.css';
import './context-bar.css';
import './spine.css';
import './signs.css';
import './source.css';
import './sections.css';
import './facts.css';
import './checkpoints/checkpoints.css';
import './question.css';
import './find/find.css';
import './export/export.css';
import './narrow.css';
import './kernel-missing.css';
import './outputs/ansi.css';
import './outputs/outputs.css';
import './outputs/json-tree.css';
import './outputs/full-output.css';
import './code/token-colours.css';
import './code/code.css';
import './markdown/markdown.css';
import 'katex/dist/katex.min.css';

/** What stands in the place of a runbook's own parts where the pane shows a run. */
export interface PaneMode {
  readonly bar: ReactNode;
  readonly body: ReactNode;
  readonly foot: ReactNode;
  readonly announcer: ReactNode;
  /** In the inspector's place. */
  readonly aside: ReactNode;
  /** What a command of the notebook does there. */
  readonly command: (id: NotebookCommandId) => void;
}

function Body(props: { readonly mode: PaneMode | null }): JSX.Element | null {
  const phase = useModel((model) => model.phase);
  const isComparing = useModel((model) => model.comparing);
  const checkpoint = useModel((model) => model.comparedWith);
  switch (phase) {
    case 'opening':
      return <p className="opening">Opening…</p>;
    case 'failed':
      return <OpenFailure />;
    case 'open':
      if (props.mode !== null) return <>{props.mode.body}</>;
      if (isComparing) return <CompareView />;
      return checkpoint === null ? (
        <CellList />
      ) : (
        <CheckpointCompare key={checkpoint.id} checkpoint={checkpoint} />
      );
  }
}

/** A pane and the panel beside it, whose width the sheets know: where it lies over the page, bars end before it. */
function Row({ children }: { readonly children: ReactNode }): JSX.Element {
  const width = useStore(inspectorState, (state) => state.width);
  return (
    <div className="notebook-row" style={{ '--width-over': `${width}px` } as CSSProperties}>
      {children}
    </div>
  );
}

/** One open notebook: its bar, what should be known, its cells. */
export function DocumentPane(props: {
  readonly open: OpenDocument;
  readonly host: NotebookHost;
  /** Tells two of them apart that are side by side. */
  readonly label?: string;
  readonly mode?: PaneMode;
}): JSX.Element {
  const { open, host, label = 'Notebook', mode = null } = props;
  const context = useMemo(() => ({ open, host }), [open, host]);
  const onKey = useNotebookKeys(open, host, mode?.command ?? null);
  return (
    <NotebookProvider value={context}>
      <Row>
        <section
          className={mode === null ? 'notebook' : 'notebook is-run'}
          aria-label={label}
          onKeyDownCapture={(event) => onKey(event.nativeEvent)}
        >
          {mode === null ? <ContextBar /> : mode.bar}
          <Strips isRun={mode !== null} />
          <FindBar />
          <Body mode={mode} />
          {mode === null ? <StartBar /> : mode.foot}
          <QuestionDialog />
          {mode === null && <KernelChoice />}
          <ExportDialog />
          {mode === null ? <Announcer /> : mode.announcer}
          <FullOutput />
        </section>
        {mode === null ? <Inspector /> : mode.aside}
      </Row>
    </NotebookProvider>
  );
}

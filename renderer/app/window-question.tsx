import { useEffect, useState, type JSX } from 'react';
import { hasUnsavedEdits } from '../notebook/file-actions';
import { QuitQuestion, stillRuns } from '../terminal/quit-question';
import { CloseQuestion } from './close-question';
import type { Tab } from './tabs';
import { useWindow } from './window-context';

/** What is asked before a window closes: of edits that are in no file, and, of the last one, of terminals in use. */
export function WindowQuestion(props: {
  readonly isLast: boolean;
  readonly tabs: readonly Tab[];
  readonly onDone: () => void;
}): JSX.Element | null {
  const { isLast, tabs, onDone } = props;
  const { client, terminals } = useWindow();
  // Judged when it is asked, and once: a question does not go away while it is read.
  const [hasEdits] = useState(() => tabs.some((tab) => tab.kind === 'notebook' && hasUnsavedEdits(tab.open)));
  const [hasTerminals] = useState(
    () => isLast && (terminals.store.getState().terminals ?? []).some(stillRuns),
  );
  const [at, setAt] = useState<'edits' | 'terminals' | 'end'>(
    hasEdits ? 'edits' : hasTerminals ? 'terminals' : 'end',
  );
  const answer = (close: boolean): void => {
    void client.desktop('desktop.closeAnswer', { close });
    onDone();
  };
  useEffect(() => {
    // What was to be asked about has gone meanwhile.
    if (at === 'end') answer(true);
    // oxlint-disable-next-line react/exhaustive-deps -- it is answered once
  }, [at]);
  switch (at) {
    case 'edits':
      return (
        <CloseQuestion
          what="window"
          tabs={tabs}
          onDone={(close) => (close ? setAt(hasTerminals ? 'terminals' : 'end') : answer(false))}
        />
      );
    case 'terminals':
      return <QuitQuestion onAnswer={answer} />;
    case 'end':
      return null;
  }
}

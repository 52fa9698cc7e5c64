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
  const [at, setAt] = useState<'edits' | 'looking' | 'terminals' | 'end'>(() =>
    tabs.some((tab) => tab.kind === 'notebook' && hasUnsavedEdits(tab.open)) ? 'edits' : 'looking',
  );
  const answer = (close: boolean): void => {
    void client.desktop('desktop.closeAnswer', { close });
    onDone();
  };
  useEffect(() => {
    if (at === 'end') answer(true);
    if (at !== 'looking') return undefined;
    let isGone = false;
    const look = async (): Promise<void> => {
      // A command that began a moment ago is not missed.
      if (isLast) await terminals.settle();
      const isInUse = isLast && (terminals.store.getState().terminals ?? []).some(stillRuns);
      if (!isGone) setAt(isInUse ? 'terminals' : 'end');
    };
    void look();
    return () => {
      isGone = true;
    };
    // oxlint-disable-next-line react/exhaustive-deps -- it is answered once
  }, [at]);
  switch (at) {
    case 'edits':
      return (
        <CloseQuestion
          what="window"
          tabs={tabs}
          onDone={(close) => (close ? setAt('looking') : answer(false))}
        />
      );
    case 'terminals':
      return <QuitQuestion onAnswer={answer} />;
    case 'looking':
    case 'end':
      return null;
  }
}

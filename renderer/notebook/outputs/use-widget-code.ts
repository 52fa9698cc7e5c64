import { useCallback, useEffect, useMemo, useState } from 'react';
import type { WantedWidgetCode, WidgetCode } from '../../../shared/notebook/widgets/widget-code';
import type { Result } from '../../../shared/rpc/contracts';
import { toWireError } from '../../../shared/rpc/errors';
import { useModel, useNotebook } from '../document-context';

type Looked = Result<'notebook.findWidgetCode'>;

/** What is to be asked about code of other people's widgets. */
export interface WidgetCodeQuestion {
  readonly wanted: readonly WantedWidgetCode[];
  readonly looked: Looked;
  /** What failed, as a sentence. */
  readonly problem: string | null;
  /** Lets what was found draw in this notebook. */
  readonly allow: () => void;
  readonly lookAgain: () => void;
}

const NOTHING: readonly WidgetCode[] = [];
const NO_NAMES: readonly string[] = [];

/**
 * The code of other people's packages that a widget is drawn by: looked for on this machine, and given to the frame only
 * after a person said so. `question` is null while there is none.
 */
export function useWidgetCode(wanted: readonly WantedWidgetCode[]): {
  readonly code: readonly WidgetCode[];
  /** It may run and is on its way: what is drawn without it would be drawn twice. */
  readonly isComing: boolean;
  readonly question: WidgetCodeQuestion | null;
} {
  const { open } = useNotebook();
  const document = useModel((model) => (model.connection === 'ready' ? model.document : ''));
  const allowed = useModel((model) => model.state?.widgetCode ?? NO_NAMES);
  const [looked, setLooked] = useState<Looked | null>(null);
  const [code, setCode] = useState(NOTHING);
  const [problem, setProblem] = useState<string | null>(null);
  const [attempt, setAttempt] = useState(0);

  const names = wanted.filter(({ isName }) => isName).map(({ name }) => name);
  const unasked = names.filter((name) => !allowed.includes(name)).join('\n');
  const mayRun = names.filter((name) => allowed.includes(name)).join('\n');

  useEffect(() => {
    if (document === '' || unasked === '') return undefined;
    let isCurrent = true;
    open.engine.request('notebook.findWidgetCode', { document, names: unasked.split('\n') }).then(
      (result) => isCurrent && setLooked(result),
      (error: unknown) => isCurrent && setProblem(toWireError(error).message),
    );
    return () => {
      isCurrent = false;
    };
  }, [open, document, unasked, attempt]);

  useEffect(() => {
    if (document === '' || mayRun === '') return undefined;
    let isCurrent = true;
    const read = async (name: string): Promise<WidgetCode> => ({
      name,
      ...(await open.engine.request('notebook.widgetCode', { document, name })),
    });
    Promise.all(mayRun.split('\n').map(read)).then(
      (all) => {
        if (!isCurrent) return;
        setCode(all);
        setProblem(null);
      },
      (error: unknown) => isCurrent && setProblem(toWireError(error).message),
    );
    return () => {
      isCurrent = false;
    };
  }, [open, document, mayRun, attempt]);

  const allow = useCallback(() => {
    const found = (looked?.found ?? []).map(({ name }) => name);
    open.engine.request('notebook.allowWidgetCode', { document, names: found }).catch(open.say);
  }, [open, document, looked]);
  const lookAgain = useCallback(() => setAttempt((count) => count + 1), []);

  const question = useMemo((): WidgetCodeQuestion | null => {
    const left = wanted.filter(({ name }) => !allowed.includes(name));
    if (left.length === 0 && problem === null) return null;
    if (unasked !== '' && looked === null && problem === null) return null;
    return { wanted: left, looked: looked ?? { found: [], looked: [] }, problem, allow, lookAgain };
  }, [wanted, allowed, unasked, looked, problem, allow, lookAgain]);
  const isComing = mayRun !== '' && problem === null && code.map(({ name }) => name).join('\n') !== mayRun;
  return { code, isComing, question };
}

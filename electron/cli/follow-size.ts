/**
 * Tells each new size of this terminal, one at a time: of many in a row those between are passed over, and the last one
 * is told. Answers what stops it.
 */
export function followSize(tell: (columns: number, rows: number) => Promise<unknown>): () => void {
  const { stdout } = process;
  let isTelling = false;
  let isNew = false;
  const fit = (): void => {
    isNew = true;
    if (isTelling) return;
    isTelling = true;
    isNew = false;
    const { columns, rows } = stdout;
    const done = (): void => {
      isTelling = false;
      if (isNew) fit();
    };
    tell(columns, rows)
      .catch(() => {
        // What can not be told any more is told by the end that follows it.
      })
      .finally(done);
  };
  stdout.on('resize', fit);
  return () => void stdout.off('resize', fit);
}

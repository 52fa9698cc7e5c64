/** One task of a markdown text. */
export interface TaskItem {
  /** From 1, in the order of the text. */
  readonly item: number;
  readonly text: string;
}

const TASK = /^\s*(?:[-*+]|\d{1,9}[.)])\s+\[[ xX]\]\s+(.*)$/;
const FENCE = /^ {0,3}(`{3,}|~{3,})/;

/** The tasks of a markdown text, and the text without them: in a run they are ticked beside it. Code fences hold none. */
export function taskItems(source: string): { readonly items: readonly TaskItem[]; readonly rest: string } {
  const items: TaskItem[] = [];
  const rest: string[] = [];
  let fence: string | null = null;
  for (const line of source.split('\n')) {
    const mark = FENCE.exec(line)?.[1];
    if (mark !== undefined) {
      if (fence === null) fence = mark;
      else if (mark.startsWith(fence)) fence = null;
    }
    const text = fence === null ? TASK.exec(line.slice(0, 10_000))?.[1] : undefined;
    if (text === undefined) rest.push(line);
    else items.push({ item: items.length + 1, text: text.trim() });
  }
  return { items, rest: rest.join('\n') };
}

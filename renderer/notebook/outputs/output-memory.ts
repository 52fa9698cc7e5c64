import { useState } from 'react';
import { useNotebook } from '../document-context';
import type { OpenDocument } from '../document-store';

/** Entries kept for one document; the oldest go first. */
const MOST = 4_000;

/** What a window remembers of outputs while they are out of sight, so that nothing jumps or folds when they return. */
export interface OutputMemory {
  get(name: string): number | undefined;
  set(name: string, value: number): void;
}

const memories = new WeakMap<OpenDocument, OutputMemory>();

/** The memory of one open document. */
export function outputMemory(open: OpenDocument): OutputMemory {
  const known = memories.get(open);
  if (known !== undefined) return known;
  const memory = makeOutputMemory();
  memories.set(open, memory);
  return memory;
}

/** A memory of its own. */
export function makeOutputMemory(): OutputMemory {
  const values = new Map<string, number>();
  return {
    get: (name) => values.get(name),
    set(name, value) {
      values.delete(name);
      values.set(name, value);
      const [oldest] = values.keys();
      if (values.size > MOST && oldest !== undefined) values.delete(oldest);
    },
  };
}

/** The name under which the height of an output is remembered, in pixels. */
export function heightName(cell: string, key: string): string {
  return `height ${cell} ${key}`;
}

/** A fold that keeps its state while its output is out of sight. `name` is unique in the document. */
export function useFold(name: string, isOpenAtFirst: boolean): readonly [boolean, () => void] {
  const memory = outputMemory(useNotebook().open);
  const before = memory.get(`fold ${name}`);
  const [isOpen, setOpen] = useState(before === undefined ? isOpenAtFirst : before === 1);
  const toggle = (): void => {
    memory.set(`fold ${name}`, isOpen ? 0 : 1);
    setOpen(!isOpen);
  };
  return [isOpen, toggle];
}

/** A text as its first sentence and all that follows; a text of one has nothing after it. */
export function splitFirstSentence(text: string): { readonly first: string; readonly rest: string } {
  const end = /[.!?] (?=\p{Lu})/u.exec(text);
  if (end === null) return { first: text, rest: '' };
  return { first: text.slice(0, end.index + 1), rest: text.slice(end.index + 2) };
}

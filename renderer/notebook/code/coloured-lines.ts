import { highlightCode } from '@lezer/highlight';
import { grammarOf } from './grammar';
import type { LanguageName } from './language-of';
import { tokenClasses } from './token-classes';

/** A piece of a line in one colour; `classes` are those of `token-colours.css`, empty for none. */
export interface ColouredPiece {
  readonly text: string;
  readonly classes: string;
}

/** The lines of a source, each in coloured pieces, by the grammar of the editor. */
export function colouredLines(source: string, language: LanguageName): readonly (readonly ColouredPiece[])[] {
  const grammar = grammarOf(language);
  if (grammar === null) return source.split('\n').map((text) => [{ text, classes: '' }]);
  const lines: ColouredPiece[][] = [[]];
  highlightCode(
    source,
    grammar.parser.parse(source),
    tokenClasses,
    (text, classes) => lines.at(-1)?.push({ text, classes }),
    () => lines.push([]),
  );
  return lines;
}

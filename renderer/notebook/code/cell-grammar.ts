import { defineLanguageFacet, Language, languageDataProp } from '@codemirror/language';
import {
  NodeSet,
  NodeType,
  Parser,
  parseMixed,
  Tree,
  type Input,
  type PartialParse,
  type SyntaxNodeRef,
} from '@lezer/common';
import { styleTags, tags } from '@lezer/highlight';
import { cutCell, type CellPiece } from './magic-lines';

interface Range {
  readonly from: number;
  readonly to: number;
}

const data = defineLanguageFacet();
const CELL = NodeType.define({ id: 0, name: 'Cell', top: true, props: [[languageDataProp, data]] });
const MAGIC = NodeType.define({ id: 1, name: 'Magic' });
const COMMAND = NodeType.define({ id: 2, name: 'Command' });
const [cell, magic, command] = new NodeSet([CELL, MAGIC, COMMAND]).extend(styleTags({ Magic: tags.meta }))
  .types as readonly [NodeType, NodeType, NodeType];

/** The outer tree of a cell: its magics and commands. Made in one step, anew each time: it is one look at each line. */
class OuterParse implements PartialParse {
  stoppedAt: number | null = null;
  constructor(
    readonly pieces: readonly CellPiece[],
    readonly from: number,
    readonly parsedPos: number,
  ) {}

  advance(): Tree {
    const marks = this.pieces.filter(({ kind }) => kind !== 'code');
    return new Tree(
      cell,
      marks.map(({ kind, from, to }) => new Tree(kind === 'magic' ? magic : command, [], [], to - from)),
      marks.map(({ from }) => from - this.from),
      this.parsedPos - this.from,
    );
  }

  stopAt(pos: number): void {
    this.stoppedAt = pos;
  }
}

/** Cuts a cell into magics, commands and code, and has each parsed by its own grammar. */
class CellParser extends Parser {
  constructor(
    readonly code: Parser | null,
    readonly shell: Parser,
    readonly hasLines: boolean,
  ) {
    super();
  }

  createParse(
    input: Input,
    fragments: Parameters<Parser['createParse']>[1],
    ranges: readonly Range[],
  ): PartialParse {
    const from = ranges[0]?.from ?? 0;
    const to = ranges[ranges.length - 1]?.to ?? input.length;
    const pieces = cutCell(input.read(from, to), this.hasLines).map((piece) => ({
      kind: piece.kind,
      from: piece.from + from,
      to: piece.to + from,
    }));
    const codeRanges = pieces.filter(({ kind }) => kind === 'code').map((piece) => ({ ...piece }));
    const nest = parseMixed((node: SyntaxNodeRef) => {
      if (node.type === command) return { parser: this.shell };
      if (node.type !== cell || this.code === null || codeRanges.length === 0) return null;
      return { parser: this.code, overlay: codeRanges };
    });
    return nest(new OuterParse(pieces, from, to), input, fragments, ranges);
  }
}

/**
 * The grammar of a code cell around that of its language: `%%magic` at the top and, where `hasLines`, `%magic` and
 * `! command` lines are seen for what they are, and the rest is parsed as one program.
 *
 * @param code null for a language that is not coloured
 */
export function cellGrammar(code: Language | null, shell: Language, hasLines: boolean): Language {
  return new Language(data, new CellParser(code?.parser ?? null, shell.parser, hasLines), [], 'cell');
}

import type { StreamParser, StringStream } from '@codemirror/language';

interface HclState {
  /** The word that ends the here-document we are in; null outside of one. */
  hereEnd: string | null;
  /** `blockComment` and `string` go on to the next line or piece. */
  inside: 'blockComment' | 'string' | null;
  /** Braces that are open in `${…}`, within a string; 0 outside. */
  depth: number;
}

const WORD = /^[A-Za-z_][\w-]*/;
const CONSTANT = /^(?:true|false|null)$/;
const KEYWORD = /^(?:for|in|if|else|endif|endfor|dynamic)$/;

function readString(stream: StringStream, state: HclState): string {
  while (!stream.eol()) {
    if (stream.match(/^[$%]{2}\{/)) continue;
    if (stream.match(/^[$%]\{/, false)) {
      // The string up to here first; its hole comes as code.
      if (stream.pos > stream.start) return 'string';
      stream.match(/^[$%]\{/);
      state.depth = 1;
      return 'escape';
    }
    const next = stream.next();
    if (next === '\\') stream.next();
    else if (next === '"') {
      state.inside = null;
      return 'string';
    }
  }
  return 'string';
}

function readComment(stream: StringStream, state: HclState): string {
  if (stream.skipTo('*/')) {
    stream.match('*/');
    state.inside = null;
  } else stream.skipToEnd();
  return 'comment';
}

function readCode(stream: StringStream, state: HclState): string | null {
  if (stream.eatSpace()) return null;
  if (stream.match(/^(?:#|\/\/)/)) {
    stream.skipToEnd();
    return 'comment';
  }
  if (stream.match('/*')) {
    state.inside = 'blockComment';
    return readComment(stream, state);
  }
  if (stream.match('"')) {
    state.inside = 'string';
    return readString(stream, state);
  }
  const here = stream.match(/^<<-?([A-Za-z_]\w*)/);
  if (here !== null && typeof here === 'object') {
    state.hereEnd = here[1] ?? '';
    return 'string';
  }
  if (stream.match(/^\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/)) return 'number';
  const isFirst = stream.string.slice(0, stream.pos).trim() === '';
  const word = stream.match(WORD);
  if (word !== null && typeof word === 'object') {
    if (CONSTANT.test(word[0])) return 'atom';
    if (KEYWORD.test(word[0])) return 'keyword';
    if (stream.match(/^\s*\(/, false)) return 'variableName.function';
    // `resource "type" "name" {` begins a block; `name = value` is an attribute of one.
    if (isFirst && stream.match(/^[^=]*\{\s*(?:[#/}].*)?$/, false)) return 'keyword';
    if (isFirst && stream.match(/^\s*=(?!=)/, false)) return 'propertyName';
    return 'variableName';
  }
  stream.next();
  return null;
}

/** HashiCorp's configuration language (Terraform, Nomad, Packer), for colouring. */
export const hclMode: StreamParser<HclState> = {
  name: 'hcl',
  startState: () => ({ hereEnd: null, inside: null, depth: 0 }),
  token(stream, state) {
    if (state.hereEnd !== null) {
      if (stream.string.trim() === state.hereEnd) state.hereEnd = null;
      stream.skipToEnd();
      return 'string';
    }
    if (state.depth > 0) {
      if (stream.peek() === '{') state.depth += 1;
      if (stream.peek() === '}') {
        state.depth -= 1;
        stream.next();
        return state.depth === 0 ? 'escape' : null;
      }
      // A string inside of a string's hole is passed over whole: nothing deeper is coloured.
      if (stream.match(/^"(?:[^"\\]|\\.)*"?/)) return 'string';
      return readCode(stream, state);
    }
    if (state.inside === 'blockComment') return readComment(stream, state);
    return state.inside === 'string' ? readString(stream, state) : readCode(stream, state);
  },
  languageData: {
    commentTokens: { line: '#', block: { open: '/*', close: '*/' } },
    closeBrackets: { brackets: ['(', '[', '{', '"'] },
    indentOnInput: /^\s*[\]}]$/,
  },
};

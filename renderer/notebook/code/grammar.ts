import { javascript } from '@codemirror/lang-javascript';
import { jsonLanguage } from '@codemirror/lang-json';
import { markdown, markdownLanguage } from '@codemirror/lang-markdown';
import { pythonLanguage } from '@codemirror/lang-python';
import { StandardSQL } from '@codemirror/lang-sql';
import { yamlLanguage } from '@codemirror/lang-yaml';
import { StreamLanguage, type Language, type StreamParser } from '@codemirror/language';
import { diff } from '@codemirror/legacy-modes/mode/diff';
import { dockerFile } from '@codemirror/legacy-modes/mode/dockerfile';
import { powerShell } from '@codemirror/legacy-modes/mode/powershell';
import { properties } from '@codemirror/legacy-modes/mode/properties';
import { shell } from '@codemirror/legacy-modes/mode/shell';
import { toml } from '@codemirror/legacy-modes/mode/toml';
import { html } from '@codemirror/legacy-modes/mode/xml';
import { cellGrammar } from './cell-grammar';
import { hclMode } from './hcl-mode';
import { languageNamed, type LanguageName } from './language-of';

/** A key of a settings file is one as in YAML, not a variable that is made. */
const settings: StreamParser<unknown> = {
  ...properties,
  token: (stream, state) => {
    const token = properties.token(stream, state);
    return token === 'def' ? 'propertyName.definition' : token;
  },
};

/** Makes each value once, when it is first asked for. */
function once<V>(make: (name: LanguageName) => V): (name: LanguageName) => V {
  const made = new Map<LanguageName, V>();
  return (name) => {
    const known = made.get(name);
    if (known !== undefined) return known;
    const value = make(name);
    made.set(name, value);
    return value;
  };
}

/** The grammar of a language by itself, without a notebook's magics; null where it is not coloured. */
export const plainGrammar = once((language): Language | null => {
  switch (language) {
    case 'python':
      return pythonLanguage;
    case 'shell':
      return StreamLanguage.define(shell);
    case 'sql':
      return StandardSQL.language;
    case 'json':
      return jsonLanguage;
    case 'yaml':
      return yamlLanguage;
    case 'javascript':
      return javascript({ jsx: true, typescript: true }).language;
    case 'html':
      return StreamLanguage.define(html);
    case 'markdown':
      return markdown({
        base: markdownLanguage,
        codeLanguages: (info) => plainGrammar(languageNamed(info)),
      }).language;
    case 'hcl':
      return StreamLanguage.define(hclMode);
    case 'ini':
      return StreamLanguage.define(settings);
    case 'toml':
      return StreamLanguage.define(toml);
    case 'dockerfile':
      return StreamLanguage.define(dockerFile);
    case 'powershell':
      return StreamLanguage.define(powerShell);
    case 'diff':
      return StreamLanguage.define(diff);
    case 'text':
      return null;
  }
});

/**
 * The grammar of a cell in a language: one for the live editor and the still sources, so that both look the same.
 *
 * Only IPython reads `%magic` and `! command` lines; a `%%magic` at the top is seen in every language.
 */
export const grammarOf = once((language): Language => {
  const shellGrammar = plainGrammar('shell');
  if (shellGrammar === null) throw new Error('The shell has no grammar');
  return cellGrammar(plainGrammar(language), shellGrammar, language === 'python');
});

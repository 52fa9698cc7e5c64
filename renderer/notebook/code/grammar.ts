import { javascriptLanguage } from '@codemirror/lang-javascript';
import { jsonLanguage } from '@codemirror/lang-json';
import { markdown } from '@codemirror/lang-markdown';
import { pythonLanguage } from '@codemirror/lang-python';
import { StandardSQL } from '@codemirror/lang-sql';
import { yamlLanguage } from '@codemirror/lang-yaml';
import { StreamLanguage, type Language } from '@codemirror/language';
import { shell } from '@codemirror/legacy-modes/mode/shell';
import type { LanguageName } from './language-of';

const markdownLanguage = markdown().language;
const shellLanguage = StreamLanguage.define(shell);

/** The grammar of a language: one for the live editor and the still sources, so that both look the same. */
export function grammarOf(language: LanguageName): Language | null {
  switch (language) {
    case 'python':
      return pythonLanguage;
    case 'shell':
      return shellLanguage;
    case 'sql':
      return StandardSQL.language;
    case 'json':
      return jsonLanguage;
    case 'yaml':
      return yamlLanguage;
    case 'javascript':
      return javascriptLanguage;
    case 'markdown':
      return markdownLanguage;
    case 'text':
      return null;
  }
}

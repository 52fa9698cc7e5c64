import { autocompletion, closeBrackets } from '@codemirror/autocomplete';
import {
  bracketMatching,
  codeFolding,
  foldGutter,
  indentOnInput,
  indentUnit,
  syntaxHighlighting,
} from '@codemirror/language';
import { EditorState, type Extension } from '@codemirror/state';
import { crosshairCursor, drawSelection, dropCursor, EditorView, lineNumbers } from '@codemirror/view';
import { indentationMarkers } from '@replit/codemirror-indentation-markers';
import { editorKeys, escapeStays } from './editor-keys';
import { grammarOf } from './grammar';
import { inspectionTooltip, type Inspect } from './inspection';
import { kernelCompletions, type Complete } from './kernel-completions';
import type { LanguageName } from './language-of';
import { previewRoom } from './preview-room';
import { altMouse } from './rectangle-selection';
import { tokenClasses } from './token-classes';

const TWO_SPACES: ReadonlySet<LanguageName> = new Set<LanguageName>(['yaml', 'json', 'hcl', 'html']);

/** The nonce that the page's content policy allows styles by. */
function styleNonce(): string {
  return document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? '';
}

/** The sign beside a line that can be folded. */
function foldSign(isOpen: boolean): HTMLElement {
  const sign = document.createElement('span');
  sign.className = isOpen ? 'fold-sign' : 'fold-sign is-folded';
  sign.title = isOpen ? 'Fold these lines (Ctrl Shift [)' : 'Unfold these lines (Ctrl Shift ])';
  return sign;
}

/** Lines that show how deep a line stands, in the window's own colours. */
const indentGuides = indentationMarkers({
  highlightActiveBlock: true,
  hideFirstIndent: false,
  markerType: 'codeOnly',
  thickness: 1,
  colors: {
    light: 'var(--border-subtle)',
    dark: 'var(--border-subtle)',
    activeLight: 'var(--border-control)',
    activeDark: 'var(--border-control)',
  },
});

export interface EditorOptions {
  readonly language: LanguageName;
  readonly wrap: boolean;
  readonly lineNumbers: boolean;
  /** Spaces of one step of indent; some languages always have two. */
  readonly indent: number;
  readonly label: string;
  /** Vim's keys, before any other; null for none. */
  readonly vim: Extension | null;
  readonly complete: Complete;
  readonly inspect: Inspect;
}

/**
 * What every live editor is made of. There is no history of its own: undo is the engine's. Only `\n` ends a line, so
 * that a source with other line ends keeps its length.
 */
export function editorExtensions(options: EditorOptions): Extension {
  return [
    options.vim ?? [],
    EditorView.cspNonce.of(styleNonce()),
    EditorState.lineSeparator.of('\n'),
    EditorState.allowMultipleSelections.of(true),
    EditorState.tabSize.of(4),
    indentUnit.of(' '.repeat(TWO_SPACES.has(options.language) ? 2 : options.indent)),
    drawSelection(),
    dropCursor(),
    altMouse(),
    crosshairCursor(),
    indentOnInput(),
    bracketMatching(),
    options.language === 'markdown' ? [] : closeBrackets(),
    syntaxHighlighting(tokenClasses),
    grammarOf(options.language),
    options.wrap || options.language === 'markdown' ? EditorView.lineWrapping : [],
    options.lineNumbers ? lineNumbers() : [],
    codeFolding({ placeholderText: '…' }),
    foldGutter({ markerDOM: foldSign }),
    options.language === 'markdown' ? previewRoom : indentGuides,
    autocompletion({
      override: [kernelCompletions(options.complete)],
      activateOnTyping: false,
      // It opens by a key alone: the next key is meant for it, however soon it comes.
      interactionDelay: 0,
      icons: false,
      defaultKeymap: false,
      maxRenderedOptions: 200,
    }),
    inspectionTooltip,
    editorKeys(options),
    EditorView.editorAttributes.of((view) => escapeStays(view.state)),
    EditorView.contentAttributes.of({
      'aria-label': options.label,
      spellcheck: 'false',
      autocorrect: 'off',
      autocapitalize: 'off',
    }),
  ];
}

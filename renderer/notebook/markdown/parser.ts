import createMarkdown, { type MarkdownIt } from 'markdown-it';
import footnote from 'markdown-it-footnote';
import { headingSlug } from './heading-slug';
import { addMathRule } from './math-rule';
import { addNoteRule } from './note-rule';
import { addTaskRule } from './task-rule';

/** Alignment as a class: a `style` attribute is against the page's content policy. */
function alignByClass(markdown: MarkdownIt, rule: 'th_open' | 'td_open'): void {
  markdown.renderer.rules[rule] = (tokens, index, options, _env, self) => {
    const token = tokens[index];
    const style = token?.attrGet('style')?.toString() ?? null;
    if (token && style !== null) {
      token.attrs = (token.attrs ?? []).filter(([name]) => name !== 'style');
      const side = /text-align:(left|center|right)/.exec(style)?.[1];
      if (side) token.attrJoin('class', `md-align-${side}`);
    }
    return self.renderToken(tokens, index, options);
  };
}

/** A fence of Mermaid becomes the place of a diagram, with its source as text. */
function drawFences(markdown: MarkdownIt): void {
  const asCode = markdown.renderer.rules.fence;
  markdown.renderer.rules.fence = (tokens, index, options, env, self) => {
    const { info = '', content = '' } = tokens[index] ?? {};
    if (/^\s*(?:mermaid|\{mermaid\})(?:\s|$)/i.test(info))
      return `<div class="md-diagram">${markdown.utils.escapeHtml(content)}</div>\n`;
    return asCode === undefined ? '' : asCode(tokens, index, options, env, self);
  };
}

function makeParser(): MarkdownIt {
  const markdown = createMarkdown({ html: true, linkify: true, breaks: false, typographer: false });
  // Only what is written as a link with its scheme becomes one: "deploy.sh" is a file, not a host.
  markdown.linkify.set({ fuzzyLink: false, fuzzyEmail: false, fuzzyIP: false });
  // Every address is judged after sanitising, in one place; a refused one stays visible as a dead link with a reason.
  markdown.validateLink = () => true;
  markdown.use(footnote);
  addMathRule(markdown);
  addTaskRule(markdown);
  addNoteRule(markdown);
  drawFences(markdown);
  alignByClass(markdown, 'th_open');
  alignByClass(markdown, 'td_open');
  markdown.core.ruler.push('heading-ids', (state) => {
    const used = new Map<string, number>();
    state.tokens.forEach((token, index) => {
      if (token.type !== 'heading_open') return;
      token.attrSet('id', headingSlug(state.tokens[index + 1]?.content ?? '', used));
    });
  });
  return markdown;
}

let parser: MarkdownIt | null = null;

/**
 * Markdown to HTML: CommonMark with GFM tables, task lists, strike-through and bare links, footnotes and formulas.
 *
 * The result is not safe to show; see `renderMarkdown`. `scope` keeps the ids of footnotes of two cells apart.
 */
export function markdownToHtml(source: string, scope: string): string {
  parser ??= makeParser();
  return parser.render(source, { docId: scope });
}

import type { MarkdownIt } from 'markdown-it';

const MARK = /^\[([ xX])\]\s+/;

/**
 * Adds GFM's task lists to a markdown parser.
 *
 * A task's box is a `span` of class `md-task`, not an `input`: the sanitiser forbids every form control, and a box in
 * a rendered text is a sign, not something to tick.
 */
export function addTaskRule(markdown: MarkdownIt): void {
  markdown.core.ruler.after('inline', 'tasks', (state) => {
    state.tokens.forEach((token, index) => {
      if (token.type !== 'inline') return;
      if (state.tokens[index - 1]?.type !== 'paragraph_open') return;
      const item = state.tokens[index - 2];
      const text = token.children?.[0];
      if (item?.type !== 'list_item_open' || text?.type !== 'text') return;
      const match = MARK.exec(text.content);
      if (match === null) return;
      text.content = text.content.slice(match[0].length);
      const box = new state.Token('html_inline', '', 0);
      box.content = `<span class="md-task${match[1] === ' ' ? '' : ' md-task-done'}"></span>`;
      token.children?.unshift(box);
      item.attrJoin('class', 'md-task-item');
    });
  });
}

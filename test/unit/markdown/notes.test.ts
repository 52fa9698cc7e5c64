import { describe, expect, it } from 'vitest';
import { markdownToHtml } from '../../../renderer/notebook/markdown/parser';

const html = (source: string): string => markdownToHtml(source, 'c0').replace(/\n/g, '');
const note = (look: string, title: string, text: string): string =>
  `<div class="md-note md-note-${look}"><p class="md-note-title">${title}</p>${text}</div>`;

describe('notes in a text', () => {
  it.each([
    ['> [!NOTE]\n> Text', note('note', 'Note', '<p>Text</p>')],
    ['> [!TIP]\n>\n> Text', note('tip', 'Tip', '<p>Text</p>')],
    ['> [!IMPORTANT]\n> Text', note('important', 'Important', '<p>Text</p>')],
    ['> [!warning] Read *this*\n> Text', note('warning', 'Read <em>this</em>', '<p>Text</p>')],
    ['> [!CAUTION]\n> - a', note('danger', 'Caution', '<ul><li>a</li></ul>')],
    ['> [!OTHER]\n> Text', '<blockquote><p>[!OTHER]Text</p></blockquote>'],
    ['> a\n> [!NOTE]', '<blockquote><p>a[!NOTE]</p></blockquote>'],
    ['> [!NOTE]\n> a\n>\n> > b', note('note', 'Note', '<p>a</p><blockquote><p>b</p></blockquote>')],
    ['> [!NOTE]\n> > [!TIP]\n> > b', note('note', 'Note', note('tip', 'Tip', '<p>b</p>'))],
    [':::{warning}\nText\n:::', note('warning', 'Warning', '<p>Text</p>')],
    [':::warning\nText\n:::', note('warning', 'Warning', '<p>Text</p>')],
    [
      '::: warning Watch `it`\nText\n:::\nafter',
      `${note('warning', 'Watch <code>it</code>', '<p>Text</p>')}<p>after</p>`,
    ],
    [':::{caution}\nText\n:::', note('warning', 'Caution', '<p>Text</p>')],
    [':::{admonition} A title\n:class: tip\nText\n:::', note('note', 'A title', '<p>Text</p>')],
    ['```{danger}\nText\n```', note('danger', 'Danger', '<p>Text</p>')],
    [
      '::::{note}\n:::{tip}\na\n:::\nb\n::::',
      note('note', 'Note', `${note('tip', 'Tip', '<p>a</p>')}<p>b</p>`),
    ],
    [
      ':::{note}\n:::{tip}\na\n:::\nb\n:::\nc',
      `${note('note', 'Note', `${note('tip', 'Tip', '<p>a</p>')}<p>b</p>`)}<p>c</p>`,
    ],
    [':::{note}\n```\n:::\n```\nb\n:::', note('note', 'Note', '<pre><code>:::</code></pre><p>b</p>')],
    [':::{note}\nnever closed', note('note', 'Note', '<p>never closed</p>')],
    ['- :::{tip}\n  a\n  :::\n- b', `<ul><li>${note('tip', 'Tip', '<p>a</p>')}</li><li>b</li></ul>`],
    [
      ':::{tip} More\n:class: dropdown\nText\n:::',
      '<details class="md-note md-note-tip"><summary class="md-note-title">More</summary><p>Text</p></details>',
    ],
    [':::{figure} a.png\nText\n:::', note('note', 'a.png', '<p>Text</p>')],
    ['```{python}\na\n```', '<pre><code class="language-{python}">a</code></pre>'],
    ['text :::', '<p>text :::</p>'],
    [':::', '<p>:::</p>'],
  ])('%j', (source, wanted) => {
    expect(html(source)).toBe(wanted);
  });

  it('take a text of many of them in one look', () => {
    const many = `${'> [!NOTE]\n> a\n\n'.repeat(20_000)}${':::{note}\n'.repeat(20_000)}`;
    expect(html(many).match(/md-note-title/g)?.length).toBeGreaterThan(20_000);
  });
});

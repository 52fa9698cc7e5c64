declare module 'markdown-it-footnote' {
  import type { MarkdownIt } from 'markdown-it';
  const footnote: (markdown: MarkdownIt) => void;
  // The package has only this one form of export.
  export { footnote as default };
}

import { tagHighlighter, tags } from '@lezer/highlight';

/**
 * Syntax tags to class names: four quiet hues and the comment, by the tokens `--code-*`.
 *
 * The classes are styled in `token-colours.css`, for the live editor and for still sources alike.
 */
export const tokenClasses = tagHighlighter([
  {
    tag: [tags.keyword, tags.operatorKeyword, tags.modifier, tags.self, tags.null, tags.bool],
    class: 'tok-keyword',
  },
  {
    tag: [
      tags.string,
      tags.special(tags.string),
      tags.regexp,
      tags.character,
      tags.attributeValue,
      tags.monospace,
      tags.inserted,
    ],
    class: 'tok-string',
  },
  { tag: [tags.number, tags.unit, tags.atom, tags.escape, tags.deleted], class: 'tok-number' },
  {
    tag: [
      tags.function(tags.variableName),
      tags.function(tags.propertyName),
      tags.function(tags.definition(tags.variableName)),
      tags.definition(tags.className),
      tags.className,
      tags.standard(tags.name),
      tags.link,
      tags.url,
      tags.meta,
      tags.attributeName,
      tags.tagName,
      tags.typeName,
      tags.definition(tags.propertyName),
    ],
    class: 'tok-function',
  },
  { tag: [tags.comment, tags.lineComment, tags.blockComment, tags.docComment], class: 'tok-comment' },
  { tag: tags.processingInstruction, class: 'tok-mark' },
  { tag: tags.heading, class: 'tok-keyword tok-strong' },
  { tag: tags.strong, class: 'tok-strong' },
  { tag: tags.emphasis, class: 'tok-emphasis' },
  { tag: tags.strikethrough, class: 'tok-struck' },
]);

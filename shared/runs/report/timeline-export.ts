import { escapeHtml } from '../../notebook/export/to-html';
import type { TimelineLine, TimelinePart } from '../timeline';
import { codeText, foreignText, isPlainWords, oneLine } from './foreign-text';

/** A line as it is written out: what it shows besides is of the screen. */
export type WrittenLine = Pick<TimelineLine, 'at' | 'parts' | 'by' | 'isDeviation'>;

const HEAD = ['Time (UTC)', 'What happened', 'By'] as const;

/** `2026-11-24 02:16:58` */
function moment(at: string): string {
  return `${at.slice(0, 10)} ${at.slice(11, 19)}`;
}

/** The timeline of a run as Markdown, a row an event. Texts of people and programs are words or code, never markup. */
export function timelineMarkdown(title: string, lines: readonly WrittenLine[]): string {
  const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |\n`;
  const name = foreignText(title);
  return [
    `# Timeline of ${name === '' ? 'a run' : name}\n`,
    row(HEAD) +
      row(HEAD.map(() => '---')) +
      lines
        .map(({ at, parts, by, isDeviation }) => {
          const words = partsMarkdown(parts);
          return row([
            moment(at),
            `${words}${isDeviation ? ' (deviation)' : ''}`,
            by === null ? '' : foreignText(by, true),
          ]);
        })
        .join(''),
  ].join('\n');
}

/** Parts of a line one behind the other. Code right behind code is one: two fences that touch would be another one. */
function partsMarkdown(parts: readonly TimelinePart[]): string {
  let line = '';
  let code = '';
  const closeCode = (): void => {
    if (code !== '') line += codeText(code, true);
    code = '';
  };
  for (const { text, style } of parts) {
    const words = oneLine(text);
    // What stands in a line keeps the spaces around it.
    if (/^\s/.test(text)) {
      closeCode();
      line += ' ';
    }
    if (words === '') continue;
    if (style !== 'code' && isPlainWords(words)) {
      closeCode();
      line += style === 'strong' ? `**${words}**` : words;
    } else code += words;
    if (!/\s$/.test(text)) continue;
    closeCode();
    line += ' ';
  }
  closeCode();
  return line;
}

/** The same as the body of a page of HTML; everything in it is escaped. */
export function timelineHtml(title: string, lines: readonly WrittenLine[]): string {
  const rows = lines.map(({ at, parts, by, isDeviation }) => {
    const words = parts.map(partHtml).join('');
    const mark = isDeviation ? ' (deviation)' : '';
    return `<tr><td>${moment(at)}</td><td>${words}${mark}</td><td>${escapeHtml(oneLine(by ?? ''))}</td></tr>`;
  });
  const heads = HEAD.map((head) => `<th>${head}</th>`).join('');
  const name = oneLine(title);
  return `<h1>Timeline of ${name === '' ? 'a run' : escapeHtml(name)}</h1>
<table><thead><tr>${heads}</tr></thead><tbody>
${rows.join('\n')}
</tbody></table>`;
}

function partHtml({ text, style }: TimelinePart): string {
  const words = oneLine(text);
  if (words === '') return text === '' ? '' : ' ';
  const before = /^\s/.test(text) ? ' ' : '';
  const after = /\s$/.test(text) ? ' ' : '';
  const escaped = escapeHtml(words);
  const marked =
    style === 'strong' ? `<b>${escaped}</b>` : style === 'code' ? `<code>${escaped}</code>` : escaped;
  return `${before}${marked}${after}`;
}

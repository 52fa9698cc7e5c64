import { SGR_PATTERN } from '../outputs/sgr';
import type { ExportedCell, ExportedNotebook, ExportedOutput } from './exported';

/** The notebook as one Markdown file: texts as they are, code and outputs in fences. */
export function toMarkdown(notebook: ExportedNotebook): string {
  const parts = notebook.cells.flatMap(cellMarkdown);
  return `${parts
    .map((part) => part.replace(/\s+$/, ''))
    .filter((part) => part !== '')
    .join('\n\n')}\n`;
}

function cellMarkdown(cell: ExportedCell): readonly string[] {
  if (cell.type === 'markdown') return cell.source === null ? [] : [cell.source];
  const source = cell.source === null || cell.source.trim() === '' ? [] : [fence(cell.source, cell.language)];
  return [...source, ...cell.outputs.flatMap(outputMarkdown)];
}

function outputMarkdown(output: ExportedOutput): readonly string[] {
  switch (output.kind) {
    case 'text':
      return output.text.trim() === '' ? [] : [fence(plain(output.text), 'text')];
    case 'error':
      return [fence(plain(`${output.title}\n${output.traceback}`), 'text')];
    case 'markdown':
    case 'latex':
      return [output.source];
    case 'picture':
      // Between square brackets a bracket would end the words.
      return [`![${output.alt.replace(/[[\]\\\n]/g, ' ').trim()}](${output.url})`];
    case 'html':
      // Foreign markup in a Markdown file would run wherever that is shown: its text says the same.
      return [output.text === null ? '*An HTML output, left out here.*' : fence(plain(output.text), 'text')];
    case 'json':
      return [fence(output.text, 'json')];
    case 'note':
      return [`*${output.text.replaceAll('*', '\\*')}*`];
  }
}

function plain(text: string): string {
  return text.replace(SGR_PATTERN, '').replaceAll('\u001b', '');
}

/** A fence longer than any in the text, so that nothing in it can end it. */
function fence(text: string, language: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map((run) => run[0].length));
  const ticks = '`'.repeat(longest + 1);
  return `${ticks}${language}\n${text.replace(/\n$/, '')}\n${ticks}`;
}

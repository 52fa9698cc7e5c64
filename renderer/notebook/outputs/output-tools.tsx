import { Copy, Download, FileText, Image, Maximize2 } from 'lucide-react';
import type { JSX } from 'react';
import type { OutputView } from '../../../shared/notebook/view';
import { useNotebook } from '../document-context';
import { ToolButton } from '../tool-button';
import { copyAsText, copyOutput, ruleOf, saveOutput } from './output-actions';

/** What can be done with one output, seen on hover and by keyboard. */
export function OutputTools(props: {
  readonly cell: string;
  readonly output: OutputView;
  readonly onOpenFull: (() => void) | null;
}): JSX.Element {
  const { cell, output, onOpenFull } = props;
  const { open, host } = useNotebook();
  const drawing = output.kind === 'data' ? (ruleOf(output)?.drawing ?? null) : null;
  const isPicture = drawing === 'picture' || drawing === 'svg';
  const isRich = drawing === 'picture' || drawing === 'html';
  const canSave = output.kind !== 'gap' && output.kind !== 'unknown';
  return (
    <span className="out-tools" role="toolbar" aria-label="Output">
      {isRich && (
        <ToolButton
          label={drawing === 'picture' ? 'Copy picture' : 'Copy output'}
          icon={drawing === 'picture' ? Image : Copy}
          onClick={() => void copyOutput(open, host, cell, output)}
        />
      )}
      <ToolButton
        label={isRich ? 'Copy as text' : 'Copy output'}
        icon={isRich ? FileText : Copy}
        onClick={() => void copyAsText(open, host, cell, output)}
      />
      {canSave && (
        <ToolButton
          label={isPicture ? 'Save picture…' : 'Save output…'}
          icon={Download}
          onClick={() => void saveOutput(open, host, cell, output)}
        />
      )}
      {onOpenFull !== null && <ToolButton label="Open full output" icon={Maximize2} onClick={onOpenFull} />}
    </span>
  );
}

import { Tabs } from '@base-ui/react/tabs';
import { X } from 'lucide-react';
import { useMemo, type JSX, type KeyboardEvent } from 'react';
import { useStore } from 'zustand';
import type { CellView } from '../../../shared/notebook/contract';
import { Splitter } from '../../ui/splitter';
import { cellNumbers } from '../cell-facts';
import { useModel, useNotebook } from '../document-context';
import { save } from '../file-actions';
import { focusActiveCell } from '../focus-cell';
import { ToolButton } from '../tool-button';
import { CellForm } from './cell-form';
import { CheckpointsPanel } from '../checkpoints/checkpoints-panel';
import { useCheckpoints } from '../checkpoints/use-checkpoints';
import {
  closeInspector,
  inspectorState,
  NARROWEST,
  setInspectorWidth,
  WIDEST,
  type InspectorTab,
} from './inspector-state';
import { MetadataJson } from './metadata-json';
import './inspector.css';

const STEP = 16;

function panelName(cell: CellView, number: number | undefined): string {
  if (cell.type === 'code') return `Step ${number ?? ''}`;
  return cell.type === 'markdown' ? 'Text' : 'Raw text';
}

/** The panel beside a runbook: the settings of the selected cell, and the checkpoints of the whole. */
export function Inspector(): JSX.Element | null {
  const isOpen = useStore(inspectorState, (state) => state.isOpen);
  const isReady = useModel((model) => model.phase === 'open');
  return isOpen && isReady ? <OpenInspector /> : null;
}

function OpenInspector(): JSX.Element {
  const { open } = useNotebook();
  const { width, tab } = useStore(inspectorState);
  const list = useCheckpoints();
  const cell = useModel((model) => model.byId.get(model.selection.active ?? '') ?? null);
  const cells = useModel((model) => model.cells);
  const isReadOnly = useModel((model) => (model.state?.readOnly ?? null) !== null);
  const number = useMemo(() => cellNumbers(cells).get(cell?.id ?? ''), [cells, cell?.id]);

  function onKeyDown(event: KeyboardEvent): void {
    const isMod = event.ctrlKey || event.metaKey;
    const key = event.key.toLowerCase();
    if (event.defaultPrevented) return;
    if (event.key === 'Escape') focusActiveCell();
    else if (isMod && ((event.altKey && key === 'b') || (event.shiftKey && key === 'u'))) closeInspector();
    else if (isMod && !event.shiftKey && !event.altKey && key === 's') {
      // What is typed in a field is taken over when the focus leaves it.
      if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
      void save(open);
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }
  return (
    <aside
      className="inspector"
      aria-label="Cell settings"
      data-region="inspector"
      style={{ width }}
      onKeyDown={onKeyDown}
    >
      <Splitter
        name="Width of the settings"
        at="start"
        parts="beside"
        size={width}
        least={NARROWEST}
        most={WIDEST}
        step={STEP}
        onSize={setInspectorWidth}
      />
      <Tabs.Root
        className="inspector-tabs"
        value={cell === null && tab === 'json' ? 'form' : tab}
        onValueChange={(value: InspectorTab) => inspectorState.setState({ tab: value, isKeeping: false })}
      >
        {/* A list of tabs holds tabs alone. */}
        <div className="panel-tabs">
          <Tabs.List className="panel-tab-list" aria-label="Cell settings">
            <Tabs.Tab className="panel-tab" value="form">
              {cell === null ? 'Settings' : panelName(cell, number)}
            </Tabs.Tab>
            {cell !== null && (
              <Tabs.Tab className="panel-tab" value="json">
                Metadata
              </Tabs.Tab>
            )}
            <Tabs.Tab className="panel-tab" value="checkpoints">
              Checkpoints
              {list !== null && list.checkpoints.length > 0 && `, ${list.checkpoints.length}`}
            </Tabs.Tab>
          </Tabs.List>
          <span className="grow" />
          <ToolButton label="Close the settings" keys="Ctrl Alt B" icon={X} onClick={closeInspector} />
        </div>
        <Tabs.Panel className="inspector-scroll" value="form" tabIndex={-1}>
          {cell === null ? (
            <p className="hint">The settings of the selected cell will be here.</p>
          ) : (
            <>
              {isReadOnly && <p className="hint">Open for reading: the settings can be seen, not changed.</p>}
              <CellForm key={cell.id} cell={cell} isReadOnly={isReadOnly} />
            </>
          )}
        </Tabs.Panel>
        {cell !== null && (
          <Tabs.Panel className="inspector-scroll" value="json" tabIndex={-1}>
            <MetadataJson key={cell.id} cell={cell} isReadOnly={isReadOnly} />
          </Tabs.Panel>
        )}
        <Tabs.Panel className="inspector-scroll" value="checkpoints" tabIndex={-1}>
          <CheckpointsPanel list={list} />
        </Tabs.Panel>
      </Tabs.Root>
    </aside>
  );
}

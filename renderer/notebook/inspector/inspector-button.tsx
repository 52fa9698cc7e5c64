import { PanelRight } from 'lucide-react';
import type { JSX } from 'react';
import { useStore } from 'zustand';
import { useTooltip } from '../keys-in-use';
import { inspectorState } from './inspector-state';

/** Opens and closes the settings of the selected cell. */
export function InspectorButton(): JSX.Element {
  const isOpen = useStore(inspectorState, (state) => state.isOpen);
  const tooltip = useTooltip();
  return (
    <button
      type="button"
      className="tool tool-large"
      aria-label="Cell settings"
      aria-pressed={isOpen}
      title={tooltip('Cell settings', 'inspect-cell')}
      onClick={() => inspectorState.setState({ isOpen: !isOpen })}
    >
      <PanelRight className="icon" aria-hidden="true" />
    </button>
  );
}
